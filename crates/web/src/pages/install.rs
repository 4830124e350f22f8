//! `/slack/install` and `/slack/oauth/callback`: away to Slack, and back with the app installed.
//!
//! The project that somebody begins with is connected to whichever workspace they choose in
//! Slack. Who comes back must be the browser that went; that is `installations`' to see to.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{ProjectPath, WorkspaceId};
use installations::{Callback, Finished, InstallError};
use serde::{Deserialize, Serialize};
use store::{Note, Place};

use super::workspaces::connect::{self, NotConnected, Wanted};
use super::{Frame, Site, address, author_of, html, projects};
use crate::access::cookies::Browser;
use crate::access::{Caller, Refused, Viewer};
use crate::error::{ApiError, Chain};
use crate::request_id::RequestId;

#[derive(Template)]
#[template(path = "cancelled.html")]
struct CancelledPage {
    frame: Frame,
    back: String,
}

/// What somebody wants to install the app for.
#[derive(Deserialize)]
pub(super) struct Wish {
    project: Option<String>,
    workspace: Option<String>,
}

/// What is remembered until they are back.
#[derive(Default, Serialize, Deserialize)]
struct Details {
    project: Option<ProjectPath>,
    /// GitLab's number of whoever is signed in.
    person: Option<u64>,
}

impl Details {
    fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// `GET /slack/install`: sends the browser to Slack. Whoever maintains the project may, and
/// without one an administrator.
pub(super) async fn begin(
    caller: Caller,
    viewer: Viewer,
    browser: Browser,
    State(site): State<Site>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(wish) = wish.map_err(|error| ApiError::bad_request("bad_wish", error.body_text()))?;
    let project = wish.project.as_deref().filter(|path| !path.is_empty());
    let project = project.map(projects::place::path_of).transpose()?;
    let place = match &project {
        Some(path) => Place::Project {
            path: path.clone(),
            id: None,
        },
        None => Place::Instance,
    };
    match (
        caller.may_change(&site.access, &place).await,
        viewer.sign_in,
    ) {
        (Ok(_), _) => (),
        (Err(Refused::Unknown), Some(sign_in)) => {
            return Ok(Redirect::to(&sign_in).into_response());
        }
        // Whoever is no administrator chooses a project first.
        (Err(Refused::NotAllowed { .. }), _) if project.is_none() => {
            return Ok(Redirect::to("/slack").into_response());
        }
        (Err(refused), _) => return Err(refused.into()),
    }
    let workspace = wish.workspace.as_deref().filter(|id| !id.is_empty());
    let workspace: Option<WorkspaceId> = workspace
        .map(str::parse)
        .transpose()
        .map_err(|_| ApiError::bad_request("bad_workspace", "workspace: no workspace's id"))?;
    let details = Details {
        project,
        person: caller.person().map(|person| person.id),
    };
    let installations = &site.app.parts().installations;
    let there = installations
        .begin_install(browser.secret(), details.write(), workspace.as_ref())
        .await
        .map_err(not_installed)?;
    Ok((browser.cookie(), Redirect::to(there.as_str())).into_response())
}

/// What Slack sends a browser back with.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// `GET /slack/oauth/callback`: takes the browser back.
pub(super) async fn finish(
    caller: Caller,
    viewer: Viewer,
    browser: Browser,
    RequestId(request_id): RequestId,
    State(site): State<Site>,
    back: Result<Query<Back>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(back) =
        back.map_err(|error| ApiError::bad_request("bad_callback", error.body_text()))?;
    let note = Note {
        author: author_of(&caller.known()?),
        reason: None,
        request_id,
        overrides: Vec::new(),
        command: None,
    };
    let callback = Callback {
        state: &back.state,
        code: back.code.as_deref(),
        error: back.error.as_deref(),
    };
    let installations = &site.app.parts().installations;
    let finished = installations.finish_install(callback, browser.secret(), note.clone());
    let finished = match finished.await {
        Ok(finished) => finished,
        Err(InstallError::Cancelled { details }) => {
            let page = html(&CancelledPage {
                frame: Frame::of_person(&site.pages, "slack", viewer),
                back: back_to(&Details::read(&details)),
            })?;
            return Ok(page);
        }
        Err(error) => return Err(not_installed(error)),
    };
    let there = connected(&site, &caller, &finished, note).await?;
    Ok(Redirect::to(&there).into_response())
}

/// Connects the project that it was begun with, and says where that is shown.
async fn connected(
    site: &Site,
    caller: &Caller,
    finished: &Finished,
    note: Note,
) -> Result<String, ApiError> {
    let workspace = &finished.installed.workspace;
    let details = Details::read(&finished.details);
    let Some(project) = details.project else {
        return Ok(address::workspace(workspace));
    };
    let page = address::connection(workspace, project.as_str());
    // Somebody else may have signed in meanwhile; they are asked on the page.
    if caller.person().map(|person| person.id) != details.person {
        return Ok(page);
    }
    let wanted = Wanted {
        workspace,
        project: &project,
        alias: "",
        channel: None,
    };
    match connect::connect(site, caller, wanted, note).await {
        Ok(connected) => {
            let project = connected.connection.project;
            Ok(address::connection(workspace, project.as_str()))
        }
        Err(NotConnected::Failed(error)) => Err(error),
        Err(NotConnected::Refused { why, .. }) => {
            tracing::warn!(%workspace, %project, why, "a project was not connected");
            Ok(page)
        }
    }
}

fn back_to(details: &Details) -> String {
    let project = details.project.as_ref().map_or("", ProjectPath::as_str);
    address::with("/slack", &[("project", project)])
}

/// Why the app was not installed, for whoever came back. Whether a state was ever known here is
/// nobody's business.
fn not_installed(error: InstallError) -> ApiError {
    let told = |status, code| ApiError::new(status, code, format!("{error}; {}", error.remedy()));
    match error {
        InstallError::UnknownState | InstallError::OtherBrowser => {
            tracing::warn!(%error, "a browser came back from Slack and was refused");
            ApiError::new(
                StatusCode::FORBIDDEN,
                "wrong_state",
                "this installation was not begun in this browser, or is over; begin it again on the page Slack",
            )
        }
        InstallError::NoApplication | InstallError::NoKey => {
            told(StatusCode::CONFLICT, "cannot_install")
        }
        InstallError::Cancelled { .. } => told(StatusCode::FORBIDDEN, "cancelled"),
        InstallError::Store(error) => error.into(),
        InstallError::Refused { .. }
        | InstallError::OtherApp { .. }
        | InstallError::OtherWorkspace { .. }
        | InstallError::Oauth(_)
        | InstallError::Token(_)
        | InstallError::Client(_)
        | InstallError::Unseal(_) => {
            tracing::error!(error = %Chain(&error), "the app was not installed");
            told(StatusCode::BAD_GATEWAY, "not_installed")
        }
    }
}
