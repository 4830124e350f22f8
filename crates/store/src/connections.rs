//! Projects that a workspace's people can name in commands, each by an alias of its own.

mod alias;

use domain::{ProjectPath, WorkspaceId};
use jiff::Timestamp;

use crate::audit::{self, ConnectionFacts, Entry, NewEntry, Subject};
use crate::engine::{Fault, Row, Tx, Value};
use crate::{SecretHash, Store, StoreError, revisions};

pub use alias::{Alias, InvalidAlias};

/// A project of which a workspace speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub workspace: WorkspaceId,
    /// The same in any case.
    pub project: ProjectPath,
    /// GitLab's id of it.
    pub project_id: u64,
    /// Unique in the workspace, in any case.
    pub alias: Alias,
    /// Who connected it first.
    pub connected_by: ConnectedBy,
    pub connected_at: Timestamp,
}

/// Who connected a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectedBy {
    /// The user name in GitLab.
    pub name: String,
    /// Slack's id of the person, if it is known.
    pub slack_user: Option<String>,
}

/// A connection to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnection {
    pub workspace: WorkspaceId,
    pub project: ProjectPath,
    pub project_id: u64,
    pub alias: Alias,
    pub connected_by: ConnectedBy,
}

/// Why a project was not connected; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("the alias {alias} is that of {project} already; choose another")]
    AliasTaken { alias: Alias, project: ProjectPath },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Connection {
    fn facts(&self) -> ConnectionFacts {
        ConnectionFacts {
            alias: self.alias.clone(),
        }
    }
}

impl Store {
    /// Connects a project, or gives a connected one another alias; every node is told. Answers
    /// how it is now. Who connected it first, and when, stays.
    ///
    /// # Errors
    /// [`ConnectError::AliasTaken`] or those of the store.
    pub async fn connect_project(
        &self,
        new: NewConnection,
        entry: Entry,
    ) -> Result<Connection, ConnectError> {
        self.write(move |tx| connect(tx, &new, &entry)).await?
    }

    /// Takes a project from a workspace; every node is told. Answers what the connection was, or
    /// `None` if there was none; nothing is written then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn disconnect_project(
        &self,
        workspace: &WorkspaceId,
        project: &ProjectPath,
        entry: Entry,
    ) -> Result<Option<Connection>, StoreError> {
        let (workspace, key) = (workspace.clone(), key(project));
        self.write(move |tx| {
            revisions::lock(tx, revisions::CONNECTIONS)?;
            let sql = format!(
                "DELETE FROM connections WHERE workspace = $1 AND project_key = $2
                 RETURNING {COLUMNS}"
            );
            let values = [workspace.as_str().into(), (&key).into()];
            let before = tx.one(&sql, &values, read)?;
            if let Some(before) = &before {
                record(tx, [Some(before), None], &entry)?;
            }
            Ok(before)
        })
        .await
    }

    /// All connections, ordered by workspace and project.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        self.read(|tx| select(tx, "1 = 1", &[])).await
    }

    /// A workspace's connections, ordered by project.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn connections_in(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<Connection>, StoreError> {
        let workspace = workspace.clone();
        self.read(move |tx| select(tx, "workspace = $1", &[workspace.as_str().into()]))
            .await
    }

    /// A project's connections, ordered by workspace.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn connections_of_project(
        &self,
        project: &ProjectPath,
    ) -> Result<Vec<Connection>, StoreError> {
        let key = key(project);
        self.read(move |tx| select(tx, "project_key = $1", &[(&key).into()]))
            .await
    }

    /// A workspace's connection of a project.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn connection(
        &self,
        workspace: &WorkspaceId,
        project: &ProjectPath,
    ) -> Result<Option<Connection>, StoreError> {
        let (workspace, key) = (workspace.clone(), key(project));
        self.read(move |tx| find(tx, &workspace, &key)).await
    }

    /// The project that a workspace's people call so. A text that is no alias is nobody's.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn connection_by_alias(
        &self,
        workspace: &WorkspaceId,
        alias: &str,
    ) -> Result<Option<Connection>, StoreError> {
        let Ok(alias) = alias.parse::<Alias>() else {
            return Ok(None);
        };
        let workspace = workspace.clone();
        self.read(move |tx| called(tx, &workspace, &alias)).await
    }
}

fn connect(
    tx: &mut Tx<'_>,
    new: &NewConnection,
    entry: &Entry,
) -> Result<Result<Connection, ConnectError>, Fault> {
    revisions::lock(tx, revisions::CONNECTIONS)?;
    let key = key(&new.project);
    let before = find(tx, &new.workspace, &key)?;
    let taken = called(tx, &new.workspace, &new.alias)?;
    if let Some(taken) = taken.filter(|taken| self::key(&taken.project) != key) {
        return Ok(Err(ConnectError::AliasTaken {
            alias: taken.alias,
            project: taken.project,
        }));
    }
    let after = write(tx, new, &key, entry.at)?;
    record(tx, [before.as_ref(), Some(&after)], entry)?;
    Ok(Ok(after))
}

fn write(
    tx: &mut Tx<'_>,
    new: &NewConnection,
    key: &str,
    at: Timestamp,
) -> Result<Connection, Fault> {
    let sql = format!(
        "INSERT INTO connections (workspace, project_key, project, project_id, alias, alias_key,
                                  connected_by, slack_user, connected_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace, project_key) DO UPDATE
         SET project = excluded.project, project_id = excluded.project_id,
             alias = excluded.alias, alias_key = excluded.alias_key
         RETURNING {COLUMNS}"
    );
    let alias_key = alias_key(&new.alias);
    let values = [
        new.workspace.as_str().into(),
        key.into(),
        new.project.as_str().into(),
        new.project_id.into(),
        new.alias.as_str().into(),
        (&alias_key).into(),
        (&new.connected_by.name).into(),
        new.connected_by.slack_user.as_ref().into(),
        at.into(),
    ];
    tx.one(&sql, &values, read)?
        .ok_or_else(|| Fault::Failed("a connection has no row".to_owned()))
}

/// Writes the audit entry and tells every node.
fn record(
    tx: &mut Tx<'_>,
    [before, after]: [Option<&Connection>; 2],
    entry: &Entry,
) -> Result<(), Fault> {
    let Some(connection) = after.or(before) else {
        return Ok(());
    };
    let subject = Subject::Connection {
        workspace: connection.workspace.clone(),
        project: connection.project.clone(),
        before: before.map(Connection::facts),
        after: after.map(Connection::facts),
    };
    let revision = revisions::bump(tx, revisions::CONNECTIONS)?;
    audit::write(tx, &NewEntry::done(entry, subject, Some(revision)))
}

fn key(project: &ProjectPath) -> String {
    project.as_str().to_lowercase()
}

/// As long as any other, so that every alias fits into an index.
fn alias_key(alias: &Alias) -> SecretHash {
    SecretHash::of(&alias.key())
}

fn find(tx: &mut Tx<'_>, workspace: &WorkspaceId, key: &str) -> Result<Option<Connection>, Fault> {
    let values = [workspace.as_str().into(), key.into()];
    let found = select(tx, "workspace = $1 AND project_key = $2", &values)?;
    Ok(found.into_iter().next())
}

fn called(
    tx: &mut Tx<'_>,
    workspace: &WorkspaceId,
    alias: &Alias,
) -> Result<Option<Connection>, Fault> {
    let key = alias_key(alias);
    let values = [workspace.as_str().into(), (&key).into()];
    let found = select(tx, "workspace = $1 AND alias_key = $2", &values)?;
    Ok(found.into_iter().next())
}

fn select(
    tx: &mut Tx<'_>,
    condition: &str,
    values: &[Value<'_>],
) -> Result<Vec<Connection>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connections WHERE {condition} ORDER BY workspace, project_key"
    );
    tx.query(&sql, values, read)
}

const COLUMNS: &str =
    "workspace, project, project_id, alias, connected_by, slack_user, connected_at";

fn read(mut row: Row) -> Result<Connection, Fault> {
    Ok(Connection {
        workspace: row.parsed(0)?,
        project: row.parsed(1)?,
        project_id: row.count(2)?,
        alias: row.parsed(3)?,
        connected_by: ConnectedBy {
            name: row.text(4)?,
            slack_user: row.maybe_text(5)?,
        },
        connected_at: row.time(6)?,
    })
}
