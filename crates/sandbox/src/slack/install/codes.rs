//! Codes on their way back to an app: good once, for ten minutes.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::request::Challenge;
use crate::slack::refusal::Refusal;

/// How long a code is good.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How many are kept; the oldest leave first.
const KEPT: usize = 1000;

/// What a code is worth.
#[derive(Clone, Debug)]
pub struct Code {
    pub secret: String,
    pub app: String,
    pub workspace: String,
    pub person: String,
    pub bot_scopes: Vec<String>,
    pub user_scopes: Vec<String>,
    /// As the authorization address gave it.
    pub redirect_uri: Option<String>,
    pub challenge: Option<Challenge>,
    pub expires: Timestamp,
}

impl Code {
    /// Holds the exchange against the authorization.
    ///
    /// # Errors
    /// `bad_redirect_uri`, `pkce_not_allowed`, `invalid_code_verifier`.
    pub fn check(
        &self,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        takes_pkce: bool,
    ) -> Result<(), Refusal> {
        if self.redirect_uri.as_deref() != redirect_uri {
            return Err(Refusal::of("bad_redirect_uri"));
        }
        match (&self.challenge, verifier) {
            (None, None) => Ok(()),
            (Some(_), _) | (_, Some(_)) if !takes_pkce => Err(Refusal::of("pkce_not_allowed")),
            (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => Ok(()),
            (Some(_), _) | (None, Some(_)) => Err(Refusal::of("invalid_code_verifier")),
        }
    }
}

impl Challenge {
    fn is_met_by(&self, verifier: &str) -> bool {
        if self.is_hashed {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == self.text
        } else {
            verifier == self.text
        }
    }
}

/// All codes that nobody came with yet.
#[derive(Debug, Default)]
pub struct Codes {
    waiting: VecDeque<Code>,
}

impl Codes {
    /// Adds one.
    pub fn add(&mut self, code: Code) {
        self.waiting.push_back(code);
        while KEPT < self.waiting.len() {
            self.waiting.pop_front();
        }
    }

    /// Takes one out, as long as it is good: whoever fails with it has used it up.
    pub fn take(&mut self, secret: &str, app: &str, now: Timestamp) -> Option<Code> {
        self.waiting.retain(|code| now < code.expires);
        let is_it = |code: &Code| code.secret == secret && code.app == app;
        let at = self.waiting.iter().position(is_it)?;
        self.waiting.remove(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(challenge: Option<Challenge>) -> Code {
        Code {
            secret: "c".to_owned(),
            app: "A1".to_owned(),
            workspace: "T1".to_owned(),
            person: "U1".to_owned(),
            bot_scopes: Vec::new(),
            user_scopes: Vec::new(),
            redirect_uri: Some("https://a.ex".to_owned()),
            challenge,
            expires: Timestamp::from_second(600).unwrap(),
        }
    }

    #[test]
    fn a_code_is_good_once_for_ten_minutes_and_for_its_own_app() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut codes = Codes::default();
        codes.add(code(None));
        assert!(codes.take("c", "A2", at(1)).is_none());
        assert!(codes.take("c", "A1", at(599)).is_some());
        assert!(codes.take("c", "A1", at(599)).is_none());
        codes.add(code(None));
        assert!(codes.take("c", "A1", at(600)).is_none());
    }

    #[test]
    fn a_challenge_is_met_by_its_verifier_alone() {
        // The example of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let hashed = Some(Challenge {
            text: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
            is_hashed: true,
        });
        let check = |challenge: &Option<Challenge>, verifier, takes_pkce| {
            let checked = code(challenge.clone()).check(Some("https://a.ex"), verifier, takes_pkce);
            checked.err().map_or("ok", |refusal| refusal.error)
        };
        assert_eq!(check(&hashed, Some(verifier), true), "ok");
        assert_eq!(check(&hashed, Some("other"), true), "invalid_code_verifier");
        assert_eq!(check(&hashed, None, true), "invalid_code_verifier");
        assert_eq!(check(&hashed, Some(verifier), false), "pkce_not_allowed");
        assert_eq!(check(&None, Some(verifier), true), "invalid_code_verifier");
        assert_eq!(check(&None, None, false), "ok");
    }

    #[test]
    fn the_exchange_repeats_the_redirect() {
        let other = code(None).check(Some("https://b.ex"), None, true);
        assert_eq!(other.unwrap_err().error, "bad_redirect_uri");
        let none = code(None).check(None, None, true);
        assert_eq!(none.unwrap_err().error, "bad_redirect_uri");
    }
}
