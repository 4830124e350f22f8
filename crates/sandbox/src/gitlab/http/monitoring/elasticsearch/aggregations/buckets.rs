//! Aggregations that put what was found into buckets by a field's values.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::dates::Reading;
use super::super::matching::compare;
use super::super::refused::{Refused, ShardFailure};
use super::{Aggregation, Failed, Hit, Options};
use crate::gitlab::world::{FieldType, Scalar};

/// A search answers with at most so many buckets.
const BUCKETS: i64 = 65_535;

/// `date_histogram` with steps of one length.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Histogram {
    field: String,
    /// Milliseconds.
    step: i64,
    minimum: u64,
    /// Buckets are there from the first to the second of these, even when they are empty.
    bounds: Option<(String, String)>,
}

/// `terms`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    field: String,
    size: u64,
    minimum: u64,
    order: Order,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    by_key: bool,
    ascending: bool,
}

/// As dates are printed beside a bucket's key.
pub(super) fn printed(millis: i64) -> Option<String> {
    let at = Timestamp::from_millisecond(millis).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
}

impl Histogram {
    pub fn read(options: &Options<'_>) -> Result<Self, Refused> {
        options.only(&[
            "field",
            "fixed_interval",
            "calendar_interval",
            "min_doc_count",
            "extended_bounds",
            "time_zone",
        ])?;
        let zone = options.text("time_zone");
        if zone.is_some_and(|zone| !matches!(zone.as_str(), "UTC" | "Z" | "+00:00")) {
            return Err(Refused::argument(
                "this sandbox makes histograms in UTC alone",
            ));
        }
        let fixed = options.text("fixed_interval");
        let calendar = options.text("calendar_interval");
        let (text, step) = match (fixed, calendar) {
            (Some(text), None) => (text.clone(), fixed_step(&text)),
            (None, Some(text)) => (text.clone(), calendar_step(&text)),
            (None, None) => {
                let reason = "Invalid interval specified, must be non-null and non-empty";
                return Err(Refused::argument(reason));
            }
            (Some(_), Some(_)) => {
                let reason =
                    "Cannot use [fixed_interval] with [calendar_interval] configuration option.";
                return Err(Refused::argument(reason));
            }
        };
        let wrong = || {
            let reason = format!(
                "failed to parse setting [date_histogram.fixedInterval] with value [{text}] as a time value"
            );
            Refused::argument(reason)
        };
        Ok(Self {
            field: options.field()?,
            step: step.filter(|step| 0 < *step).ok_or_else(wrong)?,
            minimum: options.number("min_doc_count", 0)?,
            bounds: bounds(options.fields.get("extended_bounds"))?,
        })
    }

    pub fn run(&self, of: &Aggregation, hits: &[Hit<'_>], now: Timestamp) -> Result<Value, Failed> {
        let mut buckets: BTreeMap<i64, Vec<Hit<'_>>> = BTreeMap::new();
        for hit in hits {
            let mut keys: Vec<i64> = hit
                .values(&self.field)
                .filter_map(|value| self.key(value))
                .collect();
            keys.dedup();
            for key in keys {
                buckets.entry(key).or_default().push(*hit);
            }
        }
        if self.minimum == 0 {
            self.fill(&mut buckets, now)?;
        }
        let mut answers = Vec::new();
        for (key, hits) in buckets {
            if self.minimum <= hits.len() as u64 {
                let mut bucket = of.bucket(&hits, now)?;
                bucket["key"] = key.into();
                bucket["key_as_string"] = printed(key).into();
                answers.push(bucket);
            }
        }
        Ok(json!({ "buckets": answers }))
    }

    fn key(&self, value: &Scalar) -> Option<i64> {
        match value {
            Scalar::Date(millis) => Some(millis.div_euclid(self.step) * self.step),
            Scalar::Bool(_) | Scalar::Number(_) | Scalar::Text(_) => None,
        }
    }

    fn fill<'a>(
        &self,
        buckets: &mut BTreeMap<i64, Vec<Hit<'a>>>,
        now: Timestamp,
    ) -> Result<(), Failed> {
        let reading = Reading::at(now);
        let at = |text: &str| {
            reading
                .date(text)
                .map(|spell| spell.first.div_euclid(self.step) * self.step)
        };
        let bounds = self.bounds.as_ref();
        let (from, to) = (
            bounds.and_then(|(from, _)| at(from)),
            bounds.and_then(|(_, to)| at(to)),
        );
        let first = buckets.keys().next().copied().into_iter().chain(from).min();
        let last = buckets
            .keys()
            .next_back()
            .copied()
            .into_iter()
            .chain(to)
            .max();
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(());
        };
        if BUCKETS <= (last - first) / self.step {
            let kind = "too_many_buckets_exception";
            let reason =
                "Trying to create too many buckets. Must be less than or equal to: [65535]";
            return Err((String::new(), ShardFailure::new(kind, reason)));
        }
        let mut key = first;
        while key <= last {
            buckets.entry(key).or_default();
            key += self.step;
        }
        Ok(())
    }
}

fn bounds(value: Option<&Value>) -> Result<Option<(String, String)>, Refused> {
    let Some(value) = value else {
        return Ok(None);
    };
    let text = |name: &str| match value.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    match (text("min"), text("max")) {
        (Some(min), Some(max)) => Ok(Some((min, max))),
        _ => Err(Refused::argument("[extended_bounds] needs [min] and [max]")),
    }
}

fn fixed_step(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(end);
    let unit = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    count.parse::<i64>().ok()?.checked_mul(unit)
}

/// Those whose steps are of one length in UTC.
fn calendar_step(text: &str) -> Option<i64> {
    match text {
        "second" | "1s" => Some(1000),
        "minute" | "1m" => Some(60_000),
        "hour" | "1h" => Some(3_600_000),
        "day" | "1d" => Some(86_400_000),
        _ => None,
    }
}

impl Terms {
    pub fn read(options: &Options<'_>) -> Result<Self, Refused> {
        options.only(&[
            "field",
            "size",
            "shard_size",
            "min_doc_count",
            "order",
            "show_term_doc_count_error",
        ])?;
        let size = options.number("size", 10)?;
        if size == 0 || 65_535 < size {
            return Err(Refused::argument(
                "[size] must be greater than 0 and at most 65535",
            ));
        }
        Ok(Self {
            field: options.field()?,
            size,
            minimum: options.number("min_doc_count", 1)?,
            order: Order::read(options.fields.get("order"))?,
        })
    }

    pub fn run(&self, of: &Aggregation, hits: &[Hit<'_>], now: Timestamp) -> Result<Value, Failed> {
        let mut buckets: Vec<(&Scalar, Vec<Hit<'_>>)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for hit in hits {
            self.check(hit)?;
            for value in hit
                .document
                .fields
                .iter()
                .filter(|(name, _)| self.is_named(name))
                .map(|(_, value)| value)
            {
                let place = *places.entry(format!("{value:?}")).or_insert_with(|| {
                    buckets.push((value, Vec::new()));
                    buckets.len() - 1
                });
                let of_value = &mut buckets[place].1;
                // A list may have a value twice; the document counts once.
                let last = of_value.last().map(|last| last.document.seq);
                if last != Some(hit.document.seq) {
                    of_value.push(*hit);
                }
            }
        }
        buckets.sort_by(|a, b| self.order.compare((a.0, a.1.len()), (b.0, b.1.len())));
        buckets.retain(|(_, hits)| self.minimum <= hits.len() as u64);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let rest = buckets.split_off(size.min(buckets.len()));
        let answers = buckets.iter().map(|(value, hits)| {
            let mut bucket = of.bucket(hits, now)?;
            keyed(&mut bucket, value);
            Ok(bucket)
        });
        let answers = answers.collect::<Result<Vec<Value>, Failed>>()?;
        Ok(json!({
            "doc_count_error_upper_bound": 0,
            "sum_other_doc_count": rest.iter().map(|(_, hits)| hits.len()).sum::<usize>(),
            "buckets": answers,
        }))
    }

    fn is_named(&self, name: &str) -> bool {
        name == self.field || self.field.strip_suffix(".keyword") == Some(name)
    }

    fn check(&self, hit: &Hit<'_>) -> Result<(), Failed> {
        let field = &self.field;
        if hit.index.types.get(field.as_str()) != Some(&FieldType::Text) {
            return Ok(());
        }
        let reason = format!(
            "Fielddata is disabled on [{field}] in [{}]. Text fields are not optimised for operations that require \
             per-document field data like aggregations and sorting. Please use a keyword field instead.",
            hit.name,
        );
        let failure = ShardFailure::new("illegal_argument_exception", reason);
        Err((hit.name.to_owned(), failure))
    }
}

fn keyed(bucket: &mut Value, value: &Scalar) {
    let (key, shown) = match value {
        Scalar::Text(text) => (json!(text), None),
        Scalar::Number(number) if number.fract() == 0.0 => (json!(*number as i64), None),
        Scalar::Number(number) => (json!(number), None),
        Scalar::Bool(value) => (json!(u8::from(*value)), Some(value.to_string())),
        Scalar::Date(millis) => (json!(millis), printed(*millis)),
    };
    bucket["key"] = key;
    if let Some(shown) = shown {
        bucket["key_as_string"] = shown.into();
    }
}

impl Order {
    fn read(value: Option<&Value>) -> Result<Self, Refused> {
        let Some(value) = value else {
            return Ok(Self {
                by_key: false,
                ascending: false,
            });
        };
        let entry = value.as_object().filter(|order| order.len() == 1);
        let entry = entry.and_then(|order| order.iter().next());
        match entry.map(|(by, way)| (by.as_str(), way.as_str())) {
            Some((by @ ("_count" | "_key"), Some(way @ ("asc" | "desc")))) => Ok(Self {
                by_key: by == "_key",
                ascending: way == "asc",
            }),
            _ => Err(Refused::argument(
                "[order] knows [_count] and [_key], [asc] and [desc]",
            )),
        }
    }

    fn compare(self, a: (&Scalar, usize), b: (&Scalar, usize)) -> Ordering {
        let keys = compare(a.0, b.0).unwrap_or(Ordering::Equal);
        let turned = |order: Ordering| {
            if self.ascending {
                order
            } else {
                order.reverse()
            }
        };
        match self.by_key {
            true => turned(keys),
            false => turned(a.1.cmp(&b.1)).then(keys),
        }
    }
}
