//! Who changed what, when, why and from where; and what was refused to whom.
//!
//! An entry is written in the transaction of the change that it tells of, so there is never one
//! without the other. Entries are kept for good.

use domain::{AuditId, ChannelName, EnvironmentName, ProjectPath, WorkspaceId};
use flags::{FlagKey, Gates};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Fault, Row, Tx, Value};
use crate::integrations::Place;
use crate::{Cursor, Store, StoreError, Via};

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

/// What was changed, and how it stood before and after. `None` is a flag that nobody has
/// touched, or an integration that is not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum Subject {
    Flag {
        environment: EnvironmentName,
        flag: FlagKey,
        before: Option<Gates>,
        after: Option<Gates>,
    },
    Integration {
        place: Place,
        via: Via,
        before: Option<IntegrationFacts>,
        after: Option<IntegrationFacts>,
    },
}

/// What the audit tells of an integration: no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationFacts {
    pub active: bool,
    /// JSON, as it was given.
    pub properties: String,
    /// Whether an incoming webhook's URL is kept.
    pub has_webhook: bool,
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
    /// An integration's place: the path of a project or group, in any case.
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
            let sql = format!("SELECT {COLUMNS} FROM audit WHERE id = $1");
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
        narrow("subject", "integration".into());
        narrow("name", place.into());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE seq < $1{conditions} ORDER BY seq DESC LIMIT $2"
    );
    tx.query(&sql, &values, read)
}

const COLUMNS: &str =
    "seq, id, at, subject, environment, name, via, note, was, became, place, refused";

fn read(mut row: Row) -> Result<(i64, AuditEntry), Fault> {
    let subject = match row.text(3)?.as_str() {
        "flag" => Subject::Flag {
            environment: row.parsed(4)?,
            flag: row.parsed(5)?,
            before: row.maybe_json(8)?,
            after: row.maybe_json(9)?,
        },
        "integration" => Subject::Integration {
            place: row.json(10)?,
            via: row.parsed(6)?,
            before: row.maybe_json(8)?,
            after: row.maybe_json(9)?,
        },
        other => {
            return Err(Fault::Failed(format!(
                "{other:?} is no subject of an entry"
            )));
        }
    };
    let entry = AuditEntry {
        id: row.parsed(1)?,
        at: row.time(2)?,
        subject,
        note: row.json(7)?,
        refused: row.maybe_text(11)?,
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

/// Writes an entry; one that is there already stays as it is.
pub(crate) fn write(tx: &mut Tx<'_>, entry: &NewEntry<'_>) -> Result<(), Fault> {
    let (subject, environment, name, via, place, was, became) = match &entry.subject {
        Subject::Flag {
            environment,
            flag,
            before,
            after,
        } => (
            "flag",
            Some(environment.as_str()),
            flag.as_str().to_owned(),
            None,
            None,
            before.as_ref().map(to_json).transpose()?,
            after.as_ref().map(to_json).transpose()?,
        ),
        Subject::Integration {
            place,
            via,
            before,
            after,
        } => (
            "integration",
            None,
            place.path().to_lowercase(),
            Some(via.name()),
            Some(to_json(place)?),
            before.as_ref().map(to_json).transpose()?,
            after.as_ref().map(to_json).transpose()?,
        ),
    };
    tx.execute(
        "INSERT INTO audit (id, at, subject, environment, name, via, place, author, note, was,
                            became, revision, refused)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO NOTHING",
        &[
            entry.id.as_str().into(),
            entry.at.into(),
            subject.into(),
            environment.into(),
            (&name).into(),
            via.into(),
            place.as_ref().into(),
            (&entry.note.author.name).into(),
            (&to_json(entry.note)?).into(),
            was.as_ref().into(),
            became.as_ref().into(),
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
