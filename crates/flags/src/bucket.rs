//! Which actors a percentage covers. Frozen.
//!
//! The formula is Ruby Flipper's (`gates/percentage_of_actors.rb`), because flags move here from
//! GitLab with their rollouts under way. Nobody may improve it: 2³² is no multiple of 100,000, so
//! low buckets hold 0.0023 % more actors, and the product below is a binary fraction that is now
//! and then a little more than the decimal one (64.248 × 1000 is 64248.00000000001), which lets
//! one bucket more in. Either repair would turn a feature on and off for people in the middle of
//! a rollout. `tests/it/flipper.rs` holds vectors that Flipper itself made.

use crate::percentage::Percentage;

/// How many buckets there are.
pub(crate) const BUCKETS: u32 = 100_000;

/// The bucket of an actor for a flag, below 100,000. Each flag has its own order of actors.
///
/// A percentage covers the buckets below `percentage × 1000`, multiplied as binary fractions:
/// Flipper's formula, which nobody may improve (`gates/percentage_of_actors.rb`).
#[must_use]
pub fn bucket(flag: &str, actor: &str) -> u32 {
    after(&begun(flag), actor)
}

/// The hash of a flag's name, to be gone on with for each actor.
pub(crate) fn begun(flag: &str) -> crc32fast::Hasher {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(flag.as_bytes());
    hasher
}

pub(crate) fn after(flag: &crc32fast::Hasher, actor: &str) -> u32 {
    let mut hasher = flag.clone();
    hasher.update(actor.as_bytes());
    hasher.finalize() % BUCKETS
}

/// Buckets below this are covered.
pub(crate) fn limit(share: Percentage) -> f64 {
    share.number() * 1000.0
}
