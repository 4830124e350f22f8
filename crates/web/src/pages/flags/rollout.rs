//! The rollout of a flag, on the flag's page.

use commands::ChatOps;
use flags::FlagKey;

use crate::error::ApiError;
use crate::pages::address;
use crate::pages::rollouts::{href, said};

/// How a flag's rollout stands, or that one may begin.
pub(super) enum RolloutLine {
    Known {
        href: String,
        said: (&'static str, &'static str),
        stage: String,
    },
    /// There is a plan, and nobody has begun.
    Planned { href: String },
}

pub(super) async fn rollout(
    chatops: &ChatOps,
    flag: &FlagKey,
) -> Result<Option<RolloutLine>, ApiError> {
    let Some(steered) = chatops.steered() else {
        return Ok(None);
    };
    if let Some(status) = steered.rollouts.status(flag).await? {
        return Ok(Some(RolloutLine::Known {
            href: href(&status.id),
            said: said(&status),
            stage: format!(
                "{}, {} of {}",
                status.stage,
                status.stage_number,
                status.stages.len()
            ),
        }));
    }
    let planned = steered.plans.get(flag).map(|_| RolloutLine::Planned {
        href: address::with("/rollouts/new", &[("flag", flag.as_str())]),
    });
    Ok(planned)
}
