//! From Slack's JSON to what happened.

use serde::Deserialize;
use serde_json::Value;

use super::kinds::{
    AppMention, DirectMessage, Event, HomeTab, LinkShared, LinkSource, Membership, SharedLink,
};
use crate::payload::{Fields, InvalidPayload, LONGEST_MESSAGE, LONGEST_NAME, missing};
use crate::users::User;
use crate::view::ViewRef;

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
