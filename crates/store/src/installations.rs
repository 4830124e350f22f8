//! Which workspaces have the app, and what it may do there.
//!
//! Tokens are kept [sealed](crate::seal) and are forgotten with the installation. What people set
//! up for a workspace stays when the app is removed, for the day it is installed again.

use domain::WorkspaceId;
use jiff::Timestamp;

use crate::audit::{self, Entry, InstallationFacts, NewEntry, Subject, to_json};
use crate::engine::{Fault, Row, Tx};
use crate::names::InstallationState;
use crate::seal::Sealed;
use crate::tokens::NewTokens;
use crate::{Store, StoreError, homes, revisions};

/// The app in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    pub workspace: WorkspaceId,
    /// The workspace's name.
    pub name: String,
    /// Slack's id of the Enterprise organization, if the workspace belongs to one.
    pub enterprise: Option<String>,
    pub app_id: String,
    /// Slack's id of the app's user.
    pub bot_user: String,
    pub bot_id: Option<String>,
    /// What the bot may do.
    pub scopes: Vec<String>,
    /// Sealed for [`Installation::token_row`]. Of a removed one nothing is left.
    pub token: Sealed,
    /// Sealed for [`Installation::refresh_row`]; none where tokens do not expire.
    pub refresh_token: Option<Sealed>,
    /// When the token ends.
    pub expires_at: Option<Timestamp>,
    /// Slack's id of whoever installed it.
    pub installed_by: String,
    pub state: InstallationState,
    pub removed_because: Option<String>,
    /// When it was installed last.
    pub installed_at: Timestamp,
    /// When anything of it changed last, its tokens included.
    pub updated_at: Timestamp,
}

/// The app as Slack installed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInstallation {
    pub workspace: WorkspaceId,
    pub name: String,
    pub enterprise: Option<String>,
    pub app_id: String,
    pub bot_user: String,
    pub bot_id: Option<String>,
    pub scopes: Vec<String>,
    /// Sealed for [`Installation::token_row`].
    pub token: Sealed,
    /// Sealed for [`Installation::refresh_row`].
    pub refresh_token: Option<Sealed>,
    pub expires_at: Option<Timestamp>,
    pub installed_by: String,
}

impl Installation {
    /// What the bot's token is sealed for.
    #[must_use]
    pub fn token_row(workspace: &WorkspaceId) -> String {
        format!("installation:{workspace}:token")
    }

    /// What the token that renews it is sealed for.
    #[must_use]
    pub fn refresh_row(workspace: &WorkspaceId) -> String {
        format!("installation:{workspace}:refresh")
    }

    fn facts(&self) -> Option<InstallationFacts> {
        (self.state == InstallationState::Active).then(|| InstallationFacts {
            name: self.name.clone(),
            scopes: self.scopes.clone(),
        })
    }
}

impl Store {
    /// All installations, removed ones too, ordered by name.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn installations(&self) -> Result<Vec<Installation>, StoreError> {
        self.read(|tx| {
            let sql = format!("SELECT {COLUMNS} FROM installations ORDER BY name, workspace");
            tx.query(&sql, &[], read)
        })
        .await
    }

    /// One installation, removed or not.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn installation(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Option<Installation>, StoreError> {
        let workspace = workspace.clone();
        self.read(move |tx| find(tx, &workspace)).await
    }

    /// Writes down that the app was installed, or installed again; every node is told. Answers
    /// how it is now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_installation(
        &self,
        new: NewInstallation,
        entry: Entry,
    ) -> Result<Installation, StoreError> {
        self.write(move |tx| put(tx, &new, &entry)).await
    }

    /// Writes down that the app is gone and forgets its tokens; every node is told. Answers what
    /// it was, or `None` if there is none to remove; nothing is written then. Without a reason
    /// of its own the audit's entry has this one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn remove_installation(
        &self,
        workspace: &WorkspaceId,
        reason: &str,
        entry: Entry,
    ) -> Result<Option<Installation>, StoreError> {
        let workspace = workspace.clone();
        let (reason, mut entry) = (reason.to_owned(), entry);
        entry.note.reason.get_or_insert_with(|| reason.clone());
        self.write(move |tx| remove(tx, &workspace, &reason, &entry))
            .await
    }

    /// Keeps new tokens in the place of `before`, the sealed token that was renewed; every node
    /// is told. `false` if it is not the installation's any more: somebody else was faster, or
    /// the app was removed or installed again. Nothing is written then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn rotate_installation(
        &self,
        workspace: &WorkspaceId,
        before: &Sealed,
        tokens: NewTokens,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (workspace, before) = (workspace.clone(), before.clone());
        self.write(move |tx| {
            revisions::lock(tx, revisions::INSTALLATIONS)?;
            let changed = tx.execute(
                "UPDATE installations
                 SET token = $3, refresh_token = $4, expires_at = $5, updated_at = $6
                 WHERE workspace = $1 AND token = $2 AND state = 'active'",
                &[
                    workspace.as_str().into(),
                    (&before).into(),
                    (&tokens.access).into(),
                    tokens.refresh.as_ref().into(),
                    tokens.expires_at.into(),
                    now.into(),
                ],
            )?;
            if changed != 0 {
                revisions::bump(tx, revisions::INSTALLATIONS)?;
            }
            Ok(changed != 0)
        })
        .await
    }
}

fn put(tx: &mut Tx<'_>, new: &NewInstallation, entry: &Entry) -> Result<Installation, Fault> {
    revisions::lock(tx, revisions::INSTALLATIONS)?;
    let before = find(tx, &new.workspace)?;
    tx.execute(
        "INSERT INTO installations (workspace, name, enterprise, app_id, bot_user, bot_id, scopes,
                                    token, refresh_token, expires_at, installed_by, state,
                                    installed_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active', $12, $12)
         ON CONFLICT (workspace) DO UPDATE
         SET name = excluded.name, enterprise = excluded.enterprise, app_id = excluded.app_id,
             bot_user = excluded.bot_user, bot_id = excluded.bot_id, scopes = excluded.scopes,
             token = excluded.token, refresh_token = excluded.refresh_token,
             expires_at = excluded.expires_at, installed_by = excluded.installed_by,
             state = excluded.state, removed_because = NULL,
             installed_at = excluded.installed_at, updated_at = excluded.updated_at",
        &[
            new.workspace.as_str().into(),
            (&new.name).into(),
            new.enterprise.as_ref().into(),
            (&new.app_id).into(),
            (&new.bot_user).into(),
            new.bot_id.as_ref().into(),
            (&to_json(&new.scopes)?).into(),
            (&new.token).into(),
            new.refresh_token.as_ref().into(),
            new.expires_at.into(),
            (&new.installed_by).into(),
            entry.at.into(),
        ],
    )?;
    let after = find(tx, &new.workspace)?
        .ok_or_else(|| Fault::Failed("an installation has no row".to_owned()))?;
    record(tx, before.as_ref(), &after, entry)?;
    Ok(after)
}

fn remove(
    tx: &mut Tx<'_>,
    workspace: &WorkspaceId,
    reason: &str,
    entry: &Entry,
) -> Result<Option<Installation>, Fault> {
    revisions::lock(tx, revisions::INSTALLATIONS)?;
    let before = find(tx, workspace)?;
    let Some(before) = before.filter(|known| known.state == InstallationState::Active) else {
        return Ok(None);
    };
    tx.execute(
        "UPDATE installations
         SET state = 'removed', removed_because = $2, updated_at = $3,
             token = $4, refresh_token = NULL, expires_at = NULL
         WHERE workspace = $1",
        &[
            workspace.as_str().into(),
            reason.into(),
            entry.at.into(),
            (&Sealed::forgotten()).into(),
        ],
    )?;
    homes::forget(tx, workspace)?;
    let after = find(tx, workspace)?
        .ok_or_else(|| Fault::Failed("an installation has no row".to_owned()))?;
    record(tx, Some(&before), &after, entry)?;
    Ok(Some(before))
}

/// Writes the audit entry and tells every node.
fn record(
    tx: &mut Tx<'_>,
    before: Option<&Installation>,
    after: &Installation,
    entry: &Entry,
) -> Result<(), Fault> {
    let subject = Subject::Installation {
        workspace: after.workspace.clone(),
        before: before.and_then(Installation::facts),
        after: after.facts(),
    };
    let revision = revisions::bump(tx, revisions::INSTALLATIONS)?;
    audit::write(tx, &NewEntry::done(entry, subject, Some(revision)))
}

fn find(tx: &mut Tx<'_>, workspace: &WorkspaceId) -> Result<Option<Installation>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM installations WHERE workspace = $1");
    tx.one(&sql, &[workspace.as_str().into()], read)
}

const COLUMNS: &str = "workspace, name, enterprise, app_id, bot_user, bot_id, scopes, token,
    refresh_token, expires_at, installed_by, state, removed_because, installed_at, updated_at";

fn read(mut row: Row) -> Result<Installation, Fault> {
    Ok(Installation {
        workspace: row.parsed(0)?,
        name: row.text(1)?,
        enterprise: row.maybe_text(2)?,
        app_id: row.text(3)?,
        bot_user: row.text(4)?,
        bot_id: row.maybe_text(5)?,
        scopes: row.json(6)?,
        token: row.sealed(7)?,
        refresh_token: row.maybe_sealed(8)?,
        expires_at: row.maybe_time(9)?,
        installed_by: row.text(10)?,
        state: row.parsed(11)?,
        removed_because: row.maybe_text(12)?,
        installed_at: row.time(13)?,
        updated_at: row.time(14)?,
    })
}
