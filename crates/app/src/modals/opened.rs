//! Opening a modal.
//!
//! Slack gives three seconds from the click, which GitLab's answers do not fit in. So a modal
//! opens empty, and is filled when GitLab has answered.

use domain::{Message, Mrkdwn};
use slack::ViewError;
use slack::view::{View, ViewId};

use crate::answer::Stopped;
use crate::app::App;
use crate::who::Who;

/// Opens it, and gives its id.
pub(crate) async fn open(app: &App, who: &Who, view: &View) -> Result<ViewId, Stopped> {
    let client = app.parts().installations.client(&who.workspace);
    let (Some(client), Some(trigger)) = (client, &who.trigger) else {
        return Err(Stopped::because("Slack lets no form be opened from here"));
    };
    match client.open_view(trigger, view).await {
        Ok(shown) => Ok(shown.id),
        Err(ViewError::TriggerOver(_)) => Err(Stopped::because(
            "the form came too late for Slack, which waits three seconds; try again",
        )),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a form was not opened");
            Err(Stopped::because(
                "Slack did not open the form; try again in a minute",
            ))
        }
    }
}

/// A modal that waits for GitLab.
pub(crate) fn waiting(title: &str) -> View {
    let text = Mrkdwn::fixed("Asking GitLab…");
    let message = Message::new(text.clone(), text);
    View::modal(title).close("Cancel").message(&message)
}
