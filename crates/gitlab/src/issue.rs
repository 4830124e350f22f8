//! Issues, incidents, tasks, epics and other work items.

use domain::Event;
use domain::event::{Issue, IssueAction, IssueChange, IssueType, Person, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::changes::{self, Changed, ChangedLabels, ChangedPeople, ChangedText, WireLabel};
use crate::lax::{Flag, List, Number, Object, Text};
use crate::place::{self, WireGroup, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    event_type: Text<'a>,
    user: Object<WirePerson<'a>>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    group: Object<WireGroup<'a>>,
    object_attributes: Object<Attributes<'a>>,
    labels: List<Object<WireLabel<'a>>>,
    assignees: List<Object<WirePerson<'a>>>,
    assignee: Object<WirePerson<'a>>,
    changes: Object<Changes<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    iid: Number,
    project_id: Number,
    url: Text<'a>,
    description: Text<'a>,
    action: Text<'a>,
    state: Text<'a>,
    r#type: Text<'a>,
    issue_type: Text<'a>,
    confidential: Flag,
    labels: List<Object<WireLabel<'a>>>,
    due_date: Text<'a>,
    severity: Text<'a>,
    updated_at: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Changes<'a> {
    #[serde(borrow)]
    title: ChangedText<'a>,
    description: ChangedText<'a>,
    labels: ChangedLabels<'a>,
    assignees: ChangedPeople<'a>,
    assignee_id: Object<Changed<Number>>,
    confidential: Object<Changed<Flag>>,
    due_date: ChangedText<'a>,
    milestone_id: ChangedText<'a>,
    severity: ChangedText<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let iid = needed(attributes.iid.get(), "object_attributes.iid")?;
    let url = attributes.url.link().unwrap_or_default();
    let project = place::project(&wire.project, &wire.repository, attributes.project_id);
    let group = wire.group.get().and_then(WireGroup::group);
    let group = group
        .or_else(|| place::group_of_page(&url))
        .filter(|_| project.is_none());
    let issue = Issue {
        iid,
        title: attributes.title.line().unwrap_or_default(),
        description: attributes.description.long(),
        issue_type: sort(attributes, body.name),
        work_item: body.name.ends_with("work_item"),
        confidential: body.confidential
            || attributes.confidential.yes()
            || wire
                .event_type
                .get()
                .is_some_and(|name| name.starts_with("confidential_")),
        action: action(&wire, attributes),
        state: attributes.state.line().unwrap_or_default(),
        labels: labels(&wire, attributes),
        assignees: assignees(&wire),
        due_date: attributes.due_date.line().map(|date| day(&date)),
        severity: attributes
            .severity
            .line()
            .filter(|severity| severity != "unknown"),
        url,
    };
    Ok(Event {
        project,
        group,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: attributes.updated_at.moment(),
        what: What::Issue(issue),
    })
}

fn sort(attributes: &Attributes<'_>, kind: &str) -> IssueType {
    let said = attributes
        .r#type
        .line()
        .or_else(|| attributes.issue_type.line());
    match said {
        Some(name) => issue_type(&name),
        None if kind == "incident" => IssueType::Incident,
        None => IssueType::Issue,
    }
}

/// A type as `Key Result` (newer) or `key_result` (older payloads).
pub(crate) fn issue_type(name: &str) -> IssueType {
    match name.to_ascii_lowercase().replace(' ', "_").as_str() {
        "issue" => IssueType::Issue,
        "incident" => IssueType::Incident,
        "task" => IssueType::Task,
        "ticket" => IssueType::Ticket,
        "epic" => IssueType::Epic,
        "objective" => IssueType::Objective,
        "key_result" => IssueType::KeyResult,
        "test_case" => IssueType::TestCase,
        "requirement" => IssueType::Requirement,
        _ => IssueType::Other(name.to_owned()),
    }
}

/// The day of a date, which some payloads send with a time.
fn day(date: &str) -> String {
    date.split_once('T').map_or(date, |(day, _)| day).to_owned()
}

fn labels(wire: &Wire<'_>, attributes: &Attributes<'_>) -> Vec<String> {
    let labels = changes::titles(&wire.labels);
    if labels.is_empty() {
        changes::titles(&attributes.labels)
    } else {
        labels
    }
}

fn assignees(wire: &Wire<'_>) -> Vec<Person> {
    let assignees = changes::people(&wire.assignees);
    if !assignees.is_empty() {
        return assignees;
    }
    wire.assignee
        .get()
        .and_then(WirePerson::person)
        .into_iter()
        .collect()
}

fn action(wire: &Wire<'_>, attributes: &Attributes<'_>) -> IssueAction {
    match attributes.action.get().unwrap_or_default() {
        "open" => IssueAction::Open,
        "close" => IssueAction::Close,
        "reopen" => IssueAction::Reopen,
        "update" => IssueAction::Update(changes(wire)),
        _ => IssueAction::Other(attributes.action.line().unwrap_or_default()),
    }
}

fn changes(wire: &Wire<'_>) -> Vec<IssueChange> {
    let Some(changes) = wire.changes.get() else {
        return Vec::new();
    };
    let mut found: Vec<IssueChange> = Vec::new();
    let (assigned, unassigned) = match changes.assignees.get() {
        Some(changed) => {
            let before = changes::people(&changed.previous);
            let after = changes::people(&changed.current);
            (
                changes::without(&after, &before),
                changes::without(&before, &after),
            )
        }
        None => changes::by_id(&changes.assignee_id, &assignees(wire)),
    };
    if !assigned.is_empty() {
        found.push(IssueChange::Assigned(assigned));
    }
    if !unassigned.is_empty() {
        found.push(IssueChange::Unassigned(unassigned));
    }
    let (added, removed) = changes::labels(&changes.labels);
    if !added.is_empty() {
        found.push(IssueChange::LabelsAdded(added));
    }
    if !removed.is_empty() {
        found.push(IssueChange::LabelsRemoved(removed));
    }
    let retitled = changes::text_before(&changes.title);
    found.extend(retitled.map(|before| IssueChange::Retitled { before }));
    if changes::is_edited(&changes.description) {
        found.push(IssueChange::DescriptionEdited);
    }
    found.extend(confidential_change(&changes.confidential));
    found.extend(due_date_change(&changes.due_date));
    let milestone = changes::milestone(&changes.milestone_id);
    found.extend(milestone.map(|set| IssueChange::Milestone { set }));
    if changes::is_edited(&changes.severity) {
        let before = changes
            .severity
            .get()
            .and_then(|changed| changed.previous.line());
        found.push(IssueChange::Severity {
            before: before.filter(|before| before != "unknown"),
        });
    }
    found
}

fn confidential_change(changed: &Object<Changed<Flag>>) -> Option<IssueChange> {
    let changed = changed.get()?;
    match (changed.previous.yes(), changed.current.get()?) {
        (false, true) => Some(IssueChange::MadeConfidential),
        (true, false) => Some(IssueChange::MadePublic),
        (true, true) | (false, false) => None,
    }
}

fn due_date_change(changed: &ChangedText<'_>) -> Option<IssueChange> {
    let changed = changed.get()?;
    let date = |text: &Text<'_>| text.line().map(|date| day(&date));
    let (before, after) = (date(&changed.previous), date(&changed.current));
    (before != after).then_some(IssueChange::DueDate(after))
}
