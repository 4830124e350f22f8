//! What is said of an event that has no words yet.

use domain::Message;
use domain::event::{Event, UnknownEvent};

use super::sentence::tell;
use super::{names, text};

pub(super) fn render(event: &Event, unknown: &UnknownEvent) -> Message {
    let place = names::in_place(event);
    let by = names::by_actor(event);
    let name = match text::words(&unknown.name) {
        nothing if nothing.is_empty() => tell!("without a name"),
        name => tell!("{name}", name),
    };
    tell!("Something happened{place}{by}: {name}", place by name).message()
}
