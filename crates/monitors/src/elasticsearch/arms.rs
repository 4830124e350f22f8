//! Two counts at once: with the flag and without it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::query::{Query, QueryString};
use super::{Client, IndexPattern};
use crate::error::AskError;
use crate::measured::Point;
use crate::window::Window;

/// A count of what matches `query`, for each state of a flag.
#[derive(Clone, Copy, Debug)]
pub struct ArmsQuery<'a> {
    pub index: &'a IndexPattern,
    /// Lucene's syntax, of both arms; may be empty.
    pub query: &'a str,
    /// What documents with the flag have: `json.feature_flag_states:"a_flag:1"`.
    pub on: &'a str,
    /// What documents without it have.
    pub off: &'a str,
    /// Where a document's time is: `@timestamp`.
    pub time_field: &'a str,
    /// See [`Window::before`] for one that documents have certainly arrived in.
    pub window: Window,
    /// The field that says whom it happened to, to count each once. Approximate above some
    /// thousands.
    pub actor_field: Option<&'a str>,
    /// Between two points of a chart; `None` for no chart.
    pub interval: Option<Duration>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Arms {
    pub on: Arm,
    pub off: Arm,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    pub documents: u64,
    /// `None` when no field was named.
    pub actors: Option<u64>,
    /// Documents over time; empty when no chart was asked for.
    pub series: Vec<Point>,
}

/// The most points that are asked for: more than any chart shows.
const MOST_POINTS: u64 = 2_000;

#[derive(Serialize)]
struct Body<'a> {
    query: Query<'a>,
    size: u8,
    track_total_hits: bool,
    aggs: Aggregations<'a>,
}

#[derive(Serialize)]
struct Aggregations<'a> {
    arms: Buckets<'a>,
}

#[derive(Serialize)]
struct Buckets<'a> {
    filters: Filters<'a>,
    #[serde(skip_serializing_if = "Within::is_empty")]
    aggs: Within<'a>,
}

#[derive(Serialize)]
struct Filters<'a> {
    filters: States<QueryString<'a>>,
}

#[derive(Deserialize, Serialize)]
struct States<T> {
    on: T,
    off: T,
}

#[derive(Serialize)]
struct Within<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    actors: Option<Cardinality<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<Histogram<'a>>,
}

#[derive(Serialize)]
struct Cardinality<'a> {
    cardinality: Field<'a>,
}

#[derive(Serialize)]
struct Field<'a> {
    field: &'a str,
}

#[derive(Serialize)]
struct Histogram<'a> {
    date_histogram: HistogramOptions<'a>,
}

#[derive(Serialize)]
struct HistogramOptions<'a> {
    field: &'a str,
    fixed_interval: String,
    min_doc_count: u8,
}

#[derive(Deserialize)]
struct Found {
    aggregations: FoundAggregations,
}

#[derive(Deserialize)]
struct FoundAggregations {
    arms: FoundBuckets,
}

#[derive(Deserialize)]
struct FoundBuckets {
    buckets: States<FoundArm>,
}

#[derive(Deserialize)]
struct FoundArm {
    doc_count: u64,
    #[serde(default)]
    actors: Option<FoundActors>,
    #[serde(default)]
    times: Option<FoundTimes>,
}

#[derive(Deserialize)]
struct FoundActors {
    value: u64,
}

#[derive(Deserialize)]
struct FoundTimes {
    buckets: Vec<FoundTime>,
}

/// Unix milliseconds.
#[derive(Deserialize)]
struct FoundTime {
    key: i64,
    doc_count: u64,
}

impl Within<'_> {
    fn is_empty(&self) -> bool {
        self.actors.is_none() && self.times.is_none()
    }
}

impl Client {
    /// `POST /{index}/_search`, which gives no documents.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn arms(&self, query: ArmsQuery<'_>) -> Result<Arms, AskError> {
        if query.window.is_empty() {
            return Err(self.bad_query("its time ends before it begins"));
        }
        if let Some(interval) = query.interval {
            let seconds = interval.as_secs().max(1);
            if MOST_POINTS < query.window.length().as_secs() / seconds {
                return Err(self.bad_query("its interval is too short for its time"));
            }
        }
        let found: Found = self.search(query.index, "_search", &body(query)).await?;
        let States { on, off } = found.aggregations.arms.buckets;
        match (arm(&on, query), arm(&off, query)) {
            (Some(on), Some(off)) => Ok(Arms { on, off }),
            _ => Err(self.0.not_the_json().into()),
        }
    }
}

fn body(query: ArmsQuery<'_>) -> Body<'_> {
    let filters = States {
        on: QueryString::new(query.on),
        off: QueryString::new(query.off),
    };
    let times = query.interval.map(|interval| Histogram {
        date_histogram: HistogramOptions {
            field: query.time_field,
            fixed_interval: format!("{}s", interval.as_secs().max(1)),
            min_doc_count: 0,
        },
    });
    let aggs = Within {
        actors: query.actor_field.map(|field| Cardinality {
            cardinality: Field { field },
        }),
        times,
    };
    Body {
        query: Query::new(query.query, query.time_field, query.window),
        size: 0,
        track_total_hits: true,
        aggs: Aggregations {
            arms: Buckets {
                filters: Filters { filters },
                aggs,
            },
        },
    }
}

/// `None` when something that was asked for is not there.
fn arm(found: &FoundArm, query: ArmsQuery<'_>) -> Option<Arm> {
    let actors = found.actors.as_ref().map(|actors| actors.value);
    let times = found.times.as_ref().map(|times| times.buckets.as_slice());
    if query.actor_field.is_some() != actors.is_some()
        || query.interval.is_some() != times.is_some()
    {
        return None;
    }
    let points = times.unwrap_or_default().iter().map(|time| {
        let at = Timestamp::from_millisecond(time.key).ok()?;
        let value = time.doc_count as f64;
        Some(Point { at, value })
    });
    Some(Arm {
        documents: found.doc_count,
        actors,
        series: points.collect::<Option<_>>()?,
    })
}
