//! What can happen, one variant each.

use domain::ChannelName;
use serde::{Deserialize, Serialize};

use crate::command::typed::typed;
use crate::ts::Ts;
use crate::user_id::UserId;
use crate::users::User;
use crate::view::ViewRef;

/// What happened. Channels are ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    AppHomeOpened {
        user: UserId,
        /// The direct message with the bot.
        channel: ChannelName,
        tab: HomeTab,
        /// What was published there before, if anything.
        shown: Option<ViewRef>,
    },
    /// The app was removed; [`Self::TokensRevoked`] comes before or after it.
    AppUninstalled,
    TokensRevoked {
        /// People whose own tokens are void.
        users: Vec<String>,
        /// Bot users whose tokens are void.
        bots: Vec<String>,
    },
    /// Somebody wrote a link to a place of ours.
    LinkShared(LinkShared),
    /// Somebody named the bot in a channel.
    AppMention(AppMention),
    /// Somebody wrote to the bot.
    DirectMessage(DirectMessage),
    MemberJoinedChannel(Membership),
    MemberLeftChannel(Membership),
    ChannelRenamed {
        channel: ChannelName,
        /// Without `#`.
        name: String,
    },
    ChannelArchived {
        channel: ChannelName,
    },
    ChannelUnarchived {
        channel: ChannelName,
    },
    ChannelDeleted {
        channel: ChannelName,
    },
    /// A channel became private, or moved between organizations.
    ChannelIdChanged {
        old: ChannelName,
        new: ChannelName,
    },
    /// A new name, time zone or address, or the account was switched off.
    UserChanged(Box<User>),
    /// An event that we did not ask for, by its type.
    Other(String),
}

/// Which tab of the app's Home somebody opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeTab {
    Home,
    Messages,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkShared {
    /// `COMPOSER` while it is being written.
    pub channel: ChannelName,
    /// While it is being written, no time stamp of a message.
    pub ts: Option<Ts>,
    pub thread: Option<Ts>,
    pub user: UserId,
    pub unfurl_id: Option<String>,
    pub source: LinkSource,
    pub is_bot_user_member: bool,
    pub links: Vec<SharedLink>,
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkSource {
    /// In a message that was sent.
    #[serde(rename = "conversations_history")]
    History,
    /// In a message that is being written.
    Composer,
}

/// A link, exactly as Slack knows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SharedLink {
    #[serde(default)]
    pub domain: String,
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppMention {
    pub channel: ChannelName,
    /// `None` when a bot or a workflow wrote it.
    pub user: Option<UserId>,
    /// As Slack sends it: [`Self::typed`] is what was typed.
    pub text: String,
    pub ts: Ts,
    pub thread: Option<Ts>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectMessage {
    pub channel: ChannelName,
    /// `None` when a bot or a workflow wrote it.
    pub user: Option<UserId>,
    /// As Slack sends it: [`Self::typed`] is what was typed.
    pub text: String,
    pub ts: Ts,
    pub thread: Option<Ts>,
}

/// Who joined or left which channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub channel: ChannelName,
    pub user: UserId,
    /// Who invited them; nobody when they came by themselves.
    pub inviter: Option<UserId>,
}

impl AppMention {
    /// The text as the person typed it, without Slack's brackets and escapes.
    #[must_use]
    pub fn typed(&self) -> String {
        typed(&self.text)
    }
}

impl DirectMessage {
    /// The text as the person typed it, without Slack's brackets and escapes.
    #[must_use]
    pub fn typed(&self) -> String {
        typed(&self.text)
    }
}
