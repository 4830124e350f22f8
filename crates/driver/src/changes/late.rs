//! A change that an environment elsewhere made while the rollout went on without us.
//!
//! There, the fence and the change are no transaction: a rollback can come between. What was
//! opened then, and is intended by nobody any more, is closed as far as the rollout says now.

use environments::{Along, ChangeError, Changed, Environment, Place};
use rollouts::Rollout;

use super::{Making, NotMade};

const WHY: &str = "the rollout went on while it was being made";

impl Making<'_> {
    /// Looks whether the rollout still stands as it was read, now that the change is made.
    pub(super) async fn look_back(
        &self,
        environment: &Environment,
        changed: &Changed,
    ) -> Result<(), NotMade> {
        let is_elsewhere = matches!(environment.place, Place::Remote(_));
        if !is_elsewhere || self.change.closes || changed.before == changed.after {
            return Ok(());
        }
        let id = &self.rollout.id;
        let stands = self.parts.store.rollout(id).await?;
        let Some(stands) = stands.filter(|stands| stands.revision != self.revision) else {
            return Ok(());
        };
        match serde_json::from_str::<Rollout>(&stands.state) {
            Ok(now) if self.is_still_intended(&now) => (),
            Ok(now) => self.take_back(environment, changed, &now).await,
            Err(error) => {
                tracing::error!(rollout.id = %id, %error, "a rollout that went on meanwhile cannot be read");
            }
        }
        Err(NotMade::Overtaken)
    }

    /// The audit has it: whoever is at it now finds that it was made.
    fn is_still_intended(&self, now: &Rollout) -> bool {
        let parts = now.intended.iter().flat_map(|of| &of.change.parts);
        let mut entries = parts.map(|part| &part.entry);
        entries.any(|entry| *entry == self.part.entry)
    }

    async fn take_back(&self, environment: &Environment, changed: &Changed, now: &Rollout) {
        let id = &now.id;
        match self.back(environment, changed, now).await {
            Ok(_) => {
                tracing::warn!(rollout.id = %id, environment = %environment.name, "a change that came late was taken back");
            }
            Err(error) => {
                tracing::error!(rollout.id = %id, environment = %environment.name, %error, "a change that came late stays; look at the flag");
            }
        }
    }

    /// To how the rollout says that the flag stands; where that does not only close, or no way
    /// leads there, the flag is closed.
    async fn back(
        &self,
        environment: &Environment,
        changed: &Changed,
        now: &Rollout,
    ) -> Result<Changed, ChangeError> {
        let after = changed.after.as_ref();
        let to = now.believed(&self.part.environment);
        if flags::only_closes(after, to, false) {
            let along = Along::noting(self.closing("again", WHY));
            let restored = environment.restore(&changed.flag, after, to, along).await;
            if !matches!(restored, Err(ChangeError::NoWayBack { .. })) {
                return restored;
            }
        }
        let along = Along::noting(self.closing("again", WHY));
        self.close(environment, along).await
    }
}
