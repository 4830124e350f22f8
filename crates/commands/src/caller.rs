//! Who types, and from where.

use domain::{ChannelName, WorkspaceId};
use store::{Author, Origin};

use crate::people::Person;

/// Who types a command. Whoever uses a shell or the pages has shown already that they may change
/// flags; `approves` says whether they may approve as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    Slack(SlackCaller),
    Shell { user: String, approves: bool },
    Page { user: String, approves: bool },
}

/// A person in a channel of Slack, as a verified request names both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlackCaller {
    pub workspace: WorkspaceId,
    /// Whether the configuration names that workspace. In any other one, people whom nobody here
    /// knows choose their names.
    pub is_configured_workspace: bool,
    /// Slack's id: `U012AB3CD`.
    pub user: String,
    /// The name that Slack sends along.
    pub user_name: String,
    /// Slack's id: `C012AB3CD`.
    pub channel: ChannelName,
    /// Without `#`; `directmessage` in one.
    pub channel_name: String,
    /// What their linked account says of them.
    pub person: Option<Person>,
}

impl SlackCaller {
    /// The channel by the name that people know it by; what has none, such as a direct message,
    /// by its id.
    fn shown_channel(&self) -> ChannelName {
        let is_named = !matches!(
            self.channel_name.as_str(),
            "" | "directmessage" | "privategroup"
        ) && !self.channel_name.starts_with("mpdm-");
        let named = format!("#{}", self.channel_name).parse().ok();
        named
            .filter(|_| is_named)
            .unwrap_or_else(|| self.channel.clone())
    }

    /// Whether this is the channel that a configuration names by its name or id.
    pub(crate) fn is_in(&self, channel: &ChannelName) -> bool {
        let wanted = channel.as_str().trim_start_matches('#');
        self.channel.as_str() == wanted || self.channel_name == wanted
    }
}

impl Caller {
    /// The author of what this caller changes.
    #[must_use]
    pub fn author(&self) -> Author {
        match self {
            Self::Slack(slack) => Author {
                name: slack.user_name.clone(),
                origin: Origin::Slack {
                    workspace: slack.workspace.clone(),
                    user: slack.user.clone(),
                    channel: slack.shown_channel(),
                },
            },
            Self::Shell { user, .. } => Author {
                name: user.clone(),
                origin: Origin::Shell { user: user.clone() },
            },
            Self::Page { user, .. } => Author {
                name: user.clone(),
                origin: Origin::Page { user: user.clone() },
            },
        }
    }

    /// What the person is called where they type.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Slack(slack) => &slack.user_name,
            Self::Shell { user, .. } | Self::Page { user, .. } => user,
        }
    }
}
