//! How a comment looks in a channel.

use domain::Message;
use domain::event::{Event, Note, NoteAction};
use domain::say;

use super::sentence::{Sentence, tell};
use super::{Nothing, names, target, text};

pub(super) fn render(event: &Event, note: &Note) -> Result<Message, Nothing> {
    if note.system {
        return Err(Nothing::WrittenByGitLab);
    }
    match note.action {
        NoteAction::Create => (),
        NoteAction::Update => return Err(Nothing::CommentEdited),
    }
    let lock = if note.confidential {
        "🔒 Confidential: "
    } else {
        ""
    };
    let user = names::actor(event);
    let commented = commented(event, note);
    let place = names::in_place(event);
    let title = target::titled(event, &note.on);
    let sentence = tell!("{lock}{user} {commented}{place}{title}", lock user commented place title);
    let file = note.file.as_deref().map(text::code).unwrap_or_default();
    Ok(sentence
        .message()
        .body(text::body(event, Some(&note.body), &page(event, note)))
        .fact("File", file))
}

/// "commented on issue #7", with a link to the comment.
fn commented(event: &Event, note: &Note) -> Sentence {
    Sentence::linked(
        &page(event, note),
        say!("commented on {}", target::reference(&note.on)),
    )
}

/// The comment's own page, else that of what it is about.
fn page(event: &Event, note: &Note) -> String {
    if note.url.is_empty() {
        target::page(event, &note.on)
    } else {
        note.url.clone()
    }
}
