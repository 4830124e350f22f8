//! One message in a channel.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::App;

/// A message as the workspace keeps it. Blocks and attachments are as Slack gives them back:
/// ids filled in, colours as bare hex.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `"1503435956.000247"`, unique in its channel; sorts by time.
    pub ts: String,
    pub author: Author,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// `channel_join`, `tombstone` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
    /// The root of the thread this message replies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// The `ts` of each reply, oldest first, when this message is a root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<String>,
    /// A reply that is shown in the channel too.
    #[serde(default)]
    pub broadcast: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// An ephemeral message: the one person who sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_for: Option<String>,
    /// The incoming webhook (`B…`) that it came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// Whom the text would notify: `channel`, `here`, `everyone`, a person's or group's id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pings: Vec<String>,
    /// Whether `text` is mrkdwn (`mrkdwn: false` switches that off).
    #[serde(default = "yes")]
    pub mrkdwn: bool,
}

/// Who wrote a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// `U…`; empty for a custom integration, which is no user.
    pub user: String,
    /// `B…` when the app or a custom integration wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_id: Option<String>,
    /// The name shown instead (`chat:write.customize`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_emoji: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// Through what an app posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Its bot: a token of the Web API, a command's answer, a `response_url`.
    App,
    /// An incoming webhook.
    Webhook,
}

/// Who changed a message last, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    pub user: String,
    pub ts: String,
}

/// One emoji under a message, with everyone who chose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Without colons.
    pub name: String,
    pub users: Vec<String>,
}

impl Author {
    /// The app's bot.
    #[must_use]
    pub fn app(app: &App) -> Self {
        Self {
            user: app.user_id.clone(),
            bot_id: Some(app.bot_id.clone()),
            ..Self::default()
        }
    }

    /// `U…`, or `B…` of a bot that is nobody's.
    #[must_use]
    pub fn id(&self) -> &str {
        match &self.bot_id {
            Some(bot_id) if self.user.is_empty() => bot_id,
            Some(_) | None => &self.user,
        }
    }

    /// A person who types.
    #[must_use]
    pub fn person(user: &str) -> Self {
        Self {
            user: user.to_owned(),
            ..Self::default()
        }
    }
}

impl Message {
    /// A message with nothing but text.
    #[must_use]
    pub fn new(ts: String, author: Author, text: String) -> Self {
        Self {
            ts,
            author,
            text,
            blocks: None,
            attachments: None,
            metadata: None,
            subtype: None,
            thread_ts: None,
            replies: Vec::new(),
            broadcast: false,
            edited: None,
            reactions: Vec::new(),
            only_for: None,
            webhook: None,
            pings: Vec::new(),
            mrkdwn: true,
        }
    }

    /// Through what an app spoke; a person's message came through nothing.
    #[must_use]
    pub fn via(&self) -> Option<Via> {
        let app = self.author.bot_id.is_some().then_some(Via::App);
        self.webhook.is_some().then_some(Via::Webhook).or(app)
    }

    /// Whether it stands in a thread below another message.
    #[must_use]
    pub fn is_reply(&self) -> bool {
        self.thread_ts.as_ref().is_some_and(|root| *root != self.ts)
    }

    /// Whether the channel itself shows it: not a mere reply.
    #[must_use]
    pub fn is_in_channel(&self) -> bool {
        !self.is_reply() || self.broadcast
    }
}

fn yes() -> bool {
    true
}
