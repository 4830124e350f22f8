//! Comments on the rollout issue and on the feature issue: one for each entry that they hear of.

use gitlab::rest::Client;
use jiff::SignedDuration;
use rollouts::Rollout;
use rollouts::issue::marker;

use super::{Found, address, at};
use crate::driver::Parts;
use crate::effects::{Payload, Tried, Undone};

/// Comments among which an earlier try's is looked for.
const RECENT: usize = 100;

/// The issue is created by another effect.
const UNTIL_CREATED: SignedDuration = SignedDuration::from_secs(10);

/// Comments on the rollout issue.
pub(crate) async fn comment(parts: &Parts, rollout: &Rollout, payload: &Payload) -> Tried {
    let gitlab = parts.gitlab.as_ref().ok_or_else(Undone::no_gitlab)?;
    let Some(url) = address(rollout) else {
        return Err(Undone::Again {
            reason: "the rollout issue is not there yet".to_owned(),
            after: Some(UNTIL_CREATED),
        });
    };
    say(gitlab, &at(gitlab, url)?, payload).await
}

/// Comments on the feature issue.
pub(crate) async fn announce(parts: &Parts, rollout: &Rollout, payload: &Payload) -> Tried {
    let gitlab = parts.gitlab.as_ref().ok_or_else(Undone::no_gitlab)?;
    let Some(url) = &rollout.plan.links.feature_issue else {
        return Ok(None);
    };
    say(gitlab, &at(gitlab, url)?, payload).await
}

async fn say(gitlab: &Client, issue: &Found, payload: &Payload) -> Tried {
    let Some(body) = &payload.body else {
        return Ok(None);
    };
    let ours = marker(&format!("{}:{}", payload.rollout, payload.number));
    let Found { project, iid } = issue;
    let notes = gitlab.issue_notes(project, *iid, RECENT).await?;
    if !notes.items.iter().any(|note| note.body.contains(&ours)) {
        let body = format!("{body}\n\n{ours}");
        gitlab.create_issue_note(project, *iid, &body).await?;
    }
    Ok(None)
}
