//! What people do besides typing: pressing, choosing, submitting and closing modals, shortcuts,
//! the Home tab. Each tells the app by a payload of its own and shows what the app makes of it.
//!
//! `payload` writes Slack's JSON, the modules below do one kind of thing each: look under the
//! lock, send without it, show under it again.

mod answers;
mod closing;
mod home;
mod payload;
mod pressing;
mod sharing;
mod shortcuts;
mod submitting;
mod suggesting;
mod surface;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::commands::{number, secret};
use super::outgoing::{Failure, Heard, Outgoing};
use super::workspace::{RESPONSE_URL_POSTS, RESPONSE_URLS_KEPT, ResponseUrl, Workspace};
use super::{Change, Options, SlackSandbox, What};

pub use pressing::Press;
pub use sharing::Shared;
pub use shortcuts::Start;
pub use submitting::Submit;
pub use suggesting::Query;
pub use surface::Place;

/// How long a `response_url` works.
const RESPONSE_URL_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// What Slack's client says when an app did not take a form.
pub const TROUBLE: &str = "We had some trouble connecting. Try again?";

/// Who does something, and in which workspace.
#[derive(Clone, Debug)]
pub struct Doer {
    /// The workspace's id.
    pub workspace: String,
    /// `U…`
    pub person: String,
}

/// What came of it, for the script that did it.
#[derive(Debug, Default, Serialize)]
pub struct Done {
    pub ok: bool,
    /// The page that a link button opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the app answered; null when it answered nothing, or was not told.
    pub answer: Value,
    /// Slack's word for what went wrong: `dispatch_failed`, `operation_timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// What is wrong with a form, by `block_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<BTreeMap<String, String>>,
    /// What an app offers for an external select.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Value>,
}

impl Done {
    /// Nothing more to say.
    #[must_use]
    pub fn quietly() -> Self {
        Self {
            ok: true,
            ..Self::default()
        }
    }

    /// The app took it, or why it did not.
    fn of(heard: Result<Heard, Failure>) -> Self {
        match heard {
            Ok(heard) => Self {
                answer: heard.into_answer(),
                ..Self::quietly()
            },
            Err(failure) => Self {
                error: Some(failure.code()),
                ..Self::quietly()
            },
        }
    }
}

impl SlackSandbox {
    /// Sends an interaction and notes in the log when nobody took it.
    async fn tell(&self, app: &str, payload: Value) -> Result<Heard, Failure> {
        let kind = payload["type"].as_str().unwrap_or_default().to_owned();
        let heard = self.deliver(app, Outgoing::Interaction(payload)).await;
        heard.inspect_err(|failure| {
            tracing::warn!(
                error = failure as &dyn std::error::Error,
                kind,
                "the app did not answer an interaction"
            );
        })
    }

    /// Somebody's views changed.
    fn announce_view(&self, person: &str) {
        self.announce([Change {
            channel: person.to_owned(),
            ts: None,
            what: What::View,
        }]);
    }
}

/// Gives out an address where an app may answer later: `{way}` is `actions` or `app`. `answers`
/// are the messages that it may replace or delete.
fn grant(
    workspace: &mut Workspace,
    options: &Options,
    way: &str,
    (app, channel, user): (&str, &str, &str),
    answers: Vec<String>,
) -> String {
    let now = options.clock.now();
    let url = ResponseUrl {
        id: number(&options.chance),
        secret: secret(&options.chance),
        app: app.to_owned(),
        channel: channel.to_owned(),
        user: user.to_owned(),
        expires: now.saturating_add(RESPONSE_URL_LIFE).unwrap_or(now),
        posts_left: RESPONSE_URL_POSTS,
        answers,
    };
    let (base, team) = (&options.public_url, &workspace.id);
    let address = format!("{base}/{way}/{team}/{}/{}", url.id, url.secret);
    workspace.response_urls.push_back(url);
    while RESPONSE_URLS_KEPT < workspace.response_urls.len() {
        workspace.response_urls.pop_front();
    }
    address
}

/// `1596530385.194939`, the time of an action.
fn action_ts(now: Timestamp) -> String {
    let micros = now.as_microsecond();
    format!(
        "{:010}.{:06}",
        micros.div_euclid(1_000_000),
        micros.rem_euclid(1_000_000)
    )
}
