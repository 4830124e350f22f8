//! Random numbers for ids and jitter, and random bytes for secrets.
//!
//! Numbers are SplitMix64 (Steele, Lea, Flood 2014) over an atomic counter: any number of threads
//! draw from it without a lock. Who sees one of them can compute those that follow, so secrets
//! are drawn from a sequence of their own: SHA-256 over a key of 256 bits and a counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// A seedable source of random numbers and secrets. Clones draw from the same sequences.
#[derive(Clone)]
pub struct Chance(Arc<Sequences>);

struct Sequences {
    numbers: AtomicU64,
    key: [u8; 32],
    secrets: AtomicU64,
}

impl Chance {
    /// The same seed gives the same numbers and the same secrets: for tests, where nobody has to
    /// keep anything.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let key = Sha256::digest(seed.to_be_bytes());
        Self::of(seed, key.into())
    }

    /// A source that nobody foresees who does not have the key: 256 bits of the system's own
    /// randomness.
    #[must_use]
    pub fn from_key(key: [u8; 32]) -> Self {
        // Numbers are seen by everybody, so their seed must say nothing of the key.
        let seed = Sha256::new_with_prefix(b"numbers")
            .chain_update(key)
            .finalize();
        let seed = seed.iter().take(8);
        let seed = seed.fold(0, |seed, byte| (seed << 8) | u64::from(*byte));
        Self::of(seed, key)
    }

    fn of(seed: u64, key: [u8; 32]) -> Self {
        Self(Arc::new(Sequences {
            numbers: AtomicU64::new(seed),
            key,
            secrets: AtomicU64::new(0),
        }))
    }

    /// Bytes for a secret or a nonce: as long as the key is unknown, nobody can tell the next
    /// ones from those seen before.
    #[must_use]
    pub fn secret<const N: usize>(&self) -> [u8; N] {
        const { assert!(N <= 32, "a secret has at most 32 bytes") }
        let number = self.0.secrets.fetch_add(1, Ordering::Relaxed);
        let block = Sha256::new_with_prefix(self.0.key)
            .chain_update(number.to_be_bytes())
            .finalize();
        let mut secret = [0; N];
        secret
            .iter_mut()
            .zip(&block)
            .for_each(|(to, from)| *to = *from);
        secret
    }

    /// 64 random bits.
    #[must_use]
    pub fn next_u64(&self) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self
            .0
            .numbers
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
    fn secrets_differ_from_each_other_and_from_those_of_another_key() {
        let chance = Chance::from_key([7; 32]);
        let clone = chance.clone();
        let drawn: [[u8; 32]; 2] = [chance.secret(), clone.secret()];
        assert_ne!(drawn[0], drawn[1], "clones share a sequence");
        assert_eq!(
            drawn[0],
            Chance::from_key([7; 32]).secret::<32>(),
            "the same key gives the same secrets"
        );
        assert_ne!(drawn[0], Chance::from_key([8; 32]).secret::<32>());
        let nonce: [u8; 12] = Chance::from_key([7; 32]).secret();
        assert_eq!(nonce, drawn[0][..12]);
    }

    #[test]
    fn secrets_do_not_move_the_numbers_on() {
        let (one, other) = (Chance::from_key([7; 32]), Chance::from_key([7; 32]));
        let _: [u8; 32] = one.secret();
        assert_eq!(one.next_u64(), other.next_u64());
    }

    #[test]
    fn numbers_stay_below_their_limit() {
        let chance = Chance::from_seed(7);
        assert!((0..1000).all(|_| chance.below(10) < 10));
        assert_eq!(chance.below(0), 0);
    }
}
