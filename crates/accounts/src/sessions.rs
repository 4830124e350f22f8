//! Browsers in which somebody is signed in.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use store::{SecretHash, Session};
use tokio::task::JoinSet;

use crate::grant::Rows;
use crate::{Accounts, AccountsError, secret};

/// How long somebody stays signed in at most.
pub(crate) const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a session lives that nobody uses.
const IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Somebody who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// GitLab's number of them.
    pub id: u64,
    /// Their name in GitLab, without the at sign.
    pub username: String,
    /// What people call them.
    pub name: String,
    /// Whether GitLab called them an administrator when they signed in; for what an administrator
    /// alone may do, ask [`Accounts::is_administrator`].
    pub was_administrator: bool,
    pub signed_in_at: Timestamp,
    pub expires_at: Timestamp,
    pub(crate) hash: SecretHash,
    csrf: String,
}

impl SignedIn {
    /// What every form of theirs carries.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl From<&Session> for SignedIn {
    fn from(session: &Session) -> Self {
        Self {
            id: session.gitlab_user,
            username: session.gitlab_name.clone(),
            name: session.display_name.clone(),
            was_administrator: session.is_admin,
            signed_in_at: session.created_at,
            expires_at: session.expires_at,
            hash: session.id_hash,
            csrf: session.csrf.clone(),
        }
    }
}

impl Accounts {
    /// Who is signed in with this cookie.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn session(&self, cookie: &str) -> Result<Option<SignedIn>, AccountsError> {
        let Some(hash) = secret::hash_of_given(cookie) else {
            return Ok(None);
        };
        let now = self.0.clock.now();
        let Some(session) = self.0.store.session(&hash, now).await? else {
            return Ok(None);
        };
        if is_idle(&session, now) {
            self.end(&session.id_hash).await?;
            return Ok(None);
        }
        self.0.store.touch_session(&session, now).await?;
        Ok(Some(SignedIn::from(&session)))
    }

    /// In how many browsers somebody is signed in.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sessions_of(&self, signed_in: &SignedIn) -> Result<usize, AccountsError> {
        let now = self.0.clock.now();
        let sessions = self.0.store.sessions_of(signed_in.id, now).await?;
        let used = sessions.iter().filter(|session| !is_idle(session, now));
        Ok(used.count())
    }

    /// Signs somebody out of this browser.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sign_out(&self, signed_in: &SignedIn) -> Result<(), AccountsError> {
        self.end(&signed_in.hash).await
    }

    /// Signs somebody out of every browser.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sign_out_everywhere(&self, signed_in: &SignedIn) -> Result<(), AccountsError> {
        let mut revocations = JoinSet::new();
        for session in self.0.store.end_sessions_of(signed_in.id).await? {
            let accounts = self.clone();
            revocations.spawn(async move { accounts.revoke_session(&session).await });
        }
        revocations.join_all().await;
        Ok(())
    }

    async fn end(&self, hash: &SecretHash) -> Result<(), AccountsError> {
        if let Some(session) = self.0.store.end_session(hash).await? {
            self.revoke_session(&session).await;
        }
        Ok(())
    }

    async fn revoke_session(&self, session: &Session) {
        let rows = Rows::of_session(&session.id_hash);
        let refresh = session.refresh_token.as_ref();
        self.revoke(&session.access_token, refresh, &rows).await;
    }
}

fn is_idle(session: &Session, now: Timestamp) -> bool {
    IDLE <= now.duration_since(session.last_seen_at)
}
