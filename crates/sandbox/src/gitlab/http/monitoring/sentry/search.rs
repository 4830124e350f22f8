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
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T09:00:00Z".parse().unwrap()
    }

    fn seen() -> Seen {
        Seen {
            first: "2026-11-20T08:30:00Z".parse().unwrap(),
            last: "2026-11-20T08:59:00Z".parse().unwrap(),
            times: 12,
        }
    }

    fn event() -> ErrorEvent {
        let tags = [
            ("level", "error"),
            ("release", "v1.2"),
            ("user", "id:7"),
            ("project", "acme/shop"),
        ];
        ErrorEvent {
            id: "a".repeat(32),
            issue: 4,
            project: 1,
            at: seen().last,
            title: "PostError: channel gone".to_owned(),
            message: "channel gone".to_owned(),
            tags: tags.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            flags: BTreeMap::from([("a_flag".to_owned(), true)]),
        }
    }

    fn issue() -> ErrorIssue {
        ErrorIssue {
            id: 4,
            project: 1,
            number: 1,
            cause: String::new(),
            title: event().title,
            kind: String::new(),
            value: String::new(),
            culprit: "Deliver in deliver".to_owned(),
            level: "error".to_owned(),
            logger: None,
            platform: "other".to_owned(),
            status: IssueStatus::Unresolved,
            first_seen: seen().first,
            last_seen: seen().last,
            count: 12,
        }
    }

    #[track_caller]
    fn check(text: &str, among: Among, expected: Result<bool, &str>) {
        let found = Search::read(text, among, now());
        let found = found.map(|search| search.fits(&issue(), seen(), &event()));
        assert_eq!(
            found.map_err(|refused| refused.1),
            expected.map_err(str::to_owned),
            "{text}"
        );
    }

    #[test]
    fn issues_are_found_by_their_state_and_when_they_were_seen() {
        for (text, expected) in [
            ("", true),
            ("is:unresolved", true),
            ("is:resolved", false),
            ("!is:unresolved", false),
            ("is:unassigned", true),
            ("firstSeen:>2026-11-20T08:00:00", true),
            ("firstSeen:>2026-11-20T08:30:00.000Z", false),
            ("firstSeen:>=2026-11-20T08:30:00+00:00", true),
            ("firstSeen:-1h", true),
            ("firstSeen:-10m", false),
            ("age:+10m", true),
            ("lastSeen:<2026-11-20T09:00:00", true),
            ("firstSeen:2026-11-20", true),
            ("timesSeen:>10", true),
            ("times_seen:12", true),
            ("issue:SIGNALBOX-1", true),
        ] {
            check(text, Among::Issues, Ok(expected));
        }
    }

    #[test]
    fn events_are_found_by_flags_tags_and_words() {
        for (text, expected) in [
            ("flags[\"a_flag\"]:true", true),
            ("flags[a_flag]:false", false),
            ("!flags[\"a_flag\"]:true", false),
            ("has:flags[\"other\"]", false),
            ("level:error release:v1.*", true),
            ("release:[v1.1, \"v1.2\"]", true),
            ("release:v1", false),
            ("tags[project]:acme/shop", true),
            ("project:signalbox", true),
            ("has:user !has:dist", true),
            ("user:\"id:7\"", true),
            ("user.id:7", false),
            ("dist:\"\"", true),
            ("channel gone", true),
            ("\"Channel Gone\"", true),
            ("gone channel", false),
            ("Deliver", true),
            ("timestamp:>2026-11-20T08:58:00", true),
            ("id:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true),
        ] {
            check(text, Among::Events, Ok(expected));
        }
        check(
            "level:warning OR (level:error AND has:user)",
            Among::Events,
            Ok(true),
        );
        check(
            "level:error level:warning OR has:dist",
            Among::Events,
            Ok(false),
        );
    }

    #[test]
    fn what_is_no_search_is_refused_in_sentrys_words() {
        let said = |problem: &str| format!("Error parsing search query: {problem}");
        for (text, among, problem) in [
            (
                "is:lovely",
                Among::Issues,
                "Invalid value for \"is\" search, valid values are assigned, ignored, resolved, unassigned, unresolved",
            ),
            (
                "is:unresolved",
                Among::Events,
                "is: queries are not supported in this search.",
            ),
            ("release:", Among::Issues, "Empty string after 'release:'"),
            (
                "firstSeen:>soon",
                Among::Issues,
                "firstSeen: Invalid date: soon. Expected +/-duration (e.g. +1h) or ISO 8601-like (e.g. 2026-11-20T08:30:00).",
            ),
            (
                "level:a OR level:b",
                Among::Issues,
                "Boolean statements containing \"OR\" or \"AND\" are not supported in this search",
            ),
            (
                "(level:a",
                Among::Events,
                "Parse error at '' (column 9): unclosed parenthesis",
            ),
            (
                "level:a OR",
                Among::Events,
                "Condition is missing on the right side of 'OR' operator",
            ),
            (
                "count():>5",
                Among::Events,
                "this sandbox knows no functions in a search: count()",
            ),
            (
                "assigned:me",
                Among::Issues,
                "this sandbox does not know assigned",
            ),
            (
                "flags[\"a\":true",
                Among::Events,
                "Parse error at '[\"a\":true' (column 6): unclosed bracket",
            ),
            (
                "release:\"v1",
                Among::Events,
                "Parse error at '\"v1' (column 9): unclosed quotation",
            ),
        ] {
            check(text, among, Err(&said(problem)));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_search_panic(text in r#"([a-z:!\[\]"\\,()<>=*é -]|is:|has:|firstSeen:|flags| OR | AND ){0,40}"#) {
            for among in [Among::Issues, Among::Events] {
                if let Ok(search) = Search::read(&text, among, now()) {
                    search.fits(&issue(), seen(), &event());
                }
            }
        }
    }
}
