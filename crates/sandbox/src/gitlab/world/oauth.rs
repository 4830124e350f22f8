//! Who is signed in to the sandbox's pages, and whom applications act for.
//!
//! Secrets are kept as hashes: the state file lets nobody in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An authorization code is good for this long.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// An access token is good for this long.
const ACCESS_LIFE: SignedDuration = SignedDuration::from_hours(2);
/// So many are kept of each; the oldest go first.
const KEPT: usize = 500;

/// All sign-ins and authorizations.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SignIns {
    /// Sessions of the pages: hash of the cookie's secret, and whose it is.
    pub sessions: Vec<(String, u64)>,
    pub codes: Vec<Code>,
    pub grants: Vec<Grant>,
}

/// A permission that an application can exchange for tokens, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    pub hash: String,
    pub client: String,
    pub redirect_uri: String,
    pub challenge: String,
    pub scope: String,
    pub user_id: u64,
    pub at: Timestamp,
}

/// An access token with its refresh token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub access_hash: String,
    pub refresh_hash: String,
    pub client: String,
    pub scope: String,
    pub user_id: u64,
    pub at: Timestamp,
    pub revoked: bool,
}

/// Whether an access token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    Expired,
    Revoked,
}

impl Code {
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        CODE_LIFE <= now.duration_since(self.at)
    }
}

impl Grant {
    /// How its access token stands.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked {
            Standing::Revoked
        } else if self.expires_in(now) == 0 {
            Standing::Expired
        } else {
            Standing::Good
        }
    }

    /// Seconds that the access token is good for.
    #[must_use]
    pub fn expires_in(&self, now: Timestamp) -> u64 {
        let left = ACCESS_LIFE.saturating_sub(now.duration_since(self.at));
        u64::try_from(left.as_secs()).unwrap_or(0)
    }
}

impl SignIns {
    /// Remembers a session of the pages.
    pub fn begin_session(&mut self, hash: String, user_id: u64) {
        forget_oldest(&mut self.sessions);
        self.sessions.push((hash, user_id));
    }

    pub fn end_session(&mut self, hash: &str) {
        self.sessions.retain(|(known, _)| known != hash);
    }

    /// Whose session it is.
    #[must_use]
    pub fn session(&self, hash: &str) -> Option<u64> {
        let mut sessions = self.sessions.iter();
        let found = sessions.find(|(known, _)| known == hash);
        found.map(|(_, user_id)| *user_id)
    }

    pub fn add_code(&mut self, code: Code) {
        forget_oldest(&mut self.codes);
        self.codes.push(code);
    }

    /// The code with this hash, which nobody can have again.
    pub fn take_code(&mut self, hash: &str) -> Option<Code> {
        let at = self.codes.iter().position(|code| code.hash == hash)?;
        Some(self.codes.remove(at))
    }

    pub fn add_grant(&mut self, grant: Grant) {
        forget_oldest(&mut self.grants);
        self.grants.push(grant);
    }

    /// The grant whose access token has this hash.
    #[must_use]
    pub fn grant(&self, access_hash: &str) -> Option<&Grant> {
        let mut grants = self.grants.iter();
        grants.find(|grant| grant.access_hash == access_hash)
    }

    /// The grant one of whose tokens has this hash, to revoke it.
    pub fn grant_with(&mut self, hash: &str) -> Option<&mut Grant> {
        let mut grants = self.grants.iter_mut();
        grants.find(|grant| grant.access_hash == hash || grant.refresh_hash == hash)
    }
}

fn forget_oldest<T>(records: &mut Vec<T>) {
    if KEPT <= records.len() {
        records.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_is_good_for_two_hours() {
        let grant = Grant {
            access_hash: "a".to_owned(),
            refresh_hash: "r".to_owned(),
            client: "c".to_owned(),
            scope: "api".to_owned(),
            user_id: 1,
            at: Timestamp::UNIX_EPOCH,
            revoked: false,
        };
        let after = |seconds| Timestamp::from_second(seconds).unwrap();
        assert_eq!(grant.expires_in(after(0)), 7_200);
        assert_eq!(grant.standing(after(7_199)), Standing::Good);
        assert_eq!(grant.standing(after(7_200)), Standing::Expired);
        let revoked = Grant {
            revoked: true,
            ..grant
        };
        assert_eq!(revoked.standing(after(0)), Standing::Revoked);
    }
}
