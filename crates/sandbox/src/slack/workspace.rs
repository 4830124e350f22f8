//! The workspace that the sandbox plays: people, channels, messages, tokens.
//!
//! Plain data with look-ups and the few changes that keep it consistent (a message's number,
//! a thread's replies, the bound on what is kept). Who may do what is `web_api`'s business,
//! Slack's JSON is `wire`'s.

mod apps;
mod message;
mod urls;
mod view;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rates::Rates;
use super::scripting::{CLICKS_KEPT, Click};
use super::views::Screens;

pub use apps::{App, Token, TokenKind, TokenState};
pub use message::{Author, Edited, Message, Reaction, Via};
pub use urls::{RESPONSE_URL_POSTS, RESPONSE_URLS_KEPT, ResponseUrl, Webhook};
pub use view::{Values, View, ViewKind};

/// How many messages a channel keeps; the oldest leave first, as on Slack's free plan.
pub const MESSAGES_KEPT: usize = 10_000;

/// Everything of a workspace that outlives a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Workspace {
    /// `T0DEMO`.
    pub id: String,
    pub name: String,
    /// The `demo` of `https://demo.slack.com`.
    pub domain: String,
    /// That are installed, or were; the newest last.
    #[serde(alias = "app", deserialize_with = "apps::one_or_several")]
    pub apps: Vec<App>,
    /// By id (`U…`), the apps' bot users included.
    pub people: BTreeMap<String, Person>,
    /// By id (`C…`, `D…`, `G…`).
    pub channels: BTreeMap<String, Channel>,
    pub tokens: Vec<Token>,
    /// Incoming webhooks.
    #[serde(default = "urls::demo_webhooks")]
    pub webhooks: Vec<Webhook>,
    /// Oldest first; the oldest leave when there are more than [`RESPONSE_URLS_KEPT`].
    #[serde(default)]
    pub response_urls: VecDeque<ResponseUrl>,
    /// What apps published on Home tabs.
    #[serde(default)]
    pub homes: Vec<View>,
    /// What is open on people's screens.
    #[serde(skip)]
    pub screens: Screens,
    /// How much of Slack's limits the apps have used.
    #[serde(skip)]
    pub(crate) rates: Rates,
    /// Oldest first.
    #[serde(skip)]
    pub(crate) clicks: VecDeque<Click>,
}

/// A member of the workspace, or an app's bot user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub real_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default)]
    pub is_admin: bool,
    #[serde(default)]
    pub is_bot: bool,
    /// Deactivated.
    #[serde(default)]
    pub deleted: bool,
}

/// What sort of conversation a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    Public,
    Private,
    /// Two people (`im`).
    Direct,
    /// Three to nine people (`mpim`).
    Group,
}

/// A conversation with its messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Channel {
    pub id: String,
    /// Without `#`; empty for direct messages.
    pub name: String,
    pub kind: ChannelKind,
    pub creator: String,
    /// Unix seconds.
    pub created: i64,
    #[serde(default)]
    pub is_general: bool,
    #[serde(default)]
    pub is_archived: bool,
    #[serde(default)]
    pub topic: String,
    #[serde(default)]
    pub purpose: String,
    pub members: BTreeSet<String>,
    /// Oldest first, ephemeral ones included.
    #[serde(default)]
    pub messages: VecDeque<Message>,
    /// The newest `ts` given out, in microseconds: none is given twice.
    #[serde(default)]
    last_ts: i64,
}

impl Channel {
    /// An empty channel with these members.
    #[must_use]
    pub fn new(id: &str, name: &str, kind: ChannelKind, members: &[&str], now: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            creator: members.first().map(|&id| id.to_owned()).unwrap_or_default(),
            created: now.as_second(),
            is_general: false,
            is_archived: false,
            topic: String::new(),
            purpose: String::new(),
            members: members.iter().map(|&id| id.to_owned()).collect(),
            messages: VecDeque::new(),
            last_ts: 0,
        }
    }

    /// Whether only its members know of it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.kind != ChannelKind::Public
    }

    /// The next message's `ts`: the time in microseconds, moved on when that was taken.
    pub fn next_ts(&mut self, now: Timestamp) -> String {
        self.last_ts = now.as_microsecond().max(self.last_ts.saturating_add(1));
        ts(self.last_ts)
    }

    /// Adds a message, counts it in its thread, and lets the oldest go when there are too many.
    pub fn add(&mut self, message: Message) {
        if let Some(root) = message.thread_ts.clone()
            && message.only_for.is_none()
            && root != message.ts
            && let Some(root) = self.message_mut(&root)
        {
            root.replies.push(message.ts.clone());
        }
        self.messages.push_back(message);
        while MESSAGES_KEPT < self.messages.len() {
            self.messages.pop_front();
        }
    }

    /// The message with this `ts`, ephemeral ones included.
    #[must_use]
    pub fn message(&self, ts: &str) -> Option<&Message> {
        self.place(ts).and_then(|at| self.messages.get(at))
    }

    /// The same, to change it.
    pub fn message_mut(&mut self, ts: &str) -> Option<&mut Message> {
        self.place(ts).and_then(|at| self.messages.get_mut(at))
    }

    /// Takes a message out, and out of its thread's count.
    pub fn remove(&mut self, ts: &str) -> Option<Message> {
        let message = self.place(ts).and_then(|at| self.messages.remove(at))?;
        if let Some(root) = message
            .thread_ts
            .as_deref()
            .and_then(|root| self.message_mut(root))
        {
            root.replies.retain(|reply| *reply != message.ts);
        }
        Some(message)
    }

    fn place(&self, ts: &str) -> Option<usize> {
        self.messages
            .binary_search_by(|message| message.ts.as_str().cmp(ts))
            .ok()
    }
}

impl Workspace {
    /// A channel by id.
    #[must_use]
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.get(id)
    }

    /// A channel by id, `#name` or `name`.
    #[must_use]
    pub fn channel_called(&self, name: &str) -> Option<&Channel> {
        let bare = name.strip_prefix('#').unwrap_or(name);
        self.channels.get(name).or_else(|| {
            self.channels
                .values()
                .find(|channel| !channel.name.is_empty() && channel.name == bare)
        })
    }

    /// A person by id, `@name` or `name`.
    #[must_use]
    pub fn person_called(&self, name: &str) -> Option<&Person> {
        let bare = name.strip_prefix('@').unwrap_or(name);
        self.people
            .get(name)
            .or_else(|| self.people.values().find(|person| person.name == bare))
    }

    /// Writes a click down; the oldest leave first.
    pub(super) fn note_click(&mut self, click: Click) {
        self.clicks.push_back(click);
        while CLICKS_KEPT < self.clicks.len() {
            self.clicks.pop_front();
        }
    }

    /// The app with this id, installed or not.
    #[must_use]
    pub fn app(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// The app with this id, as long as it is installed.
    #[must_use]
    pub fn installed(&self, id: &str) -> Option<&App> {
        self.app(id).filter(|app| app.is_installed)
    }

    /// The app whose bot (`B…`) or bot user (`U…`) this is.
    #[must_use]
    pub fn app_of_bot(&self, id: &str) -> Option<&App> {
        self.apps
            .iter()
            .find(|app| app.bot_id == id || app.user_id == id)
    }

    /// The token with this text.
    #[must_use]
    pub fn token(&self, secret: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.secret == secret)
    }

    /// Whether this person sees this channel: public ones everyone, others their members.
    /// An administrator's view is wider only through a user token (`web_api`).
    #[must_use]
    pub fn sees(&self, person: &str, channel: &Channel) -> bool {
        !channel.is_closed() || channel.members.contains(person)
    }

    /// The conversation between exactly these people, if there is one.
    #[must_use]
    pub fn conversation_of(&self, people: &BTreeSet<String>) -> Option<&Channel> {
        self.channels.values().find(|channel| {
            matches!(channel.kind, ChannelKind::Direct | ChannelKind::Group)
                && channel.members == *people
        })
    }
}

/// Microseconds as Slack writes them: `"1503435956.000247"`.
#[must_use]
pub fn ts(micros: i64) -> String {
    format!(
        "{:010}.{:06}",
        micros.div_euclid(1_000_000),
        micros.rem_euclid(1_000_000)
    )
}

/// Whether a text has the shape of a `ts`.
#[must_use]
pub fn is_ts(text: &str) -> bool {
    text.split_once('.').is_some_and(|(seconds, micros)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        seconds.len() == 10 && micros.len() == 6 && digits(seconds) && digits(micros)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::Seed;

    fn channel() -> Channel {
        Channel::new(
            "C1",
            "general",
            ChannelKind::Public,
            &["U1"],
            Timestamp::UNIX_EPOCH,
        )
    }

    fn post(channel: &mut Channel, thread: Option<&str>) -> String {
        let ts = channel.next_ts(Timestamp::from_second(1_700_000_000).unwrap());
        let mut message = Message::new(ts.clone(), Author::person("U1"), "hello".to_owned());
        message.thread_ts = thread.map(str::to_owned);
        channel.add(message);
        ts
    }

    #[test]
    fn no_two_messages_of_one_moment_share_a_ts() {
        let mut channel = channel();
        assert_eq!(post(&mut channel, None), "1700000000.000000");
        assert_eq!(post(&mut channel, None), "1700000000.000001");
        assert!(channel.messages.iter().all(|message| is_ts(&message.ts)));
    }

    #[test]
    fn a_thread_counts_its_replies_and_forgets_deleted_ones() {
        let mut channel = channel();
        let root = post(&mut channel, None);
        let reply = post(&mut channel, Some(&root));
        assert_eq!(channel.message(&root).unwrap().replies, [reply.as_str()]);
        channel.remove(&reply).unwrap();
        assert_eq!(channel.message(&root).unwrap().replies, [""; 0]);
    }

    #[test]
    fn a_workspace_that_was_saved_before_there_were_webhooks_gets_the_demos() {
        let mut saved = serde_json::to_value(Seed::demo().into_workspace()).unwrap();
        let fields = saved.as_object_mut().unwrap();
        assert!(fields.remove("webhooks").is_some() && fields.remove("response_urls").is_some());
        let workspace: Workspace = serde_json::from_value(saved).unwrap();
        assert_eq!(workspace.webhooks, [Webhook::demo()]);
    }

    #[test]
    fn a_full_channel_lets_its_oldest_message_go() {
        let mut channel = channel();
        let oldest = post(&mut channel, None);
        for _ in 0..MESSAGES_KEPT {
            post(&mut channel, None);
        }
        assert_eq!(channel.messages.len(), MESSAGES_KEPT);
        assert!(channel.message(&oldest).is_none());
    }
}
