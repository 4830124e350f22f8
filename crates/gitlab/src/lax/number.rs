//! Numbers, and yes or no.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Larger numbers are no duration of anything.
const LARGEST: f64 = 1e12;

/// A number that is not negative; texts of digits are read as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Number(Option<f64>, Option<u64>);

impl Number {
    /// The number as an id or count: whole ones only.
    pub(crate) fn get(self) -> Option<u64> {
        self.1
    }

    /// The number to three decimals, so that it is the same after it was written and read again.
    pub(crate) fn real(self) -> Option<f64> {
        let real = self.0.filter(|real| *real <= LARGEST)?;
        Some((real * 1000.0).round() / 1000.0)
    }

    /// The nearest whole number, for durations.
    pub(crate) fn rounded(self) -> Option<u64> {
        Self::of(self.real()?.round()).get()
    }

    fn of(real: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the range of whole numbers that a float holds exactly"
        )]
        let whole = ((0.0..9e15).contains(&real) && real.fract() == 0.0).then_some(real as u64);
        Self((real.is_finite() && 0.0 <= real).then_some(real), whole)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "the exact number is kept beside it"
                )]
                let real = number as f64;
                // JSON elsewhere (and SQL) knows signed numbers only.
                Ok(Number(
                    Some(real),
                    i64::try_from(number).is_ok().then_some(number),
                ))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Number, E> {
                Ok(Number::default())
            }
            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number::of(number))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                let text = text.trim();
                match (text.parse(), text.parse()) {
                    (Ok(whole), _) => self.visit_u64(whole),
                    (Err(_), Ok(real)) => Ok(Number::of(real)),
                    (Err(_), Err(_)) => Ok(Number::default()),
                }
            }
            absent!(null bool list object);
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

/// Yes or no; the numbers 0 and 1 and the words `true` and `false` are read as such.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flag(Option<bool>);

impl Flag {
    pub(crate) fn get(self) -> Option<bool> {
        self.0
    }

    /// Whether it is there and says yes.
    pub(crate) fn yes(self) -> bool {
        self.0 == Some(true)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl<'de> Visitor<'de> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(Some(flag)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Flag, E> {
                Ok(Flag(match number {
                    0 => Some(false),
                    1 => Some(true),
                    _ => None,
                }))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_str<E>(self, text: &str) -> Result<Flag, E> {
                Ok(Flag(match text {
                    "true" | "1" | "t" | "yes" => Some(true),
                    "false" | "0" | "f" | "no" => Some(false),
                    _ => None,
                }))
            }
            absent!(null list object);
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}
