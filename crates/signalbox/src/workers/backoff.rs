//! How long to wait before the next try when Slack did not say.
//!
//! Exponential with equal jitter (half fixed, half random), so that lanes that failed together
//! do not all come back together. Source: "Exponential Backoff And Jitter", AWS Architecture
//! Blog, 2015.

use clock::Chance;
use jiff::SignedDuration;

const FIRST: SignedDuration = SignedDuration::from_secs(1);
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// The pause after the `failures`th failure in a row, counted from 1.
#[must_use]
pub fn pause(failures: u32, chance: &Chance) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(16);
    let whole = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let half = u64::try_from(whole.as_millis() / 2).unwrap_or(0);
    let jitter = i64::try_from(chance.below(half + 1)).unwrap_or(0);
    whole - SignedDuration::from_millis(i64::try_from(half).unwrap_or(0))
        + SignedDuration::from_millis(jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes_and_differ() {
        let chance = Chance::from_seed(3);
        for (failures, whole) in [
            (1, 1),
            (2, 2),
            (5, 16),
            (9, 256),
            (10, 300),
            (u32::MAX, 300),
        ] {
            let pauses: Vec<_> = (0..50).map(|_| pause(failures, &chance)).collect();
            let whole = SignedDuration::from_secs(whole);
            assert!(
                pauses
                    .iter()
                    .all(|&pause| whole / 2 <= pause && pause <= whole),
                "{failures}"
            );
            assert!(pauses.iter().any(|&pause| pause != pauses[0]), "{failures}");
        }
    }
}
