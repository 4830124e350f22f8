//! How a new or removed subgroup looks in a channel.

use domain::Message;
use domain::event::{Event, LifecycleAction, Subgroup};
use domain::message::Tone;

use super::sentence::{Sentence, tell};
use super::{names, text};

pub(super) fn render(event: &Event, subgroup: &Subgroup) -> Message {
    let group = match subgroup.action {
        LifecycleAction::Removed => {
            let path = text::name(&subgroup.subgroup.path);
            tell!("{path}", path)
        }
        LifecycleAction::Created
        | LifecycleAction::Renamed
        | LifecycleAction::Transferred
        | LifecycleAction::Updated => names::group(event, &subgroup.subgroup),
    };
    let (verb, word, tone) = match subgroup.action {
        LifecycleAction::Created => ("was created", "in", Tone::Neutral),
        LifecycleAction::Removed => ("was removed", "from", Tone::Warning),
        LifecycleAction::Renamed => ("was renamed", "in", Tone::Neutral),
        LifecycleAction::Transferred => ("was moved", "to", Tone::Neutral),
        LifecycleAction::Updated => ("was changed", "in", Tone::Neutral),
    };
    let place: Sentence = names::at_place(event, word);
    let by = names::by_actor(event);
    tell!("Subgroup {group} {verb}{place}{by}", group verb place by)
        .message()
        .tone(tone)
}
