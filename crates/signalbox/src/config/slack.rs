//! The settings of Slack: the app, how it is reached, and the pace of messages.

use domain::WorkspaceId;
use secrecy::SecretString;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    pub base_url: String,
    pub workspace: Option<WorkspaceId>,
    pub token: Option<SecretString>,
    pub signing_secret: Option<SecretString>,
    pub next_signing_secret: Option<SecretString>,
    /// The app's own credentials, with which workspaces install it.
    pub client_id: Option<String>,
    pub client_secret: Option<SecretString>,
    pub app_id: Option<String>,
    /// Opens the socket.
    pub app_token: Option<SecretString>,
    pub transport: Transport,
    /// Whether the app's tokens expire and are refreshed.
    pub token_rotation: bool,
    /// Whether the app has PKCE switched on.
    pub pkce: bool,
    pub command: String,
    pub chatops_command: String,
    pub burst: u32,
    pub messages_per_second: f64,
    pub digest_from: u64,
    pub concurrent_channels: usize,
    pub create_channels: bool,
}

/// How Slack's requests come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Slack calls the service, and signs.
    Http,
    /// The service opens a socket; Slack needs no way in.
    Socket,
}

impl Slack {
    /// Whether the configuration itself names a workspace and its token.
    pub(super) fn can_post(&self) -> bool {
        self.token.is_some() && self.workspace.is_some()
    }

    /// What is wrong: `(setting, problem)`.
    pub(super) fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let mut problems = self.problems_of_the_app();
        let mut problem = |setting, text| problems.push((setting, text));
        if !(0.0..=1000.0).contains(&self.messages_per_second) {
            problem("slack.messages_per_second", "must lie between 0 and 1000");
        }
        if self.burst == 0 {
            problem("slack.burst", "must be at least 1");
        }
        if !(1..=1024).contains(&self.concurrent_channels) {
            problem("slack.concurrent_channels", "must lie between 1 and 1024");
        }
        if self.digest_from < 2 {
            problem(
                "slack.digest_from",
                "must be at least 2: a digest of one message says less than the message",
            );
        }
        problems
    }

    fn problems_of_the_app(&self) -> Vec<(&'static str, &'static str)> {
        let mut problems = Vec::new();
        let mut problem = |setting, text| problems.push((setting, text));
        match (&self.token, &self.workspace) {
            (Some(_), None) => problem(
                "slack.workspace",
                "set it to the id of the token's workspace, such as T012AB3CD",
            ),
            (None, Some(_)) => problem(
                "slack.token",
                "set it to the bot token of the workspace, or SIGNALBOX_SLACK_TOKEN in the environment",
            ),
            (Some(_), Some(_)) | (None, None) => (),
        }
        match (&self.client_id, &self.client_secret) {
            (Some(_), None) => problem(
                "slack.client_secret",
                "set it: the app's Basic Information in Slack shows it beside the client ID",
            ),
            (None, Some(_)) => problem(
                "slack.client_id",
                "set it: the app's Basic Information in Slack shows it beside the client secret",
            ),
            (Some(_), Some(_)) | (None, None) => (),
        }
        if self.transport == Transport::Socket && self.app_token.is_none() {
            problem(
                "slack.app_token",
                "set it to an app-level token (xapp-…) with the scope connections:write, which the socket needs",
            );
        }
        for (setting, name) in [
            ("slack.command", &self.command),
            ("slack.chatops_command", &self.chatops_command),
        ] {
            if !is_command(name) {
                problem(
                    setting,
                    "must begin with a slash and have 2 to 32 characters, lower case and without spaces",
                );
            }
        }
        if self.command == self.chatops_command {
            problem(
                "slack.chatops_command",
                "must differ from slack.command: Slack sends both here",
            );
        }
        problems
    }
}

/// Whether Slack takes this as the name of a command.
fn is_command(name: &str) -> bool {
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && !c.is_uppercase();
    let rest = name.strip_prefix('/').unwrap_or_default();
    (1..=31).contains(&rest.chars().count()) && rest.chars().all(allowed)
}
