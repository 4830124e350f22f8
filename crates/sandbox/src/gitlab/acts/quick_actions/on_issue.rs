//! Quick actions on issues.

use super::{Action, Read, Told, references};
use crate::gitlab::acts::issues::{self, New, Update};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Access, Issue};

/// GitLab's severities, with the shorter names that people type.
const SEVERITIES: [(&str, &str, &str); 5] = [
    ("unknown", "unknown", "Unknown"),
    ("low", "s4", "Low - S4"),
    ("medium", "s3", "Medium - S3"),
    ("high", "s2", "High - S2"),
    ("critical", "s1", "Critical - S1"),
];

/// Makes an issue and does what the quick actions in its description say.
pub(in crate::gitlab) fn create(scene: &mut Scene<'_>, new: New, read: Read) -> Issue {
    let described = New {
        description: read.text,
        ..new
    };
    let issue = issues::create(scene, described);
    on_issue(scene, issue, &read.actions).0
}

/// Does what the quick actions say.
pub(in crate::gitlab) fn on_issue(
    scene: &mut Scene<'_>,
    issue: Issue,
    actions: &[Action],
) -> (Issue, Told) {
    let mut told = Told::default();
    if actions.is_empty() {
        return (issue, told);
    }
    let me = scene.user.id;
    let works = scene.world.access_to(me, scene.project()) >= Some(Access::Reporter);
    let own = issue.author_id == me || issue.assignee_ids.contains(&me);
    let mut update = Update::default();
    for action in actions {
        let for_its_people = ["close", "reopen", "title"].contains(&action.name);
        let may = works || (own && for_its_people);
        let said = may.then(|| apply(scene, &issue, action, &mut update));
        match said.flatten() {
            Some(said) => told.done(said),
            None => told.refused(action),
        }
    }
    let issue = issues::update(scene, issue, update);
    (issue, told)
}

/// Notes the change and answers what GitLab says of it; nothing when it cannot be made.
fn apply(scene: &Scene<'_>, issue: &Issue, action: &Action, update: &mut Update) -> Option<String> {
    let value = action.value.as_str();
    Some(match action.name {
        "label" | "relabel" | "unlabel" => return labels(scene, action, update),
        "assign" | "reassign" | "unassign" => return people(scene, issue, action, update),
        "close" if issue.open => {
            update.open = Some(false);
            "Closed this issue.".to_owned()
        }
        "reopen" if !issue.open => {
            update.open = Some(true);
            "Reopened this issue.".to_owned()
        }
        "title" if !value.is_empty() => {
            update.title = Some(value.to_owned());
            format!("Changed the title to \"{value}\".")
        }
        "confidential" if !issue.confidential => {
            update.confidential = Some(true);
            "Made this issue confidential.".to_owned()
        }
        "severity" if issue.type_name == "Incident" => {
            let wanted = value.to_lowercase();
            let mut known = SEVERITIES.iter();
            let (word, _, shown) =
                known.find(|(word, short, _)| wanted == *word || wanted == *short)?;
            update.severity = Some((*word).to_owned());
            format!("Severity updated to {shown}.")
        }
        "zoom" if value.starts_with("https://") && value.contains("zoom.us/") => {
            let link = value.split_whitespace().next().unwrap_or(value);
            update.zoom = Some(Some(link.to_owned()));
            "Zoom meeting added".to_owned()
        }
        "remove_zoom" if issue.zoom.is_some() => {
            update.zoom = Some(None);
            "Zoom meeting removed".to_owned()
        }
        "milestone" => {
            let title = value.trim_start_matches('%').trim_matches('"');
            update.milestone_id = Some(Some(scene.milestone(title).ok()?));
            format!("Set the milestone to %{title}.")
        }
        "remove_milestone" if issue.milestone_id.is_some() => {
            update.milestone_id = Some(None);
            "Removed the milestone.".to_owned()
        }
        "due" => {
            let day: jiff::civil::Date = value.parse().ok()?;
            update.due_date = Some(Some(day.to_string()));
            format!("Set the due date to {day}.")
        }
        "remove_due_date" if issue.due_date.is_some() => {
            update.due_date = Some(None);
            "Removed the due date.".to_owned()
        }
        _ => return None,
    })
}

/// Labels that the project does not have are left alone, as in GitLab.
fn labels(scene: &Scene<'_>, action: &Action, update: &mut Update) -> Option<String> {
    let known = &scene.project().labels;
    let mut titles = action.labels();
    titles.retain(|title| known.iter().any(|label| label.title == *title));
    let noun = if titles.len() == 1 { "label" } else { "labels" };
    let said = references(&titles);
    match action.name {
        "unlabel" if action.value.is_empty() => {
            update.labels = Some(Vec::new());
            Some("Removed all labels.".to_owned())
        }
        _ if titles.is_empty() => None,
        "unlabel" => {
            update.remove_labels.extend(titles);
            Some(format!("Removed {said} {noun}."))
        }
        "relabel" => {
            update.labels = Some(titles);
            Some(format!("Replaced all labels with {said} {noun}."))
        }
        _ => {
            update.add_labels.extend(titles);
            Some(format!("Added {said} {noun}."))
        }
    }
}

fn people(
    scene: &Scene<'_>,
    issue: &Issue,
    action: &Action,
    update: &mut Update,
) -> Option<String> {
    let names = action.people(&scene.user.username);
    let named = scene.people("assignees", &names).ok()?;
    let so_far = update.assignee_ids.as_ref().unwrap_or(&issue.assignee_ids);
    let said: Vec<String> = names.iter().map(|name| format!("@{name}")).collect();
    let said = said.join(" ");
    let (ids, said) = match action.name {
        "unassign" if names.is_empty() => (Vec::new(), "Removed all assignees.".to_owned()),
        _ if names.is_empty() => return None,
        "unassign" => {
            let left = so_far.iter().filter(|id| !named.contains(id));
            (left.copied().collect(), format!("Removed assignee {said}."))
        }
        "reassign" => (named, format!("Changed assignee to {said}.")),
        _ => {
            let mut ids = so_far.clone();
            ids.extend(named.iter().filter(|id| !so_far.contains(id)));
            (ids, format!("Assigned {said}."))
        }
    };
    update.assignee_ids = Some(ids);
    Some(said)
}
