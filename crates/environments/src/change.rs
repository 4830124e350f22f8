//! What is asked of an environment, and what it answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AuditId, EnvironmentName, RolloutId, ScheduleId};
use flags::request::{BadRequest, Request};
use flags::{ActorId, Definition, FlagKey, Gates, GroupName, Refusal};
use jiff::Timestamp;
use store::{Fence, FlagChanged, Followed, NewSchedule, Note, StoreError};

use crate::directory::NotResolved;

/// What is known of one flag in one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagRecord {
    pub name: FlagKey,
    /// `None` when nobody has touched the flag there.
    pub gates: Option<Gates>,
    pub definition: Option<Definition>,
    /// What people call the actors, as far as it is known.
    pub names: BTreeMap<ActorId, String>,
}

/// A change in the words of GitLab's Features API.
#[derive(Clone)]
pub struct ChangeRequest {
    pub flag: FlagKey,
    pub request: Request,
    /// Takes a name that neither a definition nor a stored flag has.
    pub force: bool,
    pub along: Along,
}

/// What is written down together with a change.
#[derive(Clone)]
pub struct Along {
    /// Who, from where and why.
    pub note: Note,
    /// The schedule that ends with the change, if it is one's.
    pub finishing: Option<ScheduleId>,
    /// What is to be done later because of it.
    pub schedules: Option<ScheduleAfter>,
    /// What the audit's entry is to be called: a change whose outcome is unknown can be asked
    /// for again then. Minted when there is none.
    pub entry: Option<AuditId>,
    /// Lets it happen only while this rollout stands as it was read.
    pub fence: Option<Fence>,
    /// Lets it happen only if the flag still stands so; an undo has its own such rule. A conflict
    /// else.
    pub expects: Option<Expects>,
}

/// Whether a flag stands as whoever changes it believes.
pub type Expects = Arc<dyn Fn(Option<&Gates>) -> bool + Send + Sync>;

/// What a change puts on the schedule: its own undo, for one.
pub type ScheduleAfter = Arc<dyn Fn(&FlagChanged) -> Vec<NewSchedule> + Send + Sync>;

impl Along {
    /// The note alone.
    #[must_use]
    pub fn noting(note: Note) -> Self {
        Self {
            note,
            finishing: None,
            schedules: None,
            entry: None,
            fence: None,
            expects: None,
        }
    }

    /// Whether the flag stands as it has to.
    ///
    /// # Errors
    /// [`ChangeError::Conflict`] when somebody else changed it.
    pub(crate) fn check(&self, flag: &FlagKey, gates: Option<&Gates>) -> Result<(), ChangeError> {
        match &self.expects {
            Some(expects) if !expects(gates) => Err(ChangeError::Conflict { flag: flag.clone() }),
            Some(_) | None => Ok(()),
        }
    }

    /// All that follows from a change, as the store asks for it.
    pub(crate) fn follow(
        &self,
        after_change: &AfterChange,
        definition: Option<&Definition>,
    ) -> impl FnMut(&FlagChanged) -> Followed + Send + 'static + use<> {
        let (after_change, note) = (Arc::clone(after_change), self.note.clone());
        let (definition, schedules) = (definition.cloned(), self.schedules.clone());
        move |changed| {
            let mut followed = after_change(changed, &note, definition.as_ref());
            if let Some(schedules) = &schedules {
                followed.schedules.extend(schedules(changed));
            }
            followed
        }
    }
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub before: Option<Gates>,
    pub after: Option<Gates>,
    pub definition: Option<Definition>,
    /// The actors that were named, and what they were called.
    pub names: Vec<(ActorId, String)>,
}

/// What a change did.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    pub environment: EnvironmentName,
    pub flag: FlagKey,
    pub before: Option<Gates>,
    pub after: Option<Gates>,
    pub definition: Option<Definition>,
    pub entry: AuditId,
    pub at: Timestamp,
}

/// What follows a change: announcements and effects. Pure, and quick: it runs in the change's
/// transaction, so that a change and what follows it are stored together.
pub type AfterChange =
    Arc<dyn Fn(&FlagChanged, &Note, Option<&Definition>) -> Followed + Send + Sync>;

/// Why an environment does not tell of its flags. One line for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    #[error(transparent)]
    Remote(#[from] gitlab::rest::RestError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A flag there has gates that this program does not understand.
    #[error("{host} answered something about {flag} that is no flag of GitLab's: {why}")]
    Strange {
        host: String,
        flag: String,
        why: String,
    },
}

/// Why a flag was not changed. One line for people; nothing was changed, except where it is said.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ChangeError {
    /// The request contradicts itself.
    #[error(transparent)]
    BadRequest(#[from] BadRequest),
    /// Neither a definition nor a stored flag has this name.
    #[error("there is no flag {flag}{}", did_you_mean(.nearest))]
    UnknownFlag {
        flag: FlagKey,
        /// Names that were perhaps meant, the nearest first.
        nearest: Vec<FlagKey>,
    },
    /// No feature group has this name, so that it would match nobody.
    #[error("there is no feature group {group}; the configuration names {}", listed(.known))]
    UnknownGroup {
        group: GroupName,
        known: Vec<String>,
    },
    #[error(transparent)]
    NotResolved(#[from] NotResolved),
    /// The gates that are set do not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody changed the flag since; an undo does not overwrite that.
    #[error("{flag} was changed since by somebody else; look at its history and decide again")]
    Conflict { flag: FlagKey },
    /// The schedule that was to end with the change has ended.
    #[error("schedule {0} is over: it was run or cancelled already")]
    ScheduleOver(ScheduleId),
    /// The rollout whose step it was went on without whoever asked.
    #[error("rollout {0} was changed meanwhile; look at it and decide again")]
    Fenced(RolloutId),
    /// A flag that is kept elsewhere cannot be put back with what the API there can do.
    #[error("{flag} is left as it is: {why}; put it back by hand")]
    NoWayBack { flag: FlagKey, why: String },
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The answer of an environment elsewhere was lost: unlike after every other error, the flag
    /// may have been changed.
    #[error("nobody knows whether {flag} was changed: {why}; look with `feature get {flag}`")]
    Uncertain { flag: FlagKey, why: String },
    /// The undo of a flag that is kept elsewhere was broken off. The audit has what was done.
    #[error("{flag} was put back only in part: {why}; look with `feature get {flag}`")]
    Partly { flag: FlagKey, why: String },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}

fn did_you_mean(nearest: &[FlagKey]) -> String {
    if nearest.is_empty() {
        return "; the definitions list every name there is".to_owned();
    }
    let names: Vec<&str> = nearest.iter().map(FlagKey::as_str).collect();
    format!("; did you mean {}?", names.join(" or "))
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Environment(error.into())
    }
}

impl From<gitlab::rest::RestError> for ChangeError {
    fn from(error: gitlab::rest::RestError) -> Self {
        Self::Environment(error.into())
    }
}
