//! `GET /workspaces/{id}`: one workspace, for its people and for administrators.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::WorkspaceId;
use installations::Installed;
use jiff::Timestamp;
use store::{Connection, Place};

use super::choice::Choice;
use super::standing::{self, ScopeRow, Standing};
use super::told;
use crate::access::{Caller, Viewer};
use crate::error::ApiError;
use crate::pages::time::Moment;
use crate::pages::{Frame, Site, address, html};

#[derive(Template)]
#[template(path = "workspace.html")]
struct WorkspacePage {
    frame: Frame,
    standing: Standing,
    facts: Option<Facts>,
    scopes: Vec<ScopeRow>,
    projects: Vec<ProjectRow>,
    is_administrator: bool,
    can_install: bool,
    refused: Option<String>,
}

/// How the app came there.
struct Facts {
    installed_by: Option<String>,
    installed_at: Option<Moment>,
    /// When its token is renewed at the latest.
    expires_at: Option<Moment>,
    enterprise: Option<String>,
    is_fixed: bool,
}

/// A connected project.
struct ProjectRow {
    path: String,
    href: String,
    alias: Option<String>,
    by: String,
    at: Moment,
}

pub(in crate::pages) async fn show(
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let workspace = standing::id_of(&id)?;
    page(&site, &caller, viewer, &workspace, None).await
}

pub(super) async fn page(
    site: &Site,
    caller: &Caller,
    viewer: Viewer,
    workspace: &WorkspaceId,
    refused: Option<String>,
) -> Result<Response, ApiError> {
    let choice = Choice::of(site, caller).await?;
    if !choice.is_linked(workspace) && !choice.is_administrator() {
        // Viewers see everything; whoever is nobody here is asked to sign in.
        caller.may_see(&site.access, &Place::Instance).await?;
    }
    let standing = Standing::of(site, workspace).ok_or_else(standing::unknown)?;
    let connections = site.pages.store.connections_in(workspace).await?;
    let installed = site.app.parts().installations.get(workspace);
    let now = site.pages.clock.now();
    html(&WorkspacePage {
        frame: Frame::of_person(&site.pages, "slack", viewer),
        standing,
        facts: installed.as_ref().map(|one| Facts::of(one, now)),
        scopes: installed
            .filter(|one| one.knows_scopes())
            .map(|one| standing::scopes(&one))
            .unwrap_or_default(),
        projects: connections
            .into_iter()
            .map(|one| ProjectRow::new(one, now))
            .collect(),
        is_administrator: choice.is_administrator(),
        can_install: site.app.parts().installations.can_install(),
        refused,
    })
}

impl Facts {
    fn of(installed: &Installed, now: Timestamp) -> Self {
        Self {
            installed_by: installed.installed_by.clone(),
            installed_at: installed.installed_at.map(|at| Moment::new(at, now)),
            expires_at: installed.expires_at.map(|at| Moment::new(at, now)),
            enterprise: installed.enterprise.clone(),
            is_fixed: installed.is_fixed,
        }
    }
}

impl ProjectRow {
    fn new(connection: Connection, now: Timestamp) -> Self {
        let project = &connection.project;
        Self {
            href: address::connection(&connection.workspace, project.as_str()),
            alias: told::alias(&connection),
            path: project.to_string(),
            by: connection.connected_by.name,
            at: Moment::new(connection.connected_at, now),
        }
    }
}
