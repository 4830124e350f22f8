//! `GET /audit`: everything that was changed, and what was refused, newest first.

mod told;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use store::{AuditEntry, AuditFilter, Cursor};

use super::time::Moment;
use super::{Frame, Site, address, html, words};
use crate::access::{Reader, Viewer};
use crate::error::ApiError;

use told::Told;

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
    viewer: Viewer,
    State(site): State<Site>,
    query: Result<Query<Narrow>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(narrow) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "audit", viewer);
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
    /// What narrows it: the environment of a flag, the kind of an integration.
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
        let Told {
            subject,
            href,
            of,
            lines,
        } = Told::of(entry.subject, is_refused);
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
