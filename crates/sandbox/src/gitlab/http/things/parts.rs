//! What pages of things are put together from.

use jiff::Timestamp;

use crate::gitlab::http::html::Safe;
use crate::gitlab::http::markdown;
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
    let shown = markdown::html(text, |index| {
        let task = tasks.get(index);
        task.map_or_else(String::new, |task| task_box(task, index, form))
    });
    format!(
        "<p class=\"about\">{done} of {} checklist items completed</p>\
         <div class=\"markdown\">{shown}</div>",
        tasks.len(),
    )
}

fn task_box(task: &Task, index: usize, form: Option<&TaskForm<'_>>) -> String {
    let sign = if task.done { "☑" } else { "☐" };
    let Some(form) = form else {
        return format!("<span class=\"task\">{sign}</span> ");
    };
    format!(
        "<form class=\"task\" method=\"post\" action=\"{action}\">\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\
         <input type=\"hidden\" name=\"item\" value=\"{number}\">\
         <input type=\"hidden\" name=\"text\" value=\"{text}\">\
         <button name=\"done\" value=\"{turned}\" role=\"checkbox\" aria-checked=\"{done}\" \
         aria-label=\"{text}\">{sign}</button></form> ",
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
        false => format!("<div class=\"markdown\">{}</div>", rendered(text)),
    }
}

/// Markdown whose boxes nobody can tick here.
fn rendered(text: &str) -> String {
    let tasks = tasks::tasks(text);
    markdown::html(text, |index| {
        let task = tasks.get(index);
        task.map_or_else(String::new, |task| task_box(task, index, None))
    })
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
         <div class=\"markdown\">{}</div></article>",
        note.id,
        person(world, note.author_id),
        time(note.at),
        rendered(&note.text),
    )
}
