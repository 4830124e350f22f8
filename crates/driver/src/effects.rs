//! What follows a step elsewhere, done one by one: the rollout issue kept in step, comments and
//! announcements, the removal of the flag, deliveries that somebody else makes now.
//!
//! An effect is tried until it is done or cannot be; each looks for what an earlier try may have
//! left before it does anything again.

use domain::RolloutId;
use gitlab::rest::RestError;
use jiff::{SignedDuration, Timestamp};
use rollouts::Rollout;
use serde::{Deserialize, Serialize};
use store::{ClaimedEffect, EffectOutcome};

use crate::driver::Driver;
use crate::pass::PassError;
use crate::{cleanup, issue, reroute};

/// What can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The rollout issue's boxes, labels, links and state.
    Issue,
    /// A comment on the rollout issue.
    Comment,
    /// A comment on the feature issue.
    Announcement,
    /// The merge request, or the issue, that removes the flag.
    Removal,
    /// What the app could not deliver is delivered by whoever speaks now.
    Reroute,
}

/// What an effect is of, as it is stored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub rollout: RolloutId,
    /// The entry that it follows from.
    pub number: u64,
    /// What is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Where what was done can be seen.
pub(crate) type Tried = Result<Option<String>, Undone>;

/// Why an effect was not done this time.
pub(crate) enum Undone {
    /// Worth another try, after this pause if one is named.
    Again {
        reason: String,
        after: Option<SignedDuration>,
    },
    Dead {
        reason: String,
        remedy: String,
    },
}

/// Tries that are made before a person must look: about two days.
const MOST_ATTEMPTS: u32 = 40;

/// Tries after pauses that were named, however short; what takes longer is not soon.
const SOON_ATTEMPTS: u32 = 10;

impl Kind {
    const ALL: &'static [Self] = &[
        Self::Issue,
        Self::Comment,
        Self::Announcement,
        Self::Removal,
        Self::Reroute,
    ];

    /// The name that is stored.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Issue => "rollout_issue",
            Self::Comment => "rollout_comment",
            Self::Announcement => "rollout_announcement",
            Self::Removal => "rollout_removal",
            Self::Reroute => "rollout_reroute",
        }
    }
}

impl Driver {
    /// Carries an effect of a rollout out; `None` for every other effect. `jitter` lies between 0
    /// and 1 and spreads the next tries.
    pub async fn perform(
        &self,
        effect: &ClaimedEffect,
        now: Timestamp,
        jitter: f64,
    ) -> Option<EffectOutcome> {
        let kind = Kind::ALL.iter().find(|kind| kind.name() == effect.kind)?;
        let tried = match serde_json::from_str::<Payload>(&effect.payload) {
            Ok(payload) => self.try_once(*kind, &payload).await,
            Err(_) => Err(Undone::Dead {
                reason: format!("this version does not know the effect {}", effect.kind),
                remedy: "retry with the version that wrote it".to_owned(),
            }),
        };
        Some(outcome(tried, effect.attempts, now, jitter))
    }

    async fn try_once(&self, kind: Kind, payload: &Payload) -> Tried {
        let parts = self.parts();
        let Some(rollout) = self.rollout(&payload.rollout).await? else {
            return Ok(None);
        };
        match kind {
            Kind::Issue => issue::keep(parts, &rollout).await,
            Kind::Comment => issue::comment(parts, &rollout, payload).await,
            Kind::Announcement => issue::announce(parts, &rollout, payload).await,
            Kind::Removal => cleanup::prepare(parts, &rollout).await,
            Kind::Reroute => reroute::run(parts, &rollout).await,
        }
    }

    pub(crate) async fn rollout(&self, id: &RolloutId) -> Result<Option<Rollout>, Undone> {
        let record = self.parts().store.rollout(id).await;
        let record = record.map_err(|error| Undone::again(error.to_string()))?;
        let read = |record: store::RolloutRecord| serde_json::from_str(&record.state);
        record.map(read).transpose().map_err(|error| Undone::Dead {
            reason: format!("what is stored of the rollout cannot be read: {error}"),
            remedy: "retry with the version that wrote it".to_owned(),
        })
    }
}

fn outcome(tried: Tried, attempts: u32, now: Timestamp, jitter: f64) -> EffectOutcome {
    match tried {
        Ok(link) => EffectOutcome::Done { link },
        Err(Undone::Again { reason, after }) if attempts < MOST_ATTEMPTS => {
            let pause = match after {
                Some(after) => match attempts.checked_sub(SOON_ATTEMPTS) {
                    Some(later) => after.max(backoff(later, jitter)),
                    None => after,
                },
                None => backoff(attempts, jitter),
            };
            EffectOutcome::Again {
                at: now.checked_add(pause).unwrap_or(Timestamp::MAX),
                reason,
            }
        }
        Err(Undone::Again { reason, .. }) => EffectOutcome::Dead {
            reason,
            remedy: "look whether the other side is well and retry".to_owned(),
        },
        Err(Undone::Dead { reason, remedy }) => EffectOutcome::Dead { reason, remedy },
    }
}

/// Doubles from ten seconds to two hours.
fn backoff(attempts: u32, jitter: f64) -> SignedDuration {
    let seconds = (10_u32 << attempts.min(10)).min(7_200);
    SignedDuration::from_secs_f64(f64::from(seconds) * (1.0 + jitter.clamp(0.0, 1.0) / 2.0))
}

impl Undone {
    pub(crate) fn again(reason: impl Into<String>) -> Self {
        Self::Again {
            reason: reason.into(),
            after: None,
        }
    }

    pub(crate) fn no_gitlab() -> Self {
        Self::Dead {
            reason: "no GitLab is configured".to_owned(),
            remedy: "configure GitLab and retry, or leave it".to_owned(),
        }
    }

    /// An address of the plan's is none.
    pub(crate) fn bad_address(url: &str, error: impl std::fmt::Display) -> Self {
        Self::Dead {
            reason: format!("{url}: {error}"),
            remedy: "correct it in the plan, or name another with the command `rollout`".to_owned(),
        }
    }
}

impl From<RestError> for Undone {
    fn from(error: RestError) -> Self {
        use gitlab::rest::Retry;
        let reason = error.to_string();
        match error.retry() {
            Retry::After(pause) => Self::Again {
                reason,
                after: SignedDuration::try_from(pause).ok(),
            },
            Retry::Backoff => Self::Again {
                reason,
                after: None,
            },
            Retry::Never => Self::Dead {
                reason,
                remedy: "do what the reason says and retry".to_owned(),
            },
        }
    }
}

impl From<PassError> for Undone {
    fn from(error: PassError) -> Self {
        Self::again(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_tried_again_later_and_not_for_ever() {
        let now = Timestamp::UNIX_EPOCH;
        let tried = |attempts| outcome(Err(Undone::again("down")), attempts, now, 0.0);
        let at = |attempts| match tried(attempts) {
            EffectOutcome::Again { at, .. } => Some(at.as_second()),
            EffectOutcome::Done { .. } | EffectOutcome::Dead { .. } => None,
        };
        let pauses = [0, 1, 9, 10, MOST_ATTEMPTS].map(at);
        assert_eq!(pauses, [Some(10), Some(20), Some(5_120), Some(7_200), None]);
    }

    #[test]
    fn what_is_said_to_be_soon_is_waited_for_for_days_all_the_same() {
        let now = Timestamp::UNIX_EPOCH;
        let soon = || Undone::Again {
            reason: "it is under way".to_owned(),
            after: Some(SignedDuration::from_secs(2)),
        };
        let pauses: Vec<Option<i64>> = [0, 9, 10, 20, MOST_ATTEMPTS]
            .map(|attempts| match outcome(Err(soon()), attempts, now, 0.0) {
                EffectOutcome::Again { at, .. } => Some(at.as_second()),
                EffectOutcome::Done { .. } | EffectOutcome::Dead { .. } => None,
            })
            .into();
        assert_eq!(pauses, [Some(2), Some(2), Some(10), Some(7_200), None]);
    }
}
