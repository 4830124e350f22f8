//! What Slack tells the app about: somebody opened the Home tab, shared a link, removed the app.
//!
//! That it comes from Slack is `signature`'s to say, or the socket's, before anything here is
//! asked; the old field `token` proves nothing and is not read. Slack sends an event again when
//! it saw no answer in three seconds: `event_id` is the same then.

mod kinds;
mod read;

use domain::WorkspaceId;
use jiff::Timestamp;
use serde_json::Value;

pub use kinds::{
    AppMention, DirectMessage, Event, HomeTab, LinkShared, LinkSource, Membership, SharedLink,
};

pub use crate::payload::InvalidPayload;
use crate::payload::{Fields, LONGEST_JSON, LONGEST_NAME, missing, parse_json};

/// Everything that comes to the address for events.
#[derive(Clone, Debug, PartialEq)]
pub enum Envelope {
    /// Slack asks whether the address is ours: answer with the challenge. Signed like the rest.
    UrlVerification {
        challenge: String,
    },
    /// More happened than Slack sends in an hour (30,000): the events of one minute are lost.
    RateLimited {
        workspace: WorkspaceId,
        /// The minute, as Unix time in seconds.
        minute: i64,
    },
    Event(Box<EventCallback>),
}

/// Something that happened in a workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct EventCallback {
    /// The same when Slack sends it again.
    pub event_id: String,
    pub event_time: Timestamp,
    /// The workspace that has the app; `None` when a whole organization has it.
    pub workspace: Option<WorkspaceId>,
    pub enterprise: Option<String>,
    /// The app that is told.
    pub app_id: String,
    /// For whom it is told: a bot user, as a rule.
    pub authorization: Option<Authorization>,
    pub author: Author,
    pub event: Event,
}

/// An installation that may see the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    pub workspace: Option<WorkspaceId>,
    pub enterprise: Option<String>,
    pub user: String,
    pub is_bot: bool,
}

/// Whose doing it is, as far as Slack tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    pub user: Option<String>,
    pub bot: Option<String>,
    pub app: Option<String>,
}

/// The longest body in bytes.
pub const LONGEST_BODY: usize = LONGEST_JSON;

impl Envelope {
    /// Reads the body of a request whose signature was verified.
    ///
    /// # Errors
    /// See [`InvalidPayload`]; all of them mean 400.
    pub fn parse(body: &[u8]) -> Result<Self, InvalidPayload> {
        Self::from_json(&parse_json(body)?)
    }

    /// Reads the payload itself, as it comes through a socket.
    ///
    /// # Errors
    /// See [`InvalidPayload`].
    pub fn from_json(payload: &Value) -> Result<Self, InvalidPayload> {
        let fields = Fields(payload);
        match fields.needed("type")?.as_str() {
            "url_verification" => Ok(Self::UrlVerification {
                challenge: fields.needed("challenge")?,
            }),
            "app_rate_limited" => Ok(Self::RateLimited {
                workspace: fields.id("team_id")?,
                minute: number(fields, "minute_rate_limited")?,
            }),
            "event_callback" => Ok(Self::Event(Box::new(EventCallback::read(fields)?))),
            other => Err(InvalidPayload::UnknownType {
                kind: other.to_owned(),
            }),
        }
    }
}

impl EventCallback {
    fn read(fields: Fields<'_>) -> Result<Self, InvalidPayload> {
        let authorization = fields.items("authorizations").first();
        let authorization = authorization
            .map(|entry| Authorization::read(Fields(entry)))
            .transpose()?;
        let inner = fields.inside("event").ok_or_else(|| missing("event"))?;
        // In a channel that two organizations share, `team_id` may be the other one's.
        let authorized = authorization.as_ref();
        let workspace = match authorized.and_then(|entry| entry.workspace.clone()) {
            Some(workspace) => Some(workspace),
            None => fields.optional_id("team_id")?,
        };
        let time = number(fields, "event_time")?;
        Ok(Self {
            event_id: fields.needed("event_id")?,
            event_time: Timestamp::from_second(time).map_err(|_| missing("event_time"))?,
            workspace,
            enterprise: fields.optional("enterprise_id", LONGEST_NAME)?,
            app_id: fields.or_empty("api_app_id", LONGEST_NAME)?,
            authorization,
            author: Author::read(inner)?,
            event: Event::read(inner)?,
        })
    }

    /// Whether it is our own doing, which is not to be answered. Who joined or left a channel is
    /// told of the bot too, and counts.
    #[must_use]
    pub fn is_from(&self, bot_user: &str) -> bool {
        match &self.event {
            Event::MemberJoinedChannel(_) | Event::MemberLeftChannel(_) => false,
            Event::AppHomeOpened { .. }
            | Event::AppUninstalled
            | Event::TokensRevoked { .. }
            | Event::LinkShared(_)
            | Event::AppMention(_)
            | Event::DirectMessage(_)
            | Event::ChannelRenamed { .. }
            | Event::ChannelArchived { .. }
            | Event::ChannelUnarchived { .. }
            | Event::ChannelDeleted { .. }
            | Event::ChannelIdChanged { .. }
            | Event::UserChanged(_)
            | Event::Other(_) => self.author.is(bot_user, &self.app_id),
        }
    }
}

impl Authorization {
    fn read(entry: Fields<'_>) -> Result<Self, InvalidPayload> {
        Ok(Self {
            workspace: entry.optional_id("team_id")?,
            enterprise: entry.optional("enterprise_id", LONGEST_NAME)?,
            user: entry.or_empty("user_id", LONGEST_NAME)?,
            is_bot: entry.is_true("is_bot"),
        })
    }
}

impl Author {
    fn read(event: Fields<'_>) -> Result<Self, InvalidPayload> {
        let app = match event.optional("app_id", LONGEST_NAME)? {
            Some(app) => Some(app),
            None => event.optional("bot_profile.app_id", LONGEST_NAME)?,
        };
        Ok(Self {
            user: event.optional("user", LONGEST_NAME)?,
            bot: event.optional("bot_id", LONGEST_NAME)?,
            app,
        })
    }

    fn is(&self, bot_user: &str, app_id: &str) -> bool {
        let is_ours = self.app.as_deref().is_some_and(|app| app == app_id);
        self.user.as_deref() == Some(bot_user) || (is_ours && self.bot.is_some())
    }
}

fn number(fields: Fields<'_>, field: &str) -> Result<i64, InvalidPayload> {
    let number = fields.value(field).and_then(Value::as_i64);
    number.ok_or_else(|| missing(field))
}
