//! What is kept of a secret that only has to be recognized.
//!
//! Without salt and in one round: such a secret is 256 random bits that we made, which nobody can
//! guess. A password must never come here.

use ring::digest::{SHA256, digest};

use crate::engine::Value;

/// SHA-256 of a random secret: of a session's cookie, a one-time link, a token for our APIs.
///
/// What is looked up by it is found by the database's index: the time that takes tells of the hash
/// at most, from which nobody gets to the secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of `secret` as it is given to its holder, prefix and all.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
        Self(hash)
    }

    /// For comparing two of them in constant time.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The text that rows are named by in [`seal`](crate::seal).
    pub(crate) fn text(&self) -> String {
        hex::encode(self.0)
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl<'a> From<&'a SecretHash> for Value<'a> {
    fn from(hash: &'a SecretHash) -> Self {
        Self::Blob(&hash.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_sha_256_and_says_nothing_in_a_log() {
        let hash = SecretHash::of("abc");
        assert_eq!(
            hash.text(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(format!("{hash:?}"), "SecretHash(…)");
        assert_ne!(hash, SecretHash::of("abd"));
    }
}
