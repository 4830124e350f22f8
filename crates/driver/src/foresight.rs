//! What must hold, asked ahead: for the dry run of a rollout that has not begun.

use std::sync::Arc;

use commands::Foresight;

use crate::driver::Driver;
use crate::preconditions::{self, Asking};

impl Driver {
    /// Finds out whether what must hold before a rollout's present stage does, stored or not.
    #[must_use]
    pub fn foresight(&self) -> Foresight {
        let driver = self.clone();
        Arc::new(move |rollout| {
            let driver = driver.clone();
            Box::pin(async move {
                let parts = driver.parts();
                let wanted = rollout
                    .plan
                    .stage(rollout.stage)
                    .map(|stage| stage.must_hold().into_iter().cloned().collect::<Vec<_>>());
                let asking = Asking {
                    parts,
                    rollout: &rollout,
                    now: parts.clock.now(),
                };
                preconditions::check(asking, &wanted.unwrap_or_default()).await
            })
        })
    }
}
