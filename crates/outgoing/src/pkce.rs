//! Proof key for code exchange (RFC 7636), method S256: whoever redeems the code of a sign-in
//! shows that it also began it.
//!
//! Where the random bytes come from and where the verifier waits meanwhile are the caller's.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// The name of the method, as `code_challenge_method` takes it.
pub const METHOD: &str = "S256";

/// The secret of one sign-in. Its challenge goes out with the browser, itself with the code.
#[derive(Clone)]
pub struct Verifier(SecretString);

/// A text that is no verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a verifier has 43 to 128 letters, digits and - . _ ~")]
pub struct InvalidVerifier;

impl Verifier {
    /// A verifier of 256 random bits.
    #[must_use]
    pub fn from_bytes(random: &[u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random).into())
    }

    /// Takes back what [`Verifier::secret`] gave.
    ///
    /// # Errors
    /// When the text is not one that the standard allows.
    pub fn from_secret(secret: SecretString) -> Result<Self, InvalidVerifier> {
        let text = secret.expose_secret();
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(secret))
        } else {
            Err(InvalidVerifier)
        }
    }

    /// To be kept, sealed, until the browser comes back, and sent with the code.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    /// What the browser takes along.
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.expose_secret()))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard_s_example() {
        let random = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = Verifier::from_bytes(&random);
        assert_eq!(
            verifier.secret().expose_secret(),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        assert_eq!(
            verifier.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_verifier_comes_back_as_it_went_and_does_not_show_itself() {
        let verifier = Verifier::from_bytes(&[7; 32]);
        let again = Verifier::from_secret(verifier.secret().clone()).unwrap();
        assert_eq!(again.challenge(), verifier.challenge());
        assert_eq!(format!("{verifier:?}"), "Verifier(…)");
    }

    #[test]
    fn what_the_standard_does_not_allow_is_no_verifier() {
        for text in ["", &"a".repeat(42), &"a".repeat(129), &"é".repeat(30)] {
            let made = Verifier::from_secret(text.to_owned().into());
            assert_eq!(made.unwrap_err(), InvalidVerifier, "{text}");
        }
    }
}
