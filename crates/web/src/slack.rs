//! `POST /slack/commands`: what people type in Slack.
//!
//! That a request is Slack's is shown by its signature; what a command does and who may is
//! `commands`'. Here it is answered in time: at once when it is quick, else first with the news
//! and later through the command's own address.

mod conversation;
mod repeats;
mod request;
mod turns;

use std::collections::HashMap;
use std::sync::Arc;

use ::slack::command::{LONGEST_BODY, SlashCommand};
use ::slack::{Client, HookHost, Response as Reply, block_kit};
use axum::extract::{DefaultBodyLimit, FromRef, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use clock::{Chance, Clock};
use commands::{Caller, ChatOps, SlackCaller};
use domain::message::Tone;
use domain::{Message, Mrkdwn, WorkspaceId, say};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio_util::task::TaskTracker;

use crate::error::ApiError;
use conversation::Conversation;
use repeats::Repeats;
pub use request::SlackRequest;
use turns::Turns;

/// Waits as long as somebody who typed a command is left without any word.
pub type Patience = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// What commands from Slack need.
#[derive(Clone)]
pub struct SlackApp {
    /// What requests are signed with; two while one replaces the other, none where no command is
    /// taken.
    pub signing_secrets: Arc<[SecretString]>,
    /// Where answers may be sent to.
    pub host: HookHost,
    pub http: reqwest::Client,
    /// The client of each workspace, for answers that came too late for the command's address.
    pub workspaces: Arc<HashMap<WorkspaceId, Client>>,
    pub names: CommandNames,
    pub patience: Patience,
    /// Holds a stop up until what was begun is done.
    pub tasks: TaskTracker,
    pub chatops: ChatOps,
    pub clock: Clock,
    pub chance: Chance,
}

impl SlackApp {
    /// Whether a workspace is one of ours. All that have the app sign with the same secret, and
    /// somebody there can be called like one of our people.
    fn is_in(&self, workspace: &WorkspaceId) -> bool {
        self.workspaces.is_empty() || self.workspaces.contains_key(workspace)
    }
}

/// What the app's commands are called in Slack, with their slashes. Two apps of a workspace can
/// have a command of the same name; the one that was installed last gets it.
#[derive(Clone, Debug)]
pub struct CommandNames {
    pub chatops: String,
    pub gitlab: String,
}

impl Default for CommandNames {
    fn default() -> Self {
        Self {
            chatops: "/chatops".to_owned(),
            gitlab: "/gitlab".to_owned(),
        }
    }
}

#[derive(Clone)]
struct Receiver {
    app: SlackApp,
    repeats: Repeats,
    turns: Turns,
}

impl FromRef<Receiver> for SlackApp {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.app.clone()
    }
}

impl FromRef<Receiver> for Repeats {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.repeats.clone()
    }
}

impl FromRef<Receiver> for Turns {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.turns.clone()
    }
}

pub(crate) fn router(app: SlackApp) -> Router {
    Router::new()
        .route("/slack/commands", post(receive_command))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(Receiver {
            app,
            repeats: Repeats::default(),
            turns: Turns::default(),
        })
}

async fn receive_command(
    State(app): State<SlackApp>,
    State(repeats): State<Repeats>,
    State(turns): State<Turns>,
    request: SlackRequest,
) -> Result<Response, ApiError> {
    let command = SlashCommand::parse(&request.body, &app.host)
        .map_err(|error| ApiError::bad_request("bad_command", error.to_string()))?;
    if repeats.is_one(&command, app.clock.now()) {
        return Ok(StatusCode::OK.into_response());
    }
    if !app.is_in(&command.workspace) {
        return Ok(as_body(Reply::ephemeral(&block_kit::render(
            &say_that_it_is_elsewhere(),
        ))));
    }
    if command.command == app.names.chatops {
        let Some(turn) = turns.take(&command) else {
            return Ok(as_body(Reply::ephemeral(
                &block_kit::render(&say_to_wait()),
            )));
        };
        let first = Conversation::begin(&app, command, turn).await;
        return Ok(match first {
            Some(first) => first.as_body(),
            None => as_body(Reply::ephemeral(&block_kit::render(&say_that_it_broke()))),
        });
    }
    let told = if command.command == app.names.gitlab {
        say_what_there_is(&app.names)
    } else {
        say_that_it_is_unknown(&command.command, &app.names)
    };
    Ok(as_body(Reply::ephemeral(&block_kit::render(&told))))
}

/// The body of the response to a command. Slack takes no parameter after the media type.
fn as_body(reply: Reply<'_>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Json(reply)).into_response()
}

fn say_what_there_is(names: &CommandNames) -> Message {
    let help = domain::mrkdwn::code(&format!("{} run help", names.chatops));
    let text = Mrkdwn::fixed("Feature flags, deployments and releases: ").and(&help);
    Message::new(text.clone(), text)
}

/// What is said when a command ended without an answer: a bug of ours.
fn say_that_it_broke() -> Message {
    let text = Mrkdwn::fixed("Something went wrong here; the service's log has it.");
    Message::new(text.clone(), text).tone(Tone::Danger)
}

fn say_to_wait() -> Message {
    let text = say!(
        "{} of your commands are still being run; nothing was done with this one. Wait for an answer and type it again.",
        turns::MOST
    );
    Message::new(text.clone(), text).tone(Tone::Warning)
}

fn say_that_it_is_elsewhere() -> Message {
    let text = Mrkdwn::fixed("This Signalbox is not set up for this workspace; nothing was done.");
    Message::new(text.clone(), text).tone(Tone::Danger)
}

fn say_that_it_is_unknown(command: &str, names: &CommandNames) -> Message {
    let typed = domain::mrkdwn::code(command);
    let known = domain::mrkdwn::code(&names.chatops);
    let text = typed
        .then(" is not a command of this app; there is ")
        .and(&known);
    Message::new(text.clone(), text)
}

/// Who typed a command, and where.
fn caller(command: &SlashCommand) -> Caller {
    Caller::Slack(SlackCaller {
        workspace: command.workspace.clone(),
        user: command.user_id.as_str().to_owned(),
        user_name: command.user_name.clone(),
        channel: command.channel_id.clone(),
        channel_name: command.channel_name.clone(),
        person: None,
    })
}
