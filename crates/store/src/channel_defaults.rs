//! The project that is meant in a channel when a command names none.

use domain::{ChannelName, ProjectPath, WorkspaceId};

use crate::{Store, StoreError};

impl Store {
    /// Sets a channel's project; `None` takes it back.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn set_channel_default(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelName,
        project: Option<ProjectPath>,
    ) -> Result<(), StoreError> {
        let (workspace, channel) = (workspace.clone(), channel.clone());
        self.write(move |tx| {
            let place = [workspace.as_str().into(), channel.as_str().into()];
            let Some(project) = &project else {
                let sql = "DELETE FROM channel_defaults WHERE workspace = $1 AND channel = $2";
                return tx.execute(sql, &place).map(drop);
            };
            let [workspace, channel] = place;
            tx.execute(
                "INSERT INTO channel_defaults (workspace, channel, project) VALUES ($1, $2, $3)
                 ON CONFLICT (workspace, channel) DO UPDATE SET project = excluded.project",
                &[workspace, channel, project.as_str().into()],
            )
            .map(drop)
        })
        .await
    }

    /// A channel's project.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn channel_default(
        &self,
        workspace: &WorkspaceId,
        channel: &ChannelName,
    ) -> Result<Option<ProjectPath>, StoreError> {
        let (workspace, channel) = (workspace.clone(), channel.clone());
        self.read(move |tx| {
            let sql = "SELECT project FROM channel_defaults WHERE workspace = $1 AND channel = $2";
            let place = [workspace.as_str().into(), channel.as_str().into()];
            tx.one(sql, &place, |mut row| row.parsed(0))
        })
        .await
    }

    /// All channels of a workspace that have a project.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn channel_defaults_in(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<(ChannelName, ProjectPath)>, StoreError> {
        let workspace = workspace.clone();
        self.read(move |tx| {
            let sql = "SELECT channel, project FROM channel_defaults WHERE workspace = $1
                       ORDER BY channel";
            tx.query(sql, &[workspace.as_str().into()], |mut row| {
                Ok((row.parsed(0)?, row.parsed(1)?))
            })
        })
        .await
    }
}
