//! Wiki pages.

use domain::Event;
use domain::event::{What, WikiAction, WikiPage};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Number, Object, Text};
use crate::place::{self, WireGroup, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    user: Object<WirePerson<'a>>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    group: Object<WireGroup<'a>>,
    object_attributes: Object<Attributes<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    slug: Text<'a>,
    url: Text<'a>,
    action: Text<'a>,
    message: Text<'a>,
    diff_url: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let title = attributes.title.line().or_else(|| attributes.slug.line());
    let page = WikiPage {
        title: needed(title, "object_attributes.title")?,
        url: attributes.url.link().unwrap_or_default(),
        action: action(&attributes.action),
        message: attributes.message.long(),
        diff_url: attributes.diff_url.link(),
    };
    let project = place::project(&wire.project, &wire.repository, Number::default());
    let group = wire.group.get().and_then(WireGroup::group);
    let group = group
        .or_else(|| place::group_of_page(&page.url))
        .filter(|_| project.is_none());
    Ok(Event {
        project,
        group,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: None,
        what: What::WikiPage(page),
    })
}

fn action(action: &Text<'_>) -> WikiAction {
    match action.get().unwrap_or_default() {
        "create" => WikiAction::Create,
        "update" => WikiAction::Update,
        "delete" => WikiAction::Delete,
        _ => WikiAction::Other(action.line().unwrap_or_default()),
    }
}
