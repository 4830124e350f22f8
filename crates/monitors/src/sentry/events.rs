//! Events: how many, of how many people, and when.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Client, Scope};
use crate::endpoint::Answer;
use crate::error::AskError;
use crate::measured::{Measured, Point};
use crate::window::Window;

/// A search for events.
#[derive(Clone, Copy, Debug)]
pub struct EventQuery<'a> {
    /// Sentry's search; may be empty.
    pub search: &'a str,
    pub scope: Scope<'a>,
    pub window: Window,
}

/// What a search for events found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventCounts {
    Counted {
        events: u64,
        /// How many people had them. Events without a person are one person together.
        users: u64,
    },
    /// Sentry looked nowhere: none of the projects is there.
    Silent,
}

/// What a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Events,
    Users,
}

/// A search for events over time.
#[derive(Clone, Copy, Debug)]
pub struct SeriesQuery<'a> {
    pub events: EventQuery<'a>,
    pub measure: Measure,
    /// Between two points; whole seconds.
    pub interval: Duration,
}

#[derive(Deserialize)]
struct Table {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "count()")]
    events: u64,
    #[serde(rename = "count_unique(user)")]
    users: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chart {
    time_series: Vec<RawSeries>,
}

#[derive(Deserialize)]
struct RawSeries {
    values: Vec<RawPoint>,
}

#[derive(Deserialize)]
struct RawPoint {
    /// Unix milliseconds.
    timestamp: f64,
    /// `null` where nothing was measured: a gap.
    value: Option<f64>,
    #[serde(default)]
    incomplete: bool,
}

impl Measure {
    fn function(self) -> &'static str {
        match self {
            Self::Events => "count()",
            Self::Users => "count_unique(user)",
        }
    }
}

impl Client {
    /// `GET …/events/`: how many errors there were in the window, and how many people had them.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn event_counts(&self, query: EventQuery<'_>) -> Result<EventCounts, AskError> {
        let mut arguments = self.arguments(query.search, query.scope, query.window)?;
        arguments.push(("dataset", "errors".to_owned()));
        for measure in [Measure::Events, Measure::Users] {
            arguments.push(("field", measure.function().to_owned()));
        }
        arguments.push(("per_page", "1".to_owned()));
        let answer = self.ask("events", &arguments).await?;
        let table: Table = self.read(&answer, Answer::object)?;
        Ok(match table.data.first() {
            Some(row) => EventCounts::Counted {
                events: row.events,
                users: row.users,
            },
            None => EventCounts::Silent,
        })
    }

    /// `GET …/events-timeseries/`, without the points that are not complete yet.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn timeseries(&self, query: SeriesQuery<'_>) -> Result<Vec<Point>, AskError> {
        let events = query.events;
        let mut arguments = self.arguments(events.search, events.scope, events.window)?;
        arguments.push(("dataset", "errors".to_owned()));
        arguments.push(("yAxis", query.measure.function().to_owned()));
        arguments.push(("interval", query.interval.as_secs().max(1).to_string()));
        let answer = self.ask("events-timeseries", &arguments).await?;
        let chart: Chart = self.read(&answer, Answer::object)?;
        let values = chart
            .time_series
            .into_iter()
            .flat_map(|series| series.values);
        let complete = values.filter(|point| !point.incomplete);
        let points = complete.filter_map(|raw| Some(point(raw.timestamp, raw.value?)));
        points
            .map(|point| Ok(point.ok_or_else(|| self.endpoint.not_the_json())?))
            .collect()
    }
}

fn point(milliseconds: f64, value: f64) -> Option<Point> {
    // A float that is too large becomes the largest integer, which is no timestamp.
    let at = Timestamp::from_millisecond(milliseconds as i64).ok()?;
    match Measured::of(value) {
        Measured::Number(value) => Some(Point { at, value }),
        Measured::Silent | Measured::Nonsense(_) => None,
    }
}
