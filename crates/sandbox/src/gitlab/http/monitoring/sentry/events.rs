//! A table of events: each row is what some of them have in common, and how many these are.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use super::access::Access;
use super::fields::Column;
use super::issues::links;
use super::refused::Refused;
use super::search::{Among, Search, Seen};
use super::window::{self, Window};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{ErrorEvent, Sentry};

/// A table has at most so many columns.
const COLUMNS: usize = 20;

/// `GET …/events/`
pub(super) async fn table(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<(HeaderMap, Json<Value>), Refused> {
    access.needs(&["org:read"])?;
    let own = [
        "field", "dataset", "query", "sort", "per_page", "cursor", "referrer",
    ];
    access.only(&[&own[..], &window::PARAMS].concat())?;
    check_dataset(&access)?;
    let now = sandbox.options().clock.now();
    let window = Window::read(&access, now)?;
    let columns = columns(&access)?;
    let search = Search::read(access.param("query").unwrap_or(""), Among::Events, now)?;
    let (limit, offset) = (access.page_size("per_page", 50)?, access.offset()?);
    let state = sandbox.lock();
    let found = found(&state.world.sentry, &search, &window);
    let mut rows = rows(&columns, &found);
    sort(&mut rows, &columns, &access.params("sort"))?;
    let page: Vec<&Value> = rows.iter().skip(offset).take(limit).collect();
    let url = &sandbox.options().public_url;
    let headers = links(&access, url, (offset, limit), offset + limit < rows.len());
    let kinds = columns
        .iter()
        .map(|(name, column)| (name.clone(), json!(column.kind())));
    let nothing = columns.iter().map(|(name, _)| (name.clone(), Value::Null));
    let body = json!({
        "data": page,
        "meta": {
            "fields": kinds.collect::<Map<_, _>>(),
            "units": nothing.collect::<Map<_, _>>(),
            "isMetricsData": false,
            "isMetricsExtractedData": false,
            "tips": {},
            "datasetReason": "unchanged",
            "dataset": "errors",
        },
    });
    Ok((headers, Json(body)))
}

/// Errors are all there is here.
pub(super) fn check_dataset(access: &Access) -> Result<(), Refused> {
    match access.param("dataset") {
        Some("errors") => Ok(()),
        Some(other) => Err(Refused::bad(format!(
            "dataset must be one of: errors; this sandbox has no {other}"
        ))),
        None => Err(Refused::bad("dataset is required")),
    }
}

/// The events that a search finds.
pub(super) fn found<'a>(
    sentry: &'a Sentry,
    search: &Search,
    window: &Window,
) -> Vec<&'a ErrorEvent> {
    let issues: BTreeMap<u64, _> = sentry
        .issues
        .iter()
        .map(|issue| (issue.id, issue))
        .collect();
    let fits = |event: &&ErrorEvent| {
        issues.get(&event.issue).is_some_and(|issue| {
            let seen = Seen {
                first: issue.first_seen,
                last: issue.last_seen,
                times: issue.count,
            };
            window.has(event) && search.fits(issue, seen, event)
        })
    };
    sentry.events.iter().filter(fits).collect()
}

fn columns(access: &Access) -> Result<Vec<(String, Column)>, Refused> {
    let names = access.params("field");
    if names.is_empty() {
        return Err(Refused::bad("No columns selected"));
    }
    if COLUMNS < names.len() {
        return Err(Refused::bad(
            "You can view up to 20 fields at a time. Please delete some and try again.",
        ));
    }
    let column = |name: &&str| Ok(((*name).to_owned(), Column::read(name)?));
    names.iter().map(column).collect()
}

/// With no column but counts there is one row, be there events or not. With no count each event
/// has a row of its own.
fn rows(columns: &[(String, Column)], events: &[&ErrorEvent]) -> Vec<Value> {
    let row = |events: &[&ErrorEvent]| -> Value {
        let cells = columns
            .iter()
            .map(|(name, column)| (name.clone(), column.value(events)));
        Value::Object(cells.collect())
    };
    if columns.iter().all(|(_, column)| column.counts()) {
        return vec![row(events)];
    }
    if !columns.iter().any(|(_, column)| column.counts()) {
        return events.iter().rev().map(|event| row(&[event])).collect();
    }
    let mut groups: BTreeMap<Vec<Option<String>>, Vec<&ErrorEvent>> = BTreeMap::new();
    for event in events {
        let key = columns
            .iter()
            .map(|(_, column)| column.group(event))
            .collect();
        groups.entry(key).or_default().push(event);
    }
    groups.values().map(|events| row(events)).collect()
}

fn sort(rows: &mut [Value], columns: &[(String, Column)], by: &[&str]) -> Result<(), Refused> {
    for key in by.iter().rev() {
        let (name, down) = match key.strip_prefix('-') {
            Some(name) => (name, true),
            None => (*key, false),
        };
        // Sentry also takes `count_unique_user` for `count_unique(user)`.
        let plain = |name: &str| {
            name.replace(['(', '.'], "_")
                .replace(')', "")
                .trim_end_matches('_')
                .to_owned()
        };
        let known = columns
            .iter()
            .find(|(column, _)| column == name || plain(column) == name);
        let (name, _) =
            known.ok_or_else(|| Refused::bad("Cannot sort by a field that is not selected."))?;
        rows.sort_by(|a, b| {
            let (a, b) = (&a[name.as_str()], &b[name.as_str()]);
            let order = match (a.as_u64(), b.as_u64()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.as_str().cmp(&b.as_str()),
            };
            if down { order.reverse() } else { order }
        });
    }
    Ok(())
}
