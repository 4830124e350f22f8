//! Addresses that Slack gives out, which are secrets: incoming webhooks, and the `response_url` of
//! a command.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How often a `response_url` may be posted to.
pub const RESPONSE_URL_POSTS: u32 = 5;
/// How many `response_url`s are kept; the oldest leave first.
pub const RESPONSE_URLS_KEPT: usize = 1000;

/// An incoming webhook: whoever knows its address posts by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// `B…`
    pub id: String,
    pub secret: String,
    /// The id of the channel that it posts to.
    pub channel: String,
    /// Who made it: of the closed channels it reaches only those of this person.
    pub creator: String,
    /// A custom integration of the old kind, which may name another channel, its own name and
    /// picture. An app's webhook speaks as the app, where it was put.
    pub legacy: bool,
    /// Whose it is otherwise.
    #[serde(default = "super::apps::demo_app")]
    pub app: String,
}

impl Webhook {
    /// The demo's: `/services/T0DEMO/B0LEGACY/demo-webhook-secret`.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            id: "B0LEGACY".to_owned(),
            secret: "demo-webhook-secret".to_owned(),
            channel: "C0GENERAL".to_owned(),
            creator: "U0ANA".to_owned(),
            legacy: true,
            app: super::apps::demo_app(),
        }
    }
}

/// What a workspace saved before there were webhooks gets.
pub(super) fn demo_webhooks() -> Vec<Webhook> {
    vec![Webhook::demo()]
}

/// Where the app may answer one command later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseUrl {
    pub id: String,
    pub secret: String,
    #[serde(default = "super::apps::demo_app")]
    pub app: String,
    /// Where the command was typed.
    pub channel: String,
    /// Who typed it.
    pub user: String,
    pub expires: Timestamp,
    pub posts_left: u32,
    /// The `ts` of what the app answered so far, oldest first.
    pub answers: Vec<String>,
}
