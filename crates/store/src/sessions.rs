//! Browsers that are signed in with GitLab, and the tokens with which pages ask it for them.
//!
//! Tokens are kept [sealed](crate::seal); of the cookie only a hash is.

use jiff::{SignedDuration, Timestamp};

use crate::engine::{Fault, Row, Tx};
use crate::seal::Sealed;
use crate::tokens::NewTokens;
use crate::{SecretHash, Store, StoreError};

/// How exactly it is known when a session was used last.
const GRAIN: SignedDuration = SignedDuration::from_mins(10);

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Of its cookie.
    pub id_hash: SecretHash,
    /// GitLab's id of the user.
    pub gitlab_user: u64,
    pub gitlab_name: String,
    pub display_name: String,
    /// Whether GitLab called the user an administrator when they signed in.
    pub is_admin: bool,
    /// What forms carry.
    pub csrf: String,
    /// Sealed for [`Session::access_row`].
    pub access_token: Sealed,
    /// Sealed for [`Session::refresh_row`].
    pub refresh_token: Option<Sealed>,
    /// When the access token ends.
    pub token_expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// To ten minutes.
    pub last_seen_at: Timestamp,
}

impl Session {
    /// What the access token is sealed for.
    #[must_use]
    pub fn access_row(id_hash: &SecretHash) -> String {
        format!("session:{}:access", id_hash.text())
    }

    /// What the token that renews it is sealed for.
    #[must_use]
    pub fn refresh_row(id_hash: &SecretHash) -> String {
        format!("session:{}:refresh", id_hash.text())
    }
}

impl Store {
    /// Remembers that a browser has signed in.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_session(&self, session: Session) -> Result<(), StoreError> {
        self.write(move |tx| put(tx, &session)).await
    }

    /// A session that has not ended.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn session(
        &self,
        id_hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let id_hash = *id_hash;
        self.read(move |tx| {
            let sql = format!("SELECT {COLUMNS} FROM sessions WHERE hash = $1 AND $2 < expires_at");
            tx.one(&sql, &[(&id_hash).into(), now.into()], read)
        })
        .await
    }

    /// A user's sessions that have not ended, the one that was seen last first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn sessions_of(
        &self,
        gitlab_user: u64,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.read(move |tx| {
            let sql = format!(
                "SELECT {COLUMNS} FROM sessions WHERE gitlab_user = $1 AND $2 < expires_at
                 ORDER BY last_seen_at DESC, created_at DESC, hash"
            );
            tx.query(&sql, &[gitlab_user.into(), now.into()], read)
        })
        .await
    }

    /// Ends a session. Answers what it was, so that its tokens can be revoked.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_session(&self, id_hash: &SecretHash) -> Result<Option<Session>, StoreError> {
        let id_hash = *id_hash;
        self.write(move |tx| {
            let sql = format!("DELETE FROM sessions WHERE hash = $1 RETURNING {COLUMNS}");
            tx.one(&sql, &[(&id_hash).into()], read)
        })
        .await
    }

    /// Ends all sessions of a user. Answers what they were, so that their tokens can be revoked.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_sessions_of(&self, gitlab_user: u64) -> Result<Vec<Session>, StoreError> {
        self.write(move |tx| {
            let sql = format!("DELETE FROM sessions WHERE gitlab_user = $1 RETURNING {COLUMNS}");
            tx.query(&sql, &[gitlab_user.into()], read)
        })
        .await
    }

    /// Keeps new tokens in the place of `before`, the session as it was when its access token
    /// was renewed. `false` if somebody else was faster or the session was ended; nothing is
    /// written then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh_session(
        &self,
        before: &Session,
        tokens: NewTokens,
    ) -> Result<bool, StoreError> {
        let (id_hash, before) = (before.id_hash, before.access_token.clone());
        self.write(move |tx| {
            let changed = tx.execute(
                "UPDATE sessions
                 SET access_token = $3, refresh_token = $4, token_expires_at = $5
                 WHERE hash = $1 AND access_token = $2",
                &[
                    (&id_hash).into(),
                    (&before).into(),
                    (&tokens.access).into(),
                    tokens.refresh.as_ref().into(),
                    tokens.expires_at.into(),
                ],
            )?;
            Ok(changed != 0)
        })
        .await
    }

    /// Remembers that a session was used; writes every ten minutes at most.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<(), StoreError> {
        if now < session.last_seen_at + GRAIN {
            return Ok(());
        }
        let id_hash = session.id_hash;
        self.write(move |tx| {
            let sql = "UPDATE sessions SET last_seen_at = $2 WHERE hash = $1 AND last_seen_at < $2";
            tx.execute(sql, &[(&id_hash).into(), now.into()]).map(drop)
        })
        .await
    }
}

fn put(tx: &mut Tx<'_>, session: &Session) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO sessions (hash, gitlab_user, gitlab_name, display_name, is_admin, csrf,
                               access_token, refresh_token, token_expires_at, created_at,
                               expires_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            (&session.id_hash).into(),
            session.gitlab_user.into(),
            (&session.gitlab_name).into(),
            (&session.display_name).into(),
            i64::from(session.is_admin).into(),
            (&session.csrf).into(),
            (&session.access_token).into(),
            session.refresh_token.as_ref().into(),
            session.token_expires_at.into(),
            session.created_at.into(),
            session.expires_at.into(),
            session.last_seen_at.into(),
        ],
    )
    .map(drop)
}

/// Drops up to `step` that have ended.
pub(crate) fn expire(tx: &mut Tx<'_>, now: Timestamp, step: u32) -> Result<u64, Fault> {
    tx.execute(
        "DELETE FROM sessions WHERE hash IN
             (SELECT hash FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        &[now.into(), step.into()],
    )
}

const COLUMNS: &str = "hash, gitlab_user, gitlab_name, display_name, is_admin, csrf, access_token,
    refresh_token, token_expires_at, created_at, expires_at, last_seen_at";

fn read(mut row: Row) -> Result<Session, Fault> {
    Ok(Session {
        id_hash: row.hash(0)?,
        gitlab_user: row.count(1)?,
        gitlab_name: row.text(2)?,
        display_name: row.text(3)?,
        is_admin: row.int(4)? != 0,
        csrf: row.text(5)?,
        access_token: row.sealed(6)?,
        refresh_token: row.maybe_sealed(7)?,
        token_expires_at: row.maybe_time(8)?,
        created_at: row.time(9)?,
        expires_at: row.time(10)?,
        last_seen_at: row.time(11)?,
    })
}
