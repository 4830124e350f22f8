//! Secrets that the sandbox gives out, and what it keeps of them.

use clock::Chance;
use sha2::{Digest as _, Sha256};

/// A new secret: 256 bits in hexadecimal digits.
pub(super) fn new(chance: &Chance) -> String {
    format!("{:032x}{:032x}", chance.next_u128(), chance.next_u128())
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}
