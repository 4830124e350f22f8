//! Slack's time stamp of a message, which is also its id inside a channel.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `"1700000000.000100"`: seconds and a counter, unique in its channel. A text and never a
/// number: as a float it loses its last digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ts(String);

/// Why a text is not a time stamp of a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a message's time stamp such as \"1700000000.000100\"")]
pub struct InvalidTs(String);

impl Ts {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The time stamp that a message posted at `time` would have, for bounds in a look-up.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        let micros = time.as_microsecond().max(0);
        Self(format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000))
    }
}

impl FromStr for Ts {
    type Err = InvalidTs;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Ts {
    type Error = InvalidTs;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match text.split_once('.') {
            Some((seconds, counter)) if text.len() <= 32 && digits(seconds) && digits(counter) => {
                Ok(Self(text))
            }
            _ => Err(InvalidTs(text.chars().take(40).collect())),
        }
    }
}

impl From<Ts> for String {
    fn from(ts: Ts) -> Self {
        ts.0
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stamp_keeps_every_digit() {
        let ts: Ts = "1700000000.000100".parse().unwrap();
        assert_eq!(ts.to_string(), "1700000000.000100");
        for bad in ["", "1700000000", "1700000000.", ".1", "17e8.1", "1 .2"] {
            assert!(bad.parse::<Ts>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_moment_becomes_a_bound() {
        let moment = Timestamp::from_microsecond(1_700_000_000_000_100).unwrap();
        assert_eq!(Ts::at(moment).as_str(), "1700000000.000100");
    }
}
