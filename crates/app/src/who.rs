//! Who typed or clicked, and where.

use commands::SlackCaller;
use domain::{ChannelName, WorkspaceId};
use slack::{ResponseUrl, SlashCommand, UserId};
use store::{Author, Origin};

/// Somebody in Slack, as a verified request names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub workspace: WorkspaceId,
    pub user: UserId,
    /// The handle that Slack sends along; empty when it does not.
    pub user_name: String,
    /// The channel that they are in; none in App Home and in a modal.
    pub channel: Option<Channel>,
    /// Opens a modal within three seconds.
    pub trigger: Option<String>,
    /// Where an answer that is late may go.
    pub response_url: Option<ResponseUrl>,
}

/// A channel by its id, and by the name that people see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub id: ChannelName,
    /// Without `#`; `directmessage` in one. Shown, never trusted.
    pub name: String,
}

impl Who {
    /// Whoever typed a command.
    #[must_use]
    pub fn typed(command: &SlashCommand) -> Self {
        Self {
            workspace: command.workspace.clone(),
            user: command.user_id.clone(),
            user_name: command.user_name.clone(),
            channel: Some(Channel {
                id: command.channel_id.clone(),
                name: command.channel_name.clone(),
            }),
            trigger: command.trigger_id.clone(),
            response_url: Some(command.response_url.clone()),
        }
    }

    /// Whoever clicked, or used a shortcut; `channel` is where.
    #[must_use]
    pub fn clicked(who: &slack::interaction::Who, channel: Option<Channel>) -> Self {
        Self {
            workspace: who.workspace.clone(),
            user: who.user.clone(),
            user_name: who.user_name.clone(),
            channel,
            trigger: who.trigger_id.clone(),
            response_url: None,
        }
    }

    /// The author of what this person changes.
    pub(crate) fn author(&self) -> Author {
        let name = if self.user_name.is_empty() {
            self.user.as_str().to_owned()
        } else {
            self.user_name.clone()
        };
        let home = || self.user.as_str().parse().ok();
        let channel = self.channel.as_ref().map(|channel| channel.id.clone());
        let origin = match channel.or_else(home) {
            Some(channel) => Origin::Slack {
                workspace: self.workspace.clone(),
                user: self.user.as_str().to_owned(),
                channel,
            },
            None => Origin::Page { user: name.clone() },
        };
        Author { name, origin }
    }

    /// What logs and keys call this person.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.workspace, self.user.as_str())
    }

    /// The same as `/chatops` knows them; `None` outside of a channel.
    pub(crate) fn caller(&self, is_configured_workspace: bool) -> Option<SlackCaller> {
        let channel = self.channel.as_ref()?;
        Some(SlackCaller {
            workspace: self.workspace.clone(),
            is_configured_workspace,
            user: self.user.as_str().to_owned(),
            user_name: self.user_name.clone(),
            channel: channel.id.clone(),
            channel_name: channel.name.clone(),
            person: None,
        })
    }
}
