//! `/workspaces`: which workspaces have the app, what it may do there, and their projects.

pub(super) mod acts;
pub(super) mod choice;
pub(super) mod connect;
pub(super) mod one;
pub(super) mod project;
pub(super) mod removal;
pub(super) mod standing;
pub(super) mod told;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use store::Connection;

use super::{Frame, Site, html};
use crate::access::{Administrator, Viewer};
use crate::error::ApiError;
use standing::Standing;

#[derive(Template)]
#[template(path = "workspaces.html")]
struct WorkspacesPage {
    frame: Frame,
    rows: Vec<WorkspaceRow>,
    can_install: bool,
}

/// A workspace in the list.
struct WorkspaceRow {
    standing: Standing,
    /// How many projects are connected to it.
    projects: usize,
}

/// `GET /workspaces`
pub(super) async fn show(
    _: Administrator,
    viewer: Viewer,
    State(site): State<Site>,
) -> Result<Response, ApiError> {
    let connections = site.pages.store.connections().await?;
    let installations = &site.app.parts().installations;
    let now = site.pages.clock.now();
    let installed = installations.all().into_iter();
    let installed = installed.map(|installed| Standing::installed(&installed));
    let removed = installations.removed().into_iter();
    let removed = removed.map(|removed| Standing::removed(removed, now));
    let rows = installed.chain(removed);
    html(&WorkspacesPage {
        frame: Frame::of_person(&site.pages, "slack", viewer),
        rows: rows
            .map(|standing| WorkspaceRow::new(standing, &connections))
            .collect(),
        can_install: installations.can_install(),
    })
}

impl WorkspaceRow {
    fn new(standing: Standing, connections: &[Connection]) -> Self {
        let of_it = |one: &&Connection| one.workspace.as_str() == standing.id;
        Self {
            projects: connections.iter().filter(of_it).count(),
            standing,
        }
    }
}
