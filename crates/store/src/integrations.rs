//! The two integrations that a project, a group or the whole instance can have: the app's, and
//! the older one with an incoming webhook.
//!
//! What an integration is set to is the caller's JSON. A webhook's URL is a secret and is kept
//! [sealed](crate::seal).

use domain::{AuditId, IntegrationId, ProjectPath, WorkspaceId};
use flags::ActorId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::{self, IntegrationFacts, NewEntry, Note, Subject};
use crate::engine::{Fault, Row, Tx};
use crate::seal::Sealed;
use crate::{Store, StoreError, Via, actors, revisions};

/// Whose integration it is. Paths are the same in any case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    Project {
        path: ProjectPath,
        /// GitLab's, once it is known.
        id: Option<u64>,
    },
    Group {
        path: ProjectPath,
        /// GitLab's, once it is known.
        id: Option<u64>,
    },
    Instance,
}

impl Place {
    /// The full path; empty for the instance.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Project { path, .. } | Self::Group { path, .. } => path.as_str(),
            Self::Instance => "",
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Project { .. } => "project",
            Self::Group { .. } => "group",
            Self::Instance => "instance",
        }
    }

    fn gitlab_id(&self) -> Option<i64> {
        match self {
            Self::Project { id, .. } | Self::Group { id, .. } => {
                id.and_then(|id| i64::try_from(id).ok())
            }
            Self::Instance => None,
        }
    }

    /// Whom flags are asked about it.
    fn actor(&self) -> Option<ActorId> {
        match self {
            Self::Project { id, .. } => id.map(ActorId::project),
            Self::Group { id, .. } => id.map(ActorId::group),
            Self::Instance => None,
        }
    }

    /// The same text for the same place, whatever the path's case.
    fn key(&self) -> String {
        format!("{}:{}", self.kind(), self.path().to_lowercase())
    }

    /// What the webhook's URL of this place's integration is sealed for.
    #[must_use]
    pub fn seal_row(&self, via: Via) -> String {
        format!("integration:{via}:{}", self.key())
    }
}

/// One of the two integrations of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    pub id: IntegrationId,
    pub via: Via,
    pub place: Place,
    pub active: bool,
    /// JSON. The store does not look into it.
    pub properties: String,
    /// The incoming webhook's URL, sealed for [`Place::seal_row`].
    pub webhook: Option<Sealed>,
    /// Whose app speaks, if not the configured one's.
    pub workspace: Option<WorkspaceId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How an integration is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationWrite {
    /// Minted by the caller; used only if the place has no such integration yet.
    pub id: IntegrationId,
    pub via: Via,
    pub place: Place,
    pub active: bool,
    /// JSON without secrets: it is shown in the audit.
    pub properties: String,
    pub webhook: WebhookWrite,
    pub workspace: WorkspaceWrite,
    pub note: Note,
}

/// What becomes of the incoming webhook's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookWrite {
    /// As it was; none if there was none.
    Keep,
    Set(Sealed),
    Clear,
}

/// What becomes of the workspace whose app speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceWrite {
    /// As it was; the configured one's if there was none.
    Keep,
    Set(WorkspaceId),
    /// The configured one's speaks.
    Clear,
}

impl Store {
    /// All integrations, ordered by place.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn integrations(&self) -> Result<Vec<Integration>, StoreError> {
        self.read(|tx| {
            let sql = format!("SELECT {COLUMNS} FROM integrations ORDER BY path, kind, via");
            tx.query(&sql, &[], read)
        })
        .await
    }

    /// One integration.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn integration(
        &self,
        place: &Place,
        via: Via,
    ) -> Result<Option<Integration>, StoreError> {
        let place = place.clone();
        self.read(move |tx| find(tx, &place, via)).await
    }

    /// Creates or changes an integration; every node is told. Answers how it is now. If GitLab's
    /// id of the place is known, its path is remembered as that actor's name.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn save_integration(
        &self,
        write: IntegrationWrite,
        at: Timestamp,
        entry: AuditId,
    ) -> Result<Integration, StoreError> {
        self.write(move |tx| save(tx, &write, at, &entry)).await
    }

    /// Removes an integration; every node is told. Answers what it was, or `None` if there was
    /// none; nothing is written then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn remove_integration(
        &self,
        place: &Place,
        via: Via,
        note: Note,
        at: Timestamp,
        entry: AuditId,
    ) -> Result<Option<Integration>, StoreError> {
        let place = place.clone();
        self.write(move |tx| {
            revisions::lock(tx, revisions::INTEGRATIONS)?;
            let Some(before) = find(tx, &place, via)? else {
                return Ok(None);
            };
            let sql = "DELETE FROM integrations WHERE id = $1";
            tx.execute(sql, &[before.id.as_str().into()])?;
            record(tx, [Some(&before), None], &note, at, &entry)?;
            Ok(Some(before))
        })
        .await
    }
}

fn save(
    tx: &mut Tx<'_>,
    write: &IntegrationWrite,
    at: Timestamp,
    entry: &AuditId,
) -> Result<Integration, Fault> {
    revisions::lock(tx, revisions::INTEGRATIONS)?;
    let before = find(tx, &write.place, write.via)?;
    let webhook = match &write.webhook {
        WebhookWrite::Keep => before.as_ref().and_then(|known| known.webhook.as_ref()),
        WebhookWrite::Set(sealed) => Some(sealed),
        WebhookWrite::Clear => None,
    };
    let workspace = match &write.workspace {
        WorkspaceWrite::Keep => before.as_ref().and_then(|known| known.workspace.as_ref()),
        WorkspaceWrite::Set(workspace) => Some(workspace),
        WorkspaceWrite::Clear => None,
    };
    tx.execute(
        "INSERT INTO integrations (id, via, kind, path, place, gitlab_id, active, properties,
                                   webhook, created_at, updated_at, workspace)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
         ON CONFLICT (place, via) DO UPDATE
         SET path = excluded.path, active = excluded.active, properties = excluded.properties,
             gitlab_id = COALESCE(excluded.gitlab_id, integrations.gitlab_id),
             webhook = excluded.webhook, workspace = excluded.workspace,
             updated_at = excluded.updated_at",
        &[
            write.id.as_str().into(),
            write.via.name().into(),
            write.place.kind().into(),
            write.place.path().into(),
            (&write.place.key()).into(),
            write.place.gitlab_id().into(),
            i64::from(write.active).into(),
            (&write.properties).into(),
            webhook.into(),
            at.into(),
            workspace.map(WorkspaceId::as_str).into(),
        ],
    )?;
    let after = find(tx, &write.place, write.via)?
        .ok_or_else(|| Fault::Failed("an integration has no row".to_owned()))?;
    record(tx, [before.as_ref(), Some(&after)], &write.note, at, entry)?;
    if let Some(actor) = after.place.actor() {
        actors::remember(tx, &[(actor, after.place.path().to_owned())], at)?;
    }
    Ok(after)
}

/// Writes the audit entry and tells every node.
fn record(
    tx: &mut Tx<'_>,
    [before, after]: [Option<&Integration>; 2],
    note: &Note,
    at: Timestamp,
    entry: &AuditId,
) -> Result<(), Fault> {
    let Some(integration) = after.or(before) else {
        return Ok(());
    };
    let subject = Subject::Integration {
        place: integration.place.clone(),
        via: integration.via,
        before: before.map(facts),
        after: after.map(facts),
    };
    let revision = revisions::bump(tx, revisions::INTEGRATIONS)?;
    let entry = NewEntry {
        id: entry,
        at,
        note,
        subject,
        revision: Some(revision),
        refused: None,
    };
    audit::write(tx, &entry)
}

fn facts(integration: &Integration) -> IntegrationFacts {
    IntegrationFacts {
        active: integration.active,
        properties: integration.properties.clone(),
        has_webhook: integration.webhook.is_some(),
        workspace: integration.workspace.clone(),
    }
}

fn find(tx: &mut Tx<'_>, place: &Place, via: Via) -> Result<Option<Integration>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM integrations WHERE place = $1 AND via = $2");
    tx.one(&sql, &[(&place.key()).into(), via.name().into()], read)
}

const COLUMNS: &str = "id, via, kind, path, gitlab_id, active, properties, webhook, created_at,
    updated_at, workspace";

fn read(mut row: Row) -> Result<Integration, Fault> {
    let id = row.maybe_int(4)?.and_then(|id| u64::try_from(id).ok());
    let place = match row.text(2)?.as_str() {
        "project" => Place::Project {
            path: row.parsed(3)?,
            id,
        },
        "group" => Place::Group {
            path: row.parsed(3)?,
            id,
        },
        "instance" => Place::Instance,
        other => return Err(Fault::Failed(format!("{other:?} is no kind of place"))),
    };
    Ok(Integration {
        id: row.parsed(0)?,
        via: row.parsed(1)?,
        place,
        active: row.int(5)? != 0,
        properties: row.text(6)?,
        webhook: row.maybe_sealed(7)?,
        workspace: row.maybe_parsed(10)?,
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
    })
}
