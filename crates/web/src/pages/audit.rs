//! `GET /audit`: everything that was changed, and what was refused, newest first.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use notify::Integration;
use notify::settings::SubscriptionConfig;
use serde::Deserialize;
use store::{AuditEntry, AuditFilter, Cursor, IntegrationFacts, Subject, Via};

use super::time::Moment;
use super::{Frame, Site, address, html, projects, words};
use crate::access::Reader;
use crate::error::ApiError;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    /// Every environment, and whether it is the chosen one.
    environments: Vec<(String, bool)>,
    narrow: Narrow,
    is_narrowed: bool,
    rows: Vec<ChangeRow>,
    next: Option<String>,
}

/// What narrows the list; empty fields do not.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Narrow {
    flag: String,
    environment: String,
    author: String,
    place: String,
    before: Option<i64>,
}

pub(super) async fn show(
    _: Reader,
    State(site): State<Site>,
    query: Result<Query<Narrow>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(narrow) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "audit");
    let page = site.pages.store.audit(narrow.filter()?).await?;
    let environments = site.flags.environments.iter();
    html(&AuditPage {
        environments: environments
            .map(|known| known.name.to_string())
            .map(|name| (name.clone(), name == narrow.environment))
            .collect(),
        is_narrowed: narrow.is_narrowed(),
        rows: page
            .entries
            .into_iter()
            .map(|entry| ChangeRow::new(entry, frame.now))
            .collect(),
        next: page.next.map(|Cursor(before)| narrow.address(before)),
        narrow,
        frame,
    })
}

impl Narrow {
    fn filter(&self) -> Result<AuditFilter, ApiError> {
        Ok(AuditFilter {
            environment: parse("environment", &self.environment)?,
            flag: parse("flag", &self.flag)?,
            author: Some(self.author.trim().to_owned()).filter(|author| !author.is_empty()),
            place: parse("place", &self.place)?,
            before: self.before.map(Cursor),
            ..AuditFilter::default()
        })
    }

    fn is_narrowed(&self) -> bool {
        let fields = [&self.flag, &self.environment, &self.author, &self.place];
        fields.iter().any(|field| !field.trim().is_empty())
    }

    fn address(&self, before: i64) -> String {
        address::with(
            "/audit",
            &[
                ("flag", &self.flag),
                ("environment", &self.environment),
                ("author", &self.author),
                ("place", &self.place),
                ("before", &before.to_string()),
            ],
        )
    }
}

fn parse<T>(field: &str, text: &str) -> Result<Option<T>, ApiError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = Some(text.trim()).filter(|text| !text.is_empty());
    text.map(str::parse)
        .transpose()
        .map_err(|error| ApiError::bad_request("bad_filter", format!("{field}: {error}")))
}

/// A change, or one that was refused.
pub(super) struct ChangeRow {
    pub(super) id: String,
    pub(super) at: Moment,
    /// What was changed, and its page.
    pub(super) subject: String,
    pub(super) href: String,
    /// The environment of a flag, the kind of an integration.
    pub(super) of: String,
    /// What changed, line by line.
    pub(super) lines: Vec<String>,
    pub(super) author: String,
    pub(super) origin: String,
    pub(super) reason: String,
    pub(super) command: String,
    pub(super) overrides: String,
    pub(super) refused: Option<String>,
}

impl ChangeRow {
    pub(super) fn new(entry: AuditEntry, now: Timestamp) -> Self {
        let is_refused = entry.refused.is_some();
        let (subject, href, of, lines) = match entry.subject {
            Subject::Flag {
                environment,
                flag,
                before,
                after,
            } => {
                let (before, after) = (words::side(before.as_ref()), words::side(after.as_ref()));
                let line = match (is_refused, before == after) {
                    (true, _) => format!("stays {before}"),
                    (false, true) => format!("{before}, as before"),
                    (false, false) => format!("{before} → {after}"),
                };
                let href = address::flag(flag.as_str());
                (flag.to_string(), href, environment.to_string(), vec![line])
            }
            Subject::Integration {
                place,
                via,
                before,
                after,
            } => {
                let lines = integration_lines(integration(via), before.as_ref(), after.as_ref());
                let (said, href) = (projects::said(&place), projects::href(&place));
                (said, href, integration(via).title().to_owned(), lines)
            }
        };
        let note = entry.note;
        Self {
            id: entry.id.to_string(),
            at: Moment::new(entry.at, now),
            subject,
            href,
            of,
            lines,
            origin: words::origin(&note.author),
            author: note.author.name,
            reason: note.reason.unwrap_or_default(),
            command: note.command.unwrap_or_default(),
            overrides: note.overrides.join(", "),
            refused: entry.refused,
        }
    }
}

fn integration(via: Via) -> Integration {
    match via {
        Via::App => Integration::App,
        Via::Webhook => Integration::Webhook,
    }
}

/// What differs between two states of an integration, setting by setting. A new one differs from
/// one that nobody has touched.
fn integration_lines(
    integration: Integration,
    before: Option<&IntegrationFacts>,
    after: Option<&IntegrationFacts>,
) -> Vec<String> {
    let Some(after) = after else {
        return vec!["removed".to_owned()];
    };
    let was = match before {
        Some(before) => settings(before),
        None => settings(&fresh(integration)),
    };
    let is = settings(after);
    let changed = is
        .iter()
        .filter(|(name, value)| was.get(*name) != Some(value));
    let mut lines: Vec<String> = changed
        .map(|(name, value)| match was.get(name) {
            Some(old) => format!("{name}: {} → {}", said(old), said(value)),
            None => format!("{name}: {}", said(value)),
        })
        .collect();
    let gone = was.keys().filter(|name| !is.contains_key(*name));
    lines.extend(gone.map(|name| format!("{name}: none any more")));
    if lines.is_empty() {
        let words = if before.is_some() {
            "as before"
        } else {
            "set up"
        };
        lines.push(words.to_owned());
    }
    lines
}

/// An integration that nobody has touched.
fn fresh(integration: Integration) -> IntegrationFacts {
    let config = SubscriptionConfig::stored(integration, None, false, "{}", None);
    IntegrationFacts {
        active: false,
        properties: config.map_or_else(|_| "{}".to_owned(), |config| config.properties()),
        has_webhook: false,
    }
}

fn settings(facts: &IntegrationFacts) -> serde_json::Map<String, serde_json::Value> {
    let mut all: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&facts.properties).unwrap_or_default();
    all.insert("active".to_owned(), facts.active.into());
    let webhook = if facts.has_webhook { "set" } else { "none" };
    all.insert("webhook".to_owned(), webhook.into());
    all
}

fn said(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(true) => "on".to_owned(),
        serde_json::Value::Bool(false) => "off".to_owned(),
        serde_json::Value::Array(items) if items.is_empty() => "none".to_owned(),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(said).collect();
            items.join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(active: bool, properties: &str) -> IntegrationFacts {
        IntegrationFacts {
            active,
            properties: properties.to_owned(),
            has_webhook: active,
        }
    }

    #[test]
    fn a_changed_integration_is_told_setting_by_setting() {
        let before = facts(
            false,
            r##"{"push_events":true,"channel":["#a"],"username":"box"}"##,
        );
        let after = facts(true, r##"{"push_events":false,"channel":["#a","#b"]}"##);
        let lines = |before, after| integration_lines(Integration::App, before, after);
        assert_eq!(
            lines(Some(&before), Some(&after)),
            [
                "active: off → on",
                "channel: #a → #a, #b",
                "push_events: on → off",
                "webhook: none → set",
                "username: none any more",
            ]
        );
        assert_eq!(lines(Some(&after), Some(&after)), ["as before"]);
        assert_eq!(lines(Some(&after), None), ["removed"]);
        let mut new = fresh(Integration::App);
        let lines = |new: &IntegrationFacts| integration_lines(Integration::App, None, Some(new));
        assert_eq!(lines(&new), ["set up"]);
        new.active = true;
        assert_eq!(lines(&new), ["active: off → on"]);
    }
}
