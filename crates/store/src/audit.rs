//! Who changed what, when, why and from where; and what was refused to whom.
//!
//! An entry is written in the transaction of the change that it tells of, so there is never one
//! without the other. Entries are kept for good.

mod subject;

use domain::{AuditId, ChannelName, EnvironmentName, ProjectPath, WorkspaceId};
use flags::FlagKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Fault, Row, Tx, Value};
use crate::{Cursor, Store, StoreError};

pub use subject::{
    ApiTokenFacts, ConnectionFacts, InstallationFacts, IntegrationFacts, LinkedAccountFacts,
    Subject,
};

use subject::Columns;

/// Whose doing a change is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The user name in GitLab or Slack; of a machine what people call it.
    pub name: String,
    pub origin: Origin,
}

/// From where a change came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    Slack {
        workspace: WorkspaceId,
        /// Slack's id of the person.
        user: String,
        channel: ChannelName,
    },
    /// One of the HTTP APIs.
    Api {
        /// The token's name, never its text.
        token: String,
    },
    /// The command line.
    Shell { user: String },
    /// A page of ours.
    Page { user: String },
    /// A change that was asked for earlier.
    Schedule { of: String },
    /// A step of a rollout.
    Rollout { of: String },
}

/// What is written down with a change besides its before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub author: Author,
    pub reason: Option<String>,
    pub request_id: String,
    /// Names of the checks that were told to let it pass.
    #[serde(default)]
    pub overrides: Vec<String>,
    /// What was typed, if anything was.
    #[serde(default)]
    pub command: Option<String>,
}

/// The entry that a change is written down with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Minted by the caller.
    pub id: AuditId,
    /// When the change happens.
    pub at: Timestamp,
    pub note: Note,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    #[serde(flatten)]
    pub subject: Subject,
    #[serde(flatten)]
    pub note: Note,
    /// Why nothing was changed, if it was refused.
    pub refused: Option<String>,
}

/// Which entries; what is left out does not narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFilter {
    pub environment: Option<EnvironmentName>,
    pub flag: Option<FlagKey>,
    /// An author's whole name.
    pub author: Option<String>,
    /// The path of a project or group, in any case: its integrations and connections.
    pub place: Option<ProjectPath>,
    /// Where the last page ended.
    pub before: Option<Cursor>,
    pub limit: u32,
}

impl Default for AuditFilter {
    fn default() -> Self {
        Self {
            environment: None,
            flag: None,
            author: None,
            place: None,
            before: None,
            limit: 50,
        }
    }
}

/// Some of the entries, newest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

impl Store {
    /// Entries, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn audit(&self, filter: AuditFilter) -> Result<AuditPage, StoreError> {
        self.read(move |tx| {
            let rows = matching(tx, &filter)?;
            let full = rows.len() >= filter.limit as usize;
            let next = rows.last().filter(|_| full).map(|(seq, _)| Cursor(*seq));
            Ok(AuditPage {
                entries: rows.into_iter().map(|(_, entry)| entry).collect(),
                next,
            })
        })
        .await
    }

    /// One entry.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn audit_entry(&self, id: &AuditId) -> Result<Option<AuditEntry>, StoreError> {
        let id = id.clone();
        self.read(move |tx| {
            let sql = format!("SELECT {} FROM audit WHERE id = $1", columns());
            tx.one(&sql, &[id.as_str().into()], |row| {
                read(row).map(|(_, entry)| entry)
            })
        })
        .await
    }
}

fn matching(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<Vec<(i64, AuditEntry)>, Fault> {
    let before = filter.before.map_or(i64::MAX, |cursor| cursor.0);
    let mut values: Vec<Value<'_>> = vec![before.into(), filter.limit.into()];
    let mut conditions = String::new();
    let mut narrow = |condition: &str, value| {
        values.push(value);
        conditions.push_str(&format!(" AND {condition} = ${}", values.len()));
    };
    if let Some(environment) = &filter.environment {
        narrow("environment", environment.as_str().into());
    }
    if let Some(flag) = &filter.flag {
        narrow("subject", "flag".into());
        narrow("name", flag.as_str().into());
    }
    if let Some(author) = &filter.author {
        narrow("author", author.into());
    }
    let place = filter
        .place
        .as_ref()
        .map(|path| path.as_str().to_lowercase());
    if let Some(place) = &place {
        narrow("name", place.into());
        conditions.push_str(" AND subject IN ('integration', 'connection')");
    }
    let sql = format!(
        "SELECT {} FROM audit WHERE seq < $1{conditions} ORDER BY seq DESC LIMIT $2",
        columns()
    );
    tx.query(&sql, &values, read)
}

fn columns() -> String {
    format!("seq, id, at, note, refused, {}", subject::COLUMNS)
}

fn read(mut row: Row) -> Result<(i64, AuditEntry), Fault> {
    let entry = AuditEntry {
        id: row.parsed(1)?,
        at: row.time(2)?,
        subject: subject::read(&mut row, 5)?,
        note: row.json(3)?,
        refused: row.maybe_text(4)?,
    };
    Ok((row.int(0)?, entry))
}

/// An entry to be written.
pub(crate) struct NewEntry<'e> {
    pub id: &'e AuditId,
    pub at: Timestamp,
    pub note: &'e Note,
    pub subject: Subject,
    /// The environment's revision after the change.
    pub revision: Option<i64>,
    pub refused: Option<String>,
}

impl<'e> NewEntry<'e> {
    /// An entry of something that was done. `revision` counts it, if nodes keep it in memory.
    pub fn done(entry: &'e Entry, subject: Subject, revision: Option<i64>) -> Self {
        Self {
            id: &entry.id,
            at: entry.at,
            note: &entry.note,
            subject,
            revision,
            refused: None,
        }
    }
}

/// Writes an entry; one that is there already stays as it is.
pub(crate) fn write(tx: &mut Tx<'_>, entry: &NewEntry<'_>) -> Result<(), Fault> {
    let columns = Columns::of(&entry.subject)?;
    tx.execute(
        "INSERT INTO audit (id, at, subject, environment, name, via, place, author, note, was,
                            became, revision, refused)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO NOTHING",
        &[
            entry.id.as_str().into(),
            entry.at.into(),
            columns.subject.into(),
            columns.environment.as_ref().into(),
            (&columns.name).into(),
            columns.via.into(),
            columns.place.as_ref().into(),
            (&entry.note.author.name).into(),
            (&to_json(entry.note)?).into(),
            columns.was.as_ref().into(),
            columns.became.as_ref().into(),
            entry.revision.into(),
            entry.refused.as_ref().into(),
        ],
    )?;
    Ok(())
}

/// A value as the text of a column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Failed(error.to_string()))
}
