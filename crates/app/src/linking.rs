//! Asking somebody to link their GitLab account.

use commands::wording::prose;
use domain::message::Tone;
use domain::{Message, Mrkdwn, say};

use crate::answer::{Answer, Refused, Stopped};
use crate::app::App;
use crate::who::Who;

/// What is said to somebody whose account is not linked, with the way to link it. Only they see
/// the address, which works once, for ten minutes.
pub(crate) async fn ask(app: &App, who: &Who, why: &Stopped) -> Answer {
    let accounts = &app.parts().accounts;
    let begun = accounts
        .begin_link(&who.workspace, who.user.as_str(), &who.user_name)
        .await;
    match begun {
        Ok(url) => Answer::ephemeral(message(why, url.as_str())),
        Err(error) => Answer::refused(&Refused::because(error)),
    }
}

fn message(why: &Stopped, url: &str) -> Message {
    let mut why = why.to_string();
    if let Some(first) = why.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let headline = prose(&why);
    let more = Mrkdwn::fixed(
        "Commands run with your own rights in GitLab, so Signalbox has to know who you are there.",
    );
    Message::new(say!("{}", headline), headline)
        .tone(Tone::Work)
        .body(more)
        .context(Mrkdwn::fixed("The button works once, for ten minutes."))
        .link("Link your GitLab account", url)
}
