//! Messages: post, change, delete, react, link.

use domain::{ChannelName, DeliveryId};
use serde::{Deserialize, Serialize};

use crate::block_kit::{Attachment, Block, Rendered};
use crate::client::Client;
use crate::error::{CallError, LookupError, PostError, UpdateError};
use crate::ts::Ts;

/// The type of the metadata that names a message's delivery. Every app of the workspace can
/// read it, so it holds an id and nothing else.
pub const DELIVERY_METADATA: &str = "signalbox_delivery";

/// A message to post.
#[derive(Clone, Copy, Debug)]
pub struct PostMessage<'a> {
    /// A channel's id or name, or a person's id for a direct message.
    pub channel: &'a ChannelName,
    pub message: &'a Rendered,
    /// The thread to answer in.
    pub thread: Option<InThread<'a>>,
    /// Stands in the message's metadata, so that the message can be found before a resend.
    pub delivery: &'a DeliveryId,
}

/// A place in a thread.
#[derive(Clone, Copy, Debug)]
pub struct InThread<'a> {
    /// Its first message.
    pub root: &'a Ts,
    pub audience: Audience,
}

/// Who sees an answer in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever follows the thread.
    Thread,
    /// The whole channel as well.
    Channel,
}

/// A message that answers somebody, such as a card with buttons or a direct message. No
/// delivery stands behind it, so nobody looks whether it arrived.
#[derive(Clone, Copy, Debug)]
pub struct PostCard<'a> {
    /// A channel's id or name, or a person's id for a direct message.
    pub channel: &'a ChannelName,
    pub message: &'a Rendered,
    /// The first message of the thread to answer in.
    pub thread: Option<&'a Ts>,
}

/// A message that one person sees, until they reload.
#[derive(Clone, Copy, Debug)]
pub struct PostEphemeral<'a> {
    pub channel: &'a ChannelName,
    /// The person's id.
    pub user: &'a str,
    pub message: &'a Rendered,
    pub thread: Option<&'a Ts>,
}

/// A new form for a message of ours.
#[derive(Clone, Copy, Debug)]
pub struct UpdateMessage<'a> {
    /// The channel's id, as [`Posted`] told it.
    pub channel: &'a ChannelName,
    pub ts: &'a Ts,
    pub message: &'a Rendered,
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Posted {
    /// The channel's id, also when a name or a person was given.
    pub channel: ChannelName,
    pub ts: Ts,
}

/// What `chat.postMessage`, `chat.postEphemeral` and `chat.update` take. What a method does not
/// know is `None`.
#[derive(Serialize)]
struct MessageArguments<'a> {
    channel: &'a ChannelName,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<&'a [Block]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<&'a [Attachment]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<&'a Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_broadcast: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<DeliveryMetadata<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfurl_links: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfurl_media: Option<bool>,
}

#[derive(Serialize)]
struct DeliveryMetadata<'a> {
    event_type: &'static str,
    event_payload: DeliveryPayload<'a>,
}

#[derive(Serialize)]
struct DeliveryPayload<'a> {
    id: &'a DeliveryId,
}

impl<'a> MessageArguments<'a> {
    fn new(channel: &'a ChannelName, message: &'a Rendered) -> Self {
        Self {
            channel,
            text: &message.text,
            blocks: (!message.blocks.is_empty()).then_some(&message.blocks),
            attachments: (!message.attachments.is_empty()).then_some(&message.attachments),
            ts: None,
            user: None,
            thread_ts: None,
            reply_broadcast: None,
            metadata: None,
            unfurl_links: None,
            unfurl_media: None,
        }
    }
}

#[derive(Serialize)]
struct MessageAddress<'a> {
    channel: &'a ChannelName,
    ts: &'a Ts,
}

#[derive(Serialize)]
struct PermalinkArguments<'a> {
    channel: &'a ChannelName,
    message_ts: &'a Ts,
}

#[derive(Deserialize)]
struct Permalink {
    permalink: String,
}

#[derive(Serialize)]
struct ReactionArguments<'a> {
    channel: &'a ChannelName,
    timestamp: &'a Ts,
    name: &'a str,
}

/// An answer that tells nothing of interest beyond its `ok`.
#[derive(Deserialize)]
struct Done {}

#[derive(Deserialize)]
struct EphemeralPosted {
    message_ts: Ts,
}

impl Client {
    /// `chat.postMessage`. Needs `chat:write`, and for public channels that the bot is not in
    /// `chat:write.public`.
    ///
    /// # Errors
    /// See [`PostError`].
    pub async fn post_message(&self, post: PostMessage<'_>) -> Result<Posted, PostError> {
        let arguments = MessageArguments {
            thread_ts: post.thread.map(|thread| thread.root),
            reply_broadcast: post
                .thread
                .is_some_and(|thread| thread.audience == Audience::Channel)
                .then_some(true),
            metadata: Some(DeliveryMetadata {
                event_type: DELIVERY_METADATA,
                event_payload: DeliveryPayload { id: post.delivery },
            }),
            // A preview would say again what the message says, or "Sign in" for private pages.
            unfurl_links: Some(false),
            unfurl_media: Some(false),
            ..MessageArguments::new(post.channel, post.message)
        };
        let posted = self.call_json("chat.postMessage", &arguments).await;
        posted.map_err(|error| PostError::new(error, post.channel))
    }

    /// `chat.postMessage` without a delivery. Scopes as for [`Client::post_message`].
    ///
    /// # Errors
    /// See [`PostError`].
    pub async fn post_card(&self, post: PostCard<'_>) -> Result<Posted, PostError> {
        let arguments = MessageArguments {
            thread_ts: post.thread,
            unfurl_links: Some(false),
            unfurl_media: Some(false),
            ..MessageArguments::new(post.channel, post.message)
        };
        let posted = self.call_json("chat.postMessage", &arguments).await;
        posted.map_err(|error| PostError::new(error, post.channel))
    }

    /// `chat.postEphemeral`. Needs `chat:write` and the person in the channel.
    ///
    /// # Errors
    /// See [`PostError`].
    pub async fn post_ephemeral(&self, post: PostEphemeral<'_>) -> Result<Ts, PostError> {
        let arguments = MessageArguments {
            user: Some(post.user),
            thread_ts: post.thread,
            ..MessageArguments::new(post.channel, post.message)
        };
        match self.call_json("chat.postEphemeral", &arguments).await {
            Ok(EphemeralPosted { message_ts }) => Ok(message_ts),
            Err(CallError::Refused(refusal)) if refusal.code.as_str() == "user_not_in_channel" => {
                Err(PostError::UserNotInChannel(post.user.to_owned()))
            }
            Err(error) => Err(PostError::new(error, post.channel)),
        }
    }

    /// `chat.update`: the whole message anew; its metadata stays.
    ///
    /// # Errors
    /// See [`UpdateError`].
    pub async fn update_message(&self, update: UpdateMessage<'_>) -> Result<(), UpdateError> {
        let arguments = MessageArguments {
            ts: Some(update.ts),
            // Sent when empty too: what stood there is to go.
            blocks: Some(&update.message.blocks),
            attachments: Some(&update.message.attachments),
            ..MessageArguments::new(update.channel, update.message)
        };
        let done: Result<Done, _> = self.call_json("chat.update", &arguments).await;
        done.map(drop)
            .map_err(|error| UpdateError::new(error, update.channel))
    }

    /// `chat.delete`, for messages of ours.
    ///
    /// # Errors
    /// See [`UpdateError`]; [`UpdateError::TargetLost`] when it is gone already.
    pub async fn delete_message(&self, channel: &ChannelName, ts: &Ts) -> Result<(), UpdateError> {
        let done: Result<Done, _> = self
            .call_json("chat.delete", &MessageAddress { channel, ts })
            .await;
        done.map(drop)
            .map_err(|error| UpdateError::new(error, channel))
    }

    /// `reactions.add`; an emoji by `name`, without colons. Needs `reactions:write`. One that
    /// is there already is no error.
    ///
    /// # Errors
    /// See [`UpdateError`].
    pub async fn add_reaction(
        &self,
        channel: &ChannelName,
        ts: &Ts,
        name: &str,
    ) -> Result<(), UpdateError> {
        let arguments = ReactionArguments {
            channel,
            timestamp: ts,
            name,
        };
        match self.call_json::<Done>("reactions.add", &arguments).await {
            Ok(Done {}) => Ok(()),
            Err(CallError::Refused(refusal)) if refusal.code.as_str() == "already_reacted" => {
                Ok(())
            }
            Err(error) => Err(UpdateError::new(error, channel)),
        }
    }

    /// `chat.getPermalink`: the web address of a message that the bot can see. Needs no scope.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn permalink(&self, channel: &ChannelName, ts: &Ts) -> Result<String, LookupError> {
        let arguments = PermalinkArguments {
            channel,
            message_ts: ts,
        };
        let answer: Result<Permalink, _> = self.call_form("chat.getPermalink", &arguments).await;
        answer
            .map(|answer| answer.permalink)
            .map_err(|error| LookupError::new(error, channel.as_str()))
    }
}
