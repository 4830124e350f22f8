//! Alerts of monitoring tools. Only integrations send these.

use domain::Event;
use domain::event::{Alert, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Number, Object, Text};
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
    title: Text<'a>,
    url: Text<'a>,
    severity: Text<'a>,
    events: Number,
    status: Text<'a>,
    started_at: Text<'a>,
    ended_at: Text<'a>,
    monitoring_tool: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let url = attributes.url.link().unwrap_or_default();
    let project = place::project(&wire.project, &wire.repository, Number::default());
    let alert = Alert {
        title: needed(attributes.title.line(), "object_attributes.title")?,
        severity: attributes.severity.line(),
        events: attributes.events.get(),
        status: attributes.status.line(),
        started_at: attributes.started_at.moment(),
        ended_at: attributes.ended_at.moment(),
        monitoring_tool: attributes.monitoring_tool.line(),
        url,
    };
    Ok(Event {
        project: project.or_else(|| place::project_of_page(&alert.url)),
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: alert.ended_at.or(alert.started_at),
        what: What::Alert(alert),
    })
}
