//! What the application calls: codes and refresh tokens become tokens, tokens are revoked.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{CLIENT, SECRET};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::http::rest::params::Params;
use crate::gitlab::http::secret;
use crate::gitlab::world::{Grant, Standing};

type Answer = (StatusCode, Json<Value>);

fn refused(status: StatusCode, error: &str, description: &str) -> Answer {
    let body = json!({ "error": error, "error_description": description });
    (status, Json(body))
}

fn invalid_grant() -> Answer {
    let said = "The provided authorization grant is invalid, expired, revoked, does not match the \
        redirection URI used in the authorization request, or was issued to another client.";
    refused(StatusCode::BAD_REQUEST, "invalid_grant", said)
}

fn missing(field: &str) -> Answer {
    let said = format!("Missing required parameter: {field}.");
    refused(StatusCode::BAD_REQUEST, "invalid_request", &said)
}

/// The client's id and secret, in the header or among the parameters.
fn is_the_client(headers: &HeaderMap, params: &Params) -> bool {
    let header = headers.get(header::AUTHORIZATION);
    let basic = header.and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    let basic = basic.and_then(|coded| STANDARD.decode(coded).ok());
    let basic = basic.and_then(|pair| String::from_utf8(pair).ok());
    let given = match basic.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((id, secret)) => (Some(id.to_owned()), Some(secret.to_owned())),
        None => (params.text("client_id"), params.text("client_secret")),
    };
    let (id, given) = (given.0, given.1.unwrap_or_default());
    id.as_deref() == Some(CLIENT) && secret::hash(&given) == secret::hash(SECRET)
}

/// `POST /oauth/token`
pub(super) async fn exchange(
    State(sandbox): State<GitLabSandbox>,
    headers: HeaderMap,
    params: Params,
) -> Answer {
    if !is_the_client(&headers, &params) {
        let said = "Client authentication failed due to unknown client, no client authentication \
            included, or unsupported authentication method.";
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", said);
    }
    let made = match params.text("grant_type").as_deref() {
        Some("authorization_code") => by_code(&sandbox, &params),
        Some("refresh_token") => by_refresh_token(&sandbox, &params),
        None => Err(missing("grant_type")),
        Some(_) => {
            let said = "The authorization grant type is not supported by the authorization server.";
            let status = StatusCode::BAD_REQUEST;
            Err(refused(status, "unsupported_grant_type", said))
        }
    };
    made.unwrap_or_else(|refused| refused)
}

fn by_code(sandbox: &GitLabSandbox, params: &Params) -> Result<Answer, Answer> {
    let given = |name: &str| params.text(name).ok_or_else(|| missing(name));
    let (code, uri) = (given("code")?, given("redirect_uri")?);
    let verifier = given("code_verifier")?;
    let now = sandbox.options().clock.now();
    let code = {
        let mut state = sandbox.lock();
        state.unsaved = true;
        state.world.sign_ins.take_code(&secret::hash(&code))
    };
    let code = code.ok_or_else(invalid_grant)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    if code.is_over(now) || code.redirect_uri != uri || code.challenge != challenge {
        return Err(invalid_grant());
    }
    Ok(grant(sandbox, code.client, code.scope, code.user_id))
}

/// A refresh token is good once: the tokens that it came with are over.
fn by_refresh_token(sandbox: &GitLabSandbox, params: &Params) -> Result<Answer, Answer> {
    let token = params.text("refresh_token");
    let token = token.ok_or_else(|| missing("refresh_token"))?;
    let hash = secret::hash(&token);
    let before = {
        let mut state = sandbox.lock();
        let grant = state.world.sign_ins.grant_with(&hash);
        let grant = grant.filter(|grant| grant.refresh_hash == hash && !grant.revoked);
        let grant = grant.ok_or_else(invalid_grant)?;
        grant.revoked = true;
        grant.clone()
    };
    Ok(grant(sandbox, before.client, before.scope, before.user_id))
}

fn grant(sandbox: &GitLabSandbox, client: String, scope: String, user_id: u64) -> Answer {
    let chance = &sandbox.options().chance;
    let (access, refresh) = (secret::new(chance), secret::new(chance));
    let now = sandbox.options().clock.now();
    let grant = Grant {
        access_hash: secret::hash(&access),
        refresh_hash: secret::hash(&refresh),
        client,
        scope,
        user_id,
        at: now,
        revoked: false,
    };
    let body = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": grant.expires_in(now),
        "refresh_token": refresh,
        "scope": grant.scope,
        "created_at": now.as_second(),
    });
    let mut state = sandbox.lock();
    state.world.sign_ins.add_grant(grant);
    state.unsaved = true;
    (StatusCode::OK, Json(body))
}

/// `POST /oauth/revoke`: a token that is not known needs no revoking.
pub(super) async fn revoke(
    State(sandbox): State<GitLabSandbox>,
    headers: HeaderMap,
    params: Params,
) -> Answer {
    if !is_the_client(&headers, &params) {
        let said = "You are not authorized to revoke this token";
        return refused(StatusCode::FORBIDDEN, "unauthorized_client", said);
    }
    let hash = secret::hash(&params.text("token").unwrap_or_default());
    let mut state = sandbox.lock();
    if let Some(grant) = state.world.sign_ins.grant_with(&hash) {
        grant.revoked = true;
    }
    state.unsaved = true;
    (StatusCode::OK, Json(json!({})))
}

/// `GET /oauth/token/info`
pub(super) async fn info(State(sandbox): State<GitLabSandbox>, headers: HeaderMap) -> Answer {
    let header = headers.get(header::AUTHORIZATION);
    let token = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let now = sandbox.options().clock.now();
    let state = sandbox.lock();
    let grant = token.and_then(|token| state.world.sign_ins.grant(&secret::hash(token)));
    let good = grant.filter(|grant| grant.standing(now) == Standing::Good);
    let Some(grant) = good else {
        let said = match grant.map(|grant| grant.standing(now)) {
            Some(Standing::Expired) => "The access token expired",
            Some(Standing::Revoked) => "The access token was revoked",
            Some(Standing::Good) | None => "The access token is invalid",
        };
        return refused(StatusCode::UNAUTHORIZED, "invalid_token", said);
    };
    let scopes: Vec<&str> = grant.scope.split(' ').collect();
    let body = json!({
        "resource_owner_id": grant.user_id,
        "scope": scopes,
        "scopes": scopes,
        "expires_in": grant.expires_in(now),
        "expires_in_seconds": grant.expires_in(now),
        "application": { "uid": grant.client },
        "created_at": grant.at.as_second(),
    });
    (StatusCode::OK, Json(body))
}
