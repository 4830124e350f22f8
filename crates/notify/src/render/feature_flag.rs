//! How a project's feature flag looks in a channel when it is switched.

use domain::Message;
use domain::event::{Event, FeatureFlag};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;

use super::sentence::{Sentence, tell};
use super::{address, names, text};

pub(super) fn render(event: &Event, flag: &FeatureFlag) -> Message {
    let user = names::actor(event);
    let name = Sentence::linked(&page(event), text::title(&flag.name));
    let place = names::in_place(event);
    let state = if flag.active { "on" } else { "off" };
    let tone = if flag.active {
        Tone::Good
    } else {
        Tone::Warning
    };
    let sentence = tell!(
        "{user} switched feature flag {name} {state}{place}",
        user name state place
    );
    let description = match flag.description.as_deref() {
        Some(description) => text::body(event, Some(description), &page(event)),
        None => Mrkdwn::empty(),
    };
    sentence.message().tone(tone).body(description)
}

/// The project's list of flags: a flag's own page needs a number that the payload lacks.
fn page(event: &Event) -> String {
    match &event.project {
        Some(project) => address::page(project, "feature_flags"),
        None => String::new(),
    }
}
