//! One call on its way through a method: who asks, with what, and which channel they may see.

use clock::Chance;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::received::Received;
use crate::slack::args::Args;
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{App, Channel, ChannelKind, Token, TokenKind, Workspace};
use crate::slack::{Change, Options, State, What};

/// The fields of an answer; `ok` is added.
pub type Answer = Map<String, Value>;

/// What a method does.
pub type Run = fn(&mut Call<'_>) -> Result<Answer, Refusal>;

/// A call that passed the general checks.
pub struct Call<'a> {
    pub(crate) state: &'a mut State,
    /// The id of the workspace whose token it is; the first one's without a token.
    pub(super) team: String,
    pub args: &'a Args,
    pub caller: Option<Token>,
    /// The app whose app-level token it is.
    pub holder: Option<String>,
    pub now: Timestamp,
    pub options: &'a Options,
    /// What to tell subscribers afterwards.
    pub changes: Vec<Change>,
    /// What apps are told of afterwards.
    pub events: Vec<Value>,
    /// Whom a posted message would notify.
    pub pings: Vec<String>,
}

impl<'a> Call<'a> {
    pub(super) fn new(state: &'a mut State, options: &'a Options, received: &'a Received) -> Self {
        let token = received.token.as_deref();
        let known = token.and_then(|secret| state.workspaces.token(secret));
        let workspace = known.map_or(state.workspaces.first(), |(workspace, _)| workspace);
        Self {
            team: workspace.id.clone(),
            state,
            args: &received.args,
            caller: None,
            holder: None,
            now: options.clock.now(),
            options,
            changes: Vec::new(),
            events: Vec::new(),
            pings: Vec::new(),
        }
    }

    /// The workspace that the token works in.
    pub fn workspace(&self) -> &Workspace {
        let workspaces = &self.state.workspaces;
        workspaces.get(&self.team).unwrap_or(workspaces.first())
    }

    /// The same, to change it.
    pub fn workspace_mut(&mut self) -> &mut Workspace {
        self.state.workspaces.get_or_first(&self.team)
    }

    /// The app that holds the token.
    ///
    /// # Errors
    /// As [`Call::caller`]; `invalid_auth` when it is not installed.
    pub fn app(&self) -> Result<&App, Refusal> {
        let app = &self.caller()?.app;
        let app = self.workspace().installed(app);
        app.ok_or_else(|| Refusal::of("invalid_auth"))
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// `not_authed`, in a method that works without one.
    pub fn caller(&self) -> Result<&Token, Refusal> {
        self.caller
            .as_ref()
            .ok_or_else(|| Refusal::of("not_authed"))
    }

    /// The id of the person that the token speaks as.
    ///
    /// # Errors
    /// As [`Call::caller`].
    pub fn me(&self) -> Result<String, Refusal> {
        self.caller().map(|token| token.person.clone())
    }

    /// Source of ids.
    pub fn chance(&self) -> &Chance {
        &self.options.chance
    }

    /// Refuses the call when the token lacks a scope that it turned out to need.
    ///
    /// # Errors
    /// `missing_scope`.
    pub fn needs_scope(&self, scope: &str) -> Result<(), Refusal> {
        let token = self.caller()?;
        if token.has(scope) {
            return Ok(());
        }
        Err(Refusal::missing_scope(&[scope], &token.scopes))
    }

    /// Whether the caller is in the channel.
    pub fn is_member(&self, channel: &Channel) -> bool {
        self.caller
            .as_ref()
            .is_some_and(|token| channel.members.contains(&token.person))
    }

    /// Whether the caller may know of the channel: members of closed ones, and a user token of
    /// an administrator all (a liberty of the sandbox, so that tests can read everything).
    pub fn sees(&self, channel: &Channel) -> bool {
        !channel.is_closed() || self.is_member(channel) || self.reads_all()
    }

    /// Whether the caller is an administrator with a user token.
    pub fn reads_all(&self) -> bool {
        self.caller.as_ref().is_some_and(|token| {
            let person = self.workspace().people.get(&token.person);
            token.kind == TokenKind::User && person.is_some_and(|person| person.is_admin)
        })
    }

    /// The channel that `channel` names by id, if the caller may know of it.
    ///
    /// # Errors
    /// `channel_not_found`.
    pub fn channel(&self) -> Result<&Channel, Refusal> {
        self.args
            .text("channel")
            .and_then(|id| self.workspace().channel(&id))
            .filter(|channel| self.sees(channel))
            .ok_or_else(|| Refusal::of("channel_not_found"))
    }

    /// The same channel, to change it.
    ///
    /// # Errors
    /// `channel_not_found`.
    pub fn channel_mut(&mut self, id: &str) -> Result<&mut Channel, Refusal> {
        self.workspace_mut()
            .channels
            .get_mut(id)
            .ok_or_else(|| Refusal::of("channel_not_found"))
    }

    /// Notes a change for subscribers.
    pub fn changed(&mut self, channel: &str, ts: Option<&str>, what: What) {
        let ts = ts.map(str::to_owned);
        self.changes.push(Change {
            channel: channel.to_owned(),
            ts,
            what,
        });
    }
}

/// The scope that a method family needs for this kind of channel: `channels:read`, `im:history`.
pub fn scope_for(kind: ChannelKind, verb: &str) -> String {
    let family = match kind {
        ChannelKind::Public => "channels",
        ChannelKind::Private => "groups",
        ChannelKind::Direct => "im",
        ChannelKind::Group => "mpim",
    };
    format!("{family}:{verb}")
}

/// A new id such as `C08PK3Q7Z2M`.
pub fn mint_id(prefix: char, chance: &Chance) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = chance.next_u64();
    let digits = (0..10).map(|place| {
        let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
        char::from(DIGITS[digit])
    });
    [prefix, '0'].into_iter().chain(digits).collect()
}

/// Builds an [`Answer`] from a JSON object.
pub fn answer(value: Value) -> Answer {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Answer::new()
        }
    }
}
