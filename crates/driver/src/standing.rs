//! How the flag stands where a rollout has changed it or is about to.

use std::collections::BTreeMap;

use domain::EnvironmentName;
use flags::Gates;
use futures_util::future::join_all;
use rollouts::{Rollout, Standing};
use store::{AuditEntry, AuditFilter, Origin, Subject};

use crate::driver::Parts;

/// Entries among which the last one that changed the flag is looked for.
const RECENT: u32 = 20;

/// Every environment of the plan that answers. One that does not is left out: nobody knows then.
pub(crate) async fn of(parts: &Parts, rollout: &Rollout) -> BTreeMap<EnvironmentName, Standing> {
    let asked = rollout.origin.keys().map(|name| async move {
        let environment = parts.environments.named(name.as_str())?;
        let asked = environment.get(&rollout.plan.flag);
        let answer = tokio::time::timeout(parts.sources.patience, asked).await;
        match answer {
            Ok(Ok(record)) => {
                let by = author(parts, rollout, name, record.gates.as_ref()).await;
                let gates = record.gates;
                Some((name.clone(), Standing { gates, by }))
            }
            Ok(Err(error)) => {
                tracing::warn!(rollout.id = %rollout.id, environment = %name, %error, "an environment does not tell how the flag stands");
                None
            }
            Err(_) => None,
        }
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// Who changed the flag last, if it stands otherwise than the rollout left it and it was not the
/// rollout.
async fn author(
    parts: &Parts,
    rollout: &Rollout,
    environment: &EnvironmentName,
    gates: Option<&Gates>,
) -> Option<String> {
    let left = rollout.left.get(environment);
    let expected = left.or_else(|| rollout.origin.get(environment));
    if expected.is_some_and(|expected| expected.as_ref() == gates) {
        return None;
    }
    let filter = AuditFilter {
        environment: Some(environment.clone()),
        flag: Some(rollout.plan.flag.clone()),
        limit: RECENT,
        ..AuditFilter::default()
    };
    let page = parts.store.audit(filter).await.ok()?;
    let author = &page
        .entries
        .iter()
        .find(|entry| is_change(entry))?
        .note
        .author;
    match &author.origin {
        Origin::Rollout { of } if *of == rollout.id.as_str() => None,
        Origin::Slack { .. }
        | Origin::Api { .. }
        | Origin::Shell { .. }
        | Origin::Page { .. }
        | Origin::Schedule { .. }
        | Origin::Rollout { .. } => Some(author.name.clone()),
    }
}

fn is_change(entry: &AuditEntry) -> bool {
    let changed = match &entry.subject {
        Subject::Flag { before, after, .. } => before != after,
        Subject::Integration { .. }
        | Subject::Installation { .. }
        | Subject::LinkedAccount { .. }
        | Subject::Connection { .. }
        | Subject::ApiToken { .. } => false,
    };
    changed && entry.refused.is_none()
}
