//! One WebSocket of an app.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use super::hub::{Admitted, Frame, Reason};
use crate::slack::SlackSandbox;

/// How often Slack's side pings; the official clients miss it after 30 seconds.
const PING_EVERY: Duration = Duration::from_secs(10);
/// The largest frame that an app may send.
const FRAME_LIMIT: usize = 1024 * 1024;

#[derive(Deserialize)]
pub struct Address {
    ticket: String,
}

/// An acknowledgement.
#[derive(Deserialize)]
struct Acknowledgement {
    envelope_id: String,
    payload: Option<Value>,
}

/// `GET /link/?ticket&app_id`
pub async fn connect(
    State(sandbox): State<SlackSandbox>,
    Query(address): Query<Address>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let app = sandbox.lock().sockets.take_ticket(&address.ticket);
    let Some(app) = app else {
        return (StatusCode::FORBIDDEN, "invalid ticket").into_response();
    };
    upgrade
        .max_message_size(FRAME_LIMIT)
        .on_upgrade(move |socket| serve(sandbox, app, socket))
}

async fn serve(sandbox: SlackSandbox, app: String, mut socket: WebSocket) {
    let admitted = {
        let mut state = sandbox.lock();
        let known = state.apps.get(&app);
        let is_on = known.is_some_and(|app| app.settings.socket_mode);
        if is_on {
            state.sockets.admit(&app)
        } else {
            Err(Reason::Disabled)
        }
    };
    match admitted {
        Ok(admitted) => {
            let id = admitted.id;
            run(&sandbox, &app, &mut socket, admitted).await;
            sandbox.lock().sockets.remove(id);
        }
        Err(reason) => {
            // Whether it hears that is its own affair: it is closed either way.
            let _ = socket.send(disconnect(&sandbox, reason)).await;
            let _ = socket.send(close()).await;
        }
    }
}

async fn run(sandbox: &SlackSandbox, app: &str, socket: &mut WebSocket, mut admitted: Admitted) {
    let hello = json!({ "type": "hello", "num_connections": admitted.count,
        "debug_info": debug_info(sandbox), "connection_info": { "app_id": app } });
    if socket.send(text(&hello)).await.is_err() {
        return;
    }
    let closed = sandbox.closed();
    tokio::pin!(closed);
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let sent = tokio::select! {
            () = &mut closed => {
                let _ = socket.send(close()).await;
                return;
            }
            _ = pings.tick() => socket.send(Message::Ping(Bytes::from_static(b"sandbox"))).await,
            frame = admitted.frames.recv() => match frame {
                Some(Frame::Text(envelope)) => socket.send(Message::Text(envelope.into())).await,
                Some(Frame::Disconnect(reason)) => {
                    let sent = socket.send(disconnect(sandbox, reason)).await;
                    if reason.hangs_up() {
                        let _ = socket.send(close()).await;
                        return;
                    }
                    sent
                }
                None => return,
            },
            received = socket.recv() => match received {
                Some(Ok(message)) if hear(sandbox, &message) => Ok(()),
                Some(_) | None => return,
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Takes what the app says; `false` when it hangs up.
fn hear(sandbox: &SlackSandbox, message: &Message) -> bool {
    match message {
        Message::Text(text) => {
            match serde_json::from_str::<Acknowledgement>(text) {
                Ok(said) => {
                    let mut state = sandbox.lock();
                    state.sockets.acknowledge(&said.envelope_id, said.payload);
                }
                Err(error) => tracing::warn!(%error, "an app said no acknowledgement"),
            }
            true
        }
        Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => true,
        Message::Close(_) => false,
    }
}

fn disconnect(sandbox: &SlackSandbox, reason: Reason) -> Message {
    text(&json!({ "type": "disconnect", "reason": reason.word(),
        "debug_info": debug_info(sandbox) }))
}

fn debug_info(sandbox: &SlackSandbox) -> Value {
    let url = &sandbox.options().public_url;
    let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host);
    json!({ "host": host, "build_number": 1, "approximate_connection_time": 18_060 })
}

fn text(value: &Value) -> Message {
    Message::Text(value.to_string().into())
}

fn close() -> Message {
    Message::Close(Some(CloseFrame {
        code: close_code::NORMAL,
        reason: "".into(),
    }))
}
