//! What stands between two things in PromQL.

use std::collections::BTreeMap;

use super::eval::{Data, Failure, Vector, unique, unnamed};
use super::words::Operator;
use crate::gitlab::world::Labels;

/// Both sides joined by an operator.
pub(super) fn binary(operator: Operator, left: Data, right: Data) -> Result<Data, Failure> {
    match (left, right) {
        (Data::Vector(left), Data::Vector(right)) => between_vectors(operator, left, &right),
        (Data::Scalar(_), _) | (_, Data::Scalar(_)) if is_set(operator) => {
            Err(Failure::SetOfScalar)
        }
        (Data::Scalar(left), Data::Scalar(right)) => {
            let holds = compared(operator, left, right);
            let value = holds.map_or_else(
                || computed(operator, left, right),
                |holds| f64::from(u8::from(holds)),
            );
            Ok(Data::Scalar(value))
        }
        (Data::Vector(left), Data::Scalar(right)) => {
            one_by_one(operator, left, |value| (value, right))
        }
        (Data::Scalar(left), Data::Vector(right)) => {
            one_by_one(operator, right, |value| (left, value))
        }
    }
}

/// A comparison that gives 1 where it holds and 0 where it does not.
pub(super) fn whether(operator: Operator, left: Data, right: Data) -> Result<Data, Failure> {
    let holds = |left, right| f64::from(u8::from(compared(operator, left, right) == Some(true)));
    match (left, right) {
        (Data::Scalar(left), Data::Scalar(right)) => Ok(Data::Scalar(holds(left, right))),
        (Data::Vector(vector), Data::Scalar(number)) => {
            let held = vector.into_iter();
            unique(
                held.map(|(labels, value)| (unnamed(&labels), holds(value, number)))
                    .collect(),
            )
        }
        (Data::Scalar(number), Data::Vector(vector)) => {
            let held = vector.into_iter();
            unique(
                held.map(|(labels, value)| (unnamed(&labels), holds(number, value)))
                    .collect(),
            )
        }
        (Data::Vector(left), Data::Vector(right)) => {
            // The difference is there wherever both sides are.
            let both = between_vectors(Operator::Subtract, left.clone(), &right)?;
            let kept = between_vectors(operator, left, &right)?;
            let (Data::Vector(both), Data::Vector(kept)) = (both, kept) else {
                return Err(Failure::NoVector);
            };
            let kept: BTreeMap<Labels, f64> = kept
                .into_iter()
                .map(|(labels, value)| (unnamed(&labels), value))
                .collect();
            let held = both.into_iter().map(|(labels, _)| {
                let held = kept.contains_key(&labels);
                (labels, f64::from(u8::from(held)))
            });
            Ok(Data::Vector(held.collect()))
        }
    }
}

/// Each sample with a number: a comparison keeps the sample or drops it.
fn one_by_one(
    operator: Operator,
    vector: Vector,
    sides: impl Fn(f64) -> (f64, f64),
) -> Result<Data, Failure> {
    let mut found = Vector::new();
    for (labels, value) in vector {
        let (left, right) = sides(value);
        match compared(operator, left, right) {
            Some(true) => found.push((labels, value)),
            Some(false) => (),
            None => found.push((unnamed(&labels), computed(operator, left, right))),
        }
    }
    unique(found)
}

fn between_vectors(operator: Operator, left: Vector, right: &Vector) -> Result<Data, Failure> {
    let mut others: BTreeMap<Labels, f64> = BTreeMap::new();
    for (labels, value) in right {
        let twice = others.insert(unnamed(labels), *value).is_some();
        if twice && !is_set(operator) {
            return Err(Failure::Duplicate("right"));
        }
    }
    if is_set(operator) {
        return Ok(Data::Vector(set(operator, left, right, &others)));
    }
    let mut found = Vector::new();
    let mut seen: BTreeMap<Labels, ()> = BTreeMap::new();
    for (labels, value) in left {
        let key = unnamed(&labels);
        let Some(other) = others.get(&key) else {
            continue;
        };
        if seen.insert(key.clone(), ()).is_some() {
            return Err(Failure::Duplicate("left"));
        }
        match compared(operator, value, *other) {
            Some(true) => found.push((labels, value)),
            Some(false) => (),
            None => found.push((key, computed(operator, value, *other))),
        }
    }
    Ok(Data::Vector(found))
}

fn is_set(operator: Operator) -> bool {
    matches!(operator, Operator::Or | Operator::And | Operator::Unless)
}

fn set(
    operator: Operator,
    mut left: Vector,
    right: &Vector,
    others: &BTreeMap<Labels, f64>,
) -> Vector {
    let has = |labels: &Labels| others.contains_key(&unnamed(labels));
    if operator == Operator::And {
        left.retain(|(labels, _)| has(labels));
    } else if operator == Operator::Unless {
        left.retain(|(labels, _)| !has(labels));
    } else {
        let own: BTreeMap<Labels, ()> = left
            .iter()
            .map(|(labels, _)| (unnamed(labels), ()))
            .collect();
        let is_new = |(labels, _): &&(Labels, f64)| !own.contains_key(&unnamed(labels));
        left.extend(right.iter().filter(is_new).cloned());
    }
    left
}

/// Whether a comparison holds; none when the operator is none.
fn compared(operator: Operator, left: f64, right: f64) -> Option<bool> {
    match operator {
        Operator::Equal => Some(left == right),
        Operator::NotEqual => Some(left != right),
        Operator::AtLeast => Some(left >= right),
        Operator::AtMost => Some(left <= right),
        Operator::Above => Some(left > right),
        Operator::Below => Some(left < right),
        Operator::Or
        | Operator::And
        | Operator::Unless
        | Operator::Add
        | Operator::Subtract
        | Operator::Multiply
        | Operator::Divide
        | Operator::Remainder => None,
    }
}

fn computed(operator: Operator, left: f64, right: f64) -> f64 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Remainder => left % right,
        Operator::Or
        | Operator::And
        | Operator::Unless
        | Operator::Equal
        | Operator::NotEqual
        | Operator::AtLeast
        | Operator::AtMost
        | Operator::Above
        | Operator::Below => f64::NAN,
    }
}
