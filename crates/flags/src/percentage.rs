//! A share of actors or of time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Between 0 and 100, both included. Kept as a binary fraction on purpose: see
/// [`bucket`](fn@crate::bucket).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Percentage(f64);

/// Why a number is no percentage.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidPercentage {
    #[error("{0:?} is not a number between 0 and 100")]
    NotANumber(String),
    #[error("a percentage lies between 0 and 100, {0} does not")]
    OutOfRange(f64),
}

impl Percentage {
    pub const ZERO: Self = Self(0.0);
    pub const HUNDRED: Self = Self(100.0);

    /// # Errors
    /// When the number is below 0, above 100 or none at all.
    pub fn new(number: f64) -> Result<Self, InvalidPercentage> {
        if (0.0..=100.0).contains(&number) {
            // No negative zero: it would be written as one.
            Ok(Self(number.abs()))
        } else {
            Err(InvalidPercentage::OutOfRange(number))
        }
    }

    #[must_use]
    pub fn number(self) -> f64 {
        self.0
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl TryFrom<f64> for Percentage {
    type Error = InvalidPercentage;
    fn try_from(number: f64) -> Result<Self, Self::Error> {
        Self::new(number)
    }
}

impl From<Percentage> for f64 {
    fn from(percentage: Percentage) -> Self {
        percentage.0
    }
}

impl FromStr for Percentage {
    type Err = InvalidPercentage;

    /// Digits, with a fraction or without; no sign, exponent, or words such as `inf`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_a_number = || InvalidPercentage::NotANumber(text.chars().take(40).collect());
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let well_formed = match text.split_once('.') {
            Some((whole, fraction)) => digits(whole) && digits(fraction),
            None => digits(text),
        };
        if !well_formed || 32 < text.len() {
            return Err(not_a_number());
        }
        Self::new(text.parse().map_err(|_| not_a_number())?)
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_numbers_from_0_to_100() {
        for (text, expected) in [
            ("0", Some(0.0)),
            ("25", Some(25.0)),
            ("64.248", Some(64.248)),
            ("100", Some(100.0)),
            ("100.001", None),
            ("-1", None),
            ("+1", None),
            ("1e1", None),
            ("inf", None),
            ("abc", None),
            (".5", None),
            ("5.", None),
            ("", None),
        ] {
            let read = text.parse::<Percentage>().ok().map(Percentage::number);
            assert_eq!(read, expected, "{text:?}");
        }
        assert!(Percentage::new(f64::NAN).is_err());
        assert!(Percentage::new(-0.0).unwrap().number().is_sign_positive());
    }

    #[test]
    fn percentages_are_written_without_a_needless_fraction() {
        for text in ["0", "25", "0.001", "33.3", "100"] {
            assert_eq!(text.parse::<Percentage>().unwrap().to_string(), text);
        }
    }
}
