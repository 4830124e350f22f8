//! An error of our own, as Sentry takes it: every text is cut to what Sentry keeps, so that one
//! event stays small whatever went wrong.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// Who groups what: 32 hexadecimal digits. Sending an event again under its id changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventId(pub u128);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Fatal,
    Error,
    Warning,
    Info,
}

/// What went wrong.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub id: EventId,
    pub at: Timestamp,
    pub level: Level,
    /// What noticed it, like a class: `Integrations::SlackWorkerDelivery`.
    pub logger: &'a str,
    pub environment: &'a str,
    pub release: Option<&'a str>,
    pub server_name: Option<&'a str>,
    /// The kind of error: `PostError::ChannelGone`.
    pub kind: &'a str,
    /// The error in words, without secrets.
    pub message: &'a str,
    /// By which people search.
    pub tags: &'a [(&'a str, &'a str)],
    /// Whom it happened to; what `count_unique(user)` counts.
    pub user: Option<&'a str>,
    /// Events with the same one are one issue; Sentry's own grouping when empty.
    pub fingerprint: &'a [&'a str],
    /// The flags that were asked on the way, and what they said.
    pub flags: &'a [(&'a str, bool)],
}

/// What Sentry keeps, in characters or in number.
const MESSAGE: usize = 8_192;
const NAME: usize = 200;
const ENVIRONMENT: usize = 64;
const TAGS: usize = 50;
const FLAGS: usize = 100;
const FINGERPRINT: usize = 20;

#[derive(Serialize)]
pub(super) struct Payload {
    event_id: String,
    timestamp: Timestamp,
    platform: &'static str,
    level: Level,
    logger: String,
    environment: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_name: Option<String>,
    exception: Values<Exception>,
    tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fingerprint: Vec<String>,
    contexts: Contexts,
}

#[derive(Serialize)]
struct Values<T> {
    values: Vec<T>,
}

#[derive(Serialize)]
struct Exception {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Serialize)]
struct User {
    id: String,
}

#[derive(Serialize)]
struct Contexts {
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Values<Evaluation>>,
}

#[derive(Serialize)]
struct Evaluation {
    flag: String,
    result: bool,
}

impl Payload {
    pub(super) fn of(event: &Event<'_>) -> Self {
        let flags = event.flags.iter().take(FLAGS);
        let values: Vec<Evaluation> = flags
            .map(|&(flag, result)| Evaluation {
                flag: cut(flag, NAME),
                result,
            })
            .collect();
        let fingerprint = event.fingerprint.iter().take(FINGERPRINT);
        Self {
            event_id: event.id.to_string(),
            timestamp: event.at,
            platform: "other",
            level: event.level,
            logger: cut(event.logger, ENVIRONMENT),
            environment: environment(event.environment),
            release: event.release.map(|name| cut(name, NAME)),
            server_name: event.server_name.map(|name| cut(name, NAME)),
            exception: Values {
                values: vec![Exception {
                    kind: cut(event.kind, NAME),
                    value: event.message.chars().take(MESSAGE).collect(),
                }],
            },
            tags: event.tags.iter().filter_map(tag).take(TAGS).collect(),
            user: event.user.map(|id| User { id: cut(id, NAME) }),
            fingerprint: fingerprint.map(|part| cut(part, NAME)).collect(),
            contexts: Contexts {
                flags: (!values.is_empty()).then_some(Values { values }),
            },
        }
    }
}

/// One line of at most `limit` characters.
fn cut(text: &str, limit: usize) -> String {
    let one_line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    one_line.take(limit).collect()
}

/// Sentry drops an event whose environment has a blank or a slash in it.
fn environment(name: &str) -> String {
    let allowed = |c: char| !(c.is_whitespace() || c.is_control() || c == '/');
    let name = name.chars().map(|c| if allowed(c) { c } else { '-' });
    name.take(ENVIRONMENT).collect()
}

/// A tag that Sentry takes: it drops those without a value.
fn tag(&(name, value): &(&str, &str)) -> Option<(String, String)> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let name: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .take(NAME)
        .collect();
    let value = cut(value, NAME).trim().to_owned();
    (!name.is_empty() && !value.is_empty()).then_some((name, value))
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_went_wrong_the_event_stays_small_and_is_taken() {
        let long = "é\n".repeat(20_000);
        let names: Vec<String> = (0..80).map(|n| format!("{n}{long}")).collect();
        let tags: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), long.as_str()))
            .collect();
        let flags = [(long.as_str(), true); 150];
        let event = Event {
            id: EventId(255),
            at: Timestamp::UNIX_EPOCH,
            level: Level::Error,
            logger: &long,
            environment: "my prod/eu",
            release: Some(&long),
            server_name: Some(&long),
            kind: &long,
            message: &long,
            tags: &tags,
            user: Some(&long),
            fingerprint: &[long.as_str(); 40],
            flags: &flags,
        };
        let payload = Payload::of(&event);
        let text = serde_json::to_string(&payload).unwrap();
        assert!(text.len() < 128 * 1024, "{}", text.len());
        assert_eq!(payload.event_id, "000000000000000000000000000000ff");
        assert_eq!(payload.environment, "my-prod-eu");
        assert_eq!((payload.tags.len(), payload.fingerprint.len()), (50, 20));
    }

    #[test]
    fn tags_without_a_value_are_left_out() {
        for (given, expected) in [
            (("flag.a", "on"), Some(("flag.a", "on"))),
            (("a key", "x\ny"), Some(("a_key", "x y"))),
            (("a", " "), None),
            (("", "x"), None),
        ] {
            let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(tag(&given), expected);
        }
    }
}
