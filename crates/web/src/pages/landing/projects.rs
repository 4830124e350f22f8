//! The projects that somebody maintains, as GitLab says now.

use std::collections::HashMap;

use accounts::{AccessLevel, AccountsError, SignedIn};
use domain::ProjectPath;
use gitlab::rest::{Client, IdOrPath, ProjectQuery, if_found};
use store::{Connection, Place};

use crate::access::{Caller, Refused};
use crate::error::ApiError;
use crate::pages::workspaces::told;
use crate::pages::{Site, address};

/// How many are shown at once; the others are found by searching.
const MOST: usize = 50;

/// Projects like what was searched for.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) free: Vec<ProjectRow>,
    pub(super) connected: Vec<ProjectRow>,
    /// Whether there are no more of them.
    pub(super) is_complete: bool,
}

/// A project that somebody maintains.
pub(super) struct ProjectRow {
    pub(super) path: String,
    pub(super) name: String,
    /// Where its workspace is chosen.
    pub(super) href: String,
    /// The workspaces that hear of it, each with its page.
    pub(super) workspaces: Vec<(String, String)>,
}

impl Found {
    pub(super) async fn of(
        site: &Site,
        caller: &Caller,
        person: &SignedIn,
        text: &str,
    ) -> Result<Self, ApiError> {
        let query = ProjectQuery {
            text: text.to_owned(),
            at_least: AccessLevel::MAINTAINER,
            with_issues: false,
            limit: MOST,
        };
        let accounts = crate::pages::sign_in::accounts(&site.access)?;
        let client = accounts.client(person).await.map_err(Refused::from)?;
        let listed = client.my_projects(&query).await;
        let listed = listed.map_err(|error| Refused::from(AccountsError::from(error)))?;
        let mut projects: Vec<(ProjectPath, String)> = listed
            .items
            .into_iter()
            .filter_map(|one| Some((one.path_with_namespace.parse().ok()?, one.name)))
            .collect();
        projects.extend(named(site, caller, &client, text, &projects).await?);
        let connections = by_project(site.pages.store.connections().await?);
        let rows = projects
            .into_iter()
            .map(|(path, name)| ProjectRow::new(site, &path, name, &connections));
        let (free, connected) = rows.partition(|row| row.workspaces.is_empty());
        Ok(Self {
            text: text.to_owned(),
            free,
            connected,
            is_complete: listed.is_complete,
        })
    }
}

/// A project that was typed in full: administrators are members of few.
async fn named(
    site: &Site,
    caller: &Caller,
    client: &Client,
    text: &str,
    found: &[(ProjectPath, String)],
) -> Result<Option<(ProjectPath, String)>, ApiError> {
    let Ok(named @ IdOrPath::Path(_)) = text.parse() else {
        return Ok(None);
    };
    if !text.contains('/') {
        return Ok(None);
    }
    let there = if_found(client.project(&named).await);
    let there = there.map_err(|error| Refused::from(AccountsError::from(error)))?;
    let there = there.and_then(|one| Some((one.path_with_namespace.parse().ok()?, one.name)));
    let Some((path, name)) = there.filter(|(path, _)| found.iter().all(|(known, _)| known != path))
    else {
        return Ok(None);
    };
    let place = Place::Project {
        path: path.clone(),
        id: None,
    };
    match caller.may_change(&site.access, &place).await {
        Ok(_) => Ok(Some((path, name))),
        Err(Refused::NotAllowed { .. } | Refused::Unknown) => Ok(None),
        Err(refused) => Err(refused.into()),
    }
}

fn by_project(connections: Vec<Connection>) -> HashMap<String, Vec<Connection>> {
    let mut all: HashMap<String, Vec<Connection>> = HashMap::new();
    for connection in connections {
        let key = connection.project.as_str().to_lowercase();
        all.entry(key).or_default().push(connection);
    }
    all
}

impl ProjectRow {
    fn new(
        site: &Site,
        path: &ProjectPath,
        name: String,
        connections: &HashMap<String, Vec<Connection>>,
    ) -> Self {
        let connected = connections.get(&path.as_str().to_lowercase());
        let connected = connected.map(Vec::as_slice).unwrap_or_default();
        Self {
            href: address::with("/slack", &[("project", path.as_str())]),
            workspaces: connected
                .iter()
                .map(|one| {
                    let name = told::name(site, &one.workspace);
                    (name, address::connection(&one.workspace, path.as_str()))
                })
                .collect(),
            path: path.to_string(),
            name,
        }
    }
}
