//! Connecting a project to a workspace for whoever asks on a page.

use accounts::AccountsError;
use app::connecting::{self, Connect, Connected, ConnectingError};
use app::slash::check_alias;
use axum::http::StatusCode;
use domain::{ChannelName, ProjectPath, WorkspaceId};
use gitlab::rest::{Client, IdOrPath, RestError};
use store::{Alias, ConnectError, ConnectedBy, NewConnection, Note, Place};

use crate::access::{Caller, Refused};
use crate::error::ApiError;
use crate::pages::Site;

/// A connection that somebody wants.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Wanted<'a> {
    pub(in crate::pages) workspace: &'a WorkspaceId,
    pub(in crate::pages) project: &'a ProjectPath,
    /// Empty for the one that it has, else its path.
    pub(in crate::pages) alias: &'a str,
    /// Where the everyday events are told, if nothing is told yet.
    pub(in crate::pages) channel: Option<&'a ChannelName>,
}

/// Why a project was not connected.
pub(in crate::pages) enum NotConnected {
    /// What they want cannot be, and why.
    Refused {
        status: StatusCode,
        why: String,
    },
    Failed(ApiError),
}

impl<E: Into<ApiError>> From<E> for NotConnected {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl NotConnected {
    fn refused(status: StatusCode, why: &impl ToString) -> Self {
        let why = why.to_string();
        Self::Refused { status, why }
    }
}

/// Connects a project that whoever asks may change, or gives it another alias.
pub(in crate::pages) async fn connect(
    site: &Site,
    caller: &Caller,
    wanted: Wanted<'_>,
    note: Note,
) -> Result<Connected, NotConnected> {
    let place = Place::Project {
        path: wanted.project.clone(),
        id: None,
    };
    let maintainer = caller.may_change(&site.access, &place).await?;
    let (project, project_id) = in_gitlab(site, caller, wanted.project).await?;
    let new = NewConnection {
        workspace: wanted.workspace.clone(),
        alias: alias(site, wanted, &project).await?,
        project,
        project_id,
        connected_by: ConnectedBy {
            name: maintainer.author().name.clone(),
            slack_user: slack_user(site, caller, wanted.workspace).await?,
        },
    };
    let connect = Connect {
        new,
        channel: wanted.channel.cloned(),
        note,
    };
    let connected = connecting::connect(site.app.parts(), connect).await;
    connected.map_err(|error| match error {
        ConnectingError::Connect(taken @ ConnectError::AliasTaken { .. }) => {
            NotConnected::refused(StatusCode::CONFLICT, &taken)
        }
        ConnectingError::Connect(ConnectError::Store(error)) | ConnectingError::Store(error) => {
            NotConnected::Failed(error.into())
        }
        ConnectingError::Put(error) => NotConnected::refused(StatusCode::CONFLICT, &error),
    })
}

/// What was typed, else what it is called already, else its path.
async fn alias(
    site: &Site,
    wanted: Wanted<'_>,
    project: &ProjectPath,
) -> Result<Alias, NotConnected> {
    let typed = wanted.alias.trim();
    if typed.is_empty() {
        let before = site.pages.store.connection(wanted.workspace, project);
        if let Some(before) = before.await? {
            return Ok(before.alias);
        }
    }
    let alias = if typed.is_empty() {
        project.as_str()
    } else {
        typed
    };
    check_alias(alias, project)
        .map_err(|error| NotConnected::refused(StatusCode::UNPROCESSABLE_ENTITY, &error))
}

/// The project as GitLab calls it, for whoever asks.
async fn in_gitlab(
    site: &Site,
    caller: &Caller,
    project: &ProjectPath,
) -> Result<(ProjectPath, u64), NotConnected> {
    let unknown = || {
        let why = format!("GitLab knows no project {project}, or you may not see it");
        NotConnected::refused(StatusCode::NOT_FOUND, &why)
    };
    let Ok(named @ IdOrPath::Path(_)) = project.as_str().parse() else {
        return Err(unknown());
    };
    let found = match client(site, caller).await?.project(&named).await {
        Ok(found) => found,
        Err(RestError::NotFound { .. }) => return Err(unknown()),
        Err(error) => return Err(Refused::from(AccountsError::from(error)).into()),
    };
    let path = found.path_with_namespace.parse().map_err(|_| unknown())?;
    Ok((path, found.id))
}

/// GitLab, with the rights of whoever is signed in. A token and the demo's visitors have none of
/// their own.
async fn client(site: &Site, caller: &Caller) -> Result<Client, NotConnected> {
    if let (Some(person), Some(accounts)) = (caller.person(), site.access.accounts()) {
        return Ok(accounts.client(person).await.map_err(Refused::from)?);
    }
    let service = site.app.parts().gitlab.clone();
    service.ok_or_else(|| {
        let why = "no GitLab is configured, so the project cannot be looked up";
        NotConnected::refused(StatusCode::CONFLICT, &why)
    })
}

/// Who whoever asks is in that workspace.
async fn slack_user(
    site: &Site,
    caller: &Caller,
    workspace: &WorkspaceId,
) -> Result<Option<String>, NotConnected> {
    let (Some(person), Some(accounts)) = (caller.person(), site.access.accounts()) else {
        return Ok(None);
    };
    let linked = accounts.linked_of(person.id).await.map_err(Refused::from)?;
    let mut there = linked.into_iter().filter(|one| one.workspace == *workspace);
    Ok(there.next().map(|one| one.slack_user))
}
