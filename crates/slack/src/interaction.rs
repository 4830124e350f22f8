//! What Slack sends when somebody clicks, chooses, sends a modal or uses a shortcut.
//!
//! That it comes from Slack is `signature`'s to say, or the socket's, before anything here is
//! asked; the old field `token` proves nothing and is not read. What it means is the caller's.

mod entered;
mod opened;
mod read;

use domain::{ChannelName, WorkspaceId};
use serde_json::Value;

pub use entered::{Chosen, Entered, State};
pub use opened::OpenedView;

use crate::command::typed::typed;
use crate::hook_url::HookHost;
pub use crate::payload::InvalidPayload;
use crate::payload::{Fields, LONGEST_JSON, parse_json};
use crate::response_url::ResponseUrl;
use crate::ts::Ts;
use crate::user_id::UserId;

/// Something that somebody did in Slack, other than writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// Pressed a button or chose from a menu, in a message, a modal or the Home tab.
    BlockActions(BlockActions),
    /// Sent a modal.
    ViewSubmission(ViewSubmission),
    /// Closed a modal without sending it.
    ViewClosed(ViewClosed),
    /// Used a shortcut of the app from anywhere.
    Shortcut(Shortcut),
    /// Used a shortcut of the app on a message.
    MessageShortcut(MessageShortcut),
    /// Types into a menu that asks for choices.
    Suggestion(Suggestion),
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub workspace: WorkspaceId,
    /// The organization that the workspace belongs to, if any: `E012AB3CD`.
    pub enterprise: Option<String>,
    pub user: UserId,
    /// The handle. Empty when Slack does not tell.
    pub user_name: String,
    /// Opens a modal within three seconds.
    pub trigger_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockActions {
    pub who: Who,
    /// One, as far as anybody has seen; never none.
    pub actions: Vec<Action>,
    pub place: Place,
    /// What stands in the other fields of the same message or view.
    pub state: State,
    /// For messages only.
    pub response_url: Option<ResponseUrl>,
}

/// What was pressed or chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub action_id: String,
    pub block_id: String,
    pub entered: Entered,
}

/// Where it was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Message(MessagePlace),
    View(Box<OpenedView>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePlace {
    pub channel: ChannelName,
    /// Without `#`; empty where Slack does not say it.
    pub channel_name: String,
    pub ts: Ts,
    /// The first message of the thread that the message is in.
    pub thread: Option<Ts>,
    /// Seen by one person only: it cannot be updated by `ts`, only through the response URL.
    pub is_ephemeral: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewSubmission {
    pub who: Who,
    pub view: OpenedView,
    pub response_urls: Vec<ChosenUrl>,
}

/// Answers in the conversation that was chosen in a field of a modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenUrl {
    pub block_id: String,
    pub action_id: String,
    pub channel: ChannelName,
    pub url: ResponseUrl,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewClosed {
    pub who: Who,
    pub view: OpenedView,
    /// Every modal of the app was closed at once.
    pub is_cleared: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    pub who: Who,
    pub callback_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageShortcut {
    pub who: Who,
    pub callback_id: String,
    pub channel: ChannelName,
    /// Without `#`; shown, never trusted.
    pub channel_name: String,
    pub message: ChosenMessage,
    pub response_url: Option<ResponseUrl>,
}

/// The message that a shortcut was used on. Its permalink is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenMessage {
    pub ts: Ts,
    pub thread: Option<Ts>,
    /// Who wrote it; some bots have none.
    pub user: Option<String>,
    /// As Slack sends it: [`Self::typed`] is what was typed.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub who: Who,
    pub action_id: String,
    pub block_id: String,
    /// What was typed so far.
    pub query: String,
    pub place: Place,
}

/// The longest body in bytes: the longest payload, percent-encoded.
pub const LONGEST_BODY: usize = 3 * LONGEST_JSON;

impl Interaction {
    /// Reads the form of a request whose signature was verified; `host` is where answers may go.
    ///
    /// # Errors
    /// See [`InvalidPayload`]; all of them mean 400.
    pub fn parse_form(body: &[u8], host: &HookHost) -> Result<Self, InvalidPayload> {
        if LONGEST_BODY < body.len() {
            return Err(InvalidPayload::TooLong {
                limit: LONGEST_BODY,
            });
        }
        let mut payloads = url::form_urlencoded::parse(body)
            .filter(|(name, _)| name == "payload")
            .map(|(_, payload)| payload);
        match (payloads.next(), payloads.next()) {
            (Some(payload), None) => Self::parse(&parse_json(payload.as_bytes())?, host),
            (None | Some(_), _) => Err(InvalidPayload::NoPayload),
        }
    }

    /// Reads the payload itself, as it comes through a socket.
    ///
    /// # Errors
    /// See [`InvalidPayload`].
    pub fn parse(payload: &Value, host: &HookHost) -> Result<Self, InvalidPayload> {
        read::interaction(Fields(payload), host)
    }

    #[must_use]
    pub fn who(&self) -> &Who {
        match self {
            Self::BlockActions(actions) => &actions.who,
            Self::ViewSubmission(submission) => &submission.who,
            Self::ViewClosed(closed) => &closed.who,
            Self::Shortcut(shortcut) => &shortcut.who,
            Self::MessageShortcut(shortcut) => &shortcut.who,
            Self::Suggestion(suggestion) => &suggestion.who,
        }
    }
}

impl Place {
    /// The view, if it is one.
    #[must_use]
    pub fn view(&self) -> Option<&OpenedView> {
        match self {
            Self::View(view) => Some(view),
            Self::Message(_) => None,
        }
    }

    /// The message, if it is one.
    #[must_use]
    pub fn message(&self) -> Option<&MessagePlace> {
        match self {
            Self::Message(message) => Some(message),
            Self::View(_) => None,
        }
    }
}

impl ChosenMessage {
    /// The text as the person typed it, without Slack's brackets and escapes.
    #[must_use]
    pub fn typed(&self) -> String {
        typed(&self.text)
    }
}
