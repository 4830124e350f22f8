//! Issues of a project, of a group and of the instance.

mod filter;
pub(super) mod links;
pub(super) mod moving;

use axum::extract::Path;

use super::call::{Answer, Call, created, ok, projects_below};
use super::refused::Refused;
use crate::gitlab::acts::issues::{self as acts, New, Update};
use crate::gitlab::acts::quick_actions;
use crate::gitlab::world::{Access, Issue, Project, World};

const LONGEST_TITLE: usize = 255;
const LONGEST_DESCRIPTION: usize = 1_048_576;

/// `GET /projects/:id/issues`
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let scope = call
            .params
            .text("scope")
            .unwrap_or_else(|| "all".to_owned());
        let found = filter::issues(&call, world, &[project], &scope)?;
        let details = call.params.yes_no("with_labels_details")? == Some(true);
        call.page(&found, |(project, issue)| {
            shape.issue(project, issue, details)
        })
    })
}

/// `GET /groups/:id/issues`
pub(super) async fn of_group(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let mut projects = projects_below(world, group);
        projects.retain(|project| world.sees(call.user.id, project));
        let scope = call
            .params
            .text("scope")
            .unwrap_or_else(|| "all".to_owned());
        let found = filter::issues(&call, world, &projects, &scope)?;
        let details = call.params.yes_no("with_labels_details")? == Some(true);
        call.page(&found, |(project, issue)| {
            shape.issue(project, issue, details)
        })
    })
}

/// `GET /issues`: those of the asker unless `scope` says otherwise.
pub(super) async fn everywhere(call: Call) -> Answer {
    let scope = call.params.text("scope");
    let scope = scope.unwrap_or_else(|| "created_by_me".to_owned());
    call.read(|world, shape| {
        let projects = world.projects.iter();
        let projects: Vec<&Project> = projects.filter(|p| world.sees(call.user.id, p)).collect();
        let found = filter::issues(&call, world, &projects, &scope)?;
        let details = call.params.yes_no("with_labels_details")? == Some(true);
        call.page(&found, |(project, issue)| {
            shape.issue(project, issue, details)
        })
    })
}

/// `GET /projects/:id/issues/:issue_iid`
pub(super) async fn one(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        ok(shape.issue(project, find(&call, world, project, iid)?, false))
    })
}

/// The issue with this number, when the asker may see it.
pub(super) fn find<'w>(
    call: &Call,
    world: &World,
    project: &'w Project,
    iid: u64,
) -> Result<&'w Issue, Refused> {
    let found = project.issues.iter().find(|issue| issue.iid == iid);
    found
        .filter(|issue| world.sees_issue(call.user.id, project, issue))
        .ok_or_else(|| Refused::not_found("Issue"))
}

/// `POST /projects/:id/issues`
pub(super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let params = &call.params;
    let title = title(&params.required("title")?)?;
    let kind = params.one_of("issue_type", &["issue", "incident", "task", "test_case"])?;
    let incident = kind == Some("incident");
    let milestone_id = params.number("milestone_id")?.filter(|id| *id != 0);
    let read = quick_actions::read(&description(&call)?.unwrap_or_default());
    let new = New {
        type_name: type_name(kind.unwrap_or("issue")).to_owned(),
        title,
        description: String::new(),
        confidential: params.yes_no("confidential")?.unwrap_or(false),
        severity: "unknown".to_owned(),
        assignee_ids: assignees(&call)?.unwrap_or_default(),
        labels: params.many("labels").unwrap_or_default(),
        milestone_id,
        zoom: None,
        due_date: params.text("due_date").filter(|day| !day.is_empty()),
    };
    let issue = call.change(&id, |scene| {
        let access = scene.world.access_to(call.user.id, scene.project());
        if incident && access < Some(Access::Reporter) {
            return Err(Refused::forbidden());
        }
        known_milestone(scene.world, scene.project(), milestone_id)?;
        // What a person may not set is left out without a word.
        let new = if access < Some(Access::Reporter) {
            New {
                assignee_ids: Vec::new(),
                labels: Vec::new(),
                milestone_id: None,
                due_date: None,
                ..new
            }
        } else {
            new
        };
        Ok(quick_actions::create(scene, new, read))
    });
    let issue = issue.await?;
    call.read(|world, shape| created(shape.issue(call.project(world, &id)?, &issue, false)))
}

fn type_name(kind: &str) -> &'static str {
    match kind {
        "incident" => "Incident",
        "task" => "Task",
        "test_case" => "Test Case",
        _ => "Issue",
    }
}

fn title(given: &str) -> Result<String, Refused> {
    let given = given.trim();
    if given.is_empty() {
        return Err(Refused::invalid("title", "can't be blank"));
    }
    if given.chars().count() > LONGEST_TITLE {
        let problem = "is too long (maximum is 255 characters)";
        return Err(Refused::invalid("title", problem));
    }
    Ok(given.to_owned())
}

fn description(call: &Call) -> Result<Option<String>, Refused> {
    let given = call.params.text("description");
    let is_long = |text: &String| LONGEST_DESCRIPTION < text.chars().count();
    if given.as_ref().is_some_and(is_long) {
        let problem = "is too long (maximum is 1048576 characters)";
        return Err(Refused::invalid("description", problem));
    }
    Ok(given)
}

/// `assignee_ids`, or `assignee_id`; zero and an empty list unassign.
fn assignees(call: &Call) -> Result<Option<Vec<u64>>, Refused> {
    let many = call.params.numbers("assignee_ids");
    let one = call.params.number("assignee_id")?.map(|id| vec![id]);
    let given = many.or(one);
    Ok(given.map(|ids| {
        let known = |id: &u64| call.read(|world, _| world.user(*id).is_some());
        ids.into_iter().filter(known).collect()
    }))
}

fn known_milestone(world: &World, project: &Project, id: Option<u64>) -> Result<(), Refused> {
    let Some(id) = id else { return Ok(()) };
    let groups = world.group_and_ancestors(project.group_id);
    let of_groups = groups.iter().flat_map(|group| &group.milestones);
    let mut known = project.milestones.iter().chain(of_groups);
    if known.any(|milestone| milestone.id == id) {
        return Ok(());
    }
    Err(Refused::invalid("milestone_id", "is invalid"))
}

/// `PUT /projects/:id/issues/:issue_iid`
pub(super) async fn update(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let params = &call.params;
    let changes = Update {
        title: params.text("title").map(|text| title(&text)).transpose()?,
        description: description(&call)?,
        confidential: params.yes_no("confidential")?,
        assignee_ids: assignees(&call)?,
        labels: params.many("labels"),
        add_labels: params.many("add_labels").unwrap_or_default(),
        remove_labels: params.many("remove_labels").unwrap_or_default(),
        milestone_id: match params.text("milestone_id") {
            Some(_) => Some(params.number("milestone_id")?.filter(|id| *id != 0)),
            None => None,
        },
        open: params
            .one_of("state_event", &["close", "reopen"])?
            .map(|event| event == "reopen"),
        due_date: params
            .text("due_date")
            .map(|day| Some(day).filter(|d| !d.is_empty())),
        ..Update::default()
    };
    if !says_something(&changes) {
        let fields = "title, description, confidential, assignee_ids, labels, add_labels, \
            remove_labels, milestone_id, state_event are missing, at least one parameter must be \
            provided";
        return Err(Refused::error(fields));
    }
    let issue = call.change(&id, |scene| {
        let issue = find(&call, scene.world, scene.project(), iid)?.clone();
        let me = call.user.id;
        if issue.author_id != me && !issue.assignee_ids.contains(&me) {
            call.needs(scene.world, scene.project(), Access::Reporter)?;
        }
        let milestone = changes.milestone_id.flatten();
        known_milestone(scene.world, scene.project(), milestone)?;
        Ok(acts::update(scene, issue, changes))
    });
    let issue = issue.await?;
    call.read(|world, shape| ok(shape.issue(call.project(world, &id)?, &issue, false)))
}

fn says_something(update: &Update) -> bool {
    update.title.is_some()
        || update.description.is_some()
        || update.confidential.is_some()
        || update.assignee_ids.is_some()
        || update.labels.is_some()
        || !update.add_labels.is_empty()
        || !update.remove_labels.is_empty()
        || update.milestone_id.is_some()
        || update.open.is_some()
        || update.due_date.is_some()
}
