//! Aggregations: JSON to [`Aggregation`]s, and these over what a search found.

mod buckets;
mod metrics;

use serde_json::{Map, Value, json};

use super::query::{self, Context, Query};
use super::refused::{Refused, ShardFailure};
use crate::gitlab::world::{Document, Index, Scalar};
use jiff::Timestamp;

/// Aggregations nest so deep.
const DEPTH: usize = 8;

/// Something to count.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Aggregation {
    name: String,
    kind: Kind,
    below: Vec<Aggregation>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Filter(Query),
    Filters {
        buckets: Vec<(String, Query)>,
        keyed: bool,
        other: Option<String>,
    },
    Histogram(buckets::Histogram),
    Terms(buckets::Terms),
    Cardinality(String),
    Metric(metrics::Metric, String),
}

/// A document that a search found, with its index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'a> {
    pub name: &'a str,
    pub index: &'a Index,
    pub document: &'a Document,
}

impl Hit<'_> {
    /// The values of a field; `x.keyword` is another name of `x`.
    fn values<'b>(&'b self, field: &'b str) -> impl Iterator<Item = &'b Scalar> {
        let whole = field.strip_suffix(".keyword").unwrap_or(field);
        let values = self.document.fields.iter();
        values
            .filter(move |(name, _)| **name == *field || **name == *whole)
            .map(|(_, value)| value)
    }
}

/// Why an aggregation has no answer, and in which index.
pub(super) type Failed = (String, ShardFailure);

/// Reads `aggs`.
pub(super) fn read(value: &Value) -> Result<Vec<Aggregation>, Refused> {
    nested(value, 0)
}

fn nested(value: &Value, depth: usize) -> Result<Vec<Aggregation>, Refused> {
    let Value::Object(object) = value else {
        return Err(Refused::parsing(
            "Expected [START_OBJECT] under [aggregations]",
        ));
    };
    if DEPTH < depth {
        return Err(Refused::argument(
            "this sandbox nests aggregations 8 levels deep",
        ));
    }
    let aggregation = |(name, value): (&String, &Value)| named(name, value, depth);
    object.iter().map(aggregation).collect()
}

fn named(name: &str, value: &Value, depth: usize) -> Result<Aggregation, Refused> {
    if name.is_empty() || name.contains(['[', ']', '>']) {
        let reason = format!(
            "Invalid aggregation name [{name}]. Aggregation names can contain any character except '[', ']', and '>'"
        );
        return Err(Refused::argument(reason));
    }
    let Value::Object(object) = value else {
        let reason = format!(
            "Aggregation definition for [{name} starts with a value, expected a [START_OBJECT]."
        );
        return Err(Refused::parsing(reason));
    };
    let (mut kind, mut below) = (None, Vec::new());
    for (key, value) in object {
        match key.as_str() {
            "aggs" | "aggregations" => below = nested(value, depth + 1)?,
            of if kind.is_some() => {
                let reason = format!("Found two aggregation type definitions in [{name}]: [{of}]");
                return Err(Refused::parsing(reason));
            }
            of => kind = Some(kind_of(of, value)?),
        }
    }
    let missing = || Refused::parsing(format!("Missing definition for aggregation [{name}]"));
    let kind = kind.ok_or_else(missing)?;
    if !below.is_empty() && matches!(kind, Kind::Cardinality(_) | Kind::Metric(_, _)) {
        let reason = format!("Aggregator [{name}] cannot accept sub-aggregations");
        return Err(Refused::argument(reason));
    }
    let name = name.to_owned();
    Ok(Aggregation { name, kind, below })
}

fn kind_of(of: &str, value: &Value) -> Result<Kind, Refused> {
    let Value::Object(options) = value else {
        return Err(Refused::parsing(format!("[{of}] expects an object")));
    };
    let options = Options {
        of,
        fields: options,
    };
    match of {
        "filter" => query::read(value).map(Kind::Filter),
        "filters" => filters(&options),
        "date_histogram" => buckets::Histogram::read(&options).map(Kind::Histogram),
        "terms" => buckets::Terms::read(&options).map(Kind::Terms),
        "cardinality" => {
            options.only(&["field", "precision_threshold"])?;
            options.field().map(Kind::Cardinality)
        }
        of => match metrics::Metric::named(of) {
            Some(metric) => {
                options.only(&["field"])?;
                Ok(Kind::Metric(metric, options.field()?))
            }
            None => Err(Refused::parsing(format!("Unknown aggregation type [{of}]"))),
        },
    }
}

fn filters(options: &Options<'_>) -> Result<Kind, Refused> {
    options.only(&["filters", "other_bucket", "other_bucket_key", "keyed"])?;
    let (buckets, keyed) = match options.fields.get("filters") {
        Some(Value::Object(named)) => {
            let read = |(name, value): (&String, &Value)| Ok((name.clone(), query::read(value)?));
            (named.iter().map(read).collect::<Result<_, _>>()?, true)
        }
        Some(Value::Array(filters)) => {
            let read = |value: &Value| Ok((String::new(), query::read(value)?));
            (filters.iter().map(read).collect::<Result<_, _>>()?, false)
        }
        Some(_) | None => return Err(Refused::parsing("[filters] cannot be empty.")),
    };
    let key = options.text("other_bucket_key");
    let other = options.fields.get("other_bucket") == Some(&Value::Bool(true));
    let other = key.or_else(|| other.then(|| "_other_".to_owned()));
    Ok(Kind::Filters {
        buckets,
        keyed,
        other,
    })
}

/// What an aggregation says about itself.
struct Options<'a> {
    of: &'a str,
    fields: &'a Map<String, Value>,
}

impl Options<'_> {
    fn only(&self, known: &[&str]) -> Result<(), Refused> {
        let unknown = self
            .fields
            .keys()
            .find(|name| !known.contains(&name.as_str()));
        unknown.map_or(Ok(()), |unknown| {
            let reason = format!("[{}] unknown field [{unknown}]", self.of);
            let status = axum::http::StatusCode::BAD_REQUEST;
            Err(Refused::new(status, "x_content_parse_exception", reason))
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.fields
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    }

    fn field(&self) -> Result<String, Refused> {
        let missing = || {
            Refused::argument("Required one of fields [field, script], but none were specified.")
        };
        self.text("field").ok_or_else(missing)
    }

    fn number(&self, name: &str, unless_given: u64) -> Result<u64, Refused> {
        let wrong = || Refused::argument(format!("[{}] failed to parse field [{name}]", self.of));
        let given = self.fields.get(name);
        given.map_or(Ok(unless_given), |value| value.as_u64().ok_or_else(wrong))
    }
}

/// Every aggregation over what was found.
pub(super) fn run(all: &[Aggregation], hits: &[Hit<'_>], now: Timestamp) -> Result<Value, Failed> {
    let mut answers = Map::new();
    for aggregation in all {
        answers.insert(aggregation.name.clone(), aggregation.run(hits, now)?);
    }
    Ok(Value::Object(answers))
}

impl Aggregation {
    fn run(&self, hits: &[Hit<'_>], now: Timestamp) -> Result<Value, Failed> {
        match &self.kind {
            Kind::Filter(query) => self.bucket(&matching(query, hits, now)?.0, now),
            Kind::Filters {
                buckets,
                keyed,
                other,
            } => self.filters(buckets, *keyed, other.as_deref(), hits, now),
            Kind::Histogram(histogram) => histogram.run(self, hits, now),
            Kind::Terms(terms) => terms.run(self, hits, now),
            Kind::Cardinality(field) => Ok(metrics::cardinality(field, hits)),
            Kind::Metric(metric, field) => metric.run(field, hits),
        }
    }

    /// A bucket's count and what is below it.
    fn bucket(&self, hits: &[Hit<'_>], now: Timestamp) -> Result<Value, Failed> {
        let mut bucket = run(&self.below, hits, now)?;
        bucket["doc_count"] = hits.len().into();
        Ok(bucket)
    }

    fn filters(
        &self,
        buckets: &[(String, Query)],
        keyed: bool,
        other: Option<&str>,
        hits: &[Hit<'_>],
        now: Timestamp,
    ) -> Result<Value, Failed> {
        let mut rest = hits.to_vec();
        let mut answers = Vec::new();
        for (name, query) in buckets {
            let (found, _) = matching(query, hits, now)?;
            answers.push((name.clone(), self.bucket(&found, now)?));
            rest = matching(query, &rest, now)?.1;
        }
        if let Some(other) = other {
            answers.push((other.to_owned(), self.bucket(&rest, now)?));
        }
        Ok(match keyed {
            true => json!({ "buckets": answers.into_iter().collect::<Map<_, _>>() }),
            false => {
                let answers = answers.into_iter().map(|(_, answer)| answer);
                json!({ "buckets": answers.collect::<Vec<_>>() })
            }
        })
    }
}

/// What matches, and what does not.
fn matching<'a>(
    query: &Query,
    hits: &[Hit<'a>],
    now: Timestamp,
) -> Result<(Vec<Hit<'a>>, Vec<Hit<'a>>), Failed> {
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    for of_index in hits.chunk_by(|a, b| a.name == b.name) {
        let Some(first) = of_index.first() else {
            continue;
        };
        let types = &first.index.types;
        let bound = query::bind(query, Context { types, now });
        let bound = bound.map_err(|failure| (first.name.to_owned(), failure))?;
        for hit in of_index {
            let into = if bound.fits(hit.document) {
                &mut found
            } else {
                &mut rest
            };
            into.push(*hit);
        }
    }
    Ok((found, rest))
}
