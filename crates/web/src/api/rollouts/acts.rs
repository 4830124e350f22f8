//! `POST /api/v1/rollouts/{flag}/{act}`: what people ask of a rollout.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use rollouts::{ActRefused, Asker, Event};
use serde::{Deserialize, Serialize};
use steering::AskError;

use super::{RolloutView, find};
use crate::access::Participant;
use crate::api::commands::checked;
use crate::asked::{Given, Verb};
use crate::error::ApiError;
use crate::steered::Steered;

/// What may be given along; which of it an act takes, the act says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Body {
    reason: Option<String>,
    /// Of `tick`: words or a link.
    evidence: Option<String>,
    /// Of `back`: a stage.
    to: Option<String>,
    /// Of `override`: a precondition, a monitor, `evidence` or `soak`.
    what: Option<String>,
    /// Of `tick` and `untick`.
    item: Option<String>,
    /// Of `link`: `rollout_issue`, `change_issue` or `removal`.
    link: Option<String>,
    url: Option<String>,
    /// Who asks, where several people share a token of the configuration.
    #[serde(rename = "as")]
    user: Option<String>,
}

/// What came of it.
#[derive(Serialize)]
pub(in crate::api) struct Asked {
    /// What was written into the history.
    events: Vec<Event>,
    rollout: RolloutView,
}

pub(in crate::api) async fn act(
    by: Participant,
    Steered { rollouts, .. }: Steered,
    Path((name, act)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Asked>, ApiError> {
    let rollout = find(&rollouts, &name).await?;
    let verb = Verb::named(&act).ok_or_else(|| {
        let known = "see the list of acts in the API's description";
        ApiError::not_found("unknown_act", format!("nobody can ask for that; {known}"))
    })?;
    if verb == Verb::Approve && !by.may_approve() {
        let message = "a token approves only with the scope admin; approve in Slack or on the page";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message));
    }
    let body = body_of(&body)?;
    let asker = asker(&by, body.user.as_deref())?;
    let given = body.given(verb)?;
    let act = verb.act(&given, &rollout).map_err(|error| {
        let message = format!(
            "{} {error}",
            about_field(verb).unwrap_or("what it is about")
        );
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_act", message)
    })?;
    let asked = rollouts.ask_of(&rollout.id, &act, &asker).await?;
    Ok(Json(Asked {
        events: asked.events,
        rollout: RolloutView::new(asked.status, &rollouts),
    }))
}

/// An act that takes nothing needs no body.
fn body_of(bytes: &Bytes) -> Result<Body, ApiError> {
    if bytes.is_empty() {
        return Ok(Body::default());
    }
    serde_json::from_slice(bytes)
        .map_err(|error| ApiError::bad_request("bad_act", error.to_string()))
}

/// Whoever asks; whom they name, if they may speak for others.
pub(super) fn asker(by: &Participant, named: Option<&str>) -> Result<Asker, ApiError> {
    let Some(named) = named else {
        return Ok(by.asker().clone());
    };
    let named = checked(named.to_owned())?;
    by.speaking_for(&named).ok_or_else(|| {
        let message = "as: only a token of the configuration speaks for others";
        ApiError::bad_request("bad_act", message)
    })
}

impl Body {
    /// What the verb takes; anything else is a mistake, and is said to be one.
    fn given(self, verb: Verb) -> Result<Given, ApiError> {
        let (about, words) = (about_field(verb), words_field(verb));
        let mut given = Given::default();
        for (field, value) in [
            ("reason", self.reason),
            ("evidence", self.evidence),
            ("to", self.to),
            ("what", self.what),
            ("item", self.item),
            ("link", self.link),
            ("url", self.url),
        ] {
            let Some(value) = value else { continue };
            if about == Some(field) {
                given.about = value;
            } else if words == Some(field) {
                given.words = value;
            } else {
                let message = format!("{field}: this act takes no such thing");
                return Err(ApiError::bad_request("bad_act", message));
            }
        }
        Ok(given)
    }
}

/// The field that says what an act is about.
fn about_field(verb: Verb) -> Option<&'static str> {
    match verb {
        Verb::Back => Some("to"),
        Verb::Override => Some("what"),
        Verb::Tick | Verb::Untick => Some("item"),
        Verb::Link => Some("link"),
        Verb::Advance
        | Verb::Hold
        | Verb::Resume
        | Verb::RollBack
        | Verb::Approve
        | Verb::Acknowledge
        | Verb::Adopt
        | Verb::Restore
        | Verb::Cancel => None,
    }
}

/// The field with an act's words.
fn words_field(verb: Verb) -> Option<&'static str> {
    match verb {
        Verb::Hold
        | Verb::Resume
        | Verb::Back
        | Verb::RollBack
        | Verb::Approve
        | Verb::Override
        | Verb::Cancel => Some("reason"),
        Verb::Tick => Some("evidence"),
        Verb::Link => Some("url"),
        Verb::Advance | Verb::Acknowledge | Verb::Untick | Verb::Adopt | Verb::Restore => None,
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        let message = error.to_string();
        match error {
            AskError::NoRollout(_) | AskError::Unknown(_) => {
                Self::not_found("unknown_rollout", message)
            }
            AskError::Refused(refused) => refused.into(),
            AskError::Busy => Self::new(StatusCode::CONFLICT, "busy", message),
            AskError::Steering(error) => error.into(),
        }
    }
}

impl From<ActRefused> for ApiError {
    fn from(refused: ActRefused) -> Self {
        let message = refused.to_string();
        let (status, code) = match refused {
            ActRefused::Over { .. } => (StatusCode::CONFLICT, "rollout_over"),
            ActRefused::Role { .. } => (StatusCode::FORBIDDEN, "forbidden"),
            ActRefused::OwnApproval => (StatusCode::FORBIDDEN, "own_approval"),
            ActRefused::NotNow(_) => (StatusCode::CONFLICT, "not_now"),
            ActRefused::UnknownStage { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_stage"),
            ActRefused::Unknown { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_item"),
            ActRefused::Empty { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "reason_missing"),
        };
        Self::new(status, code, message)
    }
}
