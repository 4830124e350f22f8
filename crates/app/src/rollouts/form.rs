//! The form for what needs words: a reason, or evidence.

use commands::wording::prose;
use domain::{mrkdwn, say};
use serde::{Deserialize, Serialize};
use slack::interaction::Entered;
use slack::view::{Block, Input, PlainTextInput, View, ViewAnswer};

use super::asking::{self, Wish};
use crate::answer::Stopped;
use crate::clicks::Clicked;
use crate::modals::{Submitted, held};
use crate::telling;
use crate::who::Channel;

pub(super) const CALLBACK_ID: &str = "rollout.words";
const WORDS: &str = "words";
const WORDS_FIELD: &str = "rollout.words.field";
/// As much as the history keeps of it.
const LONGEST: u16 = 1_000;

/// What the form remembers.
#[derive(Clone, Serialize, Deserialize)]
struct Held {
    wish: Wish,
    /// Where the card is: the channel's id and name.
    channel: Option<(String, String)>,
}

/// Whether this is asked with words.
pub(super) fn needs_words(act: &str) -> bool {
    matches!(act, "hold" | "override" | "tick" | "cancel")
}

pub(super) async fn open(clicked: &Clicked<'_>, wish: Wish) -> Result<(), Stopped> {
    let channel = clicked.who.channel.as_ref();
    let held = Held {
        wish,
        channel: channel.map(|channel| (channel.id.to_string(), channel.name.clone())),
    };
    if telling::open(clicked.app, clicked.who, &view(&held, None, "")).await {
        return Ok(());
    }
    let why = "the form could not be opened; press the button again, or type the command";
    Err(Stopped::because(why))
}

fn view(held: &Held, notice: Option<&str>, words: &str) -> View {
    let wish = &held.wish;
    let (label, hint) = match wish.act.as_str() {
        "tick" => (
            "Evidence",
            "How do you know? Words or a link; it is kept with your name.",
        ),
        _others => (
            "Reason",
            "It is kept with your name, and told in the thread.",
        ),
    };
    let about = wish.about.as_deref().unwrap_or_default();
    let line = say!(
        "{} {} {}",
        mrkdwn::bold(&wish.act),
        mrkdwn::code(wish.flag.as_str()),
        mrkdwn::escape(about)
    );
    let field = PlainTextInput::new(WORDS_FIELD)
        .multiline()
        .max_length(LONGEST)
        .initial(words);
    let view = View::modal("Rollout")
        .callback_id(CALLBACK_ID)
        .submit("Send")
        .close("Cancel")
        .blocks(notice.map(|notice| Block::text(&prose(&format!(":warning: {notice}")))))
        .block(Block::text(&line))
        .block(Input::new(WORDS, label, field).hint(hint));
    held::put(view, held)
}

pub(super) async fn submit(submitted: &Submitted<'_>) -> Result<ViewAnswer, Stopped> {
    let held: Held = held::take(submitted.view)?;
    let entered = submitted.view.state.entered(WORDS, WORDS_FIELD);
    let words = entered.and_then(Entered::value).unwrap_or_default().trim();
    if words.is_empty() {
        return Ok(ViewAnswer::error(WORDS, "Say it in a few words."));
    }
    let mut who = submitted.who.clone();
    who.channel = held.channel.as_ref().and_then(|(id, name)| {
        Some(Channel {
            id: id.parse().ok()?,
            name: name.clone(),
        })
    });
    match asking::ask(submitted.app, &who, &held.wish, Some(words)).await {
        Ok(_) => Ok(ViewAnswer::Close),
        Err(Stopped::Refused(why)) => {
            let view = view(&held, Some(&why.to_string()), words);
            Ok(ViewAnswer::update(view))
        }
        Err(stopped @ (Stopped::Unlinked | Stopped::Relink)) => Err(stopped),
    }
}
