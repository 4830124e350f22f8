//! `POST /rollouts/{id}/{acts}`: what the page's buttons ask of a rollout. Each makes something:
//! a hold, an approval, a rollback.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use steering::{AskError, Rollouts};

use super::forms::Tried;
use super::href;
use super::one::{self, Look, Seen};
use crate::access::{Caller, Participant, Viewer};
use crate::asked::{Given, Verb};
use crate::error::ApiError;
use crate::pages::{Frame, Site, html};
use crate::steered::Steered;

/// The form of an act.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::pages) struct Filled {
    about: String,
    words: String,
}

pub(in crate::pages) async fn act(
    by: Participant,
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
    Steered { rollouts, .. }: Steered,
    Path((id, acts)): Path<(String, String)>,
    form: Result<Form<Filled>, FormRejection>,
) -> Result<Response, ApiError> {
    let record = one::find(&site, &id).await?;
    let verb = Verb::making(&acts)
        .ok_or_else(|| ApiError::not_found("unknown_act", "nobody can ask for that"))?;
    let Form(Filled { about, words }) =
        form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    if verb == Verb::Approve && !by.may_approve() {
        let message = "a token approves only with the scope admin";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message));
    }
    let given = Given { about, words };
    let refused = match ask(&rollouts, &record.id, verb, &given, &by).await {
        Ok(()) => return Ok(Redirect::to(&format!("{}#now", href(&record.id))).into_response()),
        Err(Refusal::Told(status, why)) => (status, why),
        Err(Refusal::Other(error)) => return Err(error),
    };
    let (status, why) = refused;
    let tried = Tried {
        verb,
        about: given.about,
        words: given.words,
        why,
    };
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "rollouts", viewer);
    let seen = Seen {
        look: Look::default(),
        roles: caller.roles(&site.access).await?,
        tried: Some(tried),
    };
    let page = one::page(&rollouts, &record.id, frame, seen).await?;
    Ok((status, html(&page)?).into_response())
}

/// Why nothing came of it.
enum Refusal {
    /// Said beside the button, with what was typed still there.
    Told(StatusCode, String),
    Other(ApiError),
}

async fn ask(
    rollouts: &Rollouts,
    id: &domain::RolloutId,
    verb: Verb,
    given: &Given,
    by: &Participant,
) -> Result<(), Refusal> {
    let rollout = rollouts.rollout_of(id).await;
    let rollout = rollout.map_err(|error| Refusal::Other(error.into()))?;
    let rollout = rollout.ok_or_else(|| {
        Refusal::Other(ApiError::not_found(
            "unknown_rollout",
            "there is no such rollout",
        ))
    })?;
    let act = verb.act(given, &rollout).map_err(|error| {
        Refusal::Told(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("what it is about {error}"),
        )
    })?;
    match rollouts.ask_of(id, &act, by.asker()).await {
        Ok(_) => Ok(()),
        Err(error @ (AskError::Refused(_) | AskError::Busy)) => {
            let error = ApiError::from(error);
            Err(Refusal::Told(error.status(), error.message().to_owned()))
        }
        Err(error @ (AskError::NoRollout(_) | AskError::Unknown(_) | AskError::Steering(_))) => {
            Err(Refusal::Other(error.into()))
        }
    }
}
