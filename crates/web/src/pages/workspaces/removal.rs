//! `POST /workspaces/{id}/removals`: takes the app out of a workspace, in Slack too.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use installations::RemoveError;
use serde::Deserialize;
use store::Note;

use super::{one, standing};
use crate::access::{Administrator, Caller, Viewer};
use crate::error::{ApiError, Chain};
use crate::pages::{Site, address, author_of};
use crate::request_id::RequestId;

/// The form.
#[derive(Deserialize)]
pub(in crate::pages) struct Fields {
    #[serde(default)]
    reason: String,
    /// Whether whoever sends it says that they mean it.
    confirmed: Option<String>,
}

/// The reason that is kept while nobody gives one.
const NO_REASON: &str = "an administrator removed the app";
/// Characters of a reason.
const LONGEST: usize = 500;

pub(in crate::pages) async fn remove(
    administrator: Administrator,
    (caller, viewer): (Caller, Viewer),
    RequestId(request_id): RequestId,
    State(site): State<Site>,
    Path(id): Path<String>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let workspace = standing::id_of(&id)?;
    let Form(fields) =
        form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    if fields.confirmed.as_deref() != Some("yes") {
        let why = "say first that you mean it: tick the box".to_owned();
        let page = one::page(&site, &caller, viewer, &workspace, Some(why)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let reason: String = fields.reason.trim().chars().take(LONGEST).collect();
    let reason = Some(reason).filter(|reason| !reason.is_empty());
    let note = Note {
        author: author_of(administrator.author()),
        reason: reason.clone(),
        request_id,
        overrides: Vec::new(),
        command: None,
    };
    let because = reason.as_deref().unwrap_or(NO_REASON);
    let installations = &site.app.parts().installations;
    match installations.remove(&workspace, because, note).await {
        Ok(gone) => {
            let app = site.app.clone();
            let told = async move { app.tell_gone(&gone).await };
            site.app.parts().tasks.spawn(told);
            Ok(Redirect::to(&address::workspace(&workspace)).into_response())
        }
        Err(RemoveError::NotInstalled(_)) => {
            Ok(Redirect::to(&address::workspace(&workspace)).into_response())
        }
        Err(RemoveError::Store(error)) => Err(error.into()),
        Err(error @ RemoveError::Slack(_)) => {
            tracing::error!(error = %Chain(&error), %workspace, "the app was not removed");
            let why = format!("{error}; {}", error.remedy());
            let page = one::page(&site, &caller, viewer, &workspace, Some(why)).await?;
            Ok((StatusCode::BAD_GATEWAY, page).into_response())
        }
    }
}
