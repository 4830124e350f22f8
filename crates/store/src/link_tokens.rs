//! Links that people are given in Slack to say who they are in GitLab; each works once.

use domain::WorkspaceId;
use jiff::Timestamp;

use crate::engine::{Fault, Row, Tx};
use crate::{SecretHash, Store, StoreError};

/// Whose Slack account a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkToken {
    /// Of the secret in the link's address.
    pub hash: SecretHash,
    pub workspace: WorkspaceId,
    /// Slack's id of the person.
    pub slack_user: String,
    pub slack_name: String,
    pub expires_at: Timestamp,
}

impl Store {
    /// Remembers a link that was given to somebody.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_link_token(&self, token: LinkToken) -> Result<(), StoreError> {
        self.write(move |tx| {
            tx.execute(
                "INSERT INTO link_tokens (hash, workspace, slack_user, slack_name, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    (&token.hash).into(),
                    token.workspace.as_str().into(),
                    (&token.slack_user).into(),
                    (&token.slack_name).into(),
                    token.expires_at.into(),
                ],
            )
            .map(drop)
        })
        .await
    }

    /// Looks whose link it is, without using it up.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn link_token(
        &self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<LinkToken>, StoreError> {
        let hash = *hash;
        self.read(move |tx| {
            let sql =
                format!("SELECT {COLUMNS} FROM link_tokens WHERE hash = $1 AND $2 < expires_at");
            tx.one(&sql, &[(&hash).into(), now.into()], read)
        })
        .await
    }

    /// Uses a link up: of any number of requests one gets it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn take_link_token(
        &self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<LinkToken>, StoreError> {
        let hash = *hash;
        self.write(move |tx| {
            let sql = format!(
                "DELETE FROM link_tokens WHERE hash = $1 AND $2 < expires_at RETURNING {COLUMNS}"
            );
            tx.one(&sql, &[(&hash).into(), now.into()], read)
        })
        .await
    }
}

/// Drops up to `step` links whose time is over.
pub(crate) fn expire(tx: &mut Tx<'_>, now: Timestamp, step: u32) -> Result<u64, Fault> {
    tx.execute(
        "DELETE FROM link_tokens WHERE hash IN
             (SELECT hash FROM link_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        &[now.into(), step.into()],
    )
}

const COLUMNS: &str = "hash, workspace, slack_user, slack_name, expires_at";

fn read(mut row: Row) -> Result<LinkToken, Fault> {
    Ok(LinkToken {
        hash: row.hash(0)?,
        workspace: row.parsed(1)?,
        slack_user: row.text(2)?,
        slack_name: row.text(3)?,
        expires_at: row.time(4)?,
    })
}
