//! Kinds that we do not know: where it happened and who did it is mostly there all the same.

use domain::Event;
use domain::event::{UnknownEvent, What};
use serde::Deserialize;

use crate::body::{Body, Failure};
use crate::lax::{Number, Object};
use crate::place::{self, WireGroup, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    user: Object<WirePerson<'a>>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    project_id: Number,
    group: Object<WireGroup<'a>>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let project = place::project(&wire.project, &wire.repository, wire.project_id);
    Ok(Event {
        group: wire
            .group
            .get()
            .and_then(WireGroup::group)
            .filter(|_| project.is_none()),
        project,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: None,
        what: What::Unknown(UnknownEvent {
            name: body.name.to_owned(),
        }),
    })
}
