//! Channels that are not what they were.

use domain::{ChannelName, WorkspaceId};
use integrations::RenamedChannel;
use store::{Author, Note, Origin, StoreError};

use crate::app::App;

/// Slack has given a channel another id: what was set for the old one holds for the new one.
pub(crate) async fn id_changed(
    app: &App,
    workspace: &WorkspaceId,
    old: &ChannelName,
    new: &ChannelName,
) {
    if let Err(error) = rename_default(app, workspace, old, new).await {
        tracing::error!(%error, slack.channel = %new, "a channel's project was not taken over to its new id");
    }
    let channel = RenamedChannel {
        workspace,
        old,
        new,
    };
    let integrations = &app.parts().integrations;
    match integrations.rename_channel(channel, &note(app)).await {
        Ok(count) => {
            tracing::info!(slack.channel = %new, count, "a channel has another id");
        }
        Err(error) => {
            tracing::error!(%error, slack.channel = %new, "news still go to a channel's old id");
        }
    }
}

/// What was set for the new id meanwhile stays.
async fn rename_default(
    app: &App,
    workspace: &WorkspaceId,
    old: &ChannelName,
    new: &ChannelName,
) -> Result<(), StoreError> {
    let store = &app.parts().store;
    let Some(project) = store.channel_default(workspace, old).await? else {
        return Ok(());
    };
    if store.channel_default(workspace, new).await?.is_none() {
        let project = Some(project);
        store.set_channel_default(workspace, new, project).await?;
    }
    store.set_channel_default(workspace, old, None).await
}

fn note(app: &App) -> Note {
    Note {
        author: Author {
            name: "Slack".to_owned(),
            origin: Origin::Api {
                token: "slack".to_owned(),
            },
        },
        reason: Some("Slack gave the channel another id".to_owned()),
        request_id: app.request_id(),
        overrides: Vec::new(),
        command: None,
    }
}
