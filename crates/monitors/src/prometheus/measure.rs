//! Numbers for those who count: one at a moment, or many over a span.

use std::collections::BTreeMap;

use super::{Answer, Client, InstantQuery, QueryError, QueryResult, RangeQuery, Sample, Value};
use crate::error::Reason;
use crate::measured::{Measured, Nonsense, Point};

impl Client {
    /// The sum of all series that the query gives at its moment.
    ///
    /// # Errors
    /// See [`QueryError`]; an answer with a warning is one, as Prometheus warns when a part of its
    /// data was not read.
    pub async fn measure(&self, query: InstantQuery<'_>) -> Result<Measured, QueryError> {
        let answer = self.sure(self.query(query).await?)?;
        Ok(match answer.result {
            QueryResult::Scalar(sample) => measured(sample.value),
            QueryResult::Vector(series) => sum(series.into_iter().map(|series| series.sample)),
            QueryResult::Matrix(series) if series.is_empty() => Measured::Silent,
            QueryResult::Matrix(_) | QueryResult::Text { .. } => {
                Measured::Nonsense(Nonsense::NoNumber)
            }
        })
    }

    /// The sum of all series that the query gives, at each moment at which all that it gives are
    /// numbers: what is left out is a gap.
    ///
    /// # Errors
    /// As [`Client::measure`].
    pub async fn series(&self, query: RangeQuery<'_>) -> Result<Vec<Point>, QueryError> {
        let answer = self.sure(self.query_range(query).await?)?;
        let QueryResult::Matrix(series) = answer.result else {
            return Ok(Vec::new());
        };
        let mut moments: BTreeMap<_, Vec<Sample>> = BTreeMap::new();
        for sample in series.into_iter().flat_map(|series| series.samples) {
            moments.entry(sample.at).or_default().push(sample);
        }
        let sums = moments
            .into_iter()
            .map(|(at, samples)| (at, sum(samples.into_iter())));
        Ok(sums
            .filter_map(|(at, sum)| match sum {
                Measured::Number(value) => Some(Point { at, value }),
                Measured::Silent | Measured::Nonsense(_) => None,
            })
            .collect())
    }

    fn sure(&self, answer: Answer) -> Result<Answer, QueryError> {
        match answer.warnings.first() {
            None => Ok(answer),
            Some(warning) => Err(QueryError::Incomplete {
                host: self.0.host(),
                reason: Reason::new(warning),
            }),
        }
    }
}

fn measured(value: Value) -> Measured {
    match value {
        Value::Number(number) => Measured::of(number),
        Value::NotANumber => Measured::Nonsense(Nonsense::NotANumber),
        Value::PositiveInfinity | Value::NegativeInfinity => Measured::Nonsense(Nonsense::Infinite),
        Value::Histogram { .. } => Measured::Nonsense(Nonsense::NoNumber),
    }
}

/// One that cannot be counted spoils the sum.
fn sum(samples: impl Iterator<Item = Sample>) -> Measured {
    let mut sum = Measured::Silent;
    for sample in samples {
        sum = match (sum, measured(sample.value)) {
            (Measured::Number(sum), Measured::Number(value)) => Measured::of(sum + value),
            (Measured::Silent, value) => value,
            (sum, Measured::Silent) => sum,
            (Measured::Nonsense(why), _) | (_, Measured::Nonsense(why)) => Measured::Nonsense(why),
        };
    }
    sum
}
