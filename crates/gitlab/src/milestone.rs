//! Milestones.

use domain::Event;
use domain::event::{Milestone, MilestoneAction, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Number, Object, Text};
use crate::place::{self, WireGroup, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    action: Text<'a>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    group: Object<WireGroup<'a>>,
    user: Object<WirePerson<'a>>,
    object_attributes: Object<Attributes<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    iid: Number,
    project_id: Number,
    url: Text<'a>,
    action: Text<'a>,
    description: Text<'a>,
    start_date: Text<'a>,
    due_date: Text<'a>,
    updated_at: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let project = place::project(&wire.project, &wire.repository, attributes.project_id);
    let group = wire.group.get().and_then(WireGroup::group);
    let iid = attributes.iid.get();
    let page = match (&project, &group) {
        (Some(project), _) => Some(project.url.as_str()),
        (None, Some(group)) => Some(group.url.as_str()),
        (None, None) => None,
    };
    let page = page.filter(|url| !url.is_empty()).zip(iid);
    let page = page.map(|(url, iid)| format!("{url}/-/milestones/{iid}"));
    let milestone = Milestone {
        iid,
        title: needed(attributes.title.line(), "object_attributes.title")?,
        url: attributes.url.link().or(page).unwrap_or_default(),
        action: action(if wire.action.get().is_some() {
            &wire.action
        } else {
            &attributes.action
        }),
        description: attributes.description.long(),
        start_date: attributes.start_date.line(),
        due_date: attributes.due_date.line(),
    };
    Ok(Event {
        group: group.filter(|_| project.is_none()),
        project,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: attributes.updated_at.moment(),
        what: What::Milestone(milestone),
    })
}

fn action(action: &Text<'_>) -> MilestoneAction {
    match action.get().unwrap_or_default() {
        "create" => MilestoneAction::Create,
        "update" => MilestoneAction::Update,
        "close" => MilestoneAction::Close,
        "reopen" => MilestoneAction::Reopen,
        "delete" => MilestoneAction::Delete,
        _ => MilestoneAction::Other(action.line().unwrap_or_default()),
    }
}
