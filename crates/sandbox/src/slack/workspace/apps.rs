//! The apps of a workspace: their bots, and the tokens that they hold.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::slack::apps::DEMO_APP;

/// An app that is installed, or was: its messages stay, and so does who wrote them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// `A…`
    pub id: String,
    pub name: String,
    /// `B…`
    pub bot_id: String,
    /// `U…`
    pub user_id: String,
    /// Not after it was uninstalled.
    #[serde(default = "yes")]
    pub is_installed: bool,
}

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// `xoxb-…`
    Bot,
    /// `xoxp-…`
    User,
}

/// What a token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    Active,
    /// `auth.revoke` or an uninstall took it.
    Revoked,
    /// Its person or workspace is gone.
    Inactive,
}

/// A token of an app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub secret: String,
    pub kind: TokenKind,
    /// The app that holds it.
    #[serde(default = "demo_app")]
    pub app: String,
    /// Whom it speaks as.
    pub person: String,
    pub scopes: Vec<String>,
    pub state: TokenState,
    /// When a rotated token ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// What a rotated token is renewed with, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
}

impl Token {
    /// Whether the token was granted `scope`.
    #[must_use]
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// The apps of a workspace; one alone in what was saved before there could be several.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<App>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Saved {
        Several(Vec<App>),
        One(App),
    }
    Ok(match Saved::deserialize(from)? {
        Saved::Several(apps) => apps,
        Saved::One(app) => vec![app],
    })
}

/// Whose things are that were saved before there could be several apps.
pub(super) fn demo_app() -> String {
    DEMO_APP.to_owned()
}

fn yes() -> bool {
    true
}
