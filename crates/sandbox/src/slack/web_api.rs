//! `/api/{method}`: how a call comes in, which checks every call passes, and how it is answered.
//!
//! The order of the checks is Slack's: is there such a method, does the body read, is the token
//! good, is there a call left, does the token have the scope, are the required arguments there;
//! then the method's own. What each method does is in the modules below, one per family.

pub mod about;
mod call;
pub mod chat;
pub mod connections;
pub mod content;
pub mod conversations;
pub mod manifests;
pub mod oauth;
pub mod reactions;
mod received;
mod reply;
pub mod unfurl;
pub mod users;
pub mod validate;
pub mod views;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value};

use super::apps::{CONFIGURATION_TOKEN, RegisteredApp};
use super::calls::LoggedCall;
use super::faults::Harm;
use super::methods::{self, Bearer, Method};
use super::refusal::Refusal;
use super::workspace::{Token, TokenKind, TokenState, Via};
use super::{Limits, SlackSandbox};
use call::Call;
use received::Received;
use reply::Reply;

pub use call::{Run, mint_id};
pub use conversations::check_name;
pub use reply::hang_up;

/// `/api/{method}`.
pub fn router(sandbox: SlackSandbox) -> Router {
    Router::new()
        .route("/api/{method}", get(handle).post(handle))
        .with_state(sandbox)
}

async fn handle(
    State(sandbox): State<SlackSandbox>,
    Path(method): Path<String>,
    request: Request,
) -> Response {
    let received = received::read(request, methods::find(&method)).await;
    let channel = sandbox.channel_of(&received);
    let fault = sandbox.meet_fault(&method, channel.as_deref()).await;
    let harm = fault.as_ref().map_or(&Harm::None, |fault| &fault.harm);
    let spared = matches!(harm, Harm::None) || fault.as_ref().is_some_and(|fault| fault.after);
    let outcome = spared.then(|| sandbox.answer(&method, &received));
    let (reply, pings) = match outcome {
        Some((reply, pings)) if matches!(harm, Harm::None) => (reply, pings),
        Some((_, pings)) => (harmed(harm), pings),
        None => (harmed(harm), Vec::new()),
    };
    sandbox.log(&method, received, channel, &reply, pings);
    reply.into_response()
}

impl SlackSandbox {
    /// The id of the channel a call is about, or the text it named it with.
    fn channel_of(&self, received: &Received) -> Option<String> {
        let named = received.args.text("channel")?;
        let state = self.lock();
        let token = received.token.as_deref();
        let known = token.and_then(|secret| state.workspaces.token(secret));
        let workspace = known.map_or(state.workspaces.first(), |(workspace, _)| workspace);
        let known = workspace
            .channel_called(&named)
            .map(|channel| channel.id.clone());
        Some(known.unwrap_or(named))
    }

    /// Does what the call asks and answers it, with the pings of a message it posted.
    fn answer(&self, name: &str, received: &Received) -> (Reply, Vec<String>) {
        let options = self.options();
        let mut state = self.lock();
        let mut call = Call::new(&mut state, options, received);
        let method = methods::find(name);
        let outcome = match method {
            Some(method) => {
                check(&mut call, method, received).and_then(|()| (method.run)(&mut call))
            }
            None => Err(Refusal::of("unknown_method")),
        };
        let outcome = outcome.map_err(|refusal| known(name, method, refusal));
        let reply = Reply::new(outcome, method, call.caller.as_ref(), received.warning);
        let (changes, pings, events) = (call.changes, call.pings, call.events);
        let team = call.team;
        state.unsaved |= !changes.is_empty();
        drop(state);
        self.announce(changes);
        for event in events {
            self.tell_all(&team, &event);
        }
        (reply, pings)
    }

    fn log(
        &self,
        method: &str,
        received: Received,
        channel: Option<String>,
        reply: &Reply,
        sandbox_pings: Vec<String>,
    ) {
        let mut state = self.lock();
        let token = match received.token.as_deref() {
            None => "none",
            Some(secret) => match state.workspaces.token(secret).map(|(_, token)| token.kind) {
                Some(TokenKind::Bot) => "bot",
                Some(TokenKind::User) => "user",
                None => "unknown",
            },
        };
        state.calls.add(LoggedCall {
            seq: 0,
            at: self.options().clock.now(),
            method: method.to_owned(),
            token,
            channel: channel.or_else(|| reply.text("channel")),
            args: without_secrets(received.args.0),
            status: reply.status,
            ok: reply.is_ok(),
            error: reply.text("error"),
            ts: reply.text("ts").or_else(|| reply.text("message_ts")),
            via: (token == "bot").then_some(Via::App),
            sandbox_pings,
        });
    }
}

/// Arguments as the log shows them.
fn without_secrets(mut args: Map<String, Value>) -> Map<String, Value> {
    for secret in ["client_secret", "code", "code_verifier", "refresh_token"] {
        args.remove(secret);
    }
    args
}

/// What every call must pass before its method looks at it.
fn check(call: &mut Call<'_>, method: &Method, received: &Received) -> Result<(), Refusal> {
    if let Some(refusal) = &received.refusal {
        return Err(refusal.clone());
    }
    let secret = received.token.as_deref();
    match method.bearer {
        _ if method.open => (),
        Bearer::Installed => call.caller = Some(identify(call, secret)?),
        Bearer::App => call.holder = Some(app_level(call, secret)?),
        Bearer::Maker => maker(secret)?,
    }
    if call.state.limits == Limits::Slack {
        let (app, now) = (call.caller.as_ref(), call.now);
        let app = app.map_or_else(String::new, |token| token.app.clone());
        call.workspace_mut()
            .rates
            .call(&app, method, now)
            .map_err(Refusal::rate_limited)?;
    }
    if let Some(token) = &call.caller {
        let wanted = match token.kind {
            TokenKind::Bot => method.bot_scopes,
            TokenKind::User => method.user_scopes,
        };
        if !wanted.is_empty() && !wanted.iter().any(|scope| token.has(scope)) {
            return Err(Refusal::missing_scope(wanted, &token.scopes));
        }
    }
    let missing = method
        .required
        .iter()
        .filter(|name| call.args.missing(name));
    let messages: Vec<String> = missing
        .map(|name| format!("[ERROR] missing required field: {name}"))
        .collect();
    if messages.is_empty() {
        return Ok(());
    }
    Err(Refusal {
        messages,
        ..Refusal::of("invalid_arguments")
    })
}

fn identify(call: &Call<'_>, secret: Option<&str>) -> Result<Token, Refusal> {
    let secret = secret.ok_or("not_authed")?;
    let is_app_level = |app: &RegisteredApp| app.credentials.app_token == secret;
    if call.state.apps.values().any(is_app_level) {
        return Err(Refusal::of("not_allowed_token_type"));
    }
    let token = call.workspace().token(secret).ok_or("invalid_auth")?;
    let is_over = token.expires.is_some_and(|expires| expires <= call.now);
    match token.state {
        TokenState::Active if is_over => Err(Refusal::of("token_expired")),
        TokenState::Active => Ok(token.clone()),
        TokenState::Revoked => Err(Refusal::of("token_revoked")),
        TokenState::Inactive => Err(Refusal::of("account_inactive")),
    }
}

/// The app whose app-level token this is.
fn app_level(call: &Call<'_>, secret: Option<&str>) -> Result<String, Refusal> {
    let secret = secret.ok_or("not_authed")?;
    let mut apps = call.state.apps.values();
    if let Some(app) = apps.find(|app| app.credentials.app_token == secret) {
        return Ok(app.id.clone());
    }
    let is_other = call.state.workspaces.token(secret).is_some();
    Err(Refusal::of(if is_other {
        "not_allowed_token_type"
    } else {
        "invalid_auth"
    }))
}

/// Whether this is the token of whoever makes apps here.
fn maker(secret: Option<&str>) -> Result<(), Refusal> {
    match secret {
        None => Err(Refusal::of("not_authed")),
        Some(CONFIGURATION_TOKEN) => Ok(()),
        Some(_) => Err(Refusal::of("invalid_auth")),
    }
}

/// Holds a method to the errors that it lists.
fn known(name: &str, method: Option<&Method>, refusal: Refusal) -> Refusal {
    let listed = method.is_none_or(|method| method.may_answer(refusal.error));
    if listed {
        return refusal;
    }
    tracing::error!(
        method = name,
        error = refusal.error,
        "the method does not list this error"
    );
    Refusal::of("fatal_error")
}

/// What the caller of a call that meets a fault gets.
fn harmed(harm: &Harm) -> Reply {
    match harm {
        Harm::None | Harm::Drop => Reply::dropped(),
        Harm::Error(error, fields) => Reply::error(error, fields.clone()),
        Harm::Status(status, retry_after) => Reply::bare(*status, *retry_after),
    }
}
