//! What was last shown on whose App Home, so that it is published again only when it would change.

use domain::WorkspaceId;
use jiff::Timestamp;

use crate::engine::{Fault, Row, Tx};
use crate::{Store, StoreError};

/// The App Home of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub workspace: WorkspaceId,
    /// Slack's id of the person.
    pub slack_user: String,
    /// What tells one content from another, in the caller's own words.
    pub digest: String,
    pub published_at: Timestamp,
}

impl Store {
    /// Remembers what was published.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_home(&self, home: Home) -> Result<(), StoreError> {
        self.write(move |tx| {
            tx.execute(
                "INSERT INTO homes (workspace, slack_user, digest, published_at)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (workspace, slack_user) DO UPDATE
                 SET digest = excluded.digest, published_at = excluded.published_at",
                &[
                    home.workspace.as_str().into(),
                    (&home.slack_user).into(),
                    (&home.digest).into(),
                    home.published_at.into(),
                ],
            )
            .map(drop)
        })
        .await
    }

    /// One person's; `None` if nothing was ever published for them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn home(
        &self,
        workspace: &WorkspaceId,
        slack_user: &str,
    ) -> Result<Option<Home>, StoreError> {
        let (workspace, slack_user) = (workspace.clone(), slack_user.to_owned());
        self.read(move |tx| {
            let sql = format!("{SELECT} WHERE workspace = $1 AND slack_user = $2");
            let values = [workspace.as_str().into(), (&slack_user).into()];
            tx.one(&sql, &values, read)
        })
        .await
    }

    /// Those of a workspace, the one that was published longest ago first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn homes(&self, workspace: &WorkspaceId) -> Result<Vec<Home>, StoreError> {
        let workspace = workspace.clone();
        self.read(move |tx| {
            let sql = format!("{SELECT} WHERE workspace = $1 ORDER BY published_at, slack_user");
            tx.query(&sql, &[workspace.as_str().into()], read)
        })
        .await
    }
}

/// Slack forgets what it showed when the app is removed.
pub(crate) fn forget(tx: &mut Tx<'_>, workspace: &WorkspaceId) -> Result<(), Fault> {
    let sql = "DELETE FROM homes WHERE workspace = $1";
    tx.execute(sql, &[workspace.as_str().into()]).map(drop)
}

const SELECT: &str = "SELECT workspace, slack_user, digest, published_at FROM homes";

fn read(mut row: Row) -> Result<Home, Fault> {
    Ok(Home {
        workspace: row.parsed(0)?,
        slack_user: row.text(1)?,
        digest: row.text(2)?,
        published_at: row.time(3)?,
    })
}
