//! Menus that Slack fills: conversations, channels, people.

use serde::Serialize;

use super::super::limits;
use super::super::text::Text;
use crate::user_id::UserId;

/// What a conversation may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// A direct message.
    Im,
    /// A direct message with several people.
    Mpim,
    Private,
    Public,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Filter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include: Vec<ConversationKind>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    exclude_external_shared_channels: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    exclude_bot_users: bool,
}

impl Filter {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A menu of everything that somebody can write in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConversationsSelect {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_conversation: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    default_to_current_conversation: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    response_url_enabled: bool,
    #[serde(skip_serializing_if = "Filter::is_empty")]
    filter: Filter,
}

impl ConversationsSelect {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            placeholder: None,
            initial_conversation: None,
            default_to_current_conversation: false,
            response_url_enabled: false,
            filter: Filter::default(),
        }
    }

    #[must_use]
    pub fn initial(mut self, conversation: &str) -> Self {
        self.initial_conversation = slack_id(conversation);
        self
    }

    /// Chooses the conversation in which the modal was opened.
    #[must_use]
    pub fn default_to_current_conversation(mut self) -> Self {
        self.default_to_current_conversation = true;
        self
    }

    /// A submission then brings an address that answers in the chosen conversation. In an input
    /// block of a modal only.
    #[must_use]
    pub fn response_url_enabled(mut self) -> Self {
        self.response_url_enabled = true;
        self
    }

    #[must_use]
    pub fn only(mut self, kinds: impl IntoIterator<Item = ConversationKind>) -> Self {
        for kind in kinds {
            if !self.filter.include.contains(&kind) {
                self.filter.include.push(kind);
            }
        }
        self
    }

    #[must_use]
    pub fn without_bots(mut self) -> Self {
        self.filter.exclude_bot_users = true;
        self
    }

    /// Leaves out channels that are shared with another organization.
    #[must_use]
    pub fn without_external(mut self) -> Self {
        self.filter.exclude_external_shared_channels = true;
        self
    }
}

/// A menu of the public channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelsSelect {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_channel: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    response_url_enabled: bool,
}

impl ChannelsSelect {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            placeholder: None,
            initial_channel: None,
            response_url_enabled: false,
        }
    }

    #[must_use]
    pub fn initial(mut self, channel: &str) -> Self {
        self.initial_channel = slack_id(channel);
        self
    }

    /// As [`ConversationsSelect::response_url_enabled`].
    #[must_use]
    pub fn response_url_enabled(mut self) -> Self {
        self.response_url_enabled = true;
        self
    }
}

/// A menu of the people in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsersSelect {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_user: Option<String>,
}

impl UsersSelect {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            placeholder: None,
            initial_user: None,
        }
    }

    #[must_use]
    pub fn initial(mut self, user: &UserId) -> Self {
        self.initial_user = Some(user.as_str().to_owned());
        self
    }
}

macro_rules! placeholders {
    ($($menu:ident),*) => {$(
        impl $menu {
            #[must_use]
            pub fn placeholder(mut self, text: &str) -> Self {
                self.placeholder = Text::plain_if(text, limits::PLACEHOLDER);
                self
            }
        }
    )*};
}
placeholders!(ConversationsSelect, ChannelsSelect, UsersSelect);

/// `text` if it can be an id of Slack's: a name, such as `#general`, is none.
fn slack_id(text: &str) -> Option<String> {
    const LONGEST: usize = 32;
    let is_id = (1..=LONGEST).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_id.then(|| text.to_owned())
}
