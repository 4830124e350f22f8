//! Sentry's search: `is:unresolved level:error flags["a_flag"]:true !release:v1 has:user`.
//!
//! Words without a key are looked for in titles and messages. What Sentry knows and this double
//! does not (functions, who is assigned) is refused.

mod reading;
mod value;

use jiff::Timestamp;

use super::refused::Refused;
use crate::gitlab::world::{ErrorEvent, ErrorIssue, IssueStatus};
pub(super) use reading::field;
use value::{Moment, Sign, Text};

/// What is searched, which decides what may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    Issues,
    Events,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Search {
    All(Vec<Search>),
    Any(Vec<Search>),
    Not(Box<Search>),
    Is(State),
    /// When an issue was first or last seen.
    Seen {
        first: bool,
        moment: Moment,
    },
    Happened(Moment),
    Times(Sign, f64),
    /// The field has one of these texts.
    Field(Field, Vec<Text>),
    Has(Field),
    /// Words in the title or the message, in small letters.
    Words(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Is(IssueStatus),
    Assigned,
    Unassigned,
}

/// Where a text is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Flag(String),
    Tag(String),
}

/// When an issue was seen, in the environments that are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: u64,
}

impl Field {
    /// What an event has there.
    pub fn of(&self, event: &ErrorEvent) -> Option<String> {
        match self {
            Self::Flag(name) => event.flags.get(name).map(bool::to_string),
            Self::Tag(name) => match name.as_str() {
                "id" => Some(event.id.clone()),
                "issue.id" => Some(event.issue.to_string()),
                "project" | "project.name" => {
                    // A tag of this name is reached by `tags[project]` alone.
                    super::project(event.project).map(|project| project.slug.to_owned())
                }
                "project.id" => Some(event.project.to_string()),
                "title" => Some(event.title.clone()),
                "message" => Some(event.message.clone()),
                "event.type" => Some("error".to_owned()),
                "timestamp" => Some(event.at.to_string()),
                name => {
                    let name = name.strip_prefix("tags.").unwrap_or(name);
                    event.tags.get(name).cloned()
                }
            },
        }
    }
}

impl Search {
    /// Reads a search.
    pub fn read(text: &str, among: Among, now: Timestamp) -> Result<Self, Refused> {
        reading::read(text, among, now)
    }

    /// Whether it says nothing about single events.
    pub fn is_about_issues_alone(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().all(Self::is_about_issues_alone),
            Self::Not(part) => part.is_about_issues_alone(),
            Self::Is(_) | Self::Seen { .. } | Self::Times(..) => true,
            Self::Happened(_) | Self::Field(..) | Self::Has(_) | Self::Words(_) => false,
        }
    }

    pub fn fits(&self, issue: &ErrorIssue, seen: Seen, event: &ErrorEvent) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.fits(issue, seen, event)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(issue, seen, event)),
            Self::Not(part) => !part.fits(issue, seen, event),
            Self::Is(State::Is(status)) => issue.status == *status,
            Self::Is(State::Assigned) => false,
            Self::Is(State::Unassigned) => true,
            Self::Seen {
                first: true,
                moment,
            } => moment.has(seen.first),
            Self::Seen {
                first: false,
                moment,
            } => moment.has(seen.last),
            Self::Happened(moment) => moment.has(event.at),
            Self::Times(sign, number) => sign.holds(seen.times as f64, *number),
            Self::Field(Field::Tag(name), texts) if name == "issue" => {
                let short = super::short_id(issue.project, issue.number);
                texts.iter().any(|text| text.fits(&short))
            }
            Self::Field(field, texts) => {
                let value = field.of(event).unwrap_or_default();
                texts.iter().any(|text| text.fits(&value))
            }
            Self::Has(field) => field.of(event).is_some_and(|value| !value.is_empty()),
            Self::Words(words) => {
                let has = |text: &str| text.to_lowercase().contains(words.as_str());
                has(&event.title) || has(&event.message) || has(&issue.culprit)
            }
        }
    }
}

#[cfg(test)]
mod tests;
