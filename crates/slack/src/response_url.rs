//! Answering a command or a click, at once or later.
//!
//! The first answer may be the body of the response to Slack's request (a [`Response`] as JSON,
//! within three seconds); every further one goes through the [`ResponseUrl`] that came with it:
//! at most five, within 30 minutes, also in channels that the bot is not in.

use serde::Serialize;

use crate::block_kit::{Attachment, Block, Rendered};
use crate::error::ResponseError;
use crate::hook_url::{HookHost, HookUrl, InvalidHookUrl};
use crate::ts::Ts;

/// Where a command or a click is answered. Whoever has it can answer: it is a secret, and
/// `Debug` shows its host only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseUrl(HookUrl);

/// Who sees an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// Whoever typed the command.
    Ephemeral,
    /// Everybody in the channel; the command is shown too.
    InChannel,
}

/// An answer. As JSON it is the body that Slack takes, in the response to a command as well.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(into = "ResponseArguments<'_>")]
pub struct Response<'a> {
    pub message: &'a Rendered,
    pub visibility: ResponseType,
    /// In place of the message before it, such as "working on it". For the URL only.
    pub replace_original: bool,
    /// The first message of the thread to answer in.
    pub thread: Option<&'a Ts>,
}

#[derive(Serialize)]
struct ResponseArguments<'a> {
    response_type: ResponseType,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replace_original: bool,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<&'a [Block]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<&'a [Attachment]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a Ts>,
    unfurl_links: bool,
    unfurl_media: bool,
}

/// Takes the message away that was clicked in.
#[derive(Serialize)]
struct DeleteArguments {
    delete_original: bool,
}

impl<'a> From<Response<'a>> for ResponseArguments<'a> {
    fn from(response: Response<'a>) -> Self {
        let message = response.message;
        // When a message is replaced, what stood there is to go.
        let sent = |is_empty: bool| response.replace_original || !is_empty;
        Self {
            response_type: response.visibility,
            replace_original: response.replace_original,
            text: &message.text,
            blocks: sent(message.blocks.is_empty()).then_some(&message.blocks),
            attachments: sent(message.attachments.is_empty()).then_some(&message.attachments),
            thread_ts: response.thread,
            unfurl_links: false,
            unfurl_media: false,
        }
    }
}

impl<'a> Response<'a> {
    /// An answer that only the person who asked sees.
    #[must_use]
    pub fn ephemeral(message: &'a Rendered) -> Self {
        Self {
            message,
            visibility: ResponseType::Ephemeral,
            replace_original: false,
            thread: None,
        }
    }

    /// An answer for everybody in the channel.
    #[must_use]
    pub fn in_channel(message: &'a Rendered) -> Self {
        Self {
            visibility: ResponseType::InChannel,
            ..Self::ephemeral(message)
        }
    }
}

impl ResponseUrl {
    /// Takes an address from a request, or one that was stored.
    ///
    /// # Errors
    /// When it is not at the place where this Slack has them.
    pub fn parse(text: &str, host: &HookHost) -> Result<Self, InvalidHookUrl> {
        HookUrl::parse(text, host).map(Self)
    }

    /// The address, to store it until the answer is ready.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.as_str()
    }

    /// Sends an answer.
    ///
    /// # Errors
    /// See [`ResponseError`].
    pub async fn respond(
        &self,
        http: &reqwest::Client,
        response: Response<'_>,
    ) -> Result<(), ResponseError> {
        let answer = self.0.post(http, &response).await;
        answer.map_err(ResponseError::new)
    }

    /// Takes away the message in which something was clicked, or the answer before.
    ///
    /// # Errors
    /// See [`ResponseError`].
    pub async fn delete_original(&self, http: &reqwest::Client) -> Result<(), ResponseError> {
        let arguments = DeleteArguments {
            delete_original: true,
        };
        let answer = self.0.post(http, &arguments).await;
        answer.map_err(ResponseError::new)
    }
}
