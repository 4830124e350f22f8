//! The gates of every flag, by environment, and the one way to change them.
//!
//! A change, its audit entry, the environment's new revision and everything that follows from it
//! (announcements, effects, schedules) are one transaction: a crash leaves all of it or nothing.

use domain::{AuditId, EnvironmentName, ScheduleId};
use flags::{ActorId, Change, FlagKey, Gates, Refusal};
use jiff::Timestamp;

use crate::audit::{self, NewEntry, Note, Subject, to_json};
use crate::effects::{self, NewEffect};
use crate::engine::{Fault, Tx, tx::Poke};
use crate::schedules::{self, NewSchedule};
use crate::{NewDelivery, Store, StoreError, actors, revisions, route};

/// A change to be made to one flag in one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagWrite {
    pub environment: EnvironmentName,
    pub flag: FlagKey,
    pub write: Write,
    pub note: Note,
    /// What people call the actors that are named: `gitlab-org/gitlab` of `Project:12`.
    pub names: Vec<(ActorId, String)>,
    /// The schedule that ends with this change, if it is one's.
    pub finishing: Option<ScheduleId>,
}

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// All of these, in their order, or nothing.
    Changes(Vec<Change>),
    /// Back to `to`, but only if the flag still stands as `expected`: an undo.
    Restore {
        expected: Option<Gates>,
        to: Option<Gates>,
    },
    /// Nothing here: the environment is elsewhere, and there it was changed so. It is audited,
    /// and what follows follows.
    Elsewhere {
        before: Option<Gates>,
        after: Option<Gates>,
    },
}

/// A change as it was made. `None` is a flag that nobody has touched.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagChanged {
    pub entry: AuditId,
    pub environment: EnvironmentName,
    pub flag: FlagKey,
    pub before: Option<Gates>,
    pub after: Option<Gates>,
    /// The environment's revision; higher than before if `after` differs from `before`.
    pub revision: u64,
    pub at: Timestamp,
}

/// What follows from a change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Followed {
    /// Announcements.
    pub deliveries: Vec<NewDelivery>,
    pub effects: Vec<NewEffect>,
    pub schedules: Vec<NewSchedule>,
}

/// A change that was not let happen, by a check for example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagRefused {
    pub environment: EnvironmentName,
    pub flag: FlagKey,
    pub note: Note,
    /// Why, in words.
    pub refused: String,
}

/// The flags of an environment at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlagsAt {
    /// As in [`Store::revisions`].
    pub revision: u64,
    /// Those that somebody has touched, by name.
    pub flags: Vec<(FlagKey, Gates)>,
}

/// Why a flag was not changed. What the audit says of it is said at each.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ChangeFlagError {
    /// The gates do not allow it. The audit has an entry that says so.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It was changed since. The audit has an entry that says so.
    #[error(
        "{flag} in {environment} was changed meanwhile and is left as it is; look at its history"
    )]
    Conflict {
        environment: EnvironmentName,
        flag: FlagKey,
        now: Option<Gates>,
    },
    /// The schedule was run or cancelled already. The audit says nothing.
    #[error("schedule {0} is over: it was run or cancelled already")]
    ScheduleOver(ScheduleId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Changes a flag; it is on disk, and every node is told, when this returns. A change that
    /// leaves everything as it was is written to the audit all the same.
    ///
    /// `follow` is asked inside the transaction what else is to be written. It must be quick and
    /// may be asked more than once; only its last answer counts.
    ///
    /// An `entry` that is in the audit already means that the change was made: it is answered
    /// as it was, and nothing is written. So a call whose outcome is unknown can be repeated.
    ///
    /// # Errors
    /// [`ChangeFlagError`]; nothing was changed then.
    pub async fn change_flag(
        &self,
        write: FlagWrite,
        at: Timestamp,
        entry: AuditId,
        mut follow: impl FnMut(&FlagChanged) -> Followed + Send + 'static,
    ) -> Result<FlagChanged, ChangeFlagError> {
        self.write(move |tx| change(tx, &write, at, &entry, &mut follow))
            .await?
    }

    /// Writes down that a change was refused before it was tried.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn note_refusal(
        &self,
        refused: FlagRefused,
        at: Timestamp,
        entry: AuditId,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            let gates = gates(tx, &refused.environment, &refused.flag)?;
            let subject = Subject::Flag {
                environment: refused.environment.clone(),
                flag: refused.flag.clone(),
                before: gates.clone(),
                after: gates,
            };
            let entry = NewEntry {
                id: &entry,
                at,
                note: &refused.note,
                subject,
                revision: None,
                refused: Some(refused.refused.clone()),
            };
            audit::write(tx, &entry)?;
            tx.poke(Poke::ThisProcess);
            Ok(())
        })
        .await
    }

    /// All flags of an environment, and the revision that they have, in one consistent read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn flags(&self, environment: &EnvironmentName) -> Result<FlagsAt, StoreError> {
        let environment = environment.clone();
        self.read(move |tx| {
            Ok(FlagsAt {
                revision: revisions::read(tx, &revisions::of_flags(&environment))?,
                flags: tx.query(
                    "SELECT flag, gates FROM flags WHERE environment = $1 ORDER BY flag",
                    &[environment.as_str().into()],
                    |mut row| Ok((row.parsed(0)?, row.json(1)?)),
                )?,
            })
        })
        .await
    }
}

fn change(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    at: Timestamp,
    entry: &AuditId,
    follow: &mut impl FnMut(&FlagChanged) -> Followed,
) -> Result<Result<FlagChanged, ChangeFlagError>, Fault> {
    let counted = revisions::of_flags(&write.environment);
    let revision = revisions::lock(tx, &counted)?;
    if let Some(made) = made_already(tx, write, entry)? {
        return Ok(Ok(made));
    }
    if let Some(schedule) = &write.finishing
        && !schedules::lock_waiting(tx, schedule)?
    {
        return Ok(Err(ChangeFlagError::ScheduleOver(schedule.clone())));
    }
    let before = match &write.write {
        Write::Changes(_) | Write::Restore { .. } => gates(tx, &write.environment, &write.flag)?,
        Write::Elsewhere { before, .. } => before.clone(),
    };
    let after = match after(write, before.as_ref()) {
        Ok(after) => after,
        Err(error) => {
            let refused = Some(error.to_string());
            record(
                tx,
                write,
                at,
                entry,
                [before.clone(), before],
                None,
                refused,
            )?;
            return Ok(Err(error));
        }
    };
    let is_elsewhere = matches!(write.write, Write::Elsewhere { .. });
    let revision = if is_elsewhere || before == after {
        revision
    } else {
        put(tx, write, after.as_ref(), at)?;
        revisions::bump(tx, &counted)?
    };
    record(
        tx,
        write,
        at,
        entry,
        [before.clone(), after.clone()],
        Some(revision),
        None,
    )?;
    actors::remember(tx, &write.names, at)?;
    if let Some(schedule) = &write.finishing {
        schedules::end_with_change(tx, schedule, entry, at)?;
    }
    let changed = FlagChanged {
        entry: entry.clone(),
        environment: write.environment.clone(),
        flag: write.flag.clone(),
        before,
        after,
        revision: u64::try_from(revision).unwrap_or(0),
        at,
    };
    let followed = follow(&changed);
    write_followed(tx, &changed, &followed)?;
    tx.poke(Poke::EveryNode);
    Ok(Ok(changed))
}

/// What the gates are to be.
fn after(write: &FlagWrite, before: Option<&Gates>) -> Result<Option<Gates>, ChangeFlagError> {
    match &write.write {
        Write::Changes(changes) => Ok(flags::apply(before, changes)?),
        Write::Restore { expected, to } if expected.as_ref() == before => Ok(to.clone()),
        Write::Restore { .. } => Err(ChangeFlagError::Conflict {
            environment: write.environment.clone(),
            flag: write.flag.clone(),
            now: before.cloned(),
        }),
        Write::Elsewhere { after, .. } => Ok(after.clone()),
    }
}

fn gates(
    tx: &mut Tx<'_>,
    environment: &EnvironmentName,
    flag: &FlagKey,
) -> Result<Option<Gates>, Fault> {
    tx.one(
        "SELECT gates FROM flags WHERE environment = $1 AND flag = $2",
        &[environment.as_str().into(), flag.as_str().into()],
        |mut row| row.json(0),
    )
}

fn put(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    gates: Option<&Gates>,
    at: Timestamp,
) -> Result<(), Fault> {
    let key = [
        write.environment.as_str().into(),
        write.flag.as_str().into(),
    ];
    let Some(gates) = gates else {
        let sql = "DELETE FROM flags WHERE environment = $1 AND flag = $2";
        return tx.execute(sql, &key).map(drop);
    };
    let [environment, flag] = key;
    tx.execute(
        "INSERT INTO flags (environment, flag, gates, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (environment, flag) DO UPDATE
         SET gates = excluded.gates, changed_at = excluded.changed_at",
        &[environment, flag, (&to_json(gates)?).into(), at.into()],
    )?;
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    at: Timestamp,
    entry: &AuditId,
    [before, after]: [Option<Gates>; 2],
    revision: Option<i64>,
    refused: Option<String>,
) -> Result<(), Fault> {
    let subject = Subject::Flag {
        environment: write.environment.clone(),
        flag: write.flag.clone(),
        before,
        after,
    };
    let entry = NewEntry {
        id: entry,
        at,
        note: &write.note,
        subject,
        revision,
        refused,
    };
    audit::write(tx, &entry)
}

/// What the audit says of a change whose answer was lost.
fn made_already(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    entry: &AuditId,
) -> Result<Option<FlagChanged>, Fault> {
    let found = tx.one(
        "SELECT environment, name, was, became, revision, at FROM audit
         WHERE id = $1 AND subject = 'flag' AND refused IS NULL",
        &[entry.as_str().into()],
        |mut row| {
            Ok(FlagChanged {
                entry: entry.clone(),
                environment: row.parsed(0)?,
                flag: row.parsed(1)?,
                before: row.maybe_json(2)?,
                after: row.maybe_json(3)?,
                revision: row.count(4)?,
                at: row.time(5)?,
            })
        },
    )?;
    match found {
        Some(made) if made.environment != write.environment || made.flag != write.flag => Err(
            Fault::Failed(format!("audit entry {entry} tells of another change")),
        ),
        found => Ok(found),
    }
}

fn write_followed(
    tx: &mut Tx<'_>,
    changed: &FlagChanged,
    followed: &Followed,
) -> Result<(), Fault> {
    route::announce(tx, &changed.entry, &followed.deliveries, changed.at)?;
    for effect in &followed.effects {
        effects::insert(tx, effect, changed.at)?;
    }
    for schedule in &followed.schedules {
        schedules::insert(tx, schedule, changed.at)?;
    }
    Ok(())
}
