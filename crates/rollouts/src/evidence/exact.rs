//! Numbers that are read back as they were written.
//!
//! State and readings are kept as JSON, whose readers may be off by the last bit, and which has
//! no way to say that something was not a number. A verdict that is replayed must be the verdict
//! that was given, so sums are written as text, to the last digit, and so are those readings
//! that are not whole numbers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A finite sum. What would make it infinite or undefined is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub(super) struct Exact(f64);

impl Exact {
    pub(super) fn new(value: f64) -> Self {
        let mut sum = Self::default();
        sum.add(value);
        sum
    }

    pub(super) fn get(self) -> f64 {
        self.0
    }

    pub(super) fn add(&mut self, value: f64) {
        let sum = self.0 + value;
        if sum.is_finite() {
            self.0 = sum;
        }
    }

    /// Keeps the larger.
    pub(super) fn raise(&mut self, value: f64) {
        if self.0 < value && value.is_finite() {
            self.0 = value;
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:e}", self.0)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        match raw.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Self(value)),
            Ok(_) | Err(_) => Err(de::Error::custom("a sum is a finite number in quotes")),
        }
    }
}

/// A number of a reading: as it is where it is whole, else as text.
pub(super) mod number {
    use serde::{Deserializer, Serializer};

    use super::optional;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for a reference"
    )]
    pub(in crate::evidence) fn serialize<S: Serializer>(
        value: &f64,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        optional::serialize(&Some(*value), serializer)
    }

    pub(in crate::evidence) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<f64, D::Error> {
        let missing = || serde::de::Error::custom("a number is missing");
        optional::deserialize(deserializer)?.ok_or_else(missing)
    }
}

/// The same, where there may be none.
pub(super) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Written {
        Whole(f64),
        Text(String),
    }

    pub(in crate::evidence) fn serialize<S: Serializer>(
        value: &Option<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let written = value.map(|value| {
            if value.fract() == 0.0 && value.abs() < 1e15 {
                Written::Whole(value)
            } else {
                Written::Text(format!("{value:e}"))
            }
        });
        written.serialize(serializer)
    }

    pub(in crate::evidence) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<f64>, D::Error> {
        match Option::deserialize(deserializer)? {
            None => Ok(None),
            Some(Written::Whole(value)) => Ok(Some(value)),
            Some(Written::Text(text)) => text.parse().map(Some).map_err(de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exact;
    use crate::evidence::Arm;

    #[test]
    fn a_sum_is_read_back_to_the_last_bit() {
        for value in [0.1 + 0.2, -1e-300, 1.0 / 3.0, f64::MAX, 0.0, -12_345.678_9] {
            let json = serde_json::to_string(&Exact::new(value)).unwrap();
            let read: Exact = serde_json::from_str(&json).unwrap();
            assert_eq!(read.get().to_bits(), value.to_bits(), "{json}");
        }
        for wrong in ["\"NaN\"", "\"inf\"", "\"\"", "1.0", "null"] {
            assert!(serde_json::from_str::<Exact>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn readings_are_read_back_as_they_were_whatever_they_were() {
        for (failed, expected) in [
            (3.0, "3.0"),
            (0.1 + 0.2, "\"3.0000000000000004e-1\""),
            (f64::NAN, "\"NaN\""),
            (f64::NEG_INFINITY, "\"-inf\""),
            (1e300, "\"1e300\""),
        ] {
            let json = serde_json::to_string(&Arm::new(failed, 7.0)).unwrap();
            assert_eq!(json, format!("{{\"failed\":{expected},\"exposed\":7.0}}"));
            let read: Arm = serde_json::from_str(&json).unwrap();
            assert_eq!(read.failed.to_bits(), failed.to_bits(), "{json}");
        }
        let whole: Arm = serde_json::from_str(r#"{"failed": 1, "exposed": 20}"#).unwrap();
        assert_eq!(whole, Arm::new(1.0, 20.0));
        for wrong in [
            r#"{"failed": 1}"#,
            r#"{"failed": null, "exposed": 1}"#,
            r#"{"failed": "x", "exposed": 1}"#,
        ] {
            assert!(serde_json::from_str::<Arm>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_finite_changes_no_sum() {
        let mut sum = Exact::new(2.0);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            sum.add(value);
        }
        assert_eq!(sum, Exact::new(2.0));
    }
}
