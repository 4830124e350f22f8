//! Secrets at rest: sealed with a key that the database does not have.
//!
//! AES-256-GCM. What is sealed is bound to the row that it belongs to: moved to another row it
//! cannot be opened. Where keys come from is the configuration's business, randomness the
//! caller's.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::engine::Value;

/// Says how the bytes are laid out: this number, the nonce, the ciphertext with its tag.
const LAYOUT: u8 = 1;

/// A key of 32 bytes.
pub struct Key(LessSafeKey);

/// The key that seals, and older ones that still open.
#[derive(Debug)]
pub struct Keys {
    first: Key,
    older: Vec<Key>,
}

/// A sealed secret. Its text in logs says nothing. One that was forgotten is empty and opens with
/// no key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// Why a text is not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key is 32 random bytes in hexadecimal or base64, this is something else; make one with: \
     openssl rand -base64 32"
)]
pub struct InvalidKey;

/// Why something sealed stays so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// Another key, another row, or damaged bytes: they cannot be told apart.
    #[error(
        "a stored secret cannot be opened with the configured keys; add the key that it was \
         sealed with to the older keys, or enter the secret again"
    )]
    WrongKey,
    #[error("a stored secret was written by a newer program; run that one")]
    Newer,
}

impl std::str::FromStr for Key {
    type Err = InvalidKey;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let bytes = hex::decode(text)
            .ok()
            .or_else(|| BASE64_STANDARD.decode(text).ok())
            .or_else(|| BASE64_STANDARD_NO_PAD.decode(text).ok())
            .ok_or(InvalidKey)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| InvalidKey)?;
        Ok(Self(LessSafeKey::new(key)))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl Keys {
    /// `older` are tried when `first` does not open something, so that keys can be changed
    /// without losing what is stored.
    #[must_use]
    pub fn new(first: Key, older: Vec<Key>) -> Self {
        Self { first, older }
    }

    /// Seals a secret. `row` says what it belongs to. A `nonce` must be random: used twice with
    /// one key it gives both secrets away.
    #[must_use]
    pub fn seal(&self, secret: &str, nonce: [u8; NONCE_LEN], row: &str) -> Sealed {
        let mut body = secret.as_bytes().to_vec();
        let tag = self.first.0.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(row.as_bytes()),
            &mut body,
        );
        let mut bytes = vec![LAYOUT];
        bytes.extend_from_slice(&nonce);
        match tag {
            Ok(tag) => {
                bytes.extend_from_slice(&body);
                bytes.extend_from_slice(tag.as_ref());
            }
            // Only a secret of more than 64 GiB. What is kept then opens with no key.
            Err(_) => bytes.clear(),
        }
        Sealed(bytes)
    }

    /// Opens what was sealed for `row`.
    ///
    /// # Errors
    /// [`UnsealError`].
    pub fn open(&self, sealed: &Sealed, row: &str) -> Result<String, UnsealError> {
        let (layout, rest) = sealed.0.split_first().ok_or(UnsealError::WrongKey)?;
        if *layout != LAYOUT {
            return Err(UnsealError::Newer);
        }
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(UnsealError::WrongKey)?;
        std::iter::once(&self.first)
            .chain(&self.older)
            .find_map(|key| key.open(*nonce, body, row))
            .ok_or(UnsealError::WrongKey)
    }

    /// Whether only an older key opens it, so that it should be sealed anew.
    #[must_use]
    pub fn is_outdated(&self, sealed: &Sealed, row: &str) -> bool {
        let rest = sealed.0.get(1..).unwrap_or_default();
        let with_first = rest
            .split_first_chunk::<NONCE_LEN>()
            .and_then(|(nonce, body)| self.first.open(*nonce, body, row));
        with_first.is_none()
    }
}

impl Key {
    fn open(&self, nonce: [u8; NONCE_LEN], body: &[u8], row: &str) -> Option<String> {
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self
            .0
            .open_in_place(nonce, Aad::from(row.as_bytes()), &mut body)
            .ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }
}

impl<'a> From<&'a Sealed> for Value<'a> {
    fn from(sealed: &'a Sealed) -> Self {
        Self::Blob(sealed.bytes())
    }
}

impl Sealed {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What is left of a secret that was forgotten.
    pub(crate) fn forgotten() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const HOOK: &str = "https://hooks.slack.com/services/T0/B0/geheim";

    fn keys(first: &str, older: &[&str]) -> Keys {
        let older = older.iter().map(|key| key.parse().unwrap()).collect();
        Keys::new(first.parse().unwrap(), older)
    }

    #[test]
    fn a_key_is_32_bytes_in_hexadecimal_or_base64() {
        let unpadded = BASE64.trim_end_matches('=');
        for good in [HEX, BASE64, unpadded, &format!("{HEX}\n")] {
            assert!(good.parse::<Key>().is_ok(), "{good:?}");
        }
        for bad in ["", "geheim", &HEX[2..], &format!("{HEX}00"), "AAECAwQ="] {
            assert!(bad.parse::<Key>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_sealed_opens_for_its_row_and_with_its_key_alone() {
        let sealed = keys(HEX, &[]).seal(HOOK, [7; 12], "row 1");
        assert_eq!(keys(HEX, &[]).open(&sealed, "row 1"), Ok(HOOK.to_owned()));
        assert_eq!(
            keys(HEX, &[]).open(&sealed, "row 2"),
            Err(UnsealError::WrongKey)
        );
        assert_eq!(
            keys(BASE64, &[]).open(&sealed, "row 1"),
            Err(UnsealError::WrongKey)
        );
        let hidden = String::from_utf8_lossy(sealed.bytes()).into_owned();
        assert!(!hidden.contains("geheim") && !hidden.contains("hooks"));
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let sealed = keys(HEX, &[]).seal(HOOK, [7; 12], "row");
        for bit in 8..sealed.0.len() * 8 {
            let mut bytes = sealed.0.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let opened = keys(HEX, &[]).open(&Sealed(bytes), "row");
            assert_eq!(opened, Err(UnsealError::WrongKey), "bit {bit}");
        }
        for length in 0..sealed.0.len() {
            let cut = Sealed(sealed.0[..length].to_vec());
            assert!(keys(HEX, &[]).open(&cut, "row").is_err(), "{length} bytes");
        }
        let newer = Sealed(vec![2, 0]);
        assert_eq!(keys(HEX, &[]).open(&newer, "row"), Err(UnsealError::Newer));
    }

    #[test]
    fn a_key_can_be_changed_without_losing_what_is_stored() {
        let sealed = keys(HEX, &[]).seal(HOOK, [7; 12], "row");
        let changed = keys(BASE64, &[HEX]);
        assert_eq!(changed.open(&sealed, "row"), Ok(HOOK.to_owned()));
        assert!(changed.is_outdated(&sealed, "row"));
        let anew = changed.seal(HOOK, [8; 12], "row");
        assert!(!changed.is_outdated(&anew, "row"));
        assert!(keys(HEX, &[]).open(&anew, "row").is_err());
    }

    #[test]
    fn keys_and_secrets_say_nothing_in_a_log() {
        let keys = keys(HEX, &[BASE64]);
        let sealed = keys.seal(HOOK, [7; 12], "row");
        let text = format!("{keys:?} {sealed:?}");
        assert_eq!(text, "Keys { first: Key(…), older: [Key(…)] } Sealed(…)");
    }
}
