//! Access tokens and deploy tokens that are about to expire.

use domain::Event;
use domain::event::{TokenExpiry, TokenKind, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Number, Object, Text};
use crate::place::{self, WireGroup, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    group: Object<WireGroup<'a>>,
    object_attributes: Object<Attributes<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    expires_at: Text<'a>,
}

pub(crate) fn read_access(body: Body<'_>) -> Result<Event, Failure> {
    read(body, TokenKind::Access)
}

pub(crate) fn read_deploy(body: Body<'_>) -> Result<Event, Failure> {
    read(body, TokenKind::Deploy)
}

fn read(body: Body<'_>, token: TokenKind) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let expiry = TokenExpiry {
        token,
        name: needed(attributes.name.line(), "object_attributes.name")?,
        expires_at: attributes.expires_at.line(),
    };
    let project = place::project(&wire.project, &wire.repository, Number::default());
    Ok(Event {
        group: wire
            .group
            .get()
            .and_then(WireGroup::group)
            .filter(|_| project.is_none()),
        project,
        actor: None,
        happened_at: None,
        what: What::TokenExpiry(expiry),
    })
}
