//! PromQL computed over the series that there are.

use std::collections::BTreeMap;

use super::operators::{binary, whether};
use super::parse::{Aggregate, Expr, Function, Over};
use crate::gitlab::world::{Labels, Series};

/// A sample counts for so many milliseconds.
const LOOKBACK: i64 = 300_000;

pub(super) type Vector = Vec<(Labels, f64)>;

/// What a query gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    Scalar(f64),
    Vector(Vector),
}

/// Why it gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error(
        "found duplicate series for the match group on the {0} hand-side of the operation: many-to-many matching not allowed: matching labels must be unique on one side"
    )]
    Duplicate(&'static str),
    #[error("set operators are between vectors")]
    SetOfScalar,
    #[error("expected an instant vector, got a scalar")]
    NoVector,
    #[error("expected a scalar, got an instant vector")]
    NoScalar,
    #[error("vector cannot contain metrics with the same labelset")]
    SameLabels,
}

/// Computes a query at a moment, in milliseconds since 1970.
pub(super) fn eval(expr: &Expr, all: &[&Series], at: i64) -> Result<Data, Failure> {
    match expr {
        Expr::Number(number) => Ok(Data::Scalar(*number)),
        Expr::Instant(selector) => {
            let found = all.iter().filter(|series| selector.fits(&series.labels));
            let last = |series: &&Series| {
                let (when, value) = series.samples.get(known(series, at).checked_sub(1)?)?;
                (at - LOOKBACK < *when).then(|| (series.labels.clone(), *value))
            };
            Ok(Data::Vector(found.filter_map(last).collect()))
        }
        Expr::Range(over, selector, length) => {
            let found = all.iter().filter(|series| selector.fits(&series.labels));
            let value = |series: &&Series| {
                let inside = known(series, at - length - 1)..known(series, at);
                let inside: Vec<(i64, f64)> = series.samples.range(inside).copied().collect();
                let value = over.compute(&inside, at, *length)?;
                Some((unnamed(&series.labels), value))
            };
            unique(found.filter_map(value).collect())
        }
        Expr::Negative(of) => mapped(eval(of, all, at)?, |value| -value),
        Expr::Call(function, of) => function.compute(eval(of, all, at)?),
        Expr::Aggregate {
            how,
            labels,
            without,
            of,
        } => match eval(of, all, at)? {
            Data::Scalar(_) => Err(Failure::NoVector),
            Data::Vector(vector) => Ok(Data::Vector(how.compute(&vector, labels, *without))),
        },
        Expr::Binary(operator, left, right) => {
            let (left, right) = (eval(left, all, at)?, eval(right, all, at)?);
            binary(*operator, left, right)
        }
        Expr::Whether(operator, left, right) => {
            let (left, right) = (eval(left, all, at)?, eval(right, all, at)?);
            whether(*operator, left, right)
        }
    }
}

/// How many samples there were up to a moment.
fn known(series: &Series, at: i64) -> usize {
    series.samples.partition_point(|(when, _)| *when <= at)
}

/// The labels without the metric's name.
pub(super) fn unnamed(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.remove("__name__");
    labels
}

/// A vector, whose labels must differ.
pub(super) fn unique(vector: Vector) -> Result<Data, Failure> {
    let different: BTreeMap<&Labels, ()> = vector.iter().map(|(labels, _)| (labels, ())).collect();
    match different.len() == vector.len() {
        true => Ok(Data::Vector(vector)),
        false => Err(Failure::SameLabels),
    }
}

fn mapped(data: Data, change: impl Fn(f64) -> f64) -> Result<Data, Failure> {
    match data {
        Data::Scalar(value) => Ok(Data::Scalar(change(value))),
        Data::Vector(vector) => {
            let changed = vector
                .into_iter()
                .map(|(labels, value)| (unnamed(&labels), change(value)));
            unique(changed.collect())
        }
    }
}

impl Over {
    fn compute(self, samples: &[(i64, f64)], at: i64, length: i64) -> Option<f64> {
        let values = || samples.iter().map(|(_, value)| *value);
        let last = samples.last()?.1;
        match self {
            Self::Increase => extrapolated(samples, at, length, true),
            Self::Rate => {
                let increase = extrapolated(samples, at, length, true)?;
                Some(increase / (length as f64 / 1000.0))
            }
            Self::Delta => extrapolated(samples, at, length, false),
            Self::Avg => Some(values().sum::<f64>() / samples.len() as f64),
            Self::Max => values().reduce(f64::max),
            Self::Min => values().reduce(f64::min),
            Self::Sum => Some(values().sum()),
            Self::Count => Some(samples.len() as f64),
            Self::Last => Some(last),
        }
    }
}

/// Prometheus' rule: what the samples show, stretched towards the ends of the range when these
/// are near, and for a counter never to where it would have been below zero.
fn extrapolated(samples: &[(i64, f64)], at: i64, length: i64, counter: bool) -> Option<f64> {
    let (first, last) = (samples.first()?, samples.last()?);
    if samples.len() < 2 {
        return None;
    }
    let mut change = last.1 - first.1;
    if counter {
        let resets = samples.windows(2).filter(|pair| pair[1].1 < pair[0].1);
        change += resets.map(|pair| pair[0].1).sum::<f64>();
    }
    let sampled = (last.0 - first.0) as f64;
    let between = sampled / (samples.len() - 1) as f64;
    let mut to_start = (first.0 - (at - length)) as f64;
    let mut to_end = (at - last.0) as f64;
    let threshold = between * 1.1;
    if threshold <= to_start {
        to_start = between / 2.0;
    }
    if counter && 0.0 < change && 0.0 <= first.1 {
        to_start = to_start.min(sampled * first.1 / change);
    }
    if threshold <= to_end {
        to_end = between / 2.0;
    }
    Some(change * (sampled + to_start + to_end) / sampled)
}

impl Function {
    fn compute(self, data: Data) -> Result<Data, Failure> {
        match self {
            Self::Abs => mapped(data, f64::abs),
            Self::Ceil => mapped(data, f64::ceil),
            Self::Floor => mapped(data, f64::floor),
            Self::Round => mapped(data, |value| (value + 0.5).floor()),
            Self::Vector => match data {
                Data::Scalar(value) => Ok(Data::Vector(vec![(Labels::new(), value)])),
                Data::Vector(_) => Err(Failure::NoScalar),
            },
            Self::Scalar => match data {
                Data::Scalar(_) => Err(Failure::NoVector),
                Data::Vector(vector) => Ok(Data::Scalar(match vector.as_slice() {
                    [(_, value)] => *value,
                    _ => f64::NAN,
                })),
            },
        }
    }
}

impl Aggregate {
    fn compute(self, vector: &Vector, labels: &[String], without: bool) -> Vector {
        let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
        for (all, value) in vector {
            let mut kept = all.clone();
            kept.retain(|name, _| {
                labels.contains(name) != without && (!without || name != "__name__")
            });
            groups.entry(kept).or_default().push(*value);
        }
        let groups = groups.into_iter();
        groups
            .map(|(labels, values)| (labels, self.of(&values)))
            .collect()
    }

    fn of(self, values: &[f64]) -> f64 {
        let sum: f64 = values.iter().sum();
        let least = |a: f64, b: f64| if b < a || a.is_nan() { b } else { a };
        let most = |a: f64, b: f64| if a < b || a.is_nan() { b } else { a };
        let values_of = || values.iter().copied();
        match self {
            Self::Sum => sum,
            Self::Avg => sum / values.len() as f64,
            Self::Count => values.len() as f64,
            Self::Min => values_of().reduce(least).unwrap_or(f64::NAN),
            Self::Max => values_of().reduce(most).unwrap_or(f64::NAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn series(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> Series {
        let labels = labels
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let samples = samples.iter().map(|(at, value)| (at * 1000, *value));
        Series {
            labels: labels.collect(),
            samples: samples.collect(),
        }
    }

    /// At second 600: `errors` grows by 10 with the flag and by 2 without, each 100 a minute.
    fn all() -> Vec<Series> {
        let minutes = |rate: f64| -> Vec<(i64, f64)> {
            (0..=10)
                .map(|m| (m * 60, 1000.0 + rate * m as f64))
                .collect()
        };
        vec![
            series(&[("__name__", "errors"), ("flag", "on")], &minutes(10.0)),
            series(&[("__name__", "errors"), ("flag", "off")], &minutes(2.0)),
            series(&[("__name__", "calls"), ("flag", "on")], &minutes(100.0)),
            series(&[("__name__", "calls"), ("flag", "off")], &minutes(100.0)),
            series(&[("__name__", "old")], &[(0, 1.0)]),
            series(
                &[("__name__", "reset")],
                &[(480, 90.0), (540, 100.0), (600, 20.0)],
            ),
        ]
    }

    #[track_caller]
    fn check(query: &str, expected: &[(&str, f64)]) {
        let found = match eval(
            &parse(query).unwrap(),
            &all().iter().collect::<Vec<_>>(),
            600_000,
        )
        .unwrap()
        {
            Data::Scalar(value) => vec![("scalar".to_owned(), value)],
            Data::Vector(vector) => {
                let shown = vector.iter().map(|(labels, value)| {
                    let labels = labels.iter().filter(|(name, _)| *name != "__name__");
                    (
                        labels
                            .map(|(_, v)| v.as_str())
                            .collect::<Vec<_>>()
                            .join(","),
                        *value,
                    )
                });
                shown.collect()
            }
        };
        let found: Vec<(&str, f64)> = found
            .iter()
            .map(|(name, value)| (name.as_str(), (*value * 1e6).round() / 1e6))
            .collect();
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn queries_are_computed_as_prometheus_does() {
        check("errors{flag=\"on\"}", &[("on", 1100.0)]);
        check("old", &[]);
        check("sum(increase(errors{flag=\"on\"}[5m]))", &[("", 50.0)]);
        check("increase(errors[5m])", &[("on", 50.0), ("off", 10.0)]);
        check("rate(calls{flag=\"on\"}[5m])", &[("on", 1.666_667)]);
        check("increase(reset[5m])", &[("", 37.5)]);
        check("increase(reset[1m])", &[("", 20.0)]);
        check(
            "sum by (flag) (rate(errors[5m])) / sum by (flag) (rate(calls[5m]))",
            &[("off", 0.02), ("on", 0.1)],
        );
        check("sum(increase(nothing[5m])) or vector(0)", &[("", 0.0)]);
        check("sum(nothing)", &[]);
        check("errors > 1050", &[("on", 1100.0)]);
        check("2 + 3 * 4", &[("scalar", 14.0)]);
        check("-errors{flag=\"off\"} + 20", &[("off", -1000.0)]);
        check("scalar(sum(errors)) > bool 2000", &[("scalar", 1.0)]);
        check("errors > bool 1050", &[("on", 1.0), ("off", 0.0)]);
        check("errors == bool calls", &[("on", 0.0), ("off", 0.0)]);
        check("delta(reset[5m])", &[("", -87.5)]);
        check("count(errors) + max(errors)", &[("", 1102.0)]);
        check("avg_over_time(calls{flag=\"on\"}[2m])", &[("on", 1900.0)]);
        check("calls unless errors", &[]);
    }

    #[test]
    fn what_cannot_be_matched_is_a_failure() {
        let failed = |query: &str| {
            eval(
                &parse(query).unwrap(),
                &all().iter().collect::<Vec<_>>(),
                600_000,
            )
            .unwrap_err()
        };
        assert_eq!(
            failed("errors + {flag=~\".+\"}"),
            Failure::Duplicate("right")
        );
        assert_eq!(failed("sum(1)"), Failure::NoVector);
        assert_eq!(failed("vector(errors)"), Failure::NoScalar);
        assert_eq!(failed("1 or 2"), Failure::SetOfScalar);
        assert_eq!(failed("increase({flag=\"on\"}[5m])"), Failure::SameLabels);
    }
}
