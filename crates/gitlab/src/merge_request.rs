//! Merge requests.

mod changes;

use domain::Event;
use domain::event::{Branch, MergeRequest, MergeRequestAction, Person, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::changes::{WireLabel, people, titles};

use crate::lax::{Flag, List, Number, Object, Text};
use crate::place::{self, WirePerson, WireProject};
use crate::push::WireCommit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    user: Object<WirePerson<'a>>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    object_attributes: Object<Attributes<'a>>,
    labels: List<Object<WireLabel<'a>>>,
    assignees: List<Object<WirePerson<'a>>>,
    assignee: Object<WirePerson<'a>>,
    reviewers: List<Object<WirePerson<'a>>>,
    changes: Object<changes::Wire<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    iid: Number,
    url: Text<'a>,
    description: Text<'a>,
    action: Text<'a>,
    state: Text<'a>,
    draft: Flag,
    work_in_progress: Flag,
    source_branch: Text<'a>,
    target_branch: Text<'a>,
    source_project_id: Number,
    target_project_id: Number,
    source: Object<WireProject<'a>>,
    target: Object<WireProject<'a>>,
    labels: List<Object<WireLabel<'a>>>,
    assignee: Object<WirePerson<'a>>,
    last_commit: Object<WireCommit<'a>>,
    oldrev: Text<'a>,
    updated_at: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let iid = needed(attributes.iid.get(), "object_attributes.iid")?;
    let title = attributes.title.line().unwrap_or_default();
    let project = place::project(
        &wire.project,
        &wire.repository,
        attributes.target_project_id,
    )
    .or_else(|| attributes.target.get()?.project());
    let url = attributes.url.link().or_else(|| {
        let project = project.as_ref().filter(|project| !project.url.is_empty())?;
        Some(format!("{}/-/merge_requests/{iid}", project.url))
    });
    let merge_request = MergeRequest {
        iid,
        url: url.unwrap_or_default(),
        description: attributes.description.long(),
        action: action(&wire, attributes),
        state: attributes.state.line().unwrap_or_default(),
        draft: attributes
            .draft
            .get()
            .or(attributes.work_in_progress.get())
            .unwrap_or_else(|| changes::without_draft_mark(&title).is_some()),
        title,
        source: Branch {
            name: attributes.source_branch.line().unwrap_or_default(),
            project: fork(attributes),
        },
        target: Branch {
            name: attributes.target_branch.line().unwrap_or_default(),
            project: None,
        },
        labels: labels(&wire, attributes),
        assignees: assignees(&wire, attributes),
        reviewers: people(&wire.reviewers),
        last_commit: attributes.last_commit.get().and_then(WireCommit::commit),
    };
    Ok(Event {
        project,
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: attributes.updated_at.moment(),
        what: What::MergeRequest(merge_request),
    })
}

/// The source project, when it is another than the target's.
fn fork(attributes: &Attributes<'_>) -> Option<domain::event::Project> {
    let source = attributes.source.get()?.project()?;
    let target = attributes.target.get().and_then(WireProject::project);
    let ids = (
        attributes.source_project_id.get(),
        attributes.target_project_id.get(),
    );
    let same = match ids {
        (Some(source_id), Some(target_id)) => source_id == target_id,
        _ => target.is_none_or(|target| target.path == source.path),
    };
    (!same).then_some(source)
}

fn labels(wire: &Wire<'_>, attributes: &Attributes<'_>) -> Vec<String> {
    let labels = titles(&wire.labels);
    if labels.is_empty() {
        titles(&attributes.labels)
    } else {
        labels
    }
}

fn assignees(wire: &Wire<'_>, attributes: &Attributes<'_>) -> Vec<Person> {
    let assignees = people(&wire.assignees);
    if !assignees.is_empty() {
        return assignees;
    }
    let one = wire.assignee.get().or(attributes.assignee.get());
    one.and_then(WirePerson::person).into_iter().collect()
}

fn action(wire: &Wire<'_>, attributes: &Attributes<'_>) -> MergeRequestAction {
    match attributes.action.get().unwrap_or_default() {
        "open" => MergeRequestAction::Open,
        "close" => MergeRequestAction::Close,
        "reopen" => MergeRequestAction::Reopen,
        "merge" => MergeRequestAction::Merge,
        "approved" => MergeRequestAction::Approved,
        "unapproved" => MergeRequestAction::Unapproved,
        "approval" => MergeRequestAction::Approval,
        "unapproval" => MergeRequestAction::Unapproval,
        "update" => MergeRequestAction::Update(changes::of(wire, attributes)),
        _ => MergeRequestAction::Other(attributes.action.line().unwrap_or_default()),
    }
}
