//! `GET /workspaces/{id}/projects/{path}`: a project in a workspace. People come here from
//! installing the app, and from commands in Slack.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{ProjectPath, WorkspaceId};
use store::{Connection, Place};

use super::choice::Choice;
use super::standing::{self, Standing};
use super::told::Told;
use crate::access::{Caller, Refused, Viewer};
use crate::error::ApiError;
use crate::pages::projects;
use crate::pages::time::Moment;
use crate::pages::{Frame, Site, address, html};

#[derive(Template)]
#[template(path = "connection.html")]
struct ConnectionPage {
    frame: Frame,
    project: String,
    project_href: String,
    /// Where the forms are sent.
    action: String,
    standing: Standing,
    connection: Option<ConnectionRow>,
    /// As it was sent, when that was refused.
    alias: String,
    channel: String,
    refused: Option<String>,
    /// Whether whoever looks may change the project.
    may_change: bool,
    /// Whether they may connect it without going through Slack.
    may_connect: bool,
    /// Whether their own account there is linked.
    is_linked: bool,
    /// Where the app is added to the workspace, if it can be from here.
    install: Option<String>,
    told: Told,
    settings: String,
    command: String,
}

/// A connection as it is now.
struct ConnectionRow {
    alias: String,
    by: String,
    at: Moment,
}

/// A form that was refused: shown again as it was filled in.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) why: String,
    pub(super) alias: String,
    pub(super) channel: String,
}

pub(in crate::pages) async fn show(
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
    Path((id, path)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (workspace, project) = of_address(&id, &path)?;
    page(&site, &caller, viewer, (&workspace, &project), None).await
}

/// The workspace and the project of an address.
pub(super) fn of_address(id: &str, path: &str) -> Result<(WorkspaceId, ProjectPath), ApiError> {
    Ok((standing::id_of(id)?, projects::place::path_of(path)?))
}

pub(super) async fn page(
    site: &Site,
    caller: &Caller,
    viewer: Viewer,
    (workspace, project): (&WorkspaceId, &ProjectPath),
    refusal: Option<Refusal>,
) -> Result<Response, ApiError> {
    let place = Place::Project {
        path: project.clone(),
        id: None,
    };
    caller.may_see(&site.access, &place).await?;
    let standing = Standing::of(site, workspace).ok_or_else(standing::unknown)?;
    let choice = Choice::of(site, caller).await?;
    let connection = site.pages.store.connection(workspace, project).await?;
    let may_change = may_change(site, caller, &place).await?;
    let installed = site.app.parts().installations.get(workspace);
    let may_connect = installed.is_some_and(|installed| choice.has(&installed));
    let can_install = site.app.parts().installations.can_install();
    let status = refusal.as_ref().map(|refusal| refusal.status);
    let now = site.pages.clock.now();
    let (alias, channel, refused) = match refusal {
        Some(refusal) => (refusal.alias, refusal.channel, Some(refusal.why)),
        None => {
            let alias = connection.as_ref().map(|one| one.alias.to_string());
            (alias.unwrap_or_default(), String::new(), None)
        }
    };
    let page = html(&ConnectionPage {
        frame: Frame::of_person(&site.pages, "slack", viewer),
        project: project.to_string(),
        project_href: projects::href(&place),
        action: address::connection(workspace, project.as_str()),
        connection: connection.map(|one| ConnectionRow::new(one, now)),
        alias,
        channel,
        refused,
        may_change,
        may_connect,
        is_linked: choice.is_linked(workspace),
        install: (may_change && can_install).then(|| standing.install(project.as_str())),
        told: Told::of(site, workspace, project),
        settings: format!("{}#gitlab-slack-application", projects::href(&place)),
        command: site.flags.command.clone(),
        standing,
    })?;
    Ok(match status {
        Some(status) => (status, page).into_response(),
        None => page,
    })
}

async fn may_change(site: &Site, caller: &Caller, place: &Place) -> Result<bool, Refused> {
    match caller.may_change(&site.access, place).await {
        Ok(_) => Ok(true),
        Err(Refused::NotAllowed { .. } | Refused::Unknown) => Ok(false),
        Err(refused) => Err(refused),
    }
}

impl ConnectionRow {
    fn new(connection: Connection, now: jiff::Timestamp) -> Self {
        Self {
            alias: connection.alias.to_string(),
            by: connection.connected_by.name,
            at: Moment::new(connection.connected_at, now),
        }
    }
}
