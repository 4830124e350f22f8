//! All that is known of GitLab: its webhooks, parsed into events, and its REST API.
//!
//! [`parse`] takes what a project, group or system hook sends, of GitLab 8 and later, and says
//! what happened. Whether the request is genuine, whether it is a repeat and who wants to hear
//! of it is decided elsewhere.
//!
//! [`rest::Client`] asks and changes: people and projects, issues, merge requests, commits,
//! deployments, pipelines, and the feature flags of the instance, with a token of its own or as
//! a person who signed in by [`oauth`]. [`links`] reads the addresses of its pages, [`task_list`]
//! the boxes of a description; who ticked them is in a [`DescriptionEdit`]. When to ask and what
//! to make of the answer is decided elsewhere too; the two halves share no types.

mod body;
mod changes;
mod heading;
mod kinds;
mod lax;
mod log_line;
mod place;
mod reason;

mod alert;
mod deployment;
mod description_edit;
mod emoji;
mod feature_flag;
mod group_mention;
mod issue;
mod job;
mod lifecycle;
pub mod links;
mod member;
mod merge_request;
mod milestone;
mod note;
pub mod oauth;
mod pipeline;
mod push;
mod release;
pub mod rest;
mod system;
mod target;
pub mod task_list;
mod token;
mod unknown;
mod vulnerability;
mod wiki_page;

use domain::event::Project;
use domain::{Event, EventKind};
use serde_json::Value;

use body::{Body, Failure, Reader};
pub use description_edit::{DescriptionEdit, Editor};
pub use kinds::{KNOWN_KINDS, KnownKind};
pub use reason::Ignored;

/// A webhook, as far as we understand it.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// What settings, metrics and the log file it under, even when it is ignored.
    pub kind: EventKind,
    /// GitLab's own name for it, at most 100 characters: `merge_request`, `user_add_to_group`.
    pub name: String,
    /// Full path of the project it came from, when it came from one.
    pub project_path: Option<String>,
    /// One line for the log, at most 200 characters: `!7 Fix it (merge)`.
    pub title: String,
    /// What happened, or why nothing can be said of it.
    pub outcome: Result<Event, Ignored>,
}

/// The body is not a JSON object.
#[derive(Debug, thiserror::Error)]
pub enum NotAnObject {
    #[error("the body is not UTF-8; a webhook is a JSON object in UTF-8")]
    NotUtf8(#[source] std::str::Utf8Error),
    #[error("the body is not a JSON object: {0}")]
    NotJson(#[source] serde_json::Error),
    #[error("the body is nested deeper than 127 levels")]
    TooDeep,
}

impl From<serde_json::Error> for NotAnObject {
    fn from(error: serde_json::Error) -> Self {
        if error.to_string().starts_with("recursion limit exceeded") {
            return Self::TooDeep;
        }
        Self::NotJson(error)
    }
}

/// Reads a webhook. `event_header` is the value of `X-Gitlab-Event`; what the body says of its
/// kind goes before it.
///
/// A kind that we do not know is an event too ([`domain::event::What::Unknown`]); a known kind
/// that lacks what makes it one is [`Ignored`]. Other fields may be missing or odd.
///
/// # Errors
/// The body is not a JSON object.
pub fn parse(event_header: Option<&str>, body: &[u8]) -> Result<Webhook, NotAnObject> {
    let text = std::str::from_utf8(body).map_err(NotAnObject::NotUtf8)?;
    if let Ok(webhook) = read(event_header, text) {
        return Ok(webhook);
    }
    // A field that stands twice stops the quick reading; in a JSON value the last one counts.
    let value: Value = serde_json::from_str(text)?;
    Ok(read(event_header, &value.to_string())?)
}

/// What [`parse`] does, for a coverage-guided fuzzer: bytes in, no panic.
pub fn fuzz_parse(data: &[u8]) {
    let headers = [
        None,
        Some("Push Hook"),
        Some("Confidential Note Hook"),
        Some("System Hook"),
    ];
    for header in headers {
        drop(parse(header, data));
    }
}

/// GitLab's name for the kind is cut at this many characters.
const LONGEST_NAME: usize = 100;

/// What is known of a webhook before its fields are read.
struct Addressed {
    known: Option<&'static KnownKind>,
    name: String,
    confidential: bool,
}

/// Finds the kind: the body's own word counts first, then the header, then what fields it has.
fn address(event_header: Option<&str>, text: &str) -> Result<Addressed, serde_json::Error> {
    let heading = heading::read(text)?;
    let header = event_header.unwrap_or_default().trim();
    let unsaid = || kinds::by_header(header).or_else(|| heading.shape.and_then(kinds::by_name));
    let (known, name) = match (heading.known, heading.name) {
        (Some((known, name)), _) => (Some(known), name.to_owned()),
        (None, Some(name)) => (None, name),
        (None, None) => match unsaid() {
            Some((known, name)) => (Some(known), name.to_owned()),
            None if header.is_empty() => (None, "unnamed".to_owned()),
            None => (None, header.to_owned()),
        },
    };
    Ok(Addressed {
        known,
        confidential: header.starts_with("Confidential ") || name.contains("confidential_"),
        name: log_line::bounded(&name, LONGEST_NAME),
    })
}

/// Reads the body in one pass over the fields that its kind needs.
fn read(event_header: Option<&str>, text: &str) -> Result<Webhook, serde_json::Error> {
    let addressed = address(event_header, text)?;
    let body = Body::new(text, &addressed.name, addressed.confidential);
    let read = addressed
        .known
        .map_or(unknown::read as Reader, |known| known.read);
    match read(body) {
        Ok(event) => Ok(accepted(addressed.name, event)),
        Err(Failure::Json(error)) => Err(error),
        Err(Failure::Lacks(path)) => {
            let value: Value = serde_json::from_str(text)?;
            let place = unknown::read(body).ok();
            let said = value.get("event_type").and_then(Value::as_str);
            let confidential = said.is_some_and(|name| name.contains("confidential_"));
            let project = place.and_then(|event| event.project);
            Ok(ignored(
                Addressed {
                    confidential: confidential || addressed.confidential,
                    ..addressed
                },
                reason::explain(&value, path),
                project,
            ))
        }
    }
}

fn ignored(addressed: Addressed, reason: Ignored, project: Option<Project>) -> Webhook {
    let Addressed {
        known,
        name,
        confidential,
    } = addressed;
    Webhook {
        kind: known.map_or(EventKind::Other, |known| {
            kinds::filed_under(known, confidential)
        }),
        project_path: project.map(|project| project.path),
        title: log_line::bounded(&format!("{name}: {reason}"), log_line::LONGEST),
        name,
        outcome: Err(reason),
    }
}

fn accepted(name: String, event: Event) -> Webhook {
    Webhook {
        kind: event.kind(),
        name,
        project_path: event.project.as_ref().map(|project| project.path.clone()),
        title: log_line::of(&event),
        outcome: Ok(event),
    }
}
