//! The workspaces that a project is connected to.

use store::{Connection, Place};

use crate::error::ApiError;
use crate::pages::workspaces::standing::Standing;
use crate::pages::workspaces::told;
use crate::pages::{Site, address};

/// What is told of a project's connections.
pub(super) struct Connected {
    pub(super) rows: Vec<ConnectedRow>,
    /// Where another workspace is chosen; none for what is no project.
    pub(super) choose: Option<String>,
    /// The app speaks, and no event is on: nobody hears anything.
    pub(super) is_mute: bool,
}

/// A workspace that a project is connected to.
pub(super) struct ConnectedRow {
    pub(super) workspace: String,
    pub(super) href: String,
    pub(super) alias: Option<String>,
    /// Why the workspace does not have the app any more.
    pub(super) gone: Option<String>,
}

impl Connected {
    /// `app_speaks` says whether the app is the one that tells of the place.
    pub(super) async fn of(site: &Site, place: &Place, app_speaks: bool) -> Result<Self, ApiError> {
        let Place::Project { path, .. } = place else {
            return Ok(Self {
                rows: Vec::new(),
                choose: None,
                is_mute: false,
            });
        };
        let connections = site.pages.store.connections_of_project(path).await?;
        let configs = site.flags.integrations.apps_of(path);
        Ok(Self {
            rows: connections
                .into_iter()
                .map(|one| ConnectedRow::new(site, &one))
                .collect(),
            choose: Some(address::with("/slack", &[("project", path.as_str())])),
            is_mute: app_speaks && configs.iter().all(|config| !config.wants_something()),
        })
    }
}

impl ConnectedRow {
    fn new(site: &Site, connection: &Connection) -> Self {
        let workspace = &connection.workspace;
        let gone = match Standing::of(site, workspace) {
            Some(standing) => standing.removed.map(|(because, _)| because),
            None => Some("the app was never there".to_owned()),
        };
        Self {
            workspace: told::name(site, workspace),
            href: address::connection(workspace, connection.project.as_str()),
            alias: told::alias(connection),
            gone,
        }
    }
}
