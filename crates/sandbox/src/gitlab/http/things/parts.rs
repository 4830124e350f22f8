//! What pages of things are put together from.

use jiff::Timestamp;

use crate::gitlab::http::html::Safe;
use crate::gitlab::tasks::{self, Task};
use crate::gitlab::world::{Note, Noteable, Project, World};

/// A list of facts: a name and, in HTML, what it is.
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let facts: String = facts
        .iter()
        .map(|(name, value)| format!("<div><dt>{}</dt><dd>{value}</dd></div>", Safe(name)))
        .collect();
    format!("<dl class=\"facts\">{facts}</dl>")
}

/// A day and time as people read it.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A person's name; of nobody known, GitLab's ghost.
pub(super) fn person(world: &World, id: u64) -> String {
    let user = world.user(id);
    user.map_or_else(
        || "Ghost User".to_owned(),
        |user| {
            format!(
                "{} <small>@{}</small>",
                Safe(&user.name),
                Safe(&user.username)
            )
        },
    )
}

/// Several people, or "none".
pub(super) fn people(world: &World, ids: &[u64]) -> String {
    let people: Vec<String> = ids.iter().map(|id| person(world, *id)).collect();
    or_none(&people.join(", "))
}

pub(super) fn labels(project: &Project, ids: &[u64]) -> String {
    let labels = project.labels_of(ids);
    let labels: Vec<String> = labels
        .iter()
        .map(|label| format!("<span class=\"badge\">{}</span>", Safe(&label.title)))
        .collect();
    or_none(&labels.join(" "))
}

/// Title of the milestone of the project or of a group above it.
pub(super) fn milestone(world: &World, project: &Project, id: Option<u64>) -> String {
    let groups = world.group_and_ancestors(project.group_id);
    let of_groups = groups.iter().flat_map(|group| &group.milestones);
    let mut all = project.milestones.iter().chain(of_groups);
    let found = all.find(|milestone| Some(milestone.id) == id);
    or_none(&found.map_or_else(String::new, |found| Safe(&found.title).to_string()))
}

fn or_none(html: &str) -> String {
    if html.is_empty() { "none" } else { html }.to_owned()
}

/// A description with its boxes: each is a button for whoever may edit it.
pub(super) fn task_list(text: &str, form: Option<&TaskForm<'_>>) -> String {
    let tasks = tasks::tasks(text);
    if tasks.is_empty() {
        return description(text);
    }
    let done = tasks.iter().filter(|task| task.done).count();
    let mut html = format!(
        "<p class=\"about\">{done} of {} checklist items completed</p>",
        tasks.len(),
    );
    let mut said = String::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let part = at..at + line.len();
        at = part.end;
        let Some(index) = tasks.iter().position(|task| task.is_within(&part)) else {
            said.push_str(line);
            continue;
        };
        html.push_str(&between(&std::mem::take(&mut said)));
        html.push_str(&task_box(&tasks[index], index, form));
    }
    html + &between(&said)
}

/// The text between two boxes.
fn between(text: &str) -> String {
    let text = text.trim_matches('\n');
    match text.trim().is_empty() {
        true => String::new(),
        false => description(text),
    }
}

fn task_box(task: &Task, index: usize, form: Option<&TaskForm<'_>>) -> String {
    let sign = if task.done { "☑" } else { "☐" };
    let shown = format!(
        "<span aria-hidden=\"true\">{sign}</span> {}",
        Safe(&task.text)
    );
    let depth = task.depth.min(5);
    let Some(form) = form else {
        let state = if task.done { "done" } else { "open" };
        return format!("<p class=\"task depth-{depth} {state}\">{shown}</p>");
    };
    format!(
        "<form class=\"task depth-{depth}\" method=\"post\" action=\"{action}\">\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\
         <input type=\"hidden\" name=\"item\" value=\"{number}\">\
         <input type=\"hidden\" name=\"text\" value=\"{text}\">\
         <button name=\"done\" value=\"{turned}\" role=\"checkbox\" aria-checked=\"{done}\">{shown}\
         </button></form>",
        action = Safe(&form.action),
        token = Safe(form.token),
        number = index + 1,
        text = Safe(&task.text),
        turned = !task.done,
        done = task.done,
    )
}

/// Where a click on a box goes.
pub(super) struct TaskForm<'a> {
    pub action: String,
    /// What proves that the form is the visitor's own.
    pub token: &'a str,
}

pub(super) fn description(text: &str) -> String {
    match text.is_empty() {
        true => "<p class=\"empty\">No description.</p>".to_owned(),
        false => format!("<pre>{}</pre>", Safe(text)),
    }
}

/// The comments, oldest first; internal ones for who works on the project.
pub(super) fn comments(world: &World, project: &Project, on: &Noteable, inside: bool) -> String {
    let mut notes: Vec<&Note> = project.notes.iter().collect();
    notes.retain(|note| note.on == *on && (inside || !note.internal));
    notes.sort_by_key(|note| (note.at, note.id));
    let shown: String = notes.iter().map(|note| comment(world, note)).collect();
    let empty = match notes.is_empty() {
        true => "<p class=\"empty\">Nobody has commented yet.</p>",
        false => "",
    };
    format!("<h2>Comments</h2>{empty}{shown}")
}

fn comment(world: &World, note: &Note) -> String {
    let internal = match note.internal {
        true => " <span class=\"badge\">internal</span>",
        false => "",
    };
    format!(
        "<article class=\"comment\" id=\"note_{}\"><p class=\"about\">{}, {}{internal}</p>\
         <pre>{}</pre></article>",
        note.id,
        person(world, note.author_id),
        time(note.at),
        Safe(&note.text),
    )
}
