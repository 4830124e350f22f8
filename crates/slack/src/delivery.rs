//! Whether a delivery stands in its channel already.
//!
//! Asked before a resend, when nobody knows whether the first try arrived: every message that
//! we post carries its delivery's id in its metadata.

use domain::{ChannelName, DeliveryId};
use jiff::Timestamp;

use crate::chat::{DELIVERY_METADATA, Posted};
use crate::client::Client;
use crate::conversations::{ChannelMessage, ListedChannels, Span};
use crate::error::{ConversationError, LookupError};
use crate::paging::{Cursor, Page};
use crate::ts::Ts;

/// A delivery to look for.
#[derive(Clone, Copy, Debug)]
pub struct FindDelivery<'a> {
    /// As it was given to [`Client::post_message`].
    pub channel: &'a ChannelName,
    pub thread: Option<&'a Ts>,
    pub delivery: &'a DeliveryId,
    /// Not after the first try. Slack's clock may differ from ours: leave it a minute.
    pub since: Timestamp,
}

/// Pages of 200 messages that are read before the search is given up.
const MOST_PAGES: usize = 10;

/// Pages of 200 channels that are read to find a channel by its name.
const MOST_CHANNEL_PAGES: usize = 50;

impl Client {
    /// The message of a delivery, if it stands among the channel's (or thread's) messages since
    /// a moment. Needs the `:history` scope of the channel's type, and for a channel given by
    /// name `channels:read`.
    ///
    /// # Errors
    /// See [`LookupError`]; after [`LookupError::MissingScope`] nobody can know, and after
    /// [`LookupError::NotInChannel`] (posting to a public channel needs no membership, reading
    /// does) not before [`Client::join_conversation`]. Among more than
    /// 2,000 messages the search ends with `None`, and the log says so.
    pub async fn find_delivery(
        &self,
        find: FindDelivery<'_>,
    ) -> Result<Option<Posted>, LookupError> {
        let Some(channel) = self.channel_id(find.channel).await? else {
            return Ok(None);
        };
        let oldest = Ts::at(find.since);
        let mut cursor: Option<Cursor> = None;
        for _ in 0..MOST_PAGES {
            let span = Span {
                oldest: Some(&oldest),
                latest: None,
                cursor: cursor.as_ref(),
            };
            let page = self.messages(&channel, find.thread, span).await?;
            let found = page
                .items
                .into_iter()
                .find(|message| is_of(message, find.delivery));
            if let Some(message) = found {
                return Ok(Some(Posted {
                    channel,
                    ts: message.ts,
                }));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(None);
            }
        }
        tracing::warn!(
            channel.id = %channel,
            delivery.id = %find.delivery,
            "too many messages to find a delivery among; it may be posted twice"
        );
        Ok(None)
    }

    async fn messages(
        &self,
        channel: &ChannelName,
        thread: Option<&Ts>,
        span: Span<'_>,
    ) -> Result<Page<ChannelMessage>, LookupError> {
        match thread {
            Some(thread) => self.conversation_replies(channel, thread, span).await,
            None => self.conversation_history(channel, span).await,
        }
    }

    /// The id of the channel that `channel` names: itself when it is one, the direct message
    /// when it is a person's, else the one with that name; `None` when there is none.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn channel_id(
        &self,
        channel: &ChannelName,
    ) -> Result<Option<ChannelName>, LookupError> {
        match Address::of(channel.as_str()) {
            Address::Channel => Ok(Some(channel.clone())),
            Address::Person => match self.open_conversation(&[channel.as_str()]).await {
                Ok(opened) => Ok(Some(opened)),
                Err(ConversationError::Call(error)) => {
                    Err(LookupError::new(error, channel.as_str()))
                }
                Err(_) => Ok(None),
            },
            Address::Name(name) => self.channel_named(name).await,
        }
    }

    async fn channel_named(&self, name: &str) -> Result<Option<ChannelName>, LookupError> {
        let mut types = ListedChannels::PublicAndPrivate;
        let mut cursor: Option<Cursor> = None;
        for _ in 0..MOST_CHANNEL_PAGES {
            let page = match self.conversations_list(types, cursor.as_ref()).await {
                // Without `groups:read` the public ones are all there is to see.
                Err(LookupError::MissingScope { .. }) if types != ListedChannels::Public => {
                    types = ListedChannels::Public;
                    continue;
                }
                page => page?,
            };
            let found = page
                .items
                .into_iter()
                .find(|channel| channel.name.as_deref() == Some(name));
            if let Some(channel) = found {
                return Ok(Some(channel.id));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(None)
    }
}

fn is_of(message: &ChannelMessage, delivery: &DeliveryId) -> bool {
    message.metadata.as_ref().is_some_and(|metadata| {
        let id = metadata.event_payload.get("id").and_then(|id| id.as_str());
        metadata.event_type == DELIVERY_METADATA && id == Some(delivery.as_str())
    })
}

/// How a channel was written.
#[derive(Debug, PartialEq, Eq)]
enum Address<'a> {
    Channel,
    Person,
    /// Without `#`.
    Name(&'a str),
}

impl<'a> Address<'a> {
    /// Names have no capitals, ids have nothing else.
    fn of(text: &'a str) -> Self {
        let is_id = 2 < text.len()
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        match text.bytes().next() {
            Some(b'C' | b'G' | b'D') if is_id => Self::Channel,
            Some(b'U' | b'W') if is_id => Self::Person,
            _ => Self::Name(text.trim_start_matches('#')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_told_apart() {
        for (text, expected) in [
            ("C012AB3CD", Address::Channel),
            ("D012AB3CD", Address::Channel),
            ("U012AB3CD", Address::Person),
            ("#general", Address::Name("general")),
            ("c012ab3cd", Address::Name("c012ab3cd")),
            ("#2026", Address::Name("2026")),
        ] {
            assert_eq!(Address::of(text), expected, "{text}");
        }
    }
}
