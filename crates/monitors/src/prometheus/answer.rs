//! What a query gives.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A series' name (`__name__`) and labels.
pub type Labels = BTreeMap<String, String>;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub result: QueryResult,
    /// The result may be wrong or incomplete, such as when a part of the servers was silent.
    pub warnings: Vec<String>,
    /// The query may not mean what it seems to.
    pub infos: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum QueryResult {
    /// One sample a series.
    Vector(Vec<InstantSample>),
    /// Samples over a span, oldest first.
    Matrix(Vec<Series>),
    Scalar(Sample),
    Text {
        at: Timestamp,
        text: String,
    },
}

/// A series at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct InstantSample {
    pub labels: Labels,
    pub sample: Sample,
}

/// A series over a span.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub labels: Labels,
    pub samples: Vec<Sample>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub at: Timestamp,
    pub value: Value,
}

/// A sample's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Finite.
    Number(f64),
    /// A ratio of nothing to nothing.
    NotANumber,
    PositiveInfinity,
    NegativeInfinity,
    /// A native histogram, without its buckets.
    Histogram {
        count: f64,
        sum: f64,
    },
}

impl Value {
    pub(super) fn of(value: f64) -> Self {
        if value.is_nan() {
            Self::NotANumber
        } else if value == f64::INFINITY {
            Self::PositiveInfinity
        } else if value == f64::NEG_INFINITY {
            Self::NegativeInfinity
        } else {
            Self::Number(value)
        }
    }
}

/// What an answer says to somebody who asked for one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// Finite.
    Number(f64),
    /// No series, or a ratio of nothing to nothing: nothing was measured.
    Silent,
    Infinite,
    /// The query should be aggregated: so many series came.
    Several(usize),
    /// A span of samples, a histogram or a text.
    NoNumber,
}

impl Answer {
    /// The one number that was asked for.
    #[must_use]
    pub fn reading(&self) -> Reading {
        match &self.result {
            QueryResult::Scalar(sample) => Reading::of(sample.value),
            QueryResult::Vector(series) => match series.as_slice() {
                [] => Reading::Silent,
                [only] => Reading::of(only.sample.value),
                several => Reading::Several(several.len()),
            },
            QueryResult::Matrix(series) if series.is_empty() => Reading::Silent,
            QueryResult::Matrix(_) | QueryResult::Text { .. } => Reading::NoNumber,
        }
    }
}

impl Reading {
    fn of(value: Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(number),
            Value::NotANumber => Self::Silent,
            Value::PositiveInfinity | Value::NegativeInfinity => Self::Infinite,
            Value::Histogram { .. } => Self::NoNumber,
        }
    }
}
