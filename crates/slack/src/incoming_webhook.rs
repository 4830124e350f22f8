//! Incoming webhooks: an address that posts, with no app and no token.
//!
//! What comes back says that Slack took the message, not where it stands: such a message cannot
//! be updated, threaded or looked up.

use std::fmt;

use domain::ChannelName;
use domain::mrkdwn::is_web_address;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::block_kit::{Attachment, Block, Rendered};
use crate::error::PostError;
use crate::hook_url::{HookHost, HookUrl, InvalidHookUrl};
use crate::mrkdwn::cut_plain;

/// An incoming webhook of Slack's. Its address is a secret: `Debug` shows the host only.
#[derive(Clone)]
pub struct IncomingWebhook {
    http: reqwest::Client,
    url: HookUrl,
}

/// A message to post.
#[derive(Clone, Copy, Debug)]
pub struct WebhookPost<'a> {
    pub message: &'a Rendered,
    /// Another channel than the webhook's own. Webhooks that belong to an app ignore it, and the
    /// two below.
    pub channel: Option<&'a ChannelName>,
    /// Who seems to speak, in at most 80 characters.
    pub username: Option<&'a str>,
    /// A web address; anything else is left out.
    pub icon_url: Option<&'a str>,
}

#[derive(Serialize)]
struct WebhookArguments<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a ChannelName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon_url: Option<&'a str>,
    text: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    blocks: &'a [Block],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    attachments: &'a [Attachment],
    unfurl_links: bool,
    unfurl_media: bool,
}

/// The longest name that a message can speak under.
const LONGEST_USERNAME: usize = 80;

impl IncomingWebhook {
    /// The webhook at `url`, which is where `host` says that this Slack has them.
    ///
    /// # Errors
    /// See [`InvalidHookUrl`].
    pub fn new(
        http: reqwest::Client,
        url: &SecretString,
        host: &HookHost,
    ) -> Result<Self, InvalidHookUrl> {
        let url = HookUrl::parse(url.expose_secret(), host)?;
        Ok(Self { http, url })
    }

    /// Posts a message.
    ///
    /// # Errors
    /// See [`PostError`]. A post without an answer may stand in the channel, and nobody can look.
    pub async fn post(&self, post: WebhookPost<'_>) -> Result<(), PostError> {
        let username = post.username.map(str::trim).filter(|name| !name.is_empty());
        let username = username.map(|name| cut_plain(name, LONGEST_USERNAME));
        let arguments = WebhookArguments {
            channel: post.channel,
            username: username.as_deref(),
            icon_url: post.icon_url.filter(|url| is_web_address(url)),
            text: &post.message.text,
            blocks: &post.message.blocks,
            attachments: &post.message.attachments,
            unfurl_links: false,
            unfurl_media: false,
        };
        let answer = self.url.post(&self.http, &arguments).await;
        answer.map_err(|error| PostError::of_webhook(error, post.channel))
    }
}

impl fmt::Debug for IncomingWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IncomingWebhook").field(&self.url).finish()
    }
}
