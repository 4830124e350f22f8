//! What the buttons of the account's page do.

use accounts::{CreateTokenError, NewApiToken, RevokeTokenError, Scope};
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use store::{Author, Note, Origin};

use super::{Done, LIVES, Made, Wanted, page};
use crate::access::{Refused, SignedIn, Viewer};
use crate::error::ApiError;
use crate::pages::Site;
use crate::request_id::RequestId;

type Fields = Result<Form<Vec<(String, String)>>, FormRejection>;

/// `POST /account/links/{workspace}/{user}/removals`
pub(in crate::pages) async fn unlink(
    signed_in: SignedIn,
    RequestId(request_id): RequestId,
    Path((workspace, user)): Path<(String, String)>,
) -> Result<Redirect, ApiError> {
    let unknown = || ApiError::not_found("unknown_link", "you have linked no such Slack account");
    let workspace = workspace.parse().map_err(|_| unknown())?;
    let note = note(&signed_in, request_id);
    let unlinked = signed_in
        .accounts()
        .unlink_own(signed_in.person(), &workspace, &user, note)
        .await;
    match unlinked.map_err(Refused::from)? {
        Some(_) => Ok(Redirect::to("/account#slack")),
        None => Err(unknown()),
    }
}

/// `POST /account/tokens`: answers with the page that shows the secret, which is not shown again.
pub(in crate::pages) async fn create_token(
    signed_in: SignedIn,
    viewer: Viewer,
    RequestId(request_id): RequestId,
    State(site): State<Site>,
    form: Fields,
) -> Result<Response, ApiError> {
    let Form(pairs) = form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    let wanted = Wanted::of(pairs)?;
    let new = NewApiToken {
        name: wanted.name.clone(),
        scopes: wanted.scopes.iter().copied().collect(),
        expires_at: site.pages.clock.now()
            + SignedDuration::from_hours(24) * i32::from(wanted.days),
    };
    let own = site.access.own_scopes(&signed_in).await?;
    let note = note(&signed_in, request_id);
    let created = signed_in
        .accounts()
        .create_token(signed_in.person(), new, &own, note)
        .await;
    let (status, done) = match created {
        Ok((token, secret)) => (
            StatusCode::CREATED,
            Done {
                made: Some(Made::new(&token, &secret)),
                ..Done::default()
            },
        ),
        Err(CreateTokenError::Accounts(error)) => return Err(Refused::Accounts(error).into()),
        Err(error) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Done {
                refused: Some(error.to_string()),
                wanted,
                ..Done::default()
            },
        ),
    };
    let page = page(&site, &signed_in, viewer, done).await?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")], page).into_response())
}

/// `POST /account/tokens/{id}/revocations`
pub(in crate::pages) async fn revoke_token(
    signed_in: SignedIn,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
) -> Result<Redirect, ApiError> {
    let note = note(&signed_in, request_id);
    let revoked = signed_in
        .accounts()
        .revoke_token(signed_in.person(), &id, note)
        .await;
    match revoked {
        Ok(_) => Ok(Redirect::to("/account#tokens")),
        Err(error @ RevokeTokenError::Unknown) => {
            Err(ApiError::not_found("unknown_token", error.to_string()))
        }
        Err(RevokeTokenError::Store(error)) => Err(error.into()),
    }
}

impl Wanted {
    fn of(pairs: Vec<(String, String)>) -> Result<Self, ApiError> {
        let mut wanted = Self {
            scopes: Vec::new(),
            ..Self::default()
        };
        let bad = |message: String| ApiError::bad_request("bad_token", message);
        for (field, value) in pairs {
            match field.as_str() {
                "name" => wanted.name = value,
                "days" => {
                    let mut lives = LIVES.iter().map(|(days, _)| *days);
                    wanted.days =
                        lives
                            .find(|days| days.to_string() == value)
                            .ok_or_else(|| {
                                bad("days: choose one of those that the page has".to_owned())
                            })?;
                }
                "scope" => {
                    let scope: Scope = value
                        .parse()
                        .map_err(|error: accounts::UnknownScope| bad(error.to_string()))?;
                    wanted.scopes.push(scope);
                }
                _ => (),
            }
        }
        Ok(wanted)
    }
}

fn note(signed_in: &SignedIn, request_id: String) -> Note {
    let user = &signed_in.person().username;
    Note {
        author: Author {
            name: user.clone(),
            origin: Origin::Page { user: user.clone() },
        },
        reason: None,
        request_id,
        overrides: Vec::new(),
        command: None,
    }
}
