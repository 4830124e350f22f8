//! `POST /gitlab/hooks/{hook}`: project, group and system hooks.
//!
//! Store the event and answer; deliveries are made later. GitLab does not send a failed webhook
//! again and switches a hook off that keeps failing, so everything that is a JSON object with
//! the right token gets a 2xx, unless it cannot be stored.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use domain::{EventId, HookName};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use subtle::{Choice, ConstantTimeEq};

use crate::error::ApiError;
use crate::inbox::{Inbox, RepeatHeaders};

/// The largest webhook that is taken, in bytes. GitLab's own limit for a payload is 25 MB.
pub const LARGEST_WEBHOOK: usize = 25 * 1024 * 1024;

/// A hook of the configuration: the last part of its URL, and its secret tokens.
pub struct Hook {
    pub name: HookName,
    /// Two while a token is being changed.
    pub tokens: Vec<SecretString>,
}

/// The hooks that are known.
#[derive(Clone)]
pub struct Hooks(Arc<HashMap<String, Hook>>);

impl Hooks {
    #[must_use]
    pub fn new(hooks: impl IntoIterator<Item = Hook>) -> Self {
        Self(Arc::new(
            hooks
                .into_iter()
                .map(|hook| (hook.name.as_str().to_owned(), hook))
                .collect(),
        ))
    }

    /// The hook's name, if the token is one of its own. Compares in constant time.
    fn verify(&self, name: &str, token: Option<&str>) -> Result<HookName, ApiError> {
        let hook = self.0.get(name).ok_or_else(|| {
            ApiError::not_found(
                "unknown_hook",
                format!("no hook {name:?} is configured here"),
            )
        })?;
        let token = token.unwrap_or_default().as_bytes();
        let same = hook.tokens.iter().fold(Choice::from(0), |same, known| {
            same | known.expose_secret().as_bytes().ct_eq(token)
        });
        // A hook whose token is empty would be everybody's.
        if bool::from(same) && !token.is_empty() {
            return Ok(hook.name.clone());
        }
        Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "wrong_token",
            "the secret token (X-Gitlab-Token) is missing or not this hook's; set it in the webhook's settings in GitLab",
        ))
    }
}

/// What the route needs.
#[derive(Clone)]
struct Receiver {
    inbox: Inbox,
    hooks: Hooks,
}

impl FromRef<Receiver> for Inbox {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.inbox.clone()
    }
}

impl FromRef<Receiver> for Hooks {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.hooks.clone()
    }
}

pub(crate) fn router(inbox: Inbox, hooks: Hooks) -> Router {
    Router::new()
        .route("/gitlab/hooks/{hook}", post(receive_gitlab_webhook))
        .layer(DefaultBodyLimit::max(LARGEST_WEBHOOK))
        .with_state(Receiver { inbox, hooks })
}

/// A webhook whose hook is known, whose token is right and whose size is within the limit.
pub struct VerifiedWebhook {
    pub hook: HookName,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl<S> FromRequest<S> for VerifiedWebhook
where
    Hooks: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;
    async fn from_request(mut request: Request, state: &S) -> Result<Self, ApiError> {
        use axum::RequestExt;
        let Path(name) = request
            .extract_parts::<Path<String>>()
            .await
            .map_err(|_| ApiError::not_found("unknown_hook", "the hook's name is not readable"))?;
        let hook =
            Hooks::from_ref(state).verify(&name, text(request.headers(), "x-gitlab-token"))?;
        let headers = request.headers().clone();
        let body =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        "too_large",
                        format!("a webhook may have at most {LARGEST_WEBHOOK} bytes"),
                    ),
                    status => {
                        ApiError::new(status, "unreadable_body", "the body could not be read")
                    }
                })?;
        Ok(Self {
            hook,
            headers,
            body,
        })
    }
}

/// The answer to a webhook.
#[derive(Debug, Serialize)]
struct Received {
    /// The event's id; the first one's for a repeat.
    event: EventId,
}

async fn receive_gitlab_webhook(
    State(inbox): State<Inbox>,
    webhook: VerifiedWebhook,
) -> Result<Json<Received>, ApiError> {
    let VerifiedWebhook {
        hook,
        headers,
        body,
    } = webhook;
    let event_header = text(&headers, "x-gitlab-event");
    let parsed = gitlab::parse(event_header, &body)
        .map_err(|error| ApiError::bad_request("malformed", error.to_string()))?;
    let kind = parsed.kind;
    let ignored = parsed.outcome.is_err();
    let repeat_headers = RepeatHeaders {
        idempotency_key: text(&headers, "idempotency-key"),
        event_uuid: text(&headers, "x-gitlab-event-uuid"),
    };
    let repeat = inbox.repeat_key(
        &hook,
        repeat_headers,
        event_header.unwrap_or_default(),
        &body,
    );
    let accepted = inbox.accept(&hook, parsed, repeat).await?;
    if !accepted.repeated {
        inbox.tell_of_edit(event_header.unwrap_or_default(), &body);
    }
    drop(body);
    let outcome = match (accepted.repeated, ignored) {
        (true, _) => "repeated",
        (false, true) => "ignored",
        (false, false) => "accepted",
    };
    metrics::counter!("signalbox_webhooks_total", "kind" => kind.name(), "outcome" => outcome)
        .increment(1);
    Ok(Json(Received { event: accepted.id }))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_takes_its_own_tokens_and_never_none() {
        let name: HookName = "web".parse().expect("a name");
        let hooks = |tokens: &[&str]| {
            Hooks::new([Hook {
                name: name.clone(),
                tokens: tokens.iter().map(|token| (*token).into()).collect(),
            }])
        };
        for (tokens, given, is_right) in [
            (&["one", "two"][..], Some("two"), true),
            (&["one", "two"], Some("three"), false),
            (&["one"], None, false),
            (&[""], None, false),
            (&["one", ""], Some(""), false),
            (&[], None, false),
        ] {
            let verified = hooks(tokens).verify("web", given);
            assert_eq!(verified.is_ok(), is_right, "{tokens:?} {given:?}");
        }
    }
}
