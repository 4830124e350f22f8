//! How a reaction looks in a channel: the emoji by its name, as text.
//!
//! GitLab's names are not Slack's, so a picture would often be missing or another one.

use domain::Message;
use domain::event::{Emoji, EmojiAction, Event};

use super::sentence::{Sentence, tell};
use super::{names, target, text};

pub(super) fn render(event: &Event, emoji: &Emoji) -> Message {
    let user = names::actor(event);
    let name = text::name(&emoji.name);
    let thing = Sentence::linked(
        &target::page(event, &emoji.on),
        target::reference(&emoji.on),
    );
    let place = names::in_place(event);
    let sentence = match emoji.action {
        EmojiAction::Award => {
            tell!("{user} reacted with {name} to {thing}{place}", user name thing place)
        }
        EmojiAction::Revoke => {
            tell!("{user} took back {name} from {thing}{place}", user name thing place)
        }
    };
    sentence.message().body(text::title(&emoji.on.title))
}
