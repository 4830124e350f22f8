//! A demo that is started again on other ports: what its rollouts know of its GitLab by address
//! is where that GitLab is now.
//!
//! Their history stays as it was written.

use anyhow::Context;
use jiff::Timestamp;
use rollouts::Rollout;
use store::{Followed, RolloutFilter, RolloutRecord, RolloutWrite, Store};
use url::Url;

/// Lets every rollout that is not over find its issues in the GitLab at `gitlab_url`.
pub(super) async fn follow(store: &Store, gitlab_url: &str, now: Timestamp) -> anyhow::Result<()> {
    let filter = RolloutFilter {
        open: Some(true),
        ..RolloutFilter::default()
    };
    for record in store.rollouts(filter).await?.rollouts {
        let id = record.id.clone();
        if let Some(write) = moved(record, gitlab_url, now)? {
            let written = store.record_rollout(write).await;
            written.with_context(|| {
                format!("the addresses of rollout {id} cannot be changed (--data)")
            })?;
        }
    }
    Ok(())
}

/// The rollout with its addresses in the GitLab at `gitlab_url`; `None` when they are there.
fn moved(
    record: RolloutRecord,
    gitlab_url: &str,
    now: Timestamp,
) -> anyhow::Result<Option<RolloutWrite>> {
    let rollout: Rollout = serde_json::from_str(&record.state)
        .with_context(|| format!("what is kept of rollout {} cannot be read", record.id))?;
    let Some(before) = base(&rollout).filter(|before| before != gitlab_url) else {
        return Ok(None);
    };
    // With what follows, or another port that begins alike would be taken for it.
    let state = record
        .state
        .replace(&format!("{before}/"), &format!("{gitlab_url}/"));
    Ok(Some(RolloutWrite {
        id: record.id,
        expected: record.revision,
        state,
        entries: Vec::new(),
        readings: Vec::new(),
        next_at: record.next_at,
        open: true,
        followed: Followed::default(),
        cards: Vec::new(),
        token: None,
        at: now,
    }))
}

/// Where GitLab was when the rollout began: the demo's plans name no other place.
fn base(rollout: &Rollout) -> Option<String> {
    let url = Url::parse(rollout.plan.links.rollout_issue.as_deref()?).ok()?;
    Some(url.origin().ascii_serialization())
}
