//! Comments.

use domain::Event;
use domain::event::{Note, NoteAction, What};

use crate::body::{Body, Failure, needed};
use crate::target::{WirePosition, WireTalk};

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let talk: WireTalk<'_> = body.read()?;
    let attributes = needed(talk.object_attributes.get(), "object_attributes")?;
    let text = attributes
        .note
        .long()
        .or_else(|| attributes.description.long());
    let empty = attributes.note.raw().map(|_| String::new());
    let positions = [
        &attributes.position,
        &attributes.original_position,
        &attributes.st_diff,
    ];
    let note = Note {
        url: attributes.url.link().unwrap_or_default(),
        body: needed(text.or(empty), "object_attributes.note")?,
        action: match attributes.action.get() {
            Some("update") => NoteAction::Update,
            Some(_) | None => NoteAction::Create,
        },
        on: talk.commented(attributes),
        confidential: body.confidential
            || talk.is_confidential()
            || attributes.internal.yes()
            || attributes.confidential.yes(),
        system: attributes.system.yes(),
        file: positions
            .into_iter()
            .find_map(|at| at.get().and_then(WirePosition::file)),
    };
    let page = note.on.url.clone();
    Ok(Event {
        happened_at: match note.action {
            NoteAction::Create => attributes.created_at.moment(),
            NoteAction::Update => attributes.updated_at.moment(),
        },
        ..talk.event(What::Note(note), &page)
    })
}
