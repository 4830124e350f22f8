//! What must hold: one file a kind of question, one list.
//!
//! Every answer says what was found, in one line. Whoever is not configured fails, with what to
//! configure, unless the plan says that it is optional; whoever does not answer is silent. Neither
//! is ever a pass.

mod announced;
mod change_issue;
mod deployed;
mod documentation;
mod gate;
mod milestone;
mod notified;
mod on_call;
mod production;
mod removal;
mod said;

use commands::Finding;
use environments::Environment;
use futures_util::future::BoxFuture;
use futures_util::stream;
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use rollouts::plan::{Precondition, Stage};
use rollouts::{CheckOutcome, CheckResult, Rollout};

use crate::driver::Parts;

pub(crate) use removal::clean_up;

/// Questions of one rollout that are asked at the same time.
const AT_ONCE: usize = 8;

/// More is cut off: what was found is one line.
const LONGEST: usize = 500;

/// What is asked about.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) rollout: &'a Rollout,
    pub(crate) now: Timestamp,
}

/// What was found.
struct Found {
    outcome: CheckOutcome,
    line: String,
}

/// Asks for all of these, several at a time.
pub(crate) async fn check(asking: Asking<'_>, wanted: &[Precondition]) -> Vec<CheckResult> {
    // Boxed: the compiler cannot see that a stream of borrowing futures may be sent.
    let results: Vec<BoxFuture<'_, CheckResult>> = wanted
        .iter()
        .map(|precondition| answer(asking, precondition).boxed())
        .collect();
    stream::iter(results).buffered(AT_ONCE).collect().await
}

async fn answer(asking: Asking<'_>, precondition: &Precondition) -> CheckResult {
    let patience = asking.parts.sources.patience;
    let found = tokio::time::timeout(patience, ask(asking, precondition)).await;
    let found = found
        .unwrap_or_else(|_| Found::silent(format!("no answer within {} s", patience.as_secs())))
        .unless_skipped(asking.rollout.plan.is_optional(precondition));
    CheckResult {
        id: precondition.id().to_owned(),
        outcome: found.outcome,
        found: found.line.chars().take(LONGEST).collect(),
        at: asking.now,
    }
}

async fn ask(asking: Asking<'_>, precondition: &Precondition) -> Found {
    match precondition {
        Precondition::Deployed => deployed::ask(asking).await,
        Precondition::NoIncident => production::no_incident(asking).await,
        Precondition::NoChangeInProgress => production::no_change(asking).await,
        Precondition::NoChangeLock => production::no_lock(asking).await,
        Precondition::Healthy => production::healthy(asking).await,
        Precondition::OnCall => on_call::ask(asking).await,
        Precondition::Watched => said::watched(asking),
        Precondition::Documentation => documentation::ask(asking).await,
        Precondition::Milestone => milestone::ask(asking).await,
        Precondition::ChangeIssue => change_issue::ask(asking).await,
        Precondition::Announced => announced::ask(asking).await,
        Precondition::Notified => notified::ask(asking),
        Precondition::Http {
            endpoint,
            path,
            pointer,
            equals,
            ..
        } => {
            let gate = gate::Gate {
                endpoint,
                path,
                pointer: pointer.as_deref(),
                equals: equals.as_deref(),
            };
            gate::ask(asking, &gate).await
        }
        Precondition::Manual { item, .. } => said::ticked(asking, item),
        Precondition::RemovalMerged => removal::merged(asking).await,
        Precondition::RemovalDeployed => removal::deployed(asking).await,
        Precondition::RemovalReleased => removal::released(asking).await,
    }
}

impl<'a> Asking<'a> {
    fn stage(&self) -> Option<&'a Stage> {
        self.rollout.plan.stage(self.rollout.stage)
    }

    /// The environments of the stage, as far as they are known.
    fn environments(&self) -> Vec<&'a Environment> {
        let names = self.stage().map_or(&[][..], |stage| &stage.environments);
        let all = &self.parts.environments;
        names
            .iter()
            .filter_map(|name| all.named(name.as_str()))
            .collect()
    }

    fn gitlab(&self) -> Option<&'a gitlab::rest::Client> {
        self.parts.gitlab.as_ref()
    }
}

impl Found {
    fn holds(line: impl Into<String>) -> Self {
        Self {
            outcome: CheckOutcome::Holds,
            line: line.into(),
        }
    }

    fn skipped(line: impl Into<String>) -> Self {
        Self {
            outcome: CheckOutcome::Skipped,
            line: line.into(),
        }
    }

    fn waits(line: impl Into<String>) -> Self {
        Self {
            outcome: CheckOutcome::Waits,
            line: line.into(),
        }
    }

    fn fails(line: impl Into<String>) -> Self {
        Self {
            outcome: CheckOutcome::Fails,
            line: line.into(),
        }
    }

    fn silent(line: impl Into<String>) -> Self {
        Self {
            outcome: CheckOutcome::Silent,
            line: line.into(),
        }
    }

    /// A pass that nobody looked for is none, unless the plan allows it.
    fn unless_skipped(self, is_optional: bool) -> Self {
        match self.outcome {
            CheckOutcome::Skipped if !is_optional => Self::fails(self.line),
            CheckOutcome::Skipped
            | CheckOutcome::Holds
            | CheckOutcome::Waits
            | CheckOutcome::Fails
            | CheckOutcome::Silent => self,
        }
    }

    /// The worst of these, with every line of that kind; `None` of nothing.
    fn worst(all: Vec<Self>) -> Option<Self> {
        let rank = |outcome: CheckOutcome| match outcome {
            CheckOutcome::Skipped => 0,
            CheckOutcome::Holds => 1,
            CheckOutcome::Waits => 2,
            CheckOutcome::Silent => 3,
            CheckOutcome::Fails => 4,
        };
        let outcome = all
            .iter()
            .map(|found| found.outcome)
            .max_by_key(|outcome| rank(*outcome))?;
        let mut lines: Vec<String> = Vec::new();
        for found in all {
            if found.outcome == outcome && !lines.contains(&found.line) {
                lines.push(found.line);
            }
        }
        Some(Self {
            outcome,
            line: lines.join("; "),
        })
    }
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        match finding {
            Finding::Holds(line) => Self::holds(line),
            Finding::Skipped(line) => Self::skipped(line),
            Finding::Waits(line) => Self::waits(line),
            Finding::Fails(line) => Self::fails(line),
            Finding::Silent(line) => Self::silent(line),
        }
    }
}
