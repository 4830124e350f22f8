//! `POST /slack/…`: what Slack sends by HTTP.
//!
//! That a request is Slack's is shown by its signature; what it comes to is `app`'s, which a
//! socket asks as well.

mod request;

use std::sync::Arc;

use ::slack::command::{self, SlashCommand};
use ::slack::event::Envelope;
use ::slack::interaction::{self, Interaction};
use ::slack::{HookHost, event};
use app::{App, Reply};
use axum::extract::{DefaultBodyLimit, FromRef, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use clock::Clock;
use secrecy::SecretString;

use crate::error::ApiError;
pub use request::SlackRequest;

/// What Slack's requests need.
#[derive(Clone)]
pub struct SlackApp {
    pub app: App,
    /// What requests are signed with; two while one replaces the other, none where no request is
    /// taken.
    pub signing_secrets: Arc<[SecretString]>,
    /// Where answers may be sent to.
    pub host: HookHost,
    pub clock: Clock,
}

#[derive(Clone)]
struct Receiver(SlackApp);

impl FromRef<Receiver> for SlackApp {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.0.clone()
    }
}

pub(crate) fn router(app: SlackApp) -> Router {
    let limited = |limit, path, handler: axum::routing::MethodRouter<Receiver>| {
        Router::new()
            .route(path, handler)
            .layer(DefaultBodyLimit::max(limit))
    };
    let interactions = || post(receive_interaction);
    Router::new()
        .merge(limited(
            command::LONGEST_BODY,
            "/slack/commands",
            post(receive_command),
        ))
        .merge(limited(
            event::LONGEST_BODY,
            "/slack/events",
            post(receive_event),
        ))
        .merge(limited(
            interaction::LONGEST_BODY,
            "/slack/interactions",
            interactions(),
        ))
        .merge(limited(
            interaction::LONGEST_BODY,
            "/slack/options",
            interactions(),
        ))
        .with_state(Receiver(app))
}

async fn receive_command(
    State(slack): State<SlackApp>,
    request: SlackRequest,
) -> Result<Response, ApiError> {
    let command = SlashCommand::parse(&request.body, &slack.host)
        .map_err(|error| ApiError::bad_request("bad_command", error.to_string()))?;
    Ok(as_response(slack.app.command(command).await))
}

async fn receive_event(
    State(slack): State<SlackApp>,
    request: SlackRequest,
) -> Result<Response, ApiError> {
    let envelope = Envelope::parse(&request.body)
        .map_err(|error| ApiError::bad_request("bad_event", error.to_string()))?;
    Ok(as_response(slack.app.event(envelope).await))
}

async fn receive_interaction(
    State(slack): State<SlackApp>,
    request: SlackRequest,
) -> Result<Response, ApiError> {
    let interaction = Interaction::parse_form(&request.body, &slack.host)
        .map_err(|error| ApiError::bad_request("bad_interaction", error.to_string()))?;
    Ok(as_response(slack.app.interaction(interaction).await))
}

/// Slack takes no parameter after the media type.
fn as_response(reply: Reply) -> Response {
    match reply {
        Reply::Heard => StatusCode::OK.into_response(),
        Reply::Json(body) => {
            ([(header::CONTENT_TYPE, "application/json")], Json(body)).into_response()
        }
    }
}
