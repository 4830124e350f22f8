//! `POST /api/v1/commands`: the ChatOps grammar for a shell.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use commands::{Answer, Caller, ChatOps, Progress, Visibility};
use domain::Message;
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use store::Origin;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::access::Operator;
use crate::error::ApiError;

/// Lines of JSON: news while the command runs, and the answer at the end.
const LINES: &str = "application/x-ndjson";
/// The longest name that somebody may give themselves.
const LONGEST_NAME: usize = 100;

/// A line that was typed in a shell.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    text: String,
    /// Who types, as the audit is to call them; the token's name unless given. Of a token that
    /// somebody has made for themselves it is its owner, whatever is given.
    #[serde(default, rename = "as")]
    user: Option<String>,
}

/// Runs a command to its end, whatever becomes of the connection. The answer begins at once, so
/// that a command may take longer than a request otherwise could.
pub(super) async fn run(
    operator: Operator,
    State(chatops): State<ChatOps>,
    State(tasks): State<TaskTracker>,
    headers: HeaderMap,
    typed: Result<Json<Typed>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(typed) =
        typed.map_err(|error| ApiError::bad_request("bad_command", error.body_text()))?;
    let by = operator.author();
    let user = match (typed.user, &by.origin) {
        (Some(_), Origin::Page { .. }) => {
            let message = "as: only who has a token can say who they are";
            return Err(ApiError::bad_request("bad_command", message));
        }
        (Some(user), _) => {
            let user = checked(user)?;
            match operator.names_others() {
                true => user,
                false => by.name.clone(),
            }
        }
        (None, _) => by.name.clone(),
    };
    let approves = operator.approves();
    let caller = match by.origin {
        Origin::Page { .. } => Caller::Page { user, approves },
        Origin::Api { .. }
        | Origin::Shell { .. }
        | Origin::Slack { .. }
        | Origin::Schedule { .. }
        | Origin::Rollout { .. } => Caller::Shell { user, approves },
    };
    let (progress, news) = Progress::channel();
    let running = tasks.spawn(async move { chatops.run(&caller, &typed.text, &progress).await });
    let wants_lines = headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes() == LINES.as_bytes());
    let (kind, body) = if wants_lines {
        let stage = Stage::Running(running, news);
        (LINES, Body::from_stream(lines(stage)))
    } else {
        let answer = async { Ok::<_, Infallible>(chunk(&answer(running).await)) };
        let once = futures_util::stream::once(answer);
        ("application/json", Body::from_stream(once))
    };
    let kind = HeaderValue::from_static(kind);
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

pub(super) fn checked(user: String) -> Result<String, ApiError> {
    let is_sane = !user.trim().is_empty()
        && user.chars().count() <= LONGEST_NAME
        && !user.chars().any(char::is_control);
    if is_sane {
        return Ok(user);
    }
    let message = format!("as: a name has 1 to {LONGEST_NAME} characters, none of them a control");
    Err(ApiError::bad_request("bad_command", message))
}

enum Stage {
    Running(JoinHandle<Answer>, watch::Receiver<Option<Message>>),
    Over,
}

/// `{"progress": {…}}` for news, `{"answer": {…}}` at the end.
fn lines(stage: Stage) -> impl Stream<Item = Result<Bytes, Infallible>> {
    unfold(stage, |stage| async move {
        let Stage::Running(running, mut news) = stage else {
            return None;
        };
        // The command holds the other end, so an error says that it is over.
        let line = match news.changed().await {
            Ok(()) => {
                let message = news.borrow_and_update().clone();
                let told = json!({ "progress": message.map(shown) });
                return Some((Ok(line(&told)), Stage::Running(running, news)));
            }
            Err(_) => line(&json!({ "answer": answer(running).await })),
        };
        Some((Ok(line), Stage::Over))
    })
}

async fn answer(running: JoinHandle<Answer>) -> Value {
    match running.await {
        Ok(answer) => answer.to_json(),
        Err(error) => {
            tracing::error!(%error, "a command came to no answer");
            let text = "something went wrong here; the service's log has it";
            json!({ "ok": false, "visibility": Visibility::Ephemeral, "text": text, "messages": [] })
        }
    }
}

fn shown(message: Message) -> Value {
    let answer = Answer {
        visibility: Visibility::InChannel,
        messages: vec![message],
        ok: true,
    };
    json!({ "text": answer.to_text(), "messages": answer.messages })
}

fn line(value: &Value) -> Bytes {
    format!("{value}\n").into()
}

fn chunk(value: &Value) -> Bytes {
    value.to_string().into()
}
