//! Tells the programs of the configuration what happened to rollouts.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sinks::{Notice, Retry, SendError, Sink};
use steering::sinks::{TELL_SINK, Telling};
use store::{ClaimedEffect, EffectOutcome};

/// Tries that are made before a person must look: about two days.
const MOST_ATTEMPTS: u32 = 40;

/// The sinks there are, by name. Clones are the same.
#[derive(Clone, Default)]
pub struct Sinks(Arc<BTreeMap<String, Sink>>);

impl Sinks {
    pub fn new(sinks: impl IntoIterator<Item = Sink>) -> Self {
        let named = sinks.into_iter();
        Self(Arc::new(
            named.map(|sink| (sink.name().to_owned(), sink)).collect(),
        ))
    }

    /// Whether an effect is one of these.
    pub(super) fn has(effect: &ClaimedEffect) -> bool {
        effect.kind == TELL_SINK
    }

    /// Sends what an effect carries to its sink. `jitter` lies between 0 and 1.
    pub(super) async fn tell(
        &self,
        effect: &ClaimedEffect,
        now: Timestamp,
        jitter: f64,
    ) -> EffectOutcome {
        let Ok(telling) = serde_json::from_str::<Telling>(&effect.payload) else {
            return EffectOutcome::Dead {
                reason: format!("this version does not know the effect {}", effect.kind),
                remedy: "retry with the version that wrote it".to_owned(),
            };
        };
        let Some(sink) = self.0.get(&telling.sink) else {
            return EffectOutcome::Dead {
                reason: format!("no event_sink is called {}", telling.sink),
                remedy: "configure it and retry, or leave it".to_owned(),
            };
        };
        let notice = Notice {
            id: effect.id.as_str(),
            at: now,
            body: &telling.body,
        };
        match sink.send(notice).await {
            Ok(()) => EffectOutcome::Done { link: None },
            Err(error) => judge(&error, effect.attempts, now, jitter),
        }
    }
}

fn judge(error: &SendError, attempts: u32, now: Timestamp, jitter: f64) -> EffectOutcome {
    let reason = error.to_string();
    let pause = match error.retry() {
        Retry::After(pause) => SignedDuration::try_from(pause).ok(),
        Retry::Backoff => Some(commands::effects::backoff(attempts, jitter)),
        Retry::Never => None,
    };
    match pause {
        Some(pause) if attempts < MOST_ATTEMPTS => EffectOutcome::Again {
            at: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
            reason,
        },
        Some(_) | None => EffectOutcome::Dead {
            reason,
            remedy: error.remedy().to_owned(),
        },
    }
}
