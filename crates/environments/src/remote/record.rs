//! What is written down here of a flag that was changed elsewhere, or was not.

use domain::AuditId;
use flags::{FlagKey, Gates};
use gitlab::rest::RestError;
use jiff::Timestamp;
use store::{ChangeFlagError, Fence, FlagRefused, FlagWrite, Note, Subject, Write};

use super::Remote;
use crate::change::{Along, ChangeError, Changed, EnvironmentError, FlagRecord};

impl Remote {
    /// What was made of a change before that is to be made along with this; nothing yet, if it
    /// may be made.
    pub(super) async fn made_already(
        &self,
        flag: &FlagKey,
        along: &Along,
    ) -> Result<Option<Changed>, ChangeError> {
        let store = &self.0.store;
        if let Some(entry) = &along.entry
            && let Some(made) = store.audit_entry(entry).await?
            && made.refused.is_none()
            && let Subject::Flag { before, after, .. } = made.subject
        {
            return Ok(Some(Changed {
                environment: self.0.name.clone(),
                flag: flag.clone(),
                before,
                after,
                definition: self.catalogue().get(flag).cloned(),
                entry: made.id,
                at: made.at,
            }));
        }
        self.look_at_fence(along).await?;
        Ok(None)
    }

    /// Nothing is begun by whoever was overtaken. Asked again right before each change there: the
    /// two are not one transaction, and what lies between takes as long as a request does.
    pub(super) async fn look_at_fence(&self, along: &Along) -> Result<(), ChangeError> {
        if let Some(Fence { rollout, revision }) = &along.fence {
            let stands = self.0.store.rollout(rollout).await?;
            if stands.is_none_or(|stands| stands.revision != *revision) {
                return Err(ChangeError::Fenced(rollout.clone()));
            }
        }
        Ok(())
    }

    /// Audits a change that was made there, with all that follows from it. It cannot be undone
    /// because our database does not answer: that is told to the operator, and to whoever named
    /// the entry, who asks again.
    pub(super) async fn write_down(
        &self,
        before: FlagRecord,
        after: Option<Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let (at, minted) = self.entry();
        let entry = along.entry.clone().unwrap_or(minted);
        let mut write = FlagWrite {
            environment: self.0.name.clone(),
            flag: before.name.clone(),
            write: Write::Elsewhere {
                before: before.gates.clone(),
                after: after.clone(),
            },
            note: along.note.clone(),
            names: Vec::new(),
            finishing: along.finishing.clone(),
            // It is too late for that: the change is made.
            fence: None,
        };
        let follow = || along.follow(&self.0.after_change, before.definition.as_ref());
        let store = &self.0.store;
        let mut written = store
            .change_flag(write.clone(), at, entry.clone(), follow())
            .await;
        if let Err(ChangeFlagError::ScheduleOver(_)) = written {
            // It was cancelled while the remote was at it; what was done is to be told all the same.
            write.finishing = None;
            written = store.change_flag(write, at, entry.clone(), follow()).await;
        }
        if let Err(error) = written {
            tracing::error!(flag.key = %before.name, environment = %self.0.name, %error, "a remote change is not in the audit");
            if along.entry.is_some() {
                let why = format!("it was changed, and that is not in the audit: {error}");
                let flag = before.name;
                return Err(ChangeError::Uncertain { flag, why });
            }
        }
        Ok(Changed {
            environment: self.0.name.clone(),
            flag: before.name,
            before: before.gates,
            after,
            definition: before.definition,
            entry,
            at,
        })
    }

    /// Audits why a change was not made, or may not have been, as the store does of its own.
    pub(super) async fn noting(
        &self,
        flag: &FlagKey,
        note: Note,
        changed: Result<Changed, ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let Some(error) = changed.as_ref().err().filter(|error| is_noted(error)) else {
            return changed;
        };
        let refused = FlagRefused {
            environment: self.0.name.clone(),
            flag: flag.clone(),
            note,
            refused: error.to_string(),
        };
        let (at, entry) = self.entry();
        if let Err(error) = self.0.store.note_refusal(refused, at, entry).await {
            tracing::warn!(%error, flag.key = %flag, environment = %self.0.name, "a refusal is not in the audit");
        }
        changed
    }

    fn entry(&self) -> (Timestamp, AuditId) {
        let at = self.0.clock.now();
        let random = self.0.chance.next_u128();
        (at, AuditId::mint(at.as_millisecond(), random))
    }
}

/// Whether the environment had a say, so that the refusal is part of the flag's history.
fn is_noted(error: &ChangeError) -> bool {
    match error {
        ChangeError::Refused(_)
        | ChangeError::Conflict { .. }
        | ChangeError::NoWayBack { .. }
        | ChangeError::Uncertain { .. } => true,
        ChangeError::Environment(EnvironmentError::Remote(error)) => {
            matches!(error, RestError::Refused { .. })
        }
        // What was done is in the audit as a change.
        ChangeError::Partly { .. }
        | ChangeError::BadRequest(_)
        | ChangeError::UnknownFlag { .. }
        | ChangeError::UnknownGroup { .. }
        | ChangeError::NotResolved(_)
        | ChangeError::ScheduleOver(_)
        | ChangeError::Fenced(_)
        | ChangeError::Environment(_) => false,
    }
}
