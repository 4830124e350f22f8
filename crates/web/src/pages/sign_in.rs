//! Signing in with GitLab and out again, and coming back from there with a linked account.

use accounts::{Accounts, AccountsError, CameBack, FinishError, Finished, ReturnTo};
use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::account;
use crate::access::cookies::{Browser, SetCookie};
use crate::access::{Access, Caller, Refused, SignedIn};
use crate::error::ApiError;
use crate::request_id::RequestId;

/// Where somebody wants to go after signing in.
#[derive(Deserialize)]
pub(super) struct Wish {
    return_to: Option<String>,
}

/// `GET /auth/gitlab`: sends the browser to GitLab.
pub(super) async fn begin(
    browser: Browser,
    State(access): State<Access>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(wish) =
        wish.map_err(|error| ApiError::bad_request("bad_return_to", error.body_text()))?;
    let return_to = match &wish.return_to {
        Some(path) => path.parse().map_err(|error: accounts::InvalidReturnTo| {
            ApiError::bad_request("bad_return_to", error.to_string())
        })?,
        None => ReturnTo::home(),
    };
    let accounts = accounts(&access)?;
    let there = accounts.begin_sign_in(browser.secret(), &return_to).await;
    let there = there.map_err(Refused::from)?;
    Ok((browser.cookie(), Redirect::to(there.as_str())).into_response())
}

/// What GitLab sends a browser back with.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    state: String,
    code: Option<SecretString>,
    error: Option<String>,
}

/// `GET /auth/gitlab/callback`: takes the browser back.
pub(super) async fn finish(
    browser: Browser,
    caller: Caller,
    RequestId(request_id): RequestId,
    State(access): State<Access>,
    back: Result<Query<Back>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(back) =
        back.map_err(|error| ApiError::bad_request("bad_callback", error.body_text()))?;
    let accounts = accounts(&access)?;
    let Some(code) = &back.code else {
        accounts
            .cancel(&back.state, browser.secret())
            .await
            .map_err(refused)?;
        return Err(not_granted(back.error.as_deref()));
    };
    let finished = accounts.finish(CameBack {
        code,
        state: &back.state,
        browser: browser.secret(),
        signed_in: caller.person(),
        request_id: &request_id,
    });
    match finished.await.map_err(refused)? {
        Finished::SignedIn(session) => {
            let cookie = SetCookie::session(&session.cookie, &access);
            Ok((cookie, Redirect::to(session.return_to.as_str())).into_response())
        }
        Finished::Linked(linked) => {
            Ok(Redirect::to(&account::after_linking(&linked)).into_response())
        }
    }
}

/// Who signs out of what.
#[derive(Deserialize)]
pub(super) struct SignOut {
    everywhere: Option<String>,
}

/// `POST /auth/sign-outs`
pub(super) async fn sign_out(
    signed_in: SignedIn,
    State(access): State<Access>,
    form: Result<Form<SignOut>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(form) = form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    let (accounts, person) = (signed_in.accounts(), signed_in.person());
    let done = match form.everywhere.as_deref() {
        Some("1") => accounts.sign_out_everywhere(person).await,
        Some(_) | None => accounts.sign_out(person).await,
    };
    done.map_err(Refused::from)?;
    Ok((SetCookie::no_session(&access), Redirect::to("/")).into_response())
}

/// Those who can sign in here, or the refusal that says why nobody can.
pub(super) fn accounts(access: &Access) -> Result<&Accounts, ApiError> {
    let accounts = access.accounts().filter(|accounts| accounts.can_sign_in());
    accounts.ok_or_else(|| {
        let message = AccountsError::NotSetUp.to_string();
        ApiError::not_found("no_sign_in", message)
    })
}

/// GitLab sends a browser back without a code: most often its owner has said no.
fn not_granted(error: Option<&str>) -> ApiError {
    match error {
        Some("access_denied") => ApiError::new(
            StatusCode::FORBIDDEN,
            "not_granted",
            "you have not let Signalbox in at GitLab, so nothing was done",
        ),
        Some(_) | None => ApiError::new(
            StatusCode::BAD_GATEWAY,
            "not_granted",
            "GitLab did not let anybody in; whoever runs Signalbox compares its application there with the configuration",
        ),
    }
}

pub(super) fn refused(error: FinishError) -> ApiError {
    let code = match error {
        FinishError::Accounts(error) => return Refused::Accounts(error).into(),
        FinishError::State => "wrong_state",
        FinishError::Code => "wrong_code",
        FinishError::LinkOver => "link_over",
        FinishError::SomebodyElse { .. } => "somebody_else",
    };
    tracing::warn!(code, "a browser came back from GitLab and was refused");
    ApiError::new(StatusCode::FORBIDDEN, code, error.to_string())
}
