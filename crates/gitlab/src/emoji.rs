//! Emoji reactions.

use domain::Event;
use domain::event::{Emoji, EmojiAction, Target, TargetKind, What};

use crate::body::{Body, Failure, needed};
use crate::target::{WireAttributes, WireTalk};

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let talk: WireTalk<'_> = body.read()?;
    let attributes = needed(talk.object_attributes.get(), "object_attributes")?;
    let action = attributes.action.get().or(talk.event_type.get());
    let emoji = Emoji {
        name: needed(attributes.name.line(), "object_attributes.name")?,
        action: match action {
            Some("revoke") => EmojiAction::Revoke,
            Some(_) | None => EmojiAction::Award,
        },
        on: target(&talk, attributes),
    };
    let page = emoji.on.url.clone();
    let moment = attributes
        .updated_at
        .moment()
        .or_else(|| attributes.created_at.moment());
    Ok(Event {
        happened_at: moment,
        ..talk.event(What::Emoji(emoji), &page)
    })
}

/// What got the reaction. Of a comment the title is what it says, and the address leads to it;
/// of something confidential no more is told than where it is, because a reaction goes to
/// channels that are not meant for confidential things.
fn target(talk: &WireTalk<'_>, attributes: &WireAttributes<'_>) -> Target {
    let kind = attributes.awardable_type.get().unwrap_or_default();
    let page = attributes.awarded_on_url.link().unwrap_or_default();
    let mut target = match (kind, talk.note.get()) {
        ("Note", Some(note)) => Target {
            kind: TargetKind::Note,
            id: note.id.line().unwrap_or_default(),
            title: note.note.line().unwrap_or_default(),
            url: note.url.link().unwrap_or(page),
            labels: talk.commented(note).labels,
        },
        ("Note", None) => Target {
            kind: TargetKind::Note,
            id: String::new(),
            title: String::new(),
            url: page,
            labels: Vec::new(),
        },
        (kind, _) => talk.subject(kind, &page),
    };
    let internal = |note: &WireAttributes<'_>| note.internal.yes() || note.confidential.yes();
    if talk.is_confidential() || talk.note.get().is_some_and(internal) {
        target.title.clear();
        target.labels.clear();
    }
    if target.id.is_empty() {
        target.id = attributes.awardable_id.line().unwrap_or_default();
    }
    target
}
