//! What pages of things are put together from.

use jiff::Timestamp;

use crate::gitlab::http::html::Safe;
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
