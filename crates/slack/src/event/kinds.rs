//! What can happen, one variant each.

use domain::ChannelName;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::payload::{Fields, InvalidPayload, LONGEST_MESSAGE, LONGEST_NAME, missing};
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

/// Links of one message that are looked at; Slack sends no more.
const MOST_LINKS: usize = 20;
const LONGEST_URL: usize = 4_000;
const MOST_TOKENS: usize = 10_000;

impl Event {
    pub(super) fn read(event: Fields<'_>) -> Result<Self, InvalidPayload> {
        let kind = event
            .optional("type", LONGEST_NAME)?
            .ok_or_else(|| missing("event.type"))?;
        named(Self::of_kind(kind, event))
    }

    fn of_kind(kind: String, event: Fields<'_>) -> Result<Self, InvalidPayload> {
        Ok(match kind.as_str() {
            "app_home_opened" => home_opened(event)?,
            "app_uninstalled" => Self::AppUninstalled,
            "tokens_revoked" => Self::TokensRevoked {
                users: tokens(event, "tokens.oauth"),
                bots: tokens(event, "tokens.bot"),
            },
            "link_shared" => Self::LinkShared(link_shared(event)?),
            "app_mention" => Self::AppMention(AppMention {
                channel: event.id("channel")?,
                user: event.optional_id("user")?,
                text: event.cut("text", LONGEST_MESSAGE),
                ts: event.ts("ts")?,
                thread: event.optional_ts("thread_ts")?,
            }),
            "message" if is_written_to_bot(event) => Self::DirectMessage(DirectMessage {
                channel: event.id("channel")?,
                user: event.optional_id("user")?,
                text: event.cut("text", LONGEST_MESSAGE),
                ts: event.ts("ts")?,
                thread: event.optional_ts("thread_ts")?,
            }),
            "member_joined_channel" => Self::MemberJoinedChannel(membership(event)?),
            "member_left_channel" => Self::MemberLeftChannel(membership(event)?),
            "user_change" => Self::UserChanged(Box::new(user(event)?)),
            "channel_id_changed" => Self::ChannelIdChanged {
                old: event.id("old_channel_id")?,
                new: event.id("new_channel_id")?,
            },
            "channel_rename" | "group_rename" => Self::ChannelRenamed {
                channel: event.id("channel.id")?,
                name: event.needed("channel.name")?,
            },
            "channel_archive" | "group_archive" => Self::ChannelArchived {
                channel: event.id("channel")?,
            },
            "channel_unarchive" | "group_unarchive" => Self::ChannelUnarchived {
                channel: event.id("channel")?,
            },
            "channel_deleted" | "group_deleted" => Self::ChannelDeleted {
                channel: event.id("channel")?,
            },
            _ => Self::Other(kind),
        })
    }
}

/// The same error with the name that the field has in the whole payload.
fn named(read: Result<Event, InvalidPayload>) -> Result<Event, InvalidPayload> {
    let inside = |field: String| format!("event.{field}");
    read.map_err(|error| match error {
        InvalidPayload::Missing { field } => InvalidPayload::Missing {
            field: inside(field),
        },
        InvalidPayload::FieldTooLong {
            field,
            length,
            limit,
        } => InvalidPayload::FieldTooLong {
            field: inside(field),
            length,
            limit,
        },
        InvalidPayload::Id { field, why } => InvalidPayload::Id {
            field: inside(field),
            why,
        },
        InvalidPayload::Ts { field } => InvalidPayload::Ts {
            field: inside(field),
        },
        InvalidPayload::ResponseUrl { field, why } => InvalidPayload::ResponseUrl {
            field: inside(field),
            why,
        },
        other @ (InvalidPayload::TooLong { .. }
        | InvalidPayload::NoPayload
        | InvalidPayload::NotJson
        | InvalidPayload::UnknownType { .. }) => other,
    })
}

fn home_opened(event: Fields<'_>) -> Result<Event, InvalidPayload> {
    let shown = event.optional_id("view.id")?.map(|id| ViewRef {
        id,
        hash: event.cut("view.hash", LONGEST_NAME),
    });
    Ok(Event::AppHomeOpened {
        user: event.id("user")?,
        channel: event.id("channel")?,
        tab: match event.raw("tab") {
            Some("home") => HomeTab::Home,
            Some("messages") => HomeTab::Messages,
            Some(_) | None => HomeTab::Other,
        },
        shown,
    })
}

fn tokens(event: Fields<'_>, field: &str) -> Vec<String> {
    let ids = event.items(field).iter().filter_map(Value::as_str);
    ids.take(MOST_TOKENS).map(str::to_owned).collect()
}

fn link_shared(event: Fields<'_>) -> Result<LinkShared, InvalidPayload> {
    let links = event.items("links").iter().take(MOST_LINKS);
    let links = links.filter_map(|link| SharedLink::deserialize(link).ok());
    Ok(LinkShared {
        channel: event.id("channel")?,
        // While it is being written this is an id of another form.
        ts: event.optional_ts("message_ts").unwrap_or_default(),
        thread: event.optional_ts("thread_ts").unwrap_or_default(),
        user: event.id("user")?,
        unfurl_id: event.optional("unfurl_id", LONGEST_NAME)?,
        source: match event.raw("source") {
            Some("composer") => LinkSource::Composer,
            Some(_) | None => LinkSource::History,
        },
        is_bot_user_member: event.is_true("is_bot_user_member"),
        links: links.filter(|link| link.url.len() <= LONGEST_URL).collect(),
    })
}

/// A new message in a direct message; edits, deletions and other apps' posts are none.
fn is_written_to_bot(event: Fields<'_>) -> bool {
    let is_new = matches!(
        event.raw("subtype"),
        None | Some("file_share" | "thread_broadcast")
    );
    event.raw("channel_type") == Some("im") && is_new && !event.is_true("hidden")
}

fn membership(event: Fields<'_>) -> Result<Membership, InvalidPayload> {
    Ok(Membership {
        channel: event.id("channel")?,
        user: event.id("user")?,
        inviter: event.optional_id("inviter")?,
    })
}

fn user(event: Fields<'_>) -> Result<User, InvalidPayload> {
    let user = event.value("user").ok_or_else(|| missing("user"))?;
    User::deserialize(user).map_err(|_| missing("user.id"))
}

impl AppMention {
    /// The text as the person typed it, without Slack's brackets and escapes.
    #[must_use]
    pub fn typed(&self) -> String {
        crate::command::typed::typed(&self.text)
    }
}

impl DirectMessage {
    /// The text as the person typed it, without Slack's brackets and escapes.
    #[must_use]
    pub fn typed(&self) -> String {
        crate::command::typed::typed(&self.text)
    }
}
