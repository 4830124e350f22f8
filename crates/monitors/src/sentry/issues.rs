//! Issues: what events with the same cause become.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Client, Scope};
use crate::endpoint::Answer;
use crate::error::AskError;
use crate::window::{Window, without_zone};

/// How many issues Sentry gives at once; it gives no more than that.
const PAGE: usize = 100;
/// How many pages are read: whoever has more new issues than that knows enough.
const PAGES: usize = 5;

/// A search for issues with events in a window.
#[derive(Clone, Copy, Debug)]
pub struct IssueQuery<'a> {
    /// Sentry's search, such as `is:unresolved level:error`; may be empty.
    pub search: &'a str,
    pub scope: Scope<'a>,
    /// Whose events are counted.
    pub window: Window,
    /// Only issues that nobody saw up to this moment.
    pub first_seen_after: Option<Timestamp>,
}

/// The issues that were found, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issues {
    pub issues: Vec<Issue>,
    /// `false` when there are more than were read.
    pub is_complete: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub id: String,
    /// What people call it: `SIGNALBOX-1F`.
    pub short_id: String,
    pub title: String,
    /// Where it happened, as far as Sentry knows.
    pub culprit: String,
    /// Its page; not an address to call.
    pub permalink: String,
    pub level: String,
    /// In the window, and matching the search.
    pub events: u64,
    /// How many people had them.
    pub users: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawIssue {
    id: String,
    short_id: String,
    title: String,
    #[serde(default)]
    culprit: Option<String>,
    #[serde(default)]
    permalink: Option<String>,
    #[serde(default)]
    level: Option<String>,
    /// `null` when Sentry's events of it have not arrived where it counts.
    #[serde(default)]
    first_seen: Option<Timestamp>,
    #[serde(default)]
    last_seen: Option<Timestamp>,
    #[serde(flatten)]
    all: Counts,
    /// Those that match the search, where Sentry tells them apart.
    #[serde(default)]
    filtered: Option<Counts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    count: Number,
    user_count: u64,
}

/// Sentry writes this one number as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Number(u64),
}

impl Client {
    /// `GET …/issues/`, page after page.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn issues(&self, query: IssueQuery<'_>) -> Result<Issues, AskError> {
        let search = match query.first_seen_after {
            Some(at) => format!("{} firstSeen:>{}", query.search, without_zone(at)),
            None => query.search.to_owned(),
        };
        let mut arguments = self.arguments(search.trim(), query.scope, query.window)?;
        arguments.push(("sort", "new".to_owned()));
        arguments.push(("limit", PAGE.to_string()));
        let mut found = Issues {
            issues: Vec::new(),
            is_complete: false,
        };
        let mut cursor = None;
        for _ in 0..PAGES {
            let mut asked = arguments.clone();
            asked.extend(cursor.map(|cursor| ("cursor", cursor)));
            let answer = self.ask("issues", &asked).await?;
            let page: Vec<RawIssue> = self.read(&answer, Answer::json)?;
            for raw in page {
                let issue = issue(raw).ok_or_else(|| self.endpoint.not_the_json())?;
                found.issues.push(issue);
            }
            cursor = answer.link.as_deref().and_then(next_cursor);
            if cursor.is_none() {
                found.is_complete = true;
                break;
            }
        }
        Ok(found)
    }
}

fn issue(raw: RawIssue) -> Option<Issue> {
    let matching = raw.filtered.as_ref().unwrap_or(&raw.all);
    let events = match &matching.count {
        Number::Text(text) => text.parse().ok()?,
        Number::Number(number) => *number,
    };
    Some(Issue {
        events,
        users: matching.user_count,
        first_seen: raw.first_seen.or(raw.last_seen)?,
        last_seen: raw.last_seen.or(raw.first_seen)?,
        id: raw.id,
        short_id: raw.short_id,
        title: raw.title,
        culprit: raw.culprit.unwrap_or_default(),
        permalink: raw.permalink.unwrap_or_default(),
        level: raw.level.unwrap_or_default(),
    })
}

/// The cursor of the next page in a header such as
/// `<…>; rel="previous"; results="false"; cursor="0:0:1", <…>; rel="next"; results="true"; cursor="0:100:0"`.
/// The address in it is not used: it is the server's to choose.
fn next_cursor(link: &str) -> Option<String> {
    let next = link
        .split(", <")
        .find(|part| part.contains("rel=\"next\""))?;
    if !next.contains("results=\"true\"") {
        return None;
    }
    let (_, rest) = next.split_once("cursor=\"")?;
    let (cursor, _) = rest.split_once('"')?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_');
    (!cursor.is_empty() && cursor.len() <= 100 && cursor.bytes().all(allowed))
        .then(|| cursor.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_known_by_its_cursor() {
        let previous =
            "<https://s.example/?a=1>; rel=\"previous\"; results=\"false\"; cursor=\"0:0:1\"";
        for (next, expected) in [
            (
                "rel=\"next\"; results=\"true\"; cursor=\"0:100:0\"",
                Some("0:100:0"),
            ),
            ("rel=\"next\"; results=\"false\"; cursor=\"0:100:0\"", None),
            ("rel=\"next\"; results=\"true\"", None),
            ("rel=\"next\"; results=\"true\"; cursor=\"0&x=1\"", None),
        ] {
            let link = format!("{previous}, <https://s.example/?a=1>; {next}");
            assert_eq!(next_cursor(&link).as_deref(), expected, "{next}");
        }
        assert_eq!(next_cursor(previous), None);
        assert_eq!(next_cursor(""), None);
    }
}
