//! `/api/v4/{projects,groups}/:id/integrations`: GitLab's integrations API for the two that notify
//! Slack.
//!
//! What a change means and how it is shown is `notify`'s, keeping it `integrations`'. Which place
//! an `:id` is, GitLab is asked.

mod place;

use axum::extract::{DefaultBodyLimit, FromRef, Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router, middleware};
use clock::Chance;
use integrations::{Integrations, PutError, Shown};
use notify::Integration;
use notify::settings::api::{self, Editor, Parameters as Settings};
use serde_json::Value;
use store::{Note, Place};

use super::parameters::{LARGEST_BODY, Parameters};
use super::refusal::Refusal;
use super::requester::Requester;
use crate::access::Access;
use crate::request_id::{self, RequestId};
use place::{Kind, place};

/// The integrations, and who knows which project a number is.
#[derive(Clone)]
pub struct IntegrationsApi {
    pub integrations: Integrations,
    /// Without one a project or group goes by its path only, and is taken to exist.
    pub gitlab: Option<gitlab::rest::Client>,
    pub chance: Chance,
}

#[derive(Clone)]
struct Api {
    parts: IntegrationsApi,
    kind: Kind,
    access: Access,
}

impl FromRef<Api> for Access {
    fn from_ref(api: &Api) -> Self {
        api.access.clone()
    }
}

pub(crate) fn router(parts: &IntegrationsApi, access: &Access) -> Router {
    let mut router = Router::new();
    for kind in [Kind::Project, Kind::Group] {
        let api = Api {
            parts: parts.clone(),
            kind,
            access: access.clone(),
        };
        let mut routes = Router::new();
        // GitLab's older name of them.
        for name in ["integrations", "services"] {
            let all = format!("/api/v4/{}/{{id}}/{name}", kind.path());
            routes = routes
                .route(&all, get(list))
                .route(&format!("{all}/{{slug}}"), get(show).put(set).delete(reset));
        }
        router = router.merge(routes.with_state(api));
    }
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(
            parts.chance.clone(),
            request_id::give,
        ))
}

impl Api {
    async fn place(&self, id: &str) -> Result<Place, Refusal> {
        place(self.kind, id, self.parts.gitlab.as_ref()).await
    }

    /// The place and the integration that a path names.
    async fn find(&self, id: &str, slug: &str) -> Result<(Place, Integration), Refusal> {
        let integration = Integration::of_slug(slug).ok_or_else(not_found)?;
        Ok((self.place(id).await?, integration))
    }
}

fn not_found() -> Refusal {
    Refusal::message(StatusCode::NOT_FOUND, "Integration Not Found")
}

/// The integrations that are switched on.
async fn list(
    requester: Requester,
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Json<Vec<Value>>, Refusal> {
    let place = api.place(&id).await?;
    requester.of(&api.access, &place).await?;
    let mut active = Vec::new();
    for integration in Integration::ALL {
        let found = api.parts.integrations.of(&place, integration).await?;
        if let Some(shown) = found.filter(|shown| shown.stored.active) {
            active.push(api::summary(&shown.record()).map_err(|error| unreadable(&error))?);
        }
    }
    Ok(Json(active))
}

async fn show(
    requester: Requester,
    State(api): State<Api>,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let (place, integration) = api.find(&id, &slug).await?;
    requester.of(&api.access, &place).await?;
    let found = api.parts.integrations.of(&place, integration).await?;
    detail(&found.ok_or_else(not_found)?)
}

async fn set(
    requester: Requester,
    State(api): State<Api>,
    RequestId(request_id): RequestId,
    Path((id, slug)): Path<(String, String)>,
    parameters: Parameters,
) -> Result<Json<Value>, Refusal> {
    let (place, integration) = api.find(&id, &slug).await?;
    let note = note(requester.of(&api.access, &place).await?, request_id);
    let settings = Settings::from_json(parameters.into_json()).map_err(Refusal::parameters)?;
    let saved = api
        .parts
        .integrations
        .put(place, integration, Editor::Api, &settings, note)
        .await?;
    detail(&saved)
}

async fn reset(
    requester: Requester,
    State(api): State<Api>,
    RequestId(request_id): RequestId,
    Path((id, slug)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let (place, integration) = api.find(&id, &slug).await?;
    let note = note(requester.of(&api.access, &place).await?, request_id);
    let was_there = api
        .parts
        .integrations
        .reset(place, integration, note)
        .await?;
    was_there
        .map(|_| StatusCode::NO_CONTENT)
        .ok_or_else(not_found)
}

fn detail(shown: &Shown) -> Result<Json<Value>, Refusal> {
    let detail = api::detail(&shown.record());
    detail.map(Json).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "a stored integration cannot be read");
    let words = "Internal Server Error - the stored settings cannot be read; put them anew";
    Refusal::message(StatusCode::INTERNAL_SERVER_ERROR, words)
}

fn note(author: store::Author, request_id: String) -> Note {
    Note {
        author,
        reason: None,
        request_id,
        overrides: Vec::new(),
        command: None,
    }
}

impl From<PutError> for Refusal {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Refused(refused) => {
                let status = StatusCode::from_u16(refused.status());
                Self::of(status.unwrap_or(StatusCode::BAD_REQUEST), refused.body())
            }
            PutError::NoKey => Self::bad_request(error),
            PutError::Store(error) => error.into(),
        }
    }
}
