//! Tokens for our APIs, of which only a hash is kept. Revoked ones stay in the list.

use domain::TokenId;
use jiff::{SignedDuration, Timestamp};

use crate::audit::{self, ApiTokenFacts, Entry, NewEntry, Subject, to_json};
use crate::engine::{Fault, Row, Tx};
use crate::{SecretHash, Store, StoreError};

/// How exactly it is known when a token was used last.
const GRAIN: SignedDuration = SignedDuration::from_mins(10);

/// A user in GitLab whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOwner {
    /// GitLab's id.
    pub id: u64,
    pub name: String,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRecord {
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    pub hash: SecretHash,
    /// What it is good for, in the caller's own words.
    pub scopes: Vec<String>,
    pub owner: TokenOwner,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To ten minutes.
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A token to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiToken {
    pub id: TokenId,
    pub name: String,
    /// Of the secret that its owner is shown once.
    pub hash: SecretHash,
    pub scopes: Vec<String>,
    pub owner: TokenOwner,
    pub expires_at: Option<Timestamp>,
}

impl ApiTokenRecord {
    /// Whether it is neither revoked nor over.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    fn facts(&self) -> ApiTokenFacts {
        ApiTokenFacts {
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            owner: self.owner.name.clone(),
            expires_at: self.expires_at,
        }
    }
}

impl Store {
    /// Keeps a new token. Answers what is kept.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_api_token(
        &self,
        new: NewApiToken,
        entry: Entry,
    ) -> Result<ApiTokenRecord, StoreError> {
        self.write(move |tx| put(tx, &new, &entry)).await
    }

    /// The token with this hash, good or not: ask [`ApiTokenRecord::is_good`].
    ///
    /// # Errors
    /// Those of the store.
    pub async fn api_token_by_hash(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<ApiTokenRecord>, StoreError> {
        let hash = *hash;
        self.read(move |tx| {
            let sql = format!("SELECT {COLUMNS} FROM api_tokens WHERE hash = $1");
            tx.one(&sql, &[(&hash).into()], read)
        })
        .await
    }

    /// A user's tokens, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn api_tokens_of(&self, owner: u64) -> Result<Vec<ApiTokenRecord>, StoreError> {
        self.read(move |tx| {
            let sql = format!(
                "SELECT {COLUMNS} FROM api_tokens WHERE owner = $1
                 ORDER BY created_at DESC, id DESC"
            );
            tx.query(&sql, &[owner.into()], read)
        })
        .await
    }

    /// Takes a token back for good. Answers it as it is now, or `None` if there is no such token
    /// or it is revoked already; nothing is written then. Whose it is is the caller's to look at,
    /// before.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn revoke_api_token(
        &self,
        id: &TokenId,
        entry: Entry,
    ) -> Result<Option<ApiTokenRecord>, StoreError> {
        let id = id.clone();
        self.write(move |tx| {
            let sql = format!(
                "UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
                 RETURNING {COLUMNS}"
            );
            let revoked = tx.one(&sql, &[id.as_str().into(), entry.at.into()], read)?;
            if let Some(revoked) = &revoked {
                let facts = Some(revoked.facts());
                record(tx, &revoked.id, [facts, None], &entry)?;
            }
            Ok(revoked)
        })
        .await
    }

    /// Remembers that a token was used; writes every ten minutes at most.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn touch_api_token(
        &self,
        token: &ApiTokenRecord,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if token.last_used_at.is_some_and(|last| now < last + GRAIN) {
            return Ok(());
        }
        let id = token.id.clone();
        self.write(move |tx| {
            let sql = "UPDATE api_tokens SET last_used_at = $2
                       WHERE id = $1 AND COALESCE(last_used_at, 0) < $2";
            tx.execute(sql, &[id.as_str().into(), now.into()]).map(drop)
        })
        .await
    }
}

fn put(tx: &mut Tx<'_>, new: &NewApiToken, entry: &Entry) -> Result<ApiTokenRecord, Fault> {
    let sql = format!(
        "INSERT INTO api_tokens (id, name, hash, scopes, owner, owner_name, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {COLUMNS}"
    );
    let scopes = to_json(&new.scopes)?;
    let values = [
        new.id.as_str().into(),
        (&new.name).into(),
        (&new.hash).into(),
        (&scopes).into(),
        new.owner.id.into(),
        (&new.owner.name).into(),
        entry.at.into(),
        new.expires_at.into(),
    ];
    let created = tx
        .one(&sql, &values, read)?
        .ok_or_else(|| Fault::Failed("a token has no row".to_owned()))?;
    record(tx, &created.id, [None, Some(created.facts())], entry)?;
    Ok(created)
}

fn record(
    tx: &mut Tx<'_>,
    id: &TokenId,
    [before, after]: [Option<ApiTokenFacts>; 2],
    entry: &Entry,
) -> Result<(), Fault> {
    let subject = Subject::ApiToken {
        token: id.clone(),
        before,
        after,
    };
    audit::write(tx, &NewEntry::done(entry, subject, None))
}

const COLUMNS: &str =
    "id, name, hash, scopes, owner, owner_name, created_at, expires_at, last_used_at, revoked_at";

fn read(mut row: Row) -> Result<ApiTokenRecord, Fault> {
    Ok(ApiTokenRecord {
        id: row.parsed(0)?,
        name: row.text(1)?,
        hash: row.hash(2)?,
        scopes: row.json(3)?,
        owner: TokenOwner {
            id: row.count(4)?,
            name: row.text(5)?,
        },
        created_at: row.time(6)?,
        expires_at: row.maybe_time(7)?,
        last_used_at: row.maybe_time(8)?,
        revoked_at: row.maybe_time(9)?,
    })
}
