//! What the forms of a project's page in a workspace do: `POST …` connects it or gives it another
//! alias, `POST …/-/removals` takes it from the workspace.

use app::connecting::{self, ConnectingError};
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{ChannelName, ProjectPath, WorkspaceId};
use serde::Deserialize;
use store::{ConnectError, Note, Place};

use super::choice::Choice;
use super::connect::{self, NotConnected, Wanted};
use super::project::{Refusal, of_address, page};
use crate::access::{Caller, Maintainer, Refused, Viewer};
use crate::error::ApiError;
use crate::pages::{Site, address, author_of, projects};
use crate::request_id::RequestId;

/// The form.
#[derive(Default, Deserialize)]
pub(in crate::pages) struct Fields {
    #[serde(default)]
    alias: String,
    #[serde(default)]
    channel: String,
}

pub(in crate::pages) async fn act(
    caller: Caller,
    viewer: Viewer,
    RequestId(request_id): RequestId,
    State(site): State<Site>,
    Path((id, rest)): Path<(String, String)>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let (path, act) = rest.rsplit_once("/-/").unwrap_or((&rest, ""));
    let (workspace, project) = of_address(&id, path)?;
    let place = Place::Project {
        path: project.clone(),
        id: None,
    };
    let maintainer = caller.may_change(&site.access, &place).await?;
    let Form(fields) =
        form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    let note = note(&maintainer, request_id);
    match act {
        "" => {
            save(
                &site,
                (&caller, viewer),
                (&workspace, &project),
                fields,
                note,
            )
            .await
        }
        "removals" => remove(&site, (&workspace, &project), note).await,
        _ => Err(ApiError::not_found(
            "unknown_act",
            "no button of a page is at this address",
        )),
    }
}

fn note(maintainer: &Maintainer, request_id: String) -> Note {
    Note {
        author: author_of(maintainer.author()),
        reason: None,
        request_id,
        overrides: Vec::new(),
        command: None,
    }
}

async fn save(
    site: &Site,
    (caller, viewer): (&Caller, Viewer),
    (workspace, project): (&WorkspaceId, &ProjectPath),
    fields: Fields,
    note: Note,
) -> Result<Response, ApiError> {
    let done = match channel(&fields.channel) {
        Ok(channel) => {
            must_be_known(site, caller, (workspace, project)).await?;
            let wanted = Wanted {
                workspace,
                project,
                alias: &fields.alias,
                channel: channel.as_ref(),
            };
            connect::connect(site, caller, wanted, note).await
        }
        Err(refused) => Err(refused),
    };
    match done {
        Ok(connected) => {
            let there = connected.connection.project;
            let there = address::connection(workspace, there.as_str());
            Ok(Redirect::to(&there).into_response())
        }
        Err(NotConnected::Failed(error)) => Err(error),
        Err(NotConnected::Refused { status, why }) => {
            let refusal = Refusal {
                status,
                why,
                alias: fields.alias,
                channel: fields.channel,
            };
            page(site, caller, viewer, (workspace, project), Some(refusal)).await
        }
    }
}

fn channel(typed: &str) -> Result<Option<ChannelName>, NotConnected> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let parsed: Result<ChannelName, _> = typed.parse();
    parsed.map(Some).map_err(|error| NotConnected::Refused {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        why: error.to_string(),
    })
}

/// A project that is not connected yet is brought only to a workspace that knows who brings it.
async fn must_be_known(
    site: &Site,
    caller: &Caller,
    (workspace, project): (&WorkspaceId, &ProjectPath),
) -> Result<(), ApiError> {
    let installed = site.app.parts().installations.get(workspace);
    let installed = installed.ok_or_else(|| {
        let message = "the workspace does not have the app now; add it to Slack first";
        ApiError::new(StatusCode::CONFLICT, "not_installed", message)
    })?;
    let before = site.pages.store.connection(workspace, project).await?;
    if before.is_some() || Choice::of(site, caller).await?.has(&installed) {
        return Ok(());
    }
    let needs = "to connect a project to this workspace, link your Slack account there first, or \
                 add the app to Slack once more";
    Err(Refused::NotAllowed {
        needs: needs.to_owned(),
    }
    .into())
}

async fn remove(
    site: &Site,
    (workspace, project): (&WorkspaceId, &ProjectPath),
    note: Note,
) -> Result<Response, ApiError> {
    let gone = connecting::disconnect(site.app.parts(), workspace, project, note).await;
    match gone {
        // Twice is once.
        Ok(_) => {
            let place = Place::Project {
                path: project.clone(),
                id: None,
            };
            Ok(Redirect::to(&projects::href(&place)).into_response())
        }
        Err(
            ConnectingError::Store(error) | ConnectingError::Connect(ConnectError::Store(error)),
        ) => Err(error.into()),
        Err(error @ (ConnectingError::Connect(_) | ConnectingError::Put(_))) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "not_disconnected",
            error.to_string(),
        )),
    }
}
