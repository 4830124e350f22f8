//! Channels and what stands in them.
//!
//! `conversations.history` and `.replies` are for looking something up, never for the way of a
//! message: some apps may call them once a minute only.

use domain::ChannelName;
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::{ConversationError, LookupError};
use crate::paging::{Cursor, ITEMS_A_PAGE, ListMetadata, Page};
use crate::ts::Ts;

/// A channel, a private channel or a direct message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Channel {
    pub id: ChannelName,
    /// Without `#`; a direct message has none.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub is_private: bool,
    #[serde(default)]
    pub is_archived: bool,
    /// Whether the bot is in it.
    #[serde(default)]
    pub is_member: bool,
    #[serde(default)]
    pub is_im: bool,
}

/// A message as it stands in a channel.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ChannelMessage {
    pub ts: Ts,
    #[serde(default)]
    pub thread_ts: Option<Ts>,
    #[serde(default)]
    pub text: String,
    /// Who wrote it; a bot has a user too.
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub metadata: Option<MessageMetadata>,
}

/// What an app attached to its message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct MessageMetadata {
    #[serde(default)]
    pub event_type: String,
    #[serde(default)]
    pub event_payload: serde_json::Value,
}

/// Which channels to list: private ones need `groups:read` and the bot in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ListedChannels {
    #[serde(rename = "public_channel")]
    Public,
    #[serde(rename = "public_channel,private_channel")]
    PublicAndPrivate,
}

/// Whether a channel is open to everybody in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Public,
    Private,
}

/// A part of a channel's or a thread's messages, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span<'a> {
    pub oldest: Option<&'a Ts>,
    pub latest: Option<&'a Ts>,
    pub cursor: Option<&'a Cursor>,
}

/// Messages a page. More is allowed, and answers are large.
const MESSAGES_A_PAGE: u32 = 200;

#[derive(Serialize)]
struct ListArguments<'a> {
    types: ListedChannels,
    exclude_archived: bool,
    limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a Cursor>,
}

#[derive(Serialize)]
struct MessagesArguments<'a> {
    channel: &'a ChannelName,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<&'a Ts>,
    include_all_metadata: bool,
    inclusive: bool,
    limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<&'a Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<&'a Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a Cursor>,
}

impl<'a> MessagesArguments<'a> {
    fn new(channel: &'a ChannelName, ts: Option<&'a Ts>, span: Span<'a>) -> Self {
        Self {
            channel,
            ts,
            include_all_metadata: true,
            inclusive: true,
            limit: MESSAGES_A_PAGE,
            oldest: span.oldest,
            latest: span.latest,
            cursor: span.cursor,
        }
    }
}

#[derive(Serialize)]
struct ChannelArguments<'a> {
    channel: &'a ChannelName,
}

#[derive(Serialize)]
struct OpenArguments {
    users: String,
}

#[derive(Serialize)]
struct CreateArguments<'a> {
    name: &'a str,
    is_private: bool,
}

#[derive(Deserialize)]
struct Channels {
    channels: Vec<Channel>,
    response_metadata: Option<ListMetadata>,
}

#[derive(Deserialize)]
struct OneChannel {
    channel: Channel,
}

#[derive(Deserialize)]
struct OpenedChannel {
    channel: ChannelId,
}

/// All that Slack tells of a direct message that it opened.
#[derive(Deserialize)]
struct ChannelId {
    id: ChannelName,
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<ChannelMessage>,
    response_metadata: Option<ListMetadata>,
}

impl From<Messages> for Page<ChannelMessage> {
    fn from(answer: Messages) -> Self {
        Self::new(answer.messages, answer.response_metadata)
    }
}

impl Client {
    /// `conversations.list`, archived ones left out. Needs `channels:read`, and `groups:read`
    /// for private ones. 20 calls a minute.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn conversations_list(
        &self,
        types: ListedChannels,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Channel>, LookupError> {
        let arguments = ListArguments {
            types,
            exclude_archived: true,
            limit: ITEMS_A_PAGE,
            cursor,
        };
        let answer: Channels = self
            .call_form("conversations.list", &arguments)
            .await
            .map_err(|error| LookupError::new(error, "list"))?;
        Ok(Page::new(answer.channels, answer.response_metadata))
    }

    /// `conversations.info`. Needs the `:read` scope of the channel's type.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn conversation_info(&self, channel: &ChannelName) -> Result<Channel, LookupError> {
        let answer: Result<OneChannel, _> = self
            .call_form("conversations.info", &ChannelArguments { channel })
            .await;
        answer
            .map(|answer| answer.channel)
            .map_err(|error| LookupError::new(error, channel.as_str()))
    }

    /// `conversations.history` with metadata, latest first; answers in threads are not in it.
    /// Needs the `:history` scope of the channel's type and the bot in the channel.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn conversation_history(
        &self,
        channel: &ChannelName,
        span: Span<'_>,
    ) -> Result<Page<ChannelMessage>, LookupError> {
        let arguments = MessagesArguments::new(channel, None, span);
        let answer: Result<Messages, _> = self.call_json("conversations.history", &arguments).await;
        answer
            .map(Into::into)
            .map_err(|error| LookupError::new(error, channel.as_str()))
    }

    /// `conversations.replies` with metadata: the first message of a thread, then its answers,
    /// earliest first. Scopes as for [`Client::conversation_history`].
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn conversation_replies(
        &self,
        channel: &ChannelName,
        thread: &Ts,
        span: Span<'_>,
    ) -> Result<Page<ChannelMessage>, LookupError> {
        let arguments = MessagesArguments::new(channel, Some(thread), span);
        let answer: Result<Messages, _> = self.call_form("conversations.replies", &arguments).await;
        answer
            .map(Into::into)
            .map_err(|error| LookupError::new(error, channel.as_str()))
    }

    /// `conversations.join`, for public channels. Needs `channels:join`. Joining twice is no
    /// error.
    ///
    /// # Errors
    /// See [`ConversationError`].
    pub async fn join_conversation(
        &self,
        channel: &ChannelName,
    ) -> Result<Channel, ConversationError> {
        let answer: Result<OneChannel, _> = self
            .call_json("conversations.join", &ChannelArguments { channel })
            .await;
        answer
            .map(|answer| answer.channel)
            .map_err(|error| ConversationError::new(error, channel.as_str()))
    }

    /// `conversations.open`: the id of the direct message with one person, or with several, by
    /// their ids. Needs `im:write`, for several `mpim:write`.
    ///
    /// # Errors
    /// See [`ConversationError`].
    pub async fn open_conversation(
        &self,
        users: &[&str],
    ) -> Result<ChannelName, ConversationError> {
        let users = users.join(",");
        let arguments = OpenArguments { users };
        let answer: Result<OpenedChannel, _> =
            self.call_json("conversations.open", &arguments).await;
        answer
            .map(|answer| answer.channel.id)
            .map_err(|error| ConversationError::new(error, &arguments.users))
    }

    /// `conversations.create`; `name` without `#`. Needs `channels:manage`, for a private one
    /// `groups:write`.
    ///
    /// # Errors
    /// See [`ConversationError`]; [`ConversationError::NameTaken`] when there is one.
    pub async fn create_conversation(
        &self,
        name: &str,
        visibility: Visibility,
    ) -> Result<Channel, ConversationError> {
        let arguments = CreateArguments {
            name,
            is_private: visibility == Visibility::Private,
        };
        let answer: Result<OneChannel, _> =
            self.call_json("conversations.create", &arguments).await;
        answer
            .map(|answer| answer.channel)
            .map_err(|error| ConversationError::new(error, name))
    }
}
