//! The app as Slack is told of it: what it may do, what it hears, where it is reached.
//!
//! A manifest (schema version 2) makes the app in Slack's settings and keeps it up to date.
//! Everything that the program needs of Slack is listed here once, so that installing, checking
//! and documenting agree.

mod contents;
mod differences;
mod scopes;
mod yaml;

use serde_json::{Value, json};
use url::{Url, form_urlencoded};

pub use differences::Difference;
pub use scopes::{SCOPES, ScopeUse};

/// What the app hears of: <https://docs.slack.dev/reference/events>.
pub const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_rename",
    "link_shared",
    "member_joined_channel",
    "message.im",
    "tokens_revoked",
];

/// How Slack reaches the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Slack calls the app's addresses.
    Http,
    /// The app calls Slack and keeps the line open: no address of its own is needed.
    SocketMode,
}

/// Where a shortcut is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutKind {
    /// In the menu beside the message field.
    Global,
    /// In the menu of a message.
    Message,
}

/// A shortcut of the app.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    pub name: &'static str,
    pub kind: ShortcutKind,
    pub callback_id: &'static str,
    pub description: &'static str,
}

/// The shortcuts of the app.
pub const SHORTCUTS: &[Shortcut] = &[
    Shortcut {
        name: "Declare an incident",
        kind: ShortcutKind::Global,
        callback_id: "incident_declare",
        description: "Declare an incident in a GitLab project",
    },
    Shortcut {
        name: "New issue",
        kind: ShortcutKind::Global,
        callback_id: "issue_new",
        description: "Create an issue in a GitLab project",
    },
    Shortcut {
        name: "Create GitLab issue",
        kind: ShortcutKind::Message,
        callback_id: "issue_from_message",
        description: "Create a GitLab issue that quotes this message",
    },
    Shortcut {
        name: "Comment on GitLab",
        kind: ShortcutKind::Message,
        callback_id: "comment_from_message",
        description: "Comment on an issue or merge request with this message",
    },
];

/// What differs from one host to the next.
#[derive(Clone, Debug)]
pub struct ManifestInput<'a> {
    /// What the app is called in Slack.
    pub name: &'a str,
    /// Where people and Slack reach this service.
    pub public_url: &'a Url,
    /// The GitLab whose links are shown with what is behind them.
    pub gitlab_host: Option<&'a str>,
    /// The command for daily work: `/gitlab`.
    pub command: &'a str,
    /// The command for feature flags and rollouts: `/chatops`.
    pub chatops_command: &'a str,
    pub transport: Transport,
    /// Whether tokens expire. It cannot be switched off again.
    pub token_rotation: bool,
    /// Whether installing uses PKCE. It cannot be switched off again.
    pub pkce: bool,
}

/// Why there is no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidManifest {
    #[error("the app's name has {length} characters, Slack takes 1 to {limit}")]
    Name { length: usize, limit: usize },
    #[error(
        "{command:?} is no slash command; one begins with `/` and has at most {limit} characters, \
         none of them a space or a capital letter"
    )]
    Command { command: String, limit: usize },
    #[error("both commands are called {command}; give one of them another name")]
    SameCommand { command: String },
    #[error("public_url is {url}; Slack takes addresses that begin with https:// only")]
    NotHttps { url: String },
}

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest(Value);

const LONGEST_NAME: usize = 35;
const LONGEST_COMMAND: usize = 32;

impl Manifest {
    /// The manifest of the app for one host.
    ///
    /// # Errors
    /// When Slack would not take it.
    pub fn new(input: &ManifestInput<'_>) -> Result<Self, InvalidManifest> {
        check(input)?;
        Ok(Self(json!({
            "_metadata": { "major_version": 2 },
            "display_information": {
                "name": input.name,
                "description": "GitLab in Slack: news, commands, flags and rollouts",
                "long_description": LONG_DESCRIPTION,
                "background_color": "#171321",
            },
            "features": contents::features(input),
            "oauth_config": contents::oauth_config(input),
            "settings": contents::settings(input),
        })))
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// As JSON that a person can read.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.0)
    }

    /// As YAML that a person can read.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        yaml::document(&self.0)
    }

    /// Slack's page that makes a new app, filled in.
    #[must_use]
    pub fn create_url(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("new_app", "1")
            .append_pair("manifest_json", &self.0.to_string())
            .finish();
        format!("{CREATE_PAGE}?{query}")
    }

    /// How an app that exists differs from this: `installed` is what `apps.manifest.export`
    /// gives, or the manifest in it.
    #[must_use]
    pub fn differences(&self, installed: &Value) -> Vec<Difference> {
        differences::between(&self.0, installed.get("manifest").unwrap_or(installed))
    }
}

/// The bot's scopes that are asked for when the app is installed.
#[must_use]
pub fn scopes_to_ask() -> Vec<&'static str> {
    SCOPES.iter().map(|used| used.scope).collect()
}

const CREATE_PAGE: &str = "https://api.slack.com/apps";

const LONG_DESCRIPTION: &str = "Signalbox brings GitLab to Slack: pushes, merge requests, \
     pipelines, issues and incidents in the channels and threads that want them; a slash command \
     for daily work, a home page with what waits for you, forms for issues and incidents, and \
     previews of links. Feature flags are changed and rolled out from Slack under guard.";

fn check(input: &ManifestInput<'_>) -> Result<(), InvalidManifest> {
    let length = input.name.chars().count();
    if length == 0 || LONGEST_NAME < length {
        return Err(InvalidManifest::Name {
            length,
            limit: LONGEST_NAME,
        });
    }
    let commands = [input.command, input.chatops_command];
    if let Some(command) = commands.into_iter().find(|command| !is_command(command)) {
        return Err(InvalidManifest::Command {
            command: command.to_owned(),
            limit: LONGEST_COMMAND,
        });
    }
    if input.command == input.chatops_command {
        return Err(InvalidManifest::SameCommand {
            command: input.command.to_owned(),
        });
    }
    if input.transport == Transport::Http && input.public_url.scheme() != "https" {
        return Err(InvalidManifest::NotHttps {
            url: input.public_url.to_string(),
        });
    }
    Ok(())
}

fn is_command(text: &str) -> bool {
    let allowed = |c: char| !c.is_whitespace() && !c.is_uppercase() && c != '/' && !c.is_control();
    text.strip_prefix('/')
        .is_some_and(|name| !name.is_empty() && name.chars().all(allowed))
        && text.chars().count() <= LONGEST_COMMAND
}

#[cfg(test)]
mod tests;
