//! Connecting a project to a workspace and taking it away again, from a command or a page.
//!
//! Whoever does it may do so: that is asked before. From then on the project can be named in the
//! workspace's commands, and the app tells its news there.

use std::convert::Infallible;

use domain::{AuditId, ChannelName, ProjectPath, WorkspaceId};
use integrations::{AppEdit, EditError, PutError};
use notify::settings::SubscriptionConfig;
use store::{ConnectError, Connection, Entry, NewConnection, Note, StoreError};

use crate::app::Parts;

/// A project that is to be connected.
pub struct Connect {
    pub new: NewConnection,
    /// Where the everyday events are told, if nothing is told yet.
    pub channel: Option<ChannelName>,
    pub note: Note,
}

/// A project that is connected.
#[derive(Debug)]
pub struct Connected {
    pub connection: Connection,
    pub was_connected: bool,
    pub begun: Begun,
}

/// What is told of a project that was connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The everyday events, in the channel that was named.
    Everyday,
    /// What was told before it was switched off.
    Again,
    /// What was told all along.
    AsBefore,
    /// Nothing: somebody has to say where.
    Nothing,
    /// Its news goes to another workspace.
    Elsewhere,
    /// The configuration says where, in several subscriptions.
    Configured,
}

/// What becomes of a project's news when it is disconnected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// None is told any more.
    Silent,
    /// None was told here.
    Nothing,
    /// It goes to another workspace as before.
    Elsewhere,
    /// The configuration says where, in several subscriptions.
    Configured,
}

/// Why a project was not connected or disconnected altogether.
#[derive(Debug, thiserror::Error)]
pub enum ConnectingError {
    /// The alias is taken: nothing was done.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// It is connected, or disconnected, and its settings are as they were.
    #[error(transparent)]
    Put(#[from] PutError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Connects a project, or gives a connected one another alias, and switches its integration on
/// for the workspace.
///
/// # Errors
/// See [`ConnectingError`].
pub async fn connect(parts: &Parts, connect: Connect) -> Result<Connected, ConnectingError> {
    let Connect { new, channel, note } = connect;
    let before = parts.store.connection(&new.workspace, &new.project).await?;
    let entry = entry(parts, note.clone());
    let connection = parts.store.connect_project(new, entry).await?;
    let begun = begin(parts, &connection, channel.as_ref(), note).await?;
    Ok(Connected {
        connection,
        was_connected: before.is_some(),
        begun,
    })
}

/// Takes a project from a workspace and switches its integration off, if it speaks there. `None`
/// when it was not connected.
///
/// # Errors
/// See [`ConnectingError`].
pub async fn disconnect(
    parts: &Parts,
    workspace: &WorkspaceId,
    project: &ProjectPath,
    note: Note,
) -> Result<Option<(Connection, Ended)>, ConnectingError> {
    let entry = entry(parts, note.clone());
    let gone = parts.store.disconnect_project(workspace, project, entry);
    let Some(connection) = gone.await? else {
        return Ok(None);
    };
    let ended = end(parts, &connection, note).await?;
    Ok(Some((connection, ended)))
}

fn entry(parts: &Parts, note: Note) -> Entry {
    let at = parts.clock.now();
    Entry {
        id: AuditId::mint(at.as_millisecond(), parts.chance.next_u128()),
        at,
        note,
    }
}

async fn begin(
    parts: &Parts,
    connection: &Connection,
    channel: Option<&ChannelName>,
    note: Note,
) -> Result<Begun, PutError> {
    let integrations = &parts.integrations;
    // Settings that name no workspace are the configured one's.
    let fresh = SubscriptionConfig::fresh_app();
    let is_usual = integrations.workspace_of(&fresh) == Some(&connection.workspace);
    let begun = integrations.edit_app(edit(connection, note), |config| {
        let begun = begun(config, connection, channel);
        let is_as_it_was = match begun {
            Begun::Everyday | Begun::Again => false,
            Begun::Nothing => is_usual,
            Begun::AsBefore | Begun::Elsewhere | Begun::Configured => true,
        };
        Ok::<_, Infallible>((!is_as_it_was).then_some(begun))
    });
    match begun.await {
        Ok(Some(begun)) => Ok(begun),
        Ok(None) => {
            let configs = integrations.apps_of(&connection.project);
            let is_told = configs.iter().any(SubscriptionConfig::wants_something);
            Ok(match is_told {
                true => Begun::AsBefore,
                false => Begun::Nothing,
            })
        }
        Err(EditError::Elsewhere { .. }) => Ok(Begun::Elsewhere),
        Err(EditError::Several(_)) => Ok(Begun::Configured),
        Err(EditError::Refused(never)) => match never {},
        Err(EditError::Put(error)) => Err(error),
    }
}

fn begun(
    config: &mut SubscriptionConfig,
    connection: &Connection,
    channel: Option<&ChannelName>,
) -> Begun {
    if config.wants_something() {
        return Begun::AsBefore;
    }
    if is_own(config, connection) && !config.is_active() {
        config.switch_on();
        if config.wants_something() {
            return Begun::Again;
        }
    }
    let Some(channel) = channel else {
        return Begun::Nothing;
    };
    config.begin_anew();
    for kind in SubscriptionConfig::everyday_kinds() {
        // Nothing goes anywhere yet, so there is room.
        if let Err(error) = config.add_channel(*kind, channel) {
            tracing::warn!(%error, "a connected project does not tell of everything");
        }
    }
    Begun::Everyday
}

async fn end(parts: &Parts, connection: &Connection, note: Note) -> Result<Ended, PutError> {
    let ended = parts
        .integrations
        .edit_app(edit(connection, note), |config| {
            let speaks = is_own(config, connection) && config.wants_something();
            if speaks {
                config.switch_off();
            }
            Ok::<_, Infallible>(speaks.then_some(()))
        });
    match ended.await {
        Ok(Some(())) => Ok(Ended::Silent),
        Ok(None) => Ok(Ended::Nothing),
        Err(EditError::Elsewhere { .. }) => Ok(Ended::Elsewhere),
        Err(EditError::Several(_)) => Ok(Ended::Configured),
        Err(EditError::Refused(never)) => match never {},
        Err(EditError::Put(error)) => Err(error),
    }
}

fn edit(connection: &Connection, note: Note) -> AppEdit<'_> {
    AppEdit {
        project: &connection.project,
        project_id: Some(connection.project_id),
        workspace: &connection.workspace,
        note,
    }
}

fn is_own(config: &SubscriptionConfig, connection: &Connection) -> bool {
    let path = config.path.as_ref();
    path.is_some_and(|path| {
        path.as_str()
            .eq_ignore_ascii_case(connection.project.as_str())
    })
}
