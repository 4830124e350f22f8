//! Random numbers for ids and jitter, from a seed.
//!
//! SplitMix64 (Steele, Lea, Flood 2014) over an atomic counter: any number of threads draw
//! from it without a lock. Not for secrets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A seedable source of random numbers. Clones draw from the same sequence.
#[derive(Clone)]
pub struct Chance(Arc<AtomicU64>);

impl Chance {
    /// The same seed gives the same numbers.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }

    /// 64 random bits.
    #[must_use]
    pub fn next_u64(&self) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self
            .0
            .fetch_add(GOLDEN, Ordering::Relaxed)
            .wrapping_add(GOLDEN);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 128 random bits, as ids take them.
    #[must_use]
    pub fn next_u128(&self) -> u128 {
        (u128::from(self.next_u64()) << 64) | u128::from(self.next_u64())
    }

    /// A number from 0 to `limit` (not reached); 0 when `limit` is 0.
    #[must_use]
    pub fn below(&self, limit: u64) -> u64 {
        u64::try_from((u128::from(self.next_u64()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    /// A number from 0 to 1 (not reached), with 53 random bits.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are what a fraction holds"
    )]
    pub fn fraction(&self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_sequence_is_the_published_one() {
        let chance = Chance::from_seed(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| chance.next_u64()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn numbers_stay_below_their_limit() {
        let chance = Chance::from_seed(7);
        assert!((0..1000).all(|_| chance.below(10) < 10));
        assert_eq!(chance.below(0), 0);
    }
}
