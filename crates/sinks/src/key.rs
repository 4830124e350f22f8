//! The proof that an event comes from us.
//!
//! Signed are `{id}.{timestamp}.{body}` with HMAC-SHA256 and the key that both sides have, which
//! people hand on as `whsec_` and base64. The result stands in a header as `v1,` and base64.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::Sha256;

/// What every written key begins with.
const PREFIX: &str = "whsec_";

/// How long a key may be, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A key that events are signed with. `Debug` does not show it.
#[derive(Clone)]
pub struct Key(SecretSlice<u8>);

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key is whsec_ and 24 to 64 random bytes in base64; make one with: \
     echo whsec_$(openssl rand -base64 32)"
)]
pub struct InvalidKey;

impl Key {
    /// Reads a key as people write it.
    ///
    /// # Errors
    /// When it is none, or one that is too short to be safe.
    pub fn read(text: &SecretString) -> Result<Self, InvalidKey> {
        let text = text.expose_secret().trim();
        let encoded = text.strip_prefix(PREFIX).ok_or(InvalidKey)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| InvalidKey)?;
        if LENGTHS.contains(&bytes.len()) {
            Ok(Self(bytes.into()))
        } else {
            Err(InvalidKey)
        }
    }

    /// The signature of a body that is sent at `seconds` (Unix time) under this id.
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        // HMAC takes keys of every length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) else {
            return String::new();
        };
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Key, InvalidKey> {
        Key::read(&text.to_owned().into())
    }

    #[test]
    fn the_signature_is_that_of_the_specification_s_example() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = key.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{key:?}"), "Key(…)");
    }

    #[test]
    fn what_is_no_key_or_a_weak_one_is_refused() {
        let short = format!("whsec_{}", STANDARD.encode([7; 23]));
        let long = format!("whsec_{}", STANDARD.encode([7; 65]));
        for bad in ["", "whsec_", "secret", "whsec_no base64!", &short, &long] {
            assert_eq!(key(bad).map(drop), Err(InvalidKey), "{bad:?}");
        }
        for length in [24, 32, 64] {
            let good = format!("whsec_{}", STANDARD.encode(vec![7; length]));
            assert!(key(&good).is_ok(), "{good}");
        }
    }
}
