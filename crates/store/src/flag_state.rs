//! The gates of every flag, by environment, and the one way to change them.
//!
//! A change, its audit entry, the environment's new revision and everything that follows from it
//! (announcements, effects, schedules) are one transaction: a crash leaves all of it or nothing.

mod change;

use std::collections::BTreeMap;

use domain::{AuditId, EnvironmentName, RolloutId, ScheduleId};
use flags::{ActorId, Change, FlagKey, Gates, Refusal};
use jiff::Timestamp;

use crate::audit::{self, NewEntry, Note, Subject};
use crate::effects::NewEffect;
use crate::engine::tx::Poke;
use crate::schedules::NewSchedule;
use crate::{NewDelivery, Store, StoreError, revisions, route};

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
    /// The rollout whose step this change is, if it is one's.
    pub fence: Option<Fence>,
}

/// Lets a change happen only while a rollout stands as its carrier has read it: whoever was
/// overtaken changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    pub rollout: RolloutId,
    /// [`RolloutRecord::revision`](crate::RolloutRecord::revision).
    pub revision: u64,
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
    /// What people call the actors of `before` and `after`, as far as that is known, those first
    /// that differ; 50 at most.
    pub names: BTreeMap<ActorId, String>,
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
    /// The rollout went on without whoever wanted this. The audit says nothing.
    #[error("rollout {0} was changed meanwhile; read it again and decide again")]
    Fenced(RolloutId),
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
    /// as it was, and nothing is written. So a call whose outcome is unknown can be repeated,
    /// and that before the fence is looked at.
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
        self.write(move |tx| change::change(tx, &write, at, &entry, &mut follow))
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
        self.announce_refusal(refused, Vec::new(), at, entry).await
    }

    /// [`Store::note_refusal`], with messages that tell of it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn announce_refusal(
        &self,
        refused: FlagRefused,
        deliveries: Vec<NewDelivery>,
        at: Timestamp,
        entry: AuditId,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            let gates = change::gates(tx, &refused.environment, &refused.flag)?;
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
            route::announce(tx, entry.id, &deliveries, at)?;
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
