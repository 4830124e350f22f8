//! Events of every kind and action, as an instance with one shop's project would send them.
//!
//! The tests, the event table and whoever wants sample messages read them from here. No name,
//! title, branch or hash stands for two things, so that a fact told twice can be found.

mod code;
mod delivery;
mod instance;
mod planning;
pub mod table;
mod talk;

use domain::event::{Commit, Event, Group, Person, Project, Target, TargetKind, Visibility, What};

/// An event, and what the event table calls its action.
pub struct Example {
    pub action: &'static str,
    pub event: Event,
}

/// Every kind and action, in the order of the kinds.
pub fn examples() -> Vec<Example> {
    let mut examples = [
        code::examples(),
        planning::examples(),
        talk::examples(),
        delivery::examples(),
        instance::examples(),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    examples.sort_by_key(|example| example.event.kind());
    examples
}

/// In the project, by Ada, at a fixed moment.
pub fn event(what: What) -> Event {
    Event {
        project: Some(project()),
        group: None,
        actor: Some(ada()),
        happened_at: Some("2026-04-23T01:06:17Z".parse().unwrap()),
        what,
    }
}

fn example(action: &'static str, what: What) -> Example {
    Example {
        action,
        event: event(what),
    }
}

pub fn project() -> Project {
    Project {
        id: Some(12),
        name: "Web shop".to_owned(),
        path: "acme/web".to_owned(),
        url: "https://gitlab.example/acme/web".to_owned(),
        default_branch: Some("main".to_owned()),
        visibility: Visibility::Internal,
        avatar_url: None,
    }
}

pub fn group() -> Group {
    Group {
        id: Some(3),
        name: "Acme".to_owned(),
        path: "acme".to_owned(),
        url: "https://gitlab.example/groups/acme".to_owned(),
    }
}

pub fn person(name: &str, username: &str) -> Person {
    Person {
        id: None,
        name: Some(name.to_owned()),
        username: Some(username.to_owned()),
        email: None,
        avatar_url: None,
    }
}

pub fn ada() -> Person {
    person("Ada Byron", "ada")
}

pub fn bo() -> Person {
    person("Bo Li", "bo")
}

pub fn cy() -> Person {
    person("Cy Ng", "cy")
}

/// A commit whose hash repeats `digits`, one or two.
pub fn commit(digits: &str, title: &str, author: &str) -> Commit {
    let sha = digits.repeat(40 / digits.len());
    Commit {
        url: format!("https://gitlab.example/acme/web/-/commit/{sha}"),
        sha,
        title: title.to_owned(),
        author: Some(author.to_owned()),
    }
}

pub fn target(kind: TargetKind, id: &str, title: &str, page: &str) -> Target {
    Target {
        kind,
        id: id.to_owned(),
        title: title.to_owned(),
        url: format!("https://gitlab.example/acme/web/-/{page}"),
        labels: Vec::new(),
    }
}

pub fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
