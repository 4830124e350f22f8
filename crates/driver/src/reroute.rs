//! After the flag that decides which integration speaks was closed again: what the app could not
//! deliver is delivered by whoever speaks now.

use flags::FlagKey;
use jiff::SignedDuration;
use rollouts::{Author, Entry, Event, Rollout};
use std::sync::Arc;

use crate::driver::Parts;
use crate::effects::{Tried, Undone};
use crate::ledger;

/// A delivery that is under way has an outcome soon.
const SOON: SignedDuration = SignedDuration::from_secs(2);

/// Whether this entry may have taken the flag from somebody. Asking for nothing is harmless.
pub(crate) fn follows(rollout: &Rollout, entry: &Entry, flag: Option<&FlagKey>) -> bool {
    let is_change = matches!(entry.event, Event::Applied { .. } | Event::RolledBack);
    is_change && flag == Some(&rollout.plan.flag)
}

pub(crate) async fn run(parts: &Parts, rollout: &Rollout) -> Tried {
    let Some((_, speak)) = &parts.reroute else {
        return Ok(None);
    };
    let (now, speak) = (parts.clock.now(), Arc::clone(speak));
    let moved = parts
        .store
        .reroute_failed(rollout.started_at, now, move |event| speak(event))
        .await;
    let moved = moved.map_err(|error| Undone::again(error.to_string()))?;
    if 0 < moved.moved {
        let by = Author::itself();
        let deliveries = moved.moved;
        ledger::note(parts, &rollout.id, &by, |_| {
            vec![Event::Rerouted { deliveries }]
        })
        .await?;
    }
    if 0 < moved.in_flight {
        return Err(Undone::Again {
            reason: format!("{} deliveries are under way", moved.in_flight),
            after: Some(SOON),
        });
    }
    Ok(None)
}
