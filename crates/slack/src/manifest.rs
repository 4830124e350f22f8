//! The app as Slack is told of it: what it may do, what it hears, where it is reached.
//!
//! A manifest (schema version 2) makes the app in Slack's settings and keeps it up to date.
//! Everything that the program needs of Slack is listed here once, so that installing, checking
//! and documenting agree.

mod differences;
mod scopes;
mod yaml;

use serde_json::{Map, Value, json};
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
            "features": features(input),
            "oauth_config": oauth_config(input),
            "settings": settings(input),
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

fn features(input: &ManifestInput<'_>) -> Value {
    let mut features = json!({
        "app_home": {
            "home_tab_enabled": true,
            "messages_tab_enabled": true,
            "messages_tab_read_only_enabled": false,
        },
        "bot_user": { "display_name": input.name, "always_online": true },
        "shortcuts": SHORTCUTS.iter().map(shortcut).collect::<Vec<_>>(),
        "slash_commands": [
            command(
                input,
                input.command,
                "Work with GitLab: issues, merge requests, pipelines, subscriptions",
                "help, or a project's path or alias and a command",
            ),
            command(
                input,
                input.chatops_command,
                "Feature flags and rollouts",
                "run help",
            ),
        ],
    });
    if let Some(host) = input.gitlab_host.filter(|host| can_unfurl(host)) {
        features["unfurl_domains"] = json!([host]);
    }
    features
}

/// Slack takes names of hosts: no ports, no addresses such as `[::1]`.
fn can_unfurl(host: &str) -> bool {
    let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let ends = |c: char| matches!(c, '-' | '.');
    host.contains('.') && host.chars().all(part) && !host.starts_with(ends) && !host.ends_with(ends)
}

fn shortcut(shortcut: &Shortcut) -> Value {
    json!({
        "name": shortcut.name,
        "type": match shortcut.kind {
            ShortcutKind::Global => "global",
            ShortcutKind::Message => "message",
        },
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
    })
}

fn command(input: &ManifestInput<'_>, name: &str, description: &str, hint: &str) -> Value {
    let mut command = json!({
        "command": name,
        "description": description,
        "usage_hint": hint,
        "should_escape": false,
    });
    set_url(&mut command, "url", input, "/slack/commands");
    command
}

fn oauth_config(input: &ManifestInput<'_>) -> Value {
    let optional = SCOPES.iter().filter(|used| !used.is_core);
    let mut config = json!({
        "scopes": {
            "bot": scopes_to_ask(),
            "bot_optional": optional.map(|used| used.scope).collect::<Vec<_>>(),
        },
    });
    // A redirect URL is opened by the person's browser, whatever the transport.
    if input.public_url.scheme() == "https" {
        config["redirect_urls"] = json!([address(input, "/slack/oauth/callback")]);
    }
    if input.pkce {
        config["pkce_enabled"] = true.into();
    }
    config
}

fn settings(input: &ManifestInput<'_>) -> Value {
    let mut events = json!({ "bot_events": EVENTS });
    set_url(&mut events, "request_url", input, "/slack/events");
    let mut interactivity = json!({ "is_enabled": true });
    set_url(
        &mut interactivity,
        "request_url",
        input,
        "/slack/interactions",
    );
    let options = "message_menu_options_url";
    set_url(&mut interactivity, options, input, "/slack/options");
    json!({
        "event_subscriptions": events,
        "interactivity": interactivity,
        "org_deploy_enabled": false,
        "socket_mode_enabled": input.transport == Transport::SocketMode,
        "token_rotation_enabled": input.token_rotation,
    })
}

/// Adds an address of ours where Slack calls us.
fn set_url(fields: &mut Value, key: &str, input: &ManifestInput<'_>, path: &str) {
    let fields: Option<&mut Map<String, Value>> = fields.as_object_mut();
    match (input.transport, fields) {
        (Transport::Http, Some(fields)) => {
            fields.insert(key.to_owned(), address(input, path).into());
        }
        (Transport::SocketMode, _) | (_, None) => (),
    }
}

fn address(input: &ManifestInput<'_>, path: &str) -> String {
    format!("{}{path}", input.public_url.as_str().trim_end_matches('/'))
}

#[cfg(test)]
mod tests;
