//! Previews of links that people write.

use std::collections::BTreeMap;

use domain::{ChannelName, Message};
use serde::{Deserialize, Serialize};

use crate::block_kit::{Block, Fitted, render};
use crate::client::Client;
use crate::error::{CallError, UnfurlError};
use crate::event::{LinkShared, LinkSource};
use crate::mrkdwn::cut_plain;
use crate::ts::Ts;

/// What is shown under a message for one of its links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<&'static str>,
    blocks: Vec<Block>,
}

impl Preview {
    /// Beside the bar of the message's colour.
    #[must_use]
    pub fn of_message(message: &Message) -> Self {
        Self {
            color: Some(message.tone.color()),
            blocks: render(message).into_blocks(),
        }
    }

    /// Blocks of the caller's choice; what finds no room in a message is left out.
    #[must_use]
    pub fn of_blocks(blocks: impl IntoIterator<Item = Block>) -> Self {
        let mut fitted = Fitted::message();
        blocks.into_iter().for_each(|block| fitted.push(block));
        Self {
            color: None,
            blocks: fitted.shown(),
        }
    }
}

/// Where the link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnfurlTarget<'a> {
    Message {
        channel: &'a ChannelName,
        ts: &'a Ts,
    },
    /// Also for a message that is being written.
    Link {
        unfurl_id: &'a str,
        source: LinkSource,
    },
}

/// What whoever wrote the link is asked for, before a preview can be shown. Only they see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInPrompt<'a> {
    /// Where they link their account.
    pub url: &'a str,
    /// Plain text.
    pub text: &'a str,
}

/// Previews for the links of one message, or a question to whoever wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Unfurl<'a> {
    pub target: UnfurlTarget<'a>,
    /// By the link exactly as [`LinkShared`] has it.
    pub previews: &'a BTreeMap<String, Preview>,
    pub prompt: Option<SignInPrompt<'a>>,
}

#[derive(Serialize)]
struct UnfurlArguments<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a ChannelName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<&'a Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfurl_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<LinkSource>,
    unfurls: &'a BTreeMap<String, Preview>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    user_auth_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_auth_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_auth_message: Option<String>,
}

#[derive(Deserialize)]
struct Done {}

const PROMPT_TEXT: usize = 1_000;

impl<'a> UnfurlTarget<'a> {
    /// Where the links of `shared` stand: by its unfurl id, which is good in both cases, else by
    /// the message. `None` when Slack told neither.
    #[must_use]
    pub fn of(shared: &'a LinkShared) -> Option<Self> {
        match (&shared.unfurl_id, &shared.ts) {
            (Some(unfurl_id), _) => Some(Self::Link {
                unfurl_id,
                source: shared.source,
            }),
            (None, Some(ts)) => Some(Self::Message {
                channel: &shared.channel,
                ts,
            }),
            (None, None) => None,
        }
    }
}

impl<'a> From<Unfurl<'a>> for UnfurlArguments<'a> {
    fn from(unfurl: Unfurl<'a>) -> Self {
        let (channel, ts, unfurl_id, source) = match unfurl.target {
            UnfurlTarget::Message { channel, ts } => (Some(channel), Some(ts), None, None),
            UnfurlTarget::Link { unfurl_id, source } => (None, None, Some(unfurl_id), Some(source)),
        };
        let prompt = unfurl.prompt;
        Self {
            channel,
            ts,
            unfurl_id,
            source,
            unfurls: unfurl.previews,
            user_auth_required: prompt.is_some(),
            user_auth_url: prompt.map(|prompt| prompt.url),
            user_auth_message: prompt
                .map(|prompt| cut_plain(prompt.text, PROMPT_TEXT).into_owned()),
        }
    }
}

impl Client {
    /// `chat.unfurl`. Needs `links:write`; the link's event must have been answered. A second
    /// call replaces what the first one showed.
    ///
    /// # Errors
    /// See [`UnfurlError`].
    pub async fn unfurl(&self, unfurl: Unfurl<'_>) -> Result<(), UnfurlError> {
        let arguments = UnfurlArguments::from(unfurl);
        let done: Result<Done, CallError> = self.call_json("chat.unfurl", &arguments).await;
        done.map(drop).map_err(UnfurlError::new)
    }
}
