//! Declaring an incident from a command.

use domain::{Message, Mrkdwn};

use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::issue_modal::{Beginning, Kind, open as open_form};
use crate::modals::AnswerTo;

/// Opens the form, and says so where the command was typed; what comes of it takes the place of
/// that.
pub(crate) async fn open(context: &Context<'_>, title: &str) -> Result<Answer, Stopped> {
    let (accounts, who) = (&context.parts().accounts, context.who);
    let linked = accounts.linked(&who.workspace, who.user.as_str()).await;
    if linked.map_err(crate::slash::stopped)?.is_none() {
        return Err(Stopped::Unlinked);
    }
    let beginning = Beginning {
        title: title.to_owned(),
        project: context.project.clone(),
        answer: AnswerTo::command(context.who),
        ..Beginning::of(Kind::Incident)
    };
    open_form(context.app, context.who, beginning).await?;
    let text = Mrkdwn::fixed("The form for the incident is open; what comes of it stands here.");
    Ok(Answer::ephemeral(Message::new(text.clone(), text)))
}
