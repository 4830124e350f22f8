//! Aggregations that answer with one number.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::super::refused::ShardFailure;
use super::{Failed, Hit};
use crate::gitlab::world::{FieldType, Scalar};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    Avg,
    Max,
    Min,
    Sum,
    ValueCount,
}

impl Metric {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "avg" => Some(Self::Avg),
            "max" => Some(Self::Max),
            "min" => Some(Self::Min),
            "sum" => Some(Self::Sum),
            "value_count" => Some(Self::ValueCount),
            _ => None,
        }
    }

    pub fn run(self, field: &str, hits: &[Hit<'_>]) -> Result<Value, Failed> {
        if self == Self::ValueCount {
            let count: usize = hits.iter().map(|hit| hit.values(field).count()).sum();
            return Ok(json!({ "value": count }));
        }
        let mut values = Vec::new();
        for hit in hits {
            self.check(field, hit)?;
            values.extend(hit.values(field).filter_map(|value| match value {
                Scalar::Number(number) => Some(*number),
                Scalar::Date(millis) => Some(*millis as f64),
                Scalar::Bool(value) => Some(f64::from(*value)),
                Scalar::Text(_) => None,
            }));
        }
        let sum: f64 = values.iter().sum();
        let value = match self {
            Self::Sum | Self::ValueCount => Some(sum),
            Self::Avg => (!values.is_empty()).then(|| sum / values.len() as f64),
            Self::Max => values.into_iter().reduce(f64::max),
            Self::Min => values.into_iter().reduce(f64::min),
        };
        Ok(json!({ "value": value }))
    }

    fn check(self, field: &str, hit: &Hit<'_>) -> Result<(), Failed> {
        match hit.index.types.get(field) {
            Some(of @ (FieldType::Keyword | FieldType::Text)) => {
                let kind = "illegal_argument_exception";
                let reason = format!(
                    "Field [{field}] of type [{}] is not supported for aggregation [{}]",
                    of.name(),
                    self.name(),
                );
                Err((hit.name.to_owned(), ShardFailure::new(kind, reason)))
            }
            Some(FieldType::Boolean | FieldType::Number | FieldType::Date) | None => Ok(()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Avg => "avg",
            Self::Max => "max",
            Self::Min => "min",
            Self::Sum => "sum",
            Self::ValueCount => "value_count",
        }
    }
}

/// How many different values there are; exact here, as Elasticsearch is up to a few thousand.
pub(super) fn cardinality(field: &str, hits: &[Hit<'_>]) -> Value {
    let values = hits.iter().flat_map(|hit| hit.values(field));
    let different: HashSet<String> = values.map(|value| format!("{value:?}")).collect();
    json!({ "value": different.len() })
}
