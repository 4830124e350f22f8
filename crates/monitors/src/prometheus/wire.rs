//! Prometheus' JSON: values are texts, errors have a type, a result has one of four shapes.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Answer, InstantSample, Labels, QueryError, QueryResult, Sample, Series, Value};
use crate::endpoint;
use crate::error::{Reason, Unreadable};

#[derive(Deserialize)]
struct Envelope {
    status: String,
    #[serde(default)]
    data: Option<Data>,
    #[serde(default, rename = "errorType")]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum Data {
    Vector(Vec<RawInstant>),
    Matrix(Vec<RawSeries>),
    Scalar(Point<String>),
    String(Point<String>),
}

/// Unix seconds and a value.
#[derive(Deserialize)]
struct Point<T>(f64, T);

#[derive(Deserialize)]
struct RawInstant {
    metric: Labels,
    value: Option<Point<String>>,
    histogram: Option<Point<RawHistogram>>,
}

#[derive(Deserialize)]
struct RawSeries {
    metric: Labels,
    #[serde(default)]
    values: Vec<Point<String>>,
    #[serde(default)]
    histograms: Vec<Point<RawHistogram>>,
}

#[derive(Deserialize)]
struct RawHistogram {
    count: String,
    sum: String,
}

pub(super) fn read(
    endpoint: &endpoint::Endpoint,
    answer: &endpoint::Answer,
) -> Result<Answer, QueryError> {
    let Some(envelope) = answer.object::<Envelope>() else {
        return Err(endpoint.unexpected(answer, None).into());
    };
    if envelope.status == "error" {
        return Err(refusal(endpoint, answer, &envelope));
    }
    let result = envelope.data.filter(|_| answer.status.is_success());
    match result.and_then(result_of) {
        Some(result) => Ok(Answer {
            result,
            warnings: shortened(envelope.warnings),
            infos: shortened(envelope.infos),
        }),
        None => Err(endpoint.unreadable(Unreadable::NotTheJson).into()),
    }
}

fn refusal(
    endpoint: &endpoint::Endpoint,
    answer: &endpoint::Answer,
    envelope: &Envelope,
) -> QueryError {
    let host = endpoint.host();
    let reason = Reason::new(&envelope.error);
    match envelope.error_type.as_str() {
        "bad_data" => QueryError::BadQuery { host, reason },
        "execution" => QueryError::CannotExecute { host, reason },
        "timeout" => QueryError::TimedOut { host, reason },
        "canceled" | "unavailable" | "internal" => QueryError::Unavailable { host, reason },
        _ => endpoint.unexpected(answer, Some(&envelope.error)).into(),
    }
}

fn result_of(data: Data) -> Option<QueryResult> {
    Some(match data {
        Data::Scalar(point) => QueryResult::Scalar(number(&point)?),
        Data::String(Point(at, text)) => QueryResult::Text {
            at: moment(at)?,
            text,
        },
        Data::Vector(series) => {
            QueryResult::Vector(series.into_iter().map(instant).collect::<Option<_>>()?)
        }
        Data::Matrix(series) => {
            QueryResult::Matrix(series.into_iter().map(span).collect::<Option<_>>()?)
        }
    })
}

fn instant(raw: RawInstant) -> Option<InstantSample> {
    let sample = match (&raw.value, &raw.histogram) {
        (Some(point), _) => number(point)?,
        (None, Some(point)) => histogram(point)?,
        (None, None) => return None,
    };
    Some(InstantSample {
        labels: raw.metric,
        sample,
    })
}

fn span(raw: RawSeries) -> Option<Series> {
    let numbers = raw.values.iter().map(number);
    let histograms = raw.histograms.iter().map(histogram);
    let mut samples: Vec<Sample> = numbers.chain(histograms).collect::<Option<_>>()?;
    samples.sort_by_key(|sample| sample.at);
    Some(Series {
        labels: raw.metric,
        samples,
    })
}

fn number(Point(at, text): &Point<String>) -> Option<Sample> {
    Some(Sample {
        at: moment(*at)?,
        value: Value::of(text.parse().ok()?),
    })
}

fn histogram(Point(at, histogram): &Point<RawHistogram>) -> Option<Sample> {
    Some(Sample {
        at: moment(*at)?,
        value: Value::Histogram {
            count: histogram.count.parse().ok()?,
            sum: histogram.sum.parse().ok()?,
        },
    })
}

/// Prometheus keeps milliseconds, and writes them as a fraction of seconds.
fn moment(seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1_000.0).round();
    // A float that is too large becomes the largest integer, which is no timestamp.
    Timestamp::from_millisecond(milliseconds as i64).ok()
}

fn shortened(texts: Vec<String>) -> Vec<String> {
    let first = texts.into_iter().take(10);
    first.map(|text| Reason::new(&text).to_string()).collect()
}
