//! Where the first message of each thread stands, so that the others can be put below it.
//!
//! The root's place is written down when Slack took it, in the same transaction as that. A lane
//! keeps its order, so a reply whose root has no place then will never have one.

use domain::{ChannelName, WorkspaceId};

use crate::engine::{Fault, Tx};
use crate::names::ThreadPlace;
use crate::{Store, StoreError};

/// What a delivery belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryThread {
    pub key: String,
    pub place: ThreadPlace,
    /// The root, once it stands in Slack.
    pub root: Option<ThreadRoot>,
}

/// Where a thread begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadRoot {
    /// Slack's id of the channel.
    pub channel_id: String,
    pub ts: String,
}

impl Store {
    /// Where a thread begins, if its root stands in Slack.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn thread_root(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelName,
        key: &str,
    ) -> Result<Option<ThreadRoot>, StoreError> {
        let (workspace, channel, key) = (workspace.clone(), channel.clone(), key.to_owned());
        self.read(move |tx| {
            tx.one(
                "SELECT channel_id, ts FROM threads
                 WHERE workspace = $1 AND channel = $2 AND key = $3",
                &[
                    workspace.as_str().into(),
                    channel.as_str().into(),
                    (&key).into(),
                ],
                |mut row| {
                    Ok(ThreadRoot {
                        channel_id: row.text(0)?,
                        ts: row.text(1)?,
                    })
                },
            )
        })
        .await
    }
}

/// The root of a delivery's thread stands there, if it is one.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    delivery: i64,
    channel_id: &str,
    ts: &str,
) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO threads (workspace, channel, key, channel_id, ts)
         SELECT l.workspace, l.channel, d.thread, $2, $3
         FROM deliveries d JOIN lanes l ON l.id = d.lane
         WHERE d.seq = $1 AND d.thread_place = 'root'
         ON CONFLICT (workspace, channel, key) DO UPDATE
         SET channel_id = excluded.channel_id, ts = excluded.ts",
        &[delivery.into(), channel_id.into(), ts.into()],
    )
    .map(drop)
}

/// The root is gone from Slack.
pub(crate) fn forget(tx: &mut Tx<'_>, place: [&str; 3]) -> Result<(), Fault> {
    tx.execute(
        "DELETE FROM threads WHERE workspace = $1 AND channel = $2 AND key = $3",
        &place.map(Into::into),
    )
    .map(drop)
}
