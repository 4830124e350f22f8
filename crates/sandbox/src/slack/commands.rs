//! Slash commands: what a person types becomes a signed request to the app, and its answer a
//! message.
//!
//! How the request looks is `request`'s business, what is shown `shown`'s. Answers that come later
//! go through `hooks`.

mod request;
mod shown;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::outgoing::Outgoing;
use super::triggers::Cause;
use super::workspace::{Person, RESPONSE_URL_POSTS, RESPONSE_URLS_KEPT, ResponseUrl};
use super::{SlackSandbox, typed};
use shown::{failed, no_such_command};

pub use request::{VERIFICATION_TOKEN, channel_name, mint_trigger_id, number, secret};
pub use shown::{is_in_channel, said_by_app};

/// How long a `response_url` works.
const RESPONSE_URL_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// A command that an app has registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlashCommand {
    /// With its slash: `/gitlab`.
    pub name: String,
    /// Where it is sent; none means `{app_url}/slack/commands`.
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub usage_hint: String,
    /// Whether `@ana` and `#general` arrive as `<@U0ANA|ana>` and `<#C0GENERAL|general>`.
    #[serde(default)]
    pub should_escape: bool,
}

impl SlashCommand {
    /// A command of the app at its usual address, with names as they are typed.
    #[must_use]
    pub fn new(name: &str, description: &str, usage_hint: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: None,
            description: description.to_owned(),
            usage_hint: usage_hint.to_owned(),
            should_escape: false,
        }
    }

    /// What the demo's app registers.
    #[must_use]
    pub fn demo() -> Vec<Self> {
        vec![
            Self::new(
                "/chatops",
                "Feature flags, deployments and releases",
                "run feature get <flag> | run help",
            ),
            Self::new("/gitlab", "GitLab in this channel", "help"),
        ]
    }
}

/// A line that begins with a slash, and where it was typed.
pub(super) struct Typed {
    /// The workspace's id.
    pub workspace: String,
    pub person: Person,
    /// The channel's id.
    pub channel: String,
    pub thread: Option<String>,
    pub line: String,
}

/// What came of a command, for the script that typed it.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Ran {
    ok: bool,
    /// The message that it put on the screen, if any.
    ts: Option<String>,
    /// What the app answered: a JSON object or a text; Slack's words when it was not heard.
    answer: Value,
    /// Slack's word for what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl SlackSandbox {
    /// Sends a typed command to its app and shows what comes back, within the options' limit.
    pub(super) async fn run_command(&self, typed: Typed) -> Ran {
        let name = typed.line.split_whitespace().next().unwrap_or_default();
        let Some((app, command)) = self.command(&typed.workspace, name) else {
            return self.refuse(&typed, &no_such_command(name), None);
        };
        if typed.thread.is_some() {
            let said = format!("{name} is not supported in threads. Sorry!");
            return self.refuse(&typed, &said, None);
        }
        let (fields, response_url) = self.fields(&app, &command, &typed);
        let outgoing = Outgoing::Command(command.name, fields);
        match self.deliver(&app, outgoing).await {
            Ok(heard) => self.show(&typed, &app, heard, &response_url),
            Err(failure) => {
                tracing::warn!(
                    error = &failure as &dyn std::error::Error,
                    command = name,
                    "the app did not answer a command"
                );
                self.refuse(&typed, &failed(name, failure.code()), Some(failure.code()))
            }
        }
    }

    /// The app in a workspace that has a command of this name and can be reached, and the
    /// command. Where several have it, the app that was installed last is meant, as in Slack.
    fn command(&self, workspace: &str, name: &str) -> Option<(String, SlashCommand)> {
        let state = self.lock();
        let mut apps = state.apps_in(state.workspaces.get(workspace)?).rev();
        apps.find_map(|app| {
            let command = app.command(name)?;
            let known = (app.id.clone(), command.clone());
            app.takes(command).then_some(known)
        })
    }

    /// The commands that can be typed in a workspace.
    pub(super) fn commands(&self, workspace: &str) -> Vec<SlashCommand> {
        let state = self.lock();
        let workspace = state.workspaces.get(workspace);
        let apps = workspace.map(|workspace| state.apps_in(workspace));
        let commands = apps.into_iter().flatten().flat_map(|app| {
            let commands = app.settings.commands.iter();
            commands.filter(|command| app.takes(command))
        });
        commands.cloned().collect()
    }

    fn fields(
        &self,
        app: &str,
        command: &SlashCommand,
        typed: &Typed,
    ) -> (Vec<(&'static str, String)>, String) {
        let options = self.options();
        let now = options.clock.now();
        let mut state = self.lock();
        state.unsaved = true;
        let workspace = state.workspaces.get_or_first(&typed.workspace);
        let response = ResponseUrl {
            id: number(&options.chance),
            secret: secret(&options.chance),
            app: app.to_owned(),
            channel: typed.channel.clone(),
            user: typed.person.id.clone(),
            expires: now.saturating_add(RESPONSE_URL_LIFE).unwrap_or(now),
            posts_left: RESPONSE_URL_POSTS,
            answers: Vec::new(),
        };
        let text = typed.line.get(command.name.len()..).unwrap_or_default();
        let cause = Cause {
            app: app.to_owned(),
            user: typed.person.id.clone(),
            channel: Some(typed.channel.clone()),
            view: None,
        };
        let trigger_id = workspace.screens.triggers.mint(cause, now, &options.chance);
        let form = request::Form {
            command: &command.name,
            text: &typed::command_text(workspace, text.trim(), command.should_escape),
            person: &typed.person,
            channel: workspace.channel(&typed.channel),
            response: &response,
            public_url: &options.public_url,
            trigger_id: &trigger_id,
        };
        let fields = form.fields(workspace);
        let id = response.id.clone();
        workspace.response_urls.push_back(response);
        while RESPONSE_URLS_KEPT < workspace.response_urls.len() {
            workspace.response_urls.pop_front();
        }
        (fields, id)
    }
}
