//! Making and changing an issue, for acts and for the REST API.

use serde_json::{Map, Value, json};

use super::{send, turn};
use crate::gitlab::payload::{changes, utc};
use crate::gitlab::scene::{Scene, next_iid};
use crate::gitlab::world::{Issue, Note, Noteable};

/// An issue that is to be made by the acting person.
#[derive(Clone, Debug)]
pub(in crate::gitlab) struct New {
    /// GitLab's name of the type: "Issue", "Incident" …
    pub type_name: String,
    pub title: String,
    pub description: String,
    pub confidential: bool,
    pub severity: String,
    pub assignee_ids: Vec<u64>,
    /// By title; those that are new are made.
    pub labels: Vec<String>,
    pub milestone_id: Option<u64>,
    pub zoom: Option<String>,
    pub due_date: Option<String>,
}

/// What is to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub(in crate::gitlab) struct Update {
    pub title: Option<String>,
    pub description: Option<String>,
    pub confidential: Option<bool>,
    pub assignee_ids: Option<Vec<u64>>,
    /// All its labels from now on.
    pub labels: Option<Vec<String>>,
    pub add_labels: Vec<String>,
    pub remove_labels: Vec<String>,
    /// `Some(None)` takes it out of its milestone.
    pub milestone_id: Option<Option<u64>>,
    /// True opens it again, false closes it.
    pub open: Option<bool>,
    pub severity: Option<String>,
    /// `Some(None)` removes its Zoom meeting.
    pub zoom: Option<Option<String>>,
    /// `Some(None)` removes its due date.
    pub due_date: Option<Option<String>>,
}

/// Makes it, sends the event of it and answers it.
pub(in crate::gitlab) fn create(scene: &mut Scene<'_>, new: New) -> Issue {
    let issue = Issue {
        id: scene.world.next_id(),
        iid: next_iid(scene.project().issues.iter().map(|issue| issue.iid)),
        type_name: new.type_name,
        title: new.title,
        description: new.description,
        confidential: new.confidential,
        open: true,
        severity: new.severity,
        author_id: scene.user.id,
        assignee_ids: new.assignee_ids,
        label_ids: scene.labels(&new.labels),
        milestone_id: new.milestone_id,
        created_at: scene.now,
        updated_at: scene.now,
        closed_at: None,
        closed_by_id: None,
        moved_to_id: None,
        zoom: new.zoom,
        due_date: new.due_date,
        escalation_status: None,
    };
    send(scene, &issue, "open", &Map::new());
    scene.keep_issue(issue.clone());
    issue
}

/// Changes it; the change of its state is an event of its own, as in GitLab, and the first.
pub(in crate::gitlab) fn update(scene: &mut Scene<'_>, mut issue: Issue, update: Update) -> Issue {
    if let Some(open) = update.open.filter(|open| *open != issue.open) {
        turn(scene, issue.clone(), open);
        issue.open = open;
        issue.closed_at = (!open).then_some(scene.now);
        issue.closed_by_id = (!open).then_some(scene.user.id);
        issue.updated_at = scene.now;
    }
    let mut changed = Map::new();
    if let Some(title) = update.title.filter(|title| *title != issue.title) {
        changed.extend(changes([("title", json!(issue.title), json!(title))]));
        issue.title = title;
    }
    let differs = |text: &String| *text != issue.description;
    if let Some(text) = update.description.filter(differs) {
        changed.extend(changes([(
            "description",
            json!(issue.description),
            json!(text),
        )]));
        issue.description = text;
    }
    let differs = |hidden: &bool| *hidden != issue.confidential;
    if let Some(hidden) = update.confidential.filter(differs) {
        changed.extend(changes([("confidential", json!(!hidden), json!(hidden))]));
        issue.confidential = hidden;
    }
    if let Some(ids) = update.assignee_ids.filter(|ids| *ids != issue.assignee_ids) {
        let before = scene.source().people(&issue.assignee_ids);
        let after = scene.source().people(&ids);
        changed.extend(changes([("assignees", json!(before), json!(after))]));
        issue.assignee_ids = ids;
    }
    if let Some(id) = update.milestone_id.filter(|id| *id != issue.milestone_id) {
        let before = issue.milestone_id;
        changed.extend(changes([("milestone_id", json!(before), json!(id))]));
        issue.milestone_id = id;
    }
    if let Some(severity) = update.severity.filter(|word| *word != issue.severity) {
        changed.extend(changes([(
            "severity",
            json!(issue.severity),
            json!(severity),
        )]));
        issue.severity = severity;
    }
    if let Some(day) = update.due_date.filter(|day| *day != issue.due_date) {
        changed.extend(changes([("due_date", json!(issue.due_date), json!(day))]));
        issue.due_date = day;
    }
    if let Some(zoom) = update.zoom {
        issue.zoom = zoom;
    }
    let labels = (update.labels, update.add_labels, update.remove_labels);
    change_labels(scene, &mut issue, labels, &mut changed);
    if !changed.is_empty() {
        let before = json!(utc(issue.updated_at));
        let now = json!(utc(scene.now));
        changed.extend(changes([("updated_at", before, now)]));
        issue.updated_at = scene.now;
        send(scene, &issue, "update", &changed);
    }
    scene.keep_issue(issue.clone());
    issue
}

/// Moves an issue into another project: it is closed here and opened anew there, its comments
/// included. Answers the new one.
pub(in crate::gitlab) fn move_to(scene: &mut Scene<'_>, mut issue: Issue, target: u64) -> Issue {
    let labels = scene.project().labels_of(&issue.label_ids);
    let notes = scene.project().notes.iter();
    let notes: Vec<Note> = notes
        .filter(|note| note.on == Noteable::Issue(issue.iid))
        .cloned()
        .collect();
    let copy = New {
        type_name: issue.type_name.clone(),
        title: issue.title.clone(),
        description: issue.description.clone(),
        confidential: issue.confidential,
        severity: issue.severity.clone(),
        assignee_ids: issue.assignee_ids.clone(),
        labels: labels.into_iter().map(|label| label.title).collect(),
        milestone_id: None,
        zoom: issue.zoom.clone(),
        due_date: issue.due_date.clone(),
    };
    let moved = scene.in_project(target, |scene| {
        let moved = create(scene, copy);
        for mut note in notes {
            note.id = scene.world.next_id();
            note.on = Noteable::Issue(moved.iid);
            scene.project_mut().notes.push(note);
        }
        moved
    });
    issue.moved_to_id = Some(moved.id);
    if issue.open {
        turn(scene, issue, false);
    } else {
        scene.keep_issue(issue);
    }
    moved
}

type Labels = (Option<Vec<String>>, Vec<String>, Vec<String>);

/// A scoped label that is added, `Incident::Resolved`, takes the place of the others of its scope.
fn change_labels(
    scene: &mut Scene<'_>,
    issue: &mut Issue,
    (all, add, remove): Labels,
    changed: &mut Map<String, Value>,
) {
    let before = scene.project().labels_of(&issue.label_ids);
    let mut titles: Vec<String> = match all {
        Some(all) => all,
        None => before.iter().map(|label| label.title.clone()).collect(),
    };
    for title in add {
        if let Some((scope, _)) = title.rsplit_once("::") {
            titles.retain(|t| t.rsplit_once("::").is_none_or(|(s, _)| s != scope));
        }
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.retain(|title| !remove.contains(title));
    let mut ids = scene.labels(&titles);
    ids.dedup();
    let mut sorted = [ids.clone(), issue.label_ids.clone()];
    sorted.iter_mut().for_each(|ids| ids.sort_unstable());
    if sorted[0] == sorted[1] {
        return;
    }
    let before = scene.source().labels(&issue.label_ids);
    let after = scene.source().labels(&ids);
    issue.label_ids = ids;
    changed.extend(changes([("labels", json!(before), json!(after))]));
}
