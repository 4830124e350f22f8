//! The facts and words that people know from GitLab's own integration, kind by kind; where ours
//! differ, the test's name or a comment says why.
//!
//! `W` stands for the project's address, links are written `<address|label>`.

mod code;
mod delivery;
mod planning;
mod text;

use domain::Message;
use domain::event::{Commit, Event, Person, Project, Target, TargetKind, Visibility, What};
use notify::{Rendering, render};

const W: &str = "https://g.ex/a/web";
const ADA: &str = "<https://g.ex/ada|Ada Byron (ada)>";

fn person(name: &str, username: &str) -> Person {
    Person {
        name: Some(name.to_owned()),
        username: Some(username.to_owned()),
        ..Person::default()
    }
}

fn event(what: What) -> Event {
    Event {
        project: Some(Project {
            id: None,
            name: "web".to_owned(),
            path: "a/web".to_owned(),
            url: W.to_owned(),
            default_branch: None,
            visibility: Visibility::Unknown,
            avatar_url: None,
        }),
        group: None,
        actor: Some(person("Ada Byron", "ada")),
        happened_at: None,
        what,
    }
}

#[track_caller]
fn message(event: &Event) -> Message {
    match render(event) {
        Rendering::Message(message) => *message,
        other @ (Rendering::Fallback(_) | Rendering::Nothing(_)) => panic!("{other:?}"),
    }
}

/// A piece of markup as it is written in this file.
fn short(markup: &str) -> String {
    markup.replace('\u{2060}', "").replace(W, "W")
}

#[track_caller]
fn check(what: What, headline: &str) -> Message {
    let message = message(&event(what));
    assert_eq!(
        short(message.headline.as_str()),
        headline.replace("ADA", ADA)
    );
    message
}

/// `label: value` of each fact.
fn facts(message: &Message) -> Vec<String> {
    message
        .facts
        .iter()
        .map(|fact| format!("{}: {}", fact.label, short(fact.value.as_str())))
        .collect()
}

fn body(message: &Message) -> String {
    message
        .body
        .as_ref()
        .map(|body| short(body.as_str()))
        .unwrap_or_default()
}

fn commit(sha: &str, title: &str, author: &str) -> Commit {
    Commit {
        sha: sha.to_owned(),
        title: title.to_owned(),
        url: format!("{W}/-/commit/{sha}"),
        author: Some(author.to_owned()),
    }
}

fn target(kind: TargetKind, id: &str, page: &str) -> Target {
    Target {
        kind,
        id: id.to_owned(),
        title: "Fix it\nand more".to_owned(),
        url: format!("{W}/-/{page}"),
        labels: Vec::new(),
    }
}
