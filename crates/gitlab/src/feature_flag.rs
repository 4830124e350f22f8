//! A project's feature flags.

use domain::Event;
use domain::event::{FeatureFlag, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Flag, Number, Object, Text};
use crate::place::{self, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    user: Object<WirePerson<'a>>,
    object_attributes: Object<Attributes<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    description: Text<'a>,
    active: Flag,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let flag = FeatureFlag {
        name: needed(attributes.name.line(), "object_attributes.name")?,
        description: attributes.description.long(),
        active: needed(attributes.active.get(), "object_attributes.active")?,
    };
    Ok(Event {
        project: place::project(&wire.project, &wire.repository, Number::default()),
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: None,
        what: What::FeatureFlag(flag),
    })
}
