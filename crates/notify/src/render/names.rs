//! How people, places and commits are called in a message.

use domain::event::{Commit, Event, Group, Person, Project};
use domain::mrkdwn::{self, Mrkdwn};
use domain::say;

use super::address;
use super::sentence::{Sentence, tell};
use super::text;

/// Hex digits of a commit that are shown.
const SHORT: usize = 8;

/// Who did it, at the beginning of a sentence. What GitLab does by itself was done by somebody.
pub(super) fn actor(event: &Event) -> Sentence {
    match &event.actor {
        Some(actor) => person(event, actor),
        None => tell!("Somebody"),
    }
}

/// ` by Ada Byron (ada)`, or nothing.
pub(super) fn by_actor(event: &Event) -> Sentence {
    match &event.actor {
        Some(actor) => {
            let user = person(event, actor);
            tell!(" by {user}", user)
        }
        None => Sentence::default(),
    }
}

/// "Ada Byron (ada)", in a notification "Ada Byron".
pub(super) fn person(event: &Event, person: &Person) -> Sentence {
    let page = match person.username.as_deref() {
        Some(username) => address::profile(event, username),
        None => String::new(),
    };
    let (short, full) = short_and_full(person);
    Sentence::of(short, address::link(&page, &full))
}

/// Somebody who is gone and has no page any more.
pub(super) fn former(gone: &Person) -> Sentence {
    let (short, full) = short_and_full(gone);
    Sentence::of(short, full)
}

/// "Ada Byron" and "Ada Byron (ada)"; the same twice when there is only one name.
fn short_and_full(person: &Person) -> (Mrkdwn, Mrkdwn) {
    let name = person.name.as_deref().map(text::name).unwrap_or_default();
    let username = person
        .username
        .as_deref()
        .map(text::name)
        .unwrap_or_default();
    match (name.is_empty(), username.is_empty()) {
        (false, false) if name != username => {
            let full = say!("{} ({})", name, username);
            (name, full)
        }
        (false, _) => (name.clone(), name),
        (true, false) => (username.clone(), username),
        (true, true) => (say!("Somebody"), say!("Somebody")),
    }
}

/// People in a sentence: at most five by name. Whoever did it is called "themselves".
pub(super) fn people(event: &Event, people: &[Person]) -> Sentence {
    const NAMED: usize = 5;
    let mut named: Vec<_> = people
        .iter()
        .take(NAMED)
        .map(|other| other_person(event, other))
        .collect();
    if let more @ 1.. = people.len().saturating_sub(NAMED) {
        let more = say!("{} more", more);
        named.push(tell!("{more}", more));
    }
    Sentence::and_list(named)
}

/// People as the value of a fact.
pub(super) fn people_listed(event: &Event, people: &[Person]) -> Mrkdwn {
    text::listed(
        people
            .iter()
            .map(|other| other_person(event, other).into_headline()),
        "",
    )
}

/// Somebody in a message whose headline names the one who did it.
fn other_person(event: &Event, other: &Person) -> Sentence {
    match &event.actor {
        Some(actor) if same(actor, other) => tell!("themselves"),
        Some(_) | None => person(event, other),
    }
}

fn same(one: &Person, other: &Person) -> bool {
    match (&one.username, &other.username) {
        (Some(one), Some(other)) => one == other,
        (_, _) => one.id.is_some() && one.id == other.id,
    }
}

/// Where it happened: the project, else the group, else nothing.
pub(super) fn place(event: &Event) -> Option<Sentence> {
    match (&event.project, &event.group) {
        (Some(project), _) => named_project(project),
        (None, Some(group)) => named_group(event, group),
        (None, None) => None,
    }
}

/// A word of our own and the place, such as ` in acme/shop`; nothing without a place.
pub(super) fn at_place(event: &Event, word: &'static str) -> Sentence {
    match place(event) {
        Some(place) => tell!(" {word} {place}", word place),
        None => Sentence::default(),
    }
}

/// ` in acme/shop`, or nothing.
pub(super) fn in_place(event: &Event) -> Sentence {
    at_place(event, "in")
}

/// A project by its full path, which tells it from its namesakes in other groups.
pub(super) fn project(project: &Project) -> Sentence {
    named_project(project).unwrap_or_else(|| tell!("without a name"))
}

/// A group by its full path.
pub(super) fn group(event: &Event, group: &Group) -> Sentence {
    named_group(event, group).unwrap_or_else(|| tell!("without a name"))
}

fn named_project(project: &Project) -> Option<Sentence> {
    Some(Sentence::linked(
        &project.url,
        path_or_name(&project.path, &project.name)?,
    ))
}

fn named_group(event: &Event, group: &Group) -> Option<Sentence> {
    let label = path_or_name(&group.path, &group.name)?;
    Some(match (group.url.as_str(), address::instance(event)) {
        ("", Some(base)) => Sentence::linked(&format!("{base}/groups/{}", group.path), label),
        (url, _) => Sentence::linked(url, label),
    })
}

fn path_or_name(path: &str, name: &str) -> Option<Mrkdwn> {
    let label = text::name(if path.trim().is_empty() { name } else { path });
    (!label.is_empty()).then_some(label)
}

/// ` from acme/store`: what something was called before; nothing when that is not known.
pub(super) fn formerly(name: Option<&str>) -> Mrkdwn {
    match name.map(text::name) {
        Some(name) if !name.is_empty() => say!(" from {}", name),
        Some(_) | None => Mrkdwn::empty(),
    }
}

/// `#7 Fix it` or `!7 Fix it`, linked.
pub(super) fn numbered(sign: &'static str, number: u64, title: &str, url: &str) -> Sentence {
    let label = mrkdwn::join([say!("{}{}", sign, number), text::title(title)], " ");
    Sentence::linked(url, label)
}

/// A branch, linked to its commits.
pub(super) fn branch(event: &Event, name: &str) -> Mrkdwn {
    match &event.project {
        Some(project) => address::link(&address::branch(project, name), &text::name(name)),
        None => text::name(name),
    }
}

/// A tag, linked to its page.
pub(super) fn tag(event: &Event, name: &str) -> Mrkdwn {
    match &event.project {
        Some(project) => address::link(&address::tag(project, name), &text::name(name)),
        None => text::name(name),
    }
}

/// The first digits of a commit's hash.
pub(super) fn short_sha(sha: &str) -> Mrkdwn {
    mrkdwn::escape_line(&sha.chars().take(SHORT).collect::<String>())
}

/// A commit by its short hash, linked.
pub(super) fn sha(event: &Event, sha: &str) -> Mrkdwn {
    match &event.project {
        Some(project) => address::link(&address::commit(project, sha), &short_sha(sha)),
        None => short_sha(sha),
    }
}

/// The page of a commit: the payload's own address for it, or one made from the project's.
fn commit_url(event: &Event, commit: &Commit) -> String {
    match (&event.project, commit.url.is_empty()) {
        (Some(project), true) => address::commit(project, &commit.sha),
        (_, _) => commit.url.clone(),
    }
}

/// A commit by its title, linked; by its short hash when it has none.
pub(super) fn commit_title(event: &Event, commit: &Commit) -> Mrkdwn {
    let title = text::title(&commit.title);
    let label = if title.is_empty() {
        short_sha(&commit.sha)
    } else {
        title
    };
    address::link(&commit_url(event, commit), &label)
}

/// `abcdef01: Fix it`, the hash linked.
pub(super) fn commit_line(event: &Event, commit: &Commit) -> Mrkdwn {
    let sha = address::link(&commit_url(event, commit), &short_sha(&commit.sha));
    mrkdwn::join([sha, text::title(&commit.title)], ": ")
}

/// The commit without its title when that is `told` already: a merge request of one commit
/// bears its title.
pub(super) fn untold(commit: &Commit, told: &str) -> Commit {
    let title = match commit.title.trim() {
        title if title == told.trim() => "",
        title => title,
    };
    Commit {
        title: title.to_owned(),
        ..commit.clone()
    }
}
