//! `GET /slack`: what the app does, and the way to connect a project.
//!
//! Everybody sees what the app is for. Whoever is signed in chooses a project that they maintain,
//! then the workspace that is to hear of it.

mod projects;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::ProjectPath;
use serde::Deserialize;
use store::Place;

use super::workspaces::choice::Choice;
use super::workspaces::standing::Standing;
use super::{Frame, Site, address, html, projects as places};
use crate::access::{Caller, Viewer};
use crate::error::ApiError;
use projects::Found;

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
    command: String,
    is_signed_in: bool,
    is_administrator: bool,
    can_install: bool,
    step: Step,
}

/// How far somebody is.
enum Step {
    /// Not signed in.
    SignIn,
    Project(Found),
    Workspace(Chosen),
}

/// A project that was chosen.
struct Chosen {
    path: String,
    /// Where the app is added to Slack for it, if it can be from here.
    install: Option<String>,
    workspaces: Vec<WorkspaceRow>,
}

/// A workspace that somebody may bring a project to.
struct WorkspaceRow {
    standing: Standing,
    /// Where that is done, or shown.
    href: String,
    is_connected: bool,
}

/// What somebody looks for, or has chosen.
#[derive(Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    text: String,
    #[serde(default)]
    project: String,
}

pub(super) async fn show(
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(wish) =
        wish.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let choice = Choice::of(&site, &caller).await?;
    let step = match (wish.project.trim(), caller.person()) {
        ("", Some(person)) => {
            let found = Found::of(&site, &caller, person, wish.text.trim()).await?;
            Step::Project(found)
        }
        ("", None) => Step::SignIn,
        (path, _) => chosen(&site, &caller, &choice, path).await?,
    };
    html(&LandingPage {
        command: site.flags.command.clone(),
        is_signed_in: caller.person().is_some(),
        is_administrator: choice.is_administrator(),
        can_install: site.app.parts().installations.can_install(),
        frame: Frame::of_person(&site.pages, "slack", viewer),
        step,
    })
}

/// Where a chosen project can go. Whoever may not bring it anywhere is asked to sign in, or told.
async fn chosen(
    site: &Site,
    caller: &Caller,
    choice: &Choice,
    path: &str,
) -> Result<Step, ApiError> {
    let path = places::place::path_of(path)?;
    let place = Place::Project {
        path: path.clone(),
        id: None,
    };
    caller.may_change(&site.access, &place).await?;
    let connections = site.pages.store.connections_of_project(&path).await?;
    let workspaces = choice.installed(site).into_iter().map(|installed| {
        let workspace = &installed.workspace;
        WorkspaceRow {
            standing: Standing::installed(&installed),
            href: address::connection(workspace, path.as_str()),
            is_connected: connections.iter().any(|one| one.workspace == *workspace),
        }
    });
    let can_install = site.app.parts().installations.can_install();
    Ok(Step::Workspace(Chosen {
        install: can_install.then(|| install(&path)),
        workspaces: workspaces.collect(),
        path: path.to_string(),
    }))
}

fn install(project: &ProjectPath) -> String {
    address::with("/slack/install", &[("project", project.as_str())])
}
