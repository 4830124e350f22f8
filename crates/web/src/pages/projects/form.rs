//! What the forms of a place's page do: `POST …/-/{integration}` saves its settings,
//! `POST …/-/{integration}/resets` takes them back.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use integrations::PutError;
use notify::Integration;
use notify::settings::api::{Editor, Parameters};
use store::{Note, Place};

use super::place::{Refusal, page, path_of, with_id};
use crate::access::{Caller, Viewer};
use crate::error::ApiError;
use crate::pages::{Site, author_of};
use crate::request_id::RequestId;

type Fields = Result<Form<Vec<(String, String)>>, FormRejection>;

pub(in crate::pages) async fn project(
    caller: Caller,
    viewer: Viewer,
    request_id: RequestId,
    State(site): State<Site>,
    Path(rest): Path<String>,
    form: Fields,
) -> Result<Response, ApiError> {
    let (path, act) = split(&rest)?;
    let path = path_of(path)?;
    let place = Place::Project { path, id: None };
    Act::of(act)?
        .run(&site, place, By { caller, viewer }, request_id, form)
        .await
}

pub(in crate::pages) async fn group(
    caller: Caller,
    viewer: Viewer,
    request_id: RequestId,
    State(site): State<Site>,
    Path(rest): Path<String>,
    form: Fields,
) -> Result<Response, ApiError> {
    let (path, act) = split(&rest)?;
    let path = path_of(path)?;
    let place = Place::Group { path, id: None };
    Act::of(act)?
        .run(&site, place, By { caller, viewer }, request_id, form)
        .await
}

pub(in crate::pages) async fn instance(
    caller: Caller,
    viewer: Viewer,
    request_id: RequestId,
    State(site): State<Site>,
    Path(act): Path<String>,
    form: Fields,
) -> Result<Response, ApiError> {
    Act::of(&act)?
        .run(
            &site,
            Place::Instance,
            By { caller, viewer },
            request_id,
            form,
        )
        .await
}

/// A place's path ends where `/-/` begins, as in GitLab's own addresses.
fn split(rest: &str) -> Result<(&str, &str), ApiError> {
    rest.rsplit_once("/-/").ok_or_else(no_act)
}

fn no_act() -> ApiError {
    ApiError::not_found("unknown_act", "no button of a page is at this address")
}

/// Who has sent a form.
struct By {
    caller: Caller,
    viewer: Viewer,
}

/// What is done to which integration.
enum Act {
    Save(Integration),
    Reset(Integration),
}

impl Act {
    fn of(text: &str) -> Result<Self, ApiError> {
        let (slug, act) = text.split_once('/').unwrap_or((text, ""));
        let integration = Integration::of_slug(slug).ok_or_else(no_act)?;
        match act {
            "" => Ok(Self::Save(integration)),
            "resets" => Ok(Self::Reset(integration)),
            _ => Err(no_act()),
        }
    }

    async fn run(
        self,
        site: &Site,
        place: Place,
        By { caller, viewer }: By,
        RequestId(request_id): RequestId,
        form: Fields,
    ) -> Result<Response, ApiError> {
        let maintainer = caller.may_change(&site.access, &place).await?;
        let Form(pairs) =
            form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
        let reason = pairs.iter().find(|(name, _)| name == "reason");
        let reason = reason.map(|(_, reason)| reason.trim().to_owned());
        let note = Note {
            author: author_of(maintainer.author()),
            reason: reason.filter(|reason| !reason.is_empty()),
            request_id,
            overrides: Vec::new(),
            command: None,
        };
        let back = super::href(&place);
        let integrations = &site.flags.integrations;
        let place = with_id(site, place).await?;
        let (integration, done) = match self {
            Self::Save(integration) => {
                let parameters = Parameters::from_pairs(pairs.clone());
                let put =
                    integrations.put(place.clone(), integration, Editor::Page, &parameters, note);
                (integration, put.await.map(drop))
            }
            Self::Reset(integration) => {
                let reset = integrations.reset(place.clone(), integration, note);
                (integration, reset.await.map(drop))
            }
        };
        let (status, why) = match done {
            Ok(()) => return Ok(Redirect::to(&back).into_response()),
            Err(PutError::Store(error)) => return Err(error.into()),
            Err(PutError::Refused(refused)) => {
                let status = StatusCode::from_u16(refused.status());
                (
                    status.unwrap_or(StatusCode::BAD_REQUEST),
                    refused.to_string(),
                )
            }
            Err(error @ PutError::NoKey) => (StatusCode::CONFLICT, error.to_string()),
        };
        let refusal = Refusal {
            integration,
            status,
            why,
            sent: pairs,
        };
        page(site, place, Some(refusal), viewer).await
    }
}
