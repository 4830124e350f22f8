//! A chart of events: counts in steps of time.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Access;
use super::events::{check_dataset, found};
use super::fields::Column;
use super::refused::Refused;
use super::search::{Among, Search};
use super::window::{self, Window};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::ErrorEvent;

/// A chart has at most so many points and lines.
const POINTS: i64 = 10_000;
const LINES: usize = 10;
/// Events take up to so many seconds to arrive: younger points are not complete.
const DELAY: i64 = 90;

/// `GET …/events-timeseries/`
pub(super) async fn chart(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<Json<Value>, Refused> {
    access.needs(&["org:read"])?;
    let own = [
        "dataset",
        "query",
        "yAxis",
        "interval",
        "referrer",
        "excludeOther",
        "preventMetricAggregates",
        "disableAggregateExtrapolation",
    ];
    access.only(&[&own[..], &window::PARAMS].concat())?;
    check_dataset(&access)?;
    let now = sandbox.options().clock.now();
    let window = Window::read(&access, now)?;
    let step = step(&access, &window)?;
    let mut axes = access.params("yAxis");
    if axes.is_empty() {
        axes.push("count()");
    }
    if LINES < axes.len() {
        return Err(Refused::bad("You can view up to 10 fields at a time."));
    }
    let search = Search::read(access.param("query").unwrap_or(""), Among::Events, now)?;
    let state = sandbox.lock();
    let found = found(&state.world.sentry, &search, &window);
    let mut series = Vec::new();
    for axis in axes {
        let column = Column::read(axis)?;
        if !column.counts() {
            return Err(Refused::bad(format!("Invalid yAxis: {axis}")));
        }
        series.push(json!({
            "yAxis": axis,
            "values": points(&column, &found, &window, step, now),
            "meta": { "valueType": column.kind(), "valueUnit": null, "interval": step * 1000 },
        }));
    }
    Ok(Json(json!({
        "meta": {
            "dataset": "errors",
            "start": window.from.as_millisecond(),
            "end": window.until.as_millisecond(),
        },
        "timeSeries": series,
    })))
}

/// Seconds.
fn step(access: &Access, window: &Window) -> Result<i64, Refused> {
    let length = window.until.duration_since(window.from).as_secs();
    let step = match access.param("interval") {
        None => (length / 48).max(60),
        Some(text) => {
            let wrong = || Refused::bad(format!("Invalid interval: {text:?}"));
            window::period(text).ok_or_else(wrong)?.as_secs()
        }
    };
    if POINTS < length / step {
        let detail = "Your interval and date range would create too many results. Use a larger interval, or a smaller date range.";
        return Err(Refused::bad(detail));
    }
    Ok(step)
}

fn points(
    column: &Column,
    events: &[&ErrorEvent],
    window: &Window,
    step: i64,
    now: Timestamp,
) -> Vec<Value> {
    let first = window.from.as_second().div_euclid(step);
    let last = (window.until.as_millisecond() - 1).div_euclid(1000 * step);
    let mut buckets = vec![Vec::new(); usize::try_from(last - first + 1).unwrap_or(0)];
    for event in events {
        let at = event.at.as_second().div_euclid(step) - first;
        let bucket = usize::try_from(at).ok().and_then(|at| buckets.get_mut(at));
        if let Some(bucket) = bucket {
            bucket.push(*event);
        }
    }
    let points = (first..).zip(&buckets).map(|(at, events)| {
        let begin = at * step;
        // Nobody is no person here, unlike in a table of one row.
        let value = if events.is_empty() {
            json!(0)
        } else {
            column.value(events)
        };
        let mut point = json!({ "timestamp": begin * 1000, "value": value, "incomplete": false });
        if now.as_second() - DELAY <= begin + step {
            point["incomplete"] = true.into();
            point["incompleteReason"] = "INCOMPLETE_BUCKET".into();
        }
        point
    });
    points.collect()
}
