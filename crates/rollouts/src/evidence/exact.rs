//! A number that is read back as it was written.
//!
//! State is kept as JSON, whose readers may be off by the last bit. A verdict that is replayed
//! must be the verdict that was given, so the sums are written as text, to the last digit.

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

#[cfg(test)]
mod tests {
    use super::Exact;

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
    fn what_is_not_finite_changes_no_sum() {
        let mut sum = Exact::new(2.0);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            sum.add(value);
        }
        assert_eq!(sum, Exact::new(2.0));
    }
}
