//! Posts whose address is the secret: incoming webhooks and the `response_url` of a command
//! or an interaction.
//!
//! They have no token and no `{"ok": …}`: Slack answers `ok`, or one word and a status that is
//! no success. How a post comes in, what may go wrong on purpose and the log are here; what each
//! of the two does is in the modules below.

mod reply;
mod response;
mod webhook;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::args::Args;
use super::calls::LoggedCall;
use super::faults::Harm;
use super::refusal::Refusal;
use super::workspace::Via;
use super::workspaces::Workspaces;
use super::{Change, SlackSandbox};
use reply::Reply;

/// What the log and the faults call the posts that are no method of the Web API.
pub const POSTS: [&str; 2] = [Kind::Webhook.name(), Kind::ResponseUrl.name()];

/// The largest body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

/// `/services/…`, `/commands/…`, `/actions/…` and `/app/…`.
pub fn router(sandbox: SlackSandbox) -> Router {
    let take = |kind: Kind| {
        post(
            move |State(sandbox): State<SlackSandbox>,
                  Path(address): Path<Address>,
                  request: Request| async move {
                sandbox.take_post(kind, &address, request).await
            },
        )
    };
    Router::new()
        .route("/services/{team}/{id}/{secret}", take(Kind::Webhook))
        .route("/commands/{team}/{id}/{secret}", take(Kind::ResponseUrl))
        .route("/actions/{team}/{id}/{secret}", take(Kind::ResponseUrl))
        .route("/app/{team}/{id}/{secret}", take(Kind::ResponseUrl))
        .with_state(sandbox)
}

/// Which of the two it is.
#[derive(Clone, Copy)]
enum Kind {
    Webhook,
    ResponseUrl,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Webhook => "incoming-webhook",
            Self::ResponseUrl => "response-url",
        }
    }

    const fn via(self) -> Via {
        match self {
            Self::Webhook => Via::Webhook,
            Self::ResponseUrl => Via::App,
        }
    }

    /// The channel that a post is for, as far as its address is known.
    fn channel(self, workspaces: &Workspaces, address: &Address, args: &Args) -> Option<String> {
        let workspace = workspaces.get(&address.team)?;
        match self {
            Self::Webhook => webhook::channel_named(workspace, address, args),
            Self::ResponseUrl => response::channel_of(workspace, address),
        }
    }
}

/// The parts of the address.
#[derive(Deserialize)]
struct Address {
    team: String,
    id: String,
    secret: String,
}

/// What a post did to a channel.
struct Posted {
    /// The message that it made or changed.
    ts: Option<String>,
    pings: Vec<String>,
    changes: Vec<Change>,
}

impl SlackSandbox {
    async fn take_post(&self, kind: Kind, address: &Address, request: Request) -> Response {
        let payload = payload(request).await;
        let args = payload.clone().unwrap_or_default();
        let channel = kind.channel(&self.lock().workspaces, address, &args);
        let fault = self.meet_fault(kind.name(), channel.as_deref()).await;
        let harm = fault.as_ref().map_or(&Harm::None, |fault| &fault.harm);
        let spared = matches!(harm, Harm::None) || fault.as_ref().is_some_and(|fault| fault.after);
        let outcome = spared.then(|| self.post(kind, address, payload));
        let (ts, sandbox_pings) = match &outcome {
            Some(Ok(posted)) => (posted.ts.clone(), posted.pings.clone()),
            Some(Err(_)) | None => (None, Vec::new()),
        };
        let reply = match (harm, outcome) {
            (Harm::None, Some(Ok(_))) => Reply::ok(),
            (Harm::None, Some(Err(refusal))) => Reply::refused(refusal.error, refusal.retry_after),
            (harm, _) => Reply::harmed(harm),
        };
        self.lock().calls.add(LoggedCall {
            seq: 0,
            at: self.options().clock.now(),
            method: kind.name().to_owned(),
            token: "url",
            channel,
            args: logged(args, address),
            status: reply.status,
            ok: reply.status == 200,
            error: (reply.status != 200).then(|| reply.body.clone()),
            ts,
            via: Some(kind.via()),
            sandbox_pings,
        });
        reply.into_response()
    }

    fn post(
        &self,
        kind: Kind,
        address: &Address,
        payload: Result<Args, Refusal>,
    ) -> Result<Posted, Refusal> {
        let mut state = self.lock();
        let mut posted = match kind {
            Kind::Webhook => webhook::post(&mut state, self.options(), address, payload)?,
            Kind::ResponseUrl => response::post(&mut state, self.options(), address, payload)?,
        };
        state.unsaved = true;
        drop(state);
        self.announce(std::mem::take(&mut posted.changes));
        Ok(posted)
    }
}

/// A post's arguments with the public part of its address.
fn logged(args: Args, address: &Address) -> Map<String, Value> {
    let mut logged = args.0;
    let address = format!("{}/{}", address.team, address.id);
    logged.insert("sandbox_address".to_owned(), Value::from(address));
    logged
}

/// The JSON object that a post carries: as its body, or in the form field `payload`.
async fn payload(request: Request) -> Result<Args, Refusal> {
    let is_form = is_form(request.headers());
    let body = to_bytes(request.into_body(), BODY_LIMIT)
        .await
        .map_err(|_| "invalid_payload")?;
    let json = if is_form {
        let field = Args::from_form(&body).text("payload");
        Bytes::from(field.unwrap_or_default())
    } else {
        body
    };
    match serde_json::from_slice(&json) {
        Ok(Value::Object(fields)) => Ok(Args(fields)),
        Ok(_) | Err(_) => Err(Refusal::of("invalid_payload")),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|content_type| {
        content_type
            .to_ascii_lowercase()
            .starts_with("application/x-www-form-urlencoded")
    })
}
