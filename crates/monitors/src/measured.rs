//! A number that somebody measured, and what is none.

use std::fmt;

use jiff::Timestamp;

/// What was measured. Only [`Measured::Number`] can be judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// Finite and not negative.
    Number(f64),
    /// Nothing was measured, which is not the same as zero.
    Silent,
    /// An answer that cannot be what was meant.
    Nonsense(Nonsense),
}

/// What cannot be a measured number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonsense {
    /// A ratio of nothing to nothing.
    NotANumber,
    Infinite,
    Negative,
    /// A text, a list, a span of samples.
    NoNumber,
}

/// A value at a moment, for charts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub at: Timestamp,
    /// Finite.
    pub value: f64,
}

impl Measured {
    /// What `value` is as a measured number.
    #[must_use]
    pub fn of(value: f64) -> Self {
        if value.is_nan() {
            Self::Nonsense(Nonsense::NotANumber)
        } else if value.is_infinite() {
            Self::Nonsense(Nonsense::Infinite)
        } else if value < 0.0 {
            Self::Nonsense(Nonsense::Negative)
        } else {
            Self::Number(value)
        }
    }
}

impl fmt::Display for Nonsense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a number",
            Self::Infinite => "infinite",
            Self::Negative => "negative",
            Self::NoNumber => "something else than a number",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_finite_number_that_is_not_negative_was_measured() {
        for (value, expected) in [
            (0.0, Measured::Number(0.0)),
            (2.5, Measured::Number(2.5)),
            (-0.5, Measured::Nonsense(Nonsense::Negative)),
            (f64::NAN, Measured::Nonsense(Nonsense::NotANumber)),
            (f64::INFINITY, Measured::Nonsense(Nonsense::Infinite)),
            (f64::NEG_INFINITY, Measured::Nonsense(Nonsense::Infinite)),
        ] {
            assert_eq!(Measured::of(value), expected, "{value}");
        }
    }
}
