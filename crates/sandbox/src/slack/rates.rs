//! Slack's rate limits: a bucket of calls per method, and one of messages per channel.
//!
//! Slack counts "per method, per workspace, per app" by tiers of calls a minute and says that
//! bursts are tolerated, without a figure: here a method's bucket holds a minute's worth. The
//! undisclosed limit on a whole workspace's messages is left out: nobody knows it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::methods::{Method, Tier};

/// Whether Slack's limits hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Limits {
    /// As Slack does.
    #[default]
    Slack,
    /// Never 429 (faults can still ask for one).
    Off,
}

/// How many messages a channel takes at once after a quiet while; then one a second.
/// Slack promises one a second and tolerates "short bursts" without a figure. Four lets a message,
/// its two follow-ups in the thread and one more pass, and refuses whoever does not pace at all.
pub const POSTING_BURST: u32 = 4;

/// The use of the limits in one workspace.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    buckets: HashMap<String, Bucket>,
}

#[derive(Clone, Debug)]
struct Bucket {
    /// When the bucket is full again: the further away, the emptier it is.
    full_at: Timestamp,
}

impl Rates {
    /// Counts one call of a method by an app.
    ///
    /// # Errors
    /// The whole seconds to wait, when the bucket is empty.
    pub fn call(&mut self, app: &str, method: &Method, now: Timestamp) -> Result<(), u64> {
        let a_minute: u32 = match method.tier {
            Tier::One => 1,
            Tier::Two => 20,
            Tier::Three => 50,
            Tier::Four => 100,
            Tier::Special => 300,
            Tier::Posting | Tier::Unlisted => return Ok(()),
        };
        let pace = SignedDuration::from_micros(60_000_000 / i64::from(a_minute));
        self.take(&format!("{app}/{}", method.name), pace, a_minute, now)
    }

    /// Counts one message into a channel.
    ///
    /// # Errors
    /// The whole seconds to wait, when the channel has had its burst.
    pub fn post(&mut self, channel: &str, now: Timestamp) -> Result<(), u64> {
        self.take(channel, SignedDuration::from_secs(1), POSTING_BURST, now)
    }

    fn take(
        &mut self,
        key: &str,
        pace: SignedDuration,
        burst: u32,
        now: Timestamp,
    ) -> Result<(), u64> {
        let bucket = match self.buckets.get_mut(key) {
            Some(bucket) => bucket,
            None => self
                .buckets
                .entry(key.to_owned())
                .or_insert(Bucket { full_at: now }),
        };
        let full_at = bucket.full_at.max(now) + pace;
        let debt = full_at.duration_since(now);
        let allowed = pace * i32::try_from(burst).unwrap_or(i32::MAX);
        if debt <= allowed {
            bucket.full_at = full_at;
            return Ok(());
        }
        let wait = debt - allowed;
        let seconds = wait.as_secs() + i64::from(0 < wait.subsec_nanos());
        Err(u64::try_from(seconds).unwrap_or(1).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::methods;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn a_channel_takes_a_burst_and_then_one_message_a_second() {
        let mut rates = Rates::default();
        for _ in 0..POSTING_BURST {
            assert_eq!(rates.post("C1", at(0)), Ok(()));
        }
        assert_eq!(rates.post("C1", at(0)), Err(1));
        assert_eq!(
            rates.post("C2", at(0)),
            Ok(()),
            "another channel has its own pace"
        );
        assert_eq!(rates.post("C1", at(1)), Ok(()));
        assert_eq!(rates.post("C1", at(1)), Err(1));
    }

    #[test]
    fn each_method_has_the_calls_a_minute_of_its_tier() {
        for (name, a_minute, wait) in [
            ("conversations.list", 20, 3),
            ("chat.update", 50, 2),
            ("users.info", 100, 1),
        ] {
            let mut rates = Rates::default();
            let method = methods::find(name).unwrap();
            for _ in 0..a_minute {
                assert_eq!(rates.call("A1", method, at(0)), Ok(()), "{name}");
            }
            assert_eq!(rates.call("A1", method, at(0)), Err(wait), "{name}");
            assert_eq!(rates.call("A1", method, at(60)), Ok(()), "{name}");
        }
    }
}
