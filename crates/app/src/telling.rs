//! Saying something to somebody who clicked: under the message, in a modal, or in a direct message.

use slack::interaction::Place;
use slack::view::View;
use slack::{Rendered, Response, ResponseType};

use crate::answer::Answer;
use crate::app::App;
use crate::who::Who;
use commands::Visibility;

/// Says it where the click was; from App Home in a modal, else in a direct message.
pub(crate) async fn tell(app: &App, who: &Who, answer: &Answer) {
    let rendered = answer.render();
    if let Some(url) = &who.response_url {
        let body = body(&rendered, answer.visibility);
        match url.respond(&app.parts().http, body).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "an answer did not go through a click's address"),
        }
    }
    if who.trigger.is_some() && open(app, who, &view(answer)).await {
        return;
    }
    write_to(app, who, &rendered).await;
}

/// Gives the message that was clicked a new form.
pub(crate) async fn replace(app: &App, who: &Who, place: &Place, answer: &Answer) {
    let rendered = answer.render();
    let Some(url) = &who.response_url else {
        return tell(app, who, answer).await;
    };
    let is_ephemeral = place.message().is_some_and(|message| message.is_ephemeral);
    let visibility = if is_ephemeral {
        Visibility::Ephemeral
    } else {
        Visibility::InChannel
    };
    let body = Response {
        replace_original: true,
        ..body(&rendered, visibility)
    };
    if let Err(error) = url.respond(&app.parts().http, body).await {
        tracing::warn!(%error, "a message could not be given its new form");
    }
}

fn body(rendered: &Rendered, visibility: Visibility) -> Response<'_> {
    let visibility = match visibility {
        Visibility::Ephemeral => ResponseType::Ephemeral,
        Visibility::InChannel => ResponseType::InChannel,
    };
    Response {
        visibility,
        ..Response::ephemeral(rendered)
    }
}

/// Opens a modal with what came with the click; whether that was in time.
pub(crate) async fn open(app: &App, who: &Who, view: &View) -> bool {
    let client = app.parts().installations.client(&who.workspace);
    let (Some(client), Some(trigger)) = (client, &who.trigger) else {
        return false;
    };
    match client.open_view(trigger, view).await {
        Ok(_) => true,
        Err(error) => {
            tracing::warn!(%error, "a modal was not opened");
            false
        }
    }
}

/// An answer as a modal.
pub(crate) fn view(answer: &Answer) -> View {
    let view = View::modal("GitLab").close("Close");
    let messages = answer.messages.iter();
    messages.fold(view, |view, message| view.message(message))
}

/// Writes to somebody as the app.
pub(crate) async fn write_to(app: &App, who: &Who, rendered: &Rendered) {
    let parts = app.parts();
    let client = parts.installations.client(&who.workspace);
    let (Some(client), Ok(channel)) = (client, who.user.as_str().parse()) else {
        return;
    };
    let now = parts.clock.now().as_millisecond();
    let delivery = domain::DeliveryId::mint(now, parts.chance.next_u128());
    let post = slack::PostMessage {
        channel: &channel,
        message: rendered,
        thread: None,
        delivery: &delivery,
    };
    if let Err(error) = client.post_message(post).await {
        tracing::warn!(%error, "somebody could not be told what came of their click");
    }
}
