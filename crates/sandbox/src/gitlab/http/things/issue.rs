//! The page of an issue.

use super::Page;
use super::parts::{TaskForm, comments, facts, labels, milestone, people, person, task_list, time};
use crate::gitlab::http::html::Safe;
use crate::gitlab::world::{Issue, Noteable, Project, World};

pub(super) fn page(
    world: &World,
    project: &Project,
    issue: &Issue,
    viewer: (bool, Option<&TaskForm<'_>>),
) -> Page {
    let (inside, form) = viewer;
    let state = if issue.open { "open" } else { "closed" };
    let confidential = match issue.confidential {
        true => " <span class=\"badge confidential\">confidential</span>",
        false => "",
    };
    let mut shown = vec![
        ("State", state.to_owned()),
        ("Opened by", person(world, issue.author_id)),
        ("Opened", time(issue.created_at)),
        ("Assignees", people(world, &issue.assignee_ids)),
        ("Labels", labels(project, &issue.label_ids)),
        ("Milestone", milestone(world, project, issue.milestone_id)),
    ];
    if issue.type_name == "Incident" {
        shown.push(("Severity", Safe(&issue.severity).to_string()));
        let status = issue.escalation_status.as_deref().unwrap_or("TRIGGERED");
        shown.push(("Status", Safe(&status.to_lowercase()).to_string()));
    }
    if let Some(zoom) = &issue.zoom {
        shown.push(("Zoom meeting", Safe(zoom).to_string()));
    }
    if let Some(day) = &issue.due_date {
        shown.push(("Due", Safe(day).to_string()));
    }
    let main = format!(
        "<p class=\"about\">{kind}: {state}{confidential}</p>{facts}{description}{comments}",
        kind = Safe(&issue.type_name),
        facts = facts(&shown),
        description = task_list(&issue.description, form),
        comments = comments(world, project, &Noteable::Issue(issue.iid), inside),
    );
    (format!("#{} {}", issue.iid, issue.title), main)
}
