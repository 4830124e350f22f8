//! Random secrets of which only the hash is kept.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clock::Chance;
use secrecy::SecretString;
use store::SecretHash;

/// The longest text that is looked up: what is longer is none of ours.
const LONGEST: usize = 256;

/// A fresh secret and what is kept of it.
pub(crate) struct Minted {
    pub(crate) text: SecretString,
    pub(crate) hash: SecretHash,
}

/// A fresh secret of 256 bits behind `prefix`, in letters that can stand in an address.
pub(crate) fn mint(chance: &Chance, prefix: &str) -> Minted {
    let text = format!("{prefix}{}", text(chance));
    Minted {
        hash: SecretHash::of(&text),
        text: text.into(),
    }
}

/// 256 random bits in letters that can stand in a form.
pub(crate) fn text(chance: &Chance) -> String {
    let random: [u8; 32] = chance.secret();
    BASE64_URL_SAFE_NO_PAD.encode(random)
}

/// The hash of what somebody has sent; `None` for what cannot be a secret of ours.
pub(crate) fn hash_of_given(text: &str) -> Option<SecretHash> {
    let is_possible = !text.is_empty() && text.len() <= LONGEST;
    is_possible.then(|| SecretHash::of(text))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_secret_is_256_bits_that_can_stand_in_an_address() {
        let chance = Chance::from_seed(1);
        let (one, other) = (mint(&chance, "sbx_"), mint(&chance, "sbx_"));
        let text = one.text.expose_secret();
        assert_eq!((text.len(), &text[..4]), (4 + 43, "sbx_"));
        assert!(
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')),
            "{text}"
        );
        assert_ne!(text, other.text.expose_secret());
        assert_eq!(hash_of_given(text), Some(one.hash));
        assert_ne!(one.hash, other.hash);
    }

    #[test]
    fn what_cannot_be_a_secret_is_not_looked_up() {
        assert_eq!(hash_of_given(""), None);
        assert_eq!(hash_of_given(&"x".repeat(257)), None);
    }
}
