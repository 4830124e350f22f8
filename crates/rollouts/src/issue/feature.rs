//! What the feature issue hears: when it is expected, that everybody has it, that it is back.

use jiff::{SignedDuration, Timestamp};

use crate::event::{Entry, Event};
use crate::plan::{Plan, StageKind};
use crate::rollout::Rollout;
use crate::status::State;
use crate::wording::{after_rollback, moment};

use super::markdown::code;

/// What the feature issue is told of an entry; `rollout` is as it stands after it.
#[must_use]
pub fn announcement(rollout: &Rollout, entry: &Entry) -> Option<String> {
    let plan = &rollout.plan;
    let flag = code(plan.flag.as_str());
    let kind = plan.stage(rollout.stage).map(|stage| &stage.kind);
    let (begins, is_global) = (
        kind == Some(&StageKind::Preparation),
        kind == Some(&StageKind::Global) && rollout.state != State::RollingBack,
    );
    let at = moment(entry.at);
    if let Event::Advanced { to } = &entry.event
        && begins
    {
        return Some(begun(plan, &flag, *to, entry.at));
    }
    match &entry.event {
        Event::Applied { .. } if is_global => {
            Some(format!("{flag} is on for everybody since {at}."))
        }
        Event::RolledBack => Some(format!(
            "{flag} was taken back at {at}; it {}.",
            after_rollback(rollout)
        )),
        Event::Completed => {
            let milestone = plan.milestone.as_ref();
            let release = milestone.map_or(String::new(), |of| format!(" in {}", code(of)));
            Some(format!(
                "Released{release} without {flag}: the feature is there for good."
            ))
        }
        Event::Started { .. }
        | Event::Checked { .. }
        | Event::Approved { .. }
        | Event::Acknowledged { .. }
        | Event::NobodyWatches
        | Event::Ticked { .. }
        | Event::Unticked { .. }
        | Event::Intended { .. }
        | Event::Entered
        | Event::Applied { .. }
        | Event::NotApplied { .. }
        | Event::Advanced { .. }
        | Event::Held { .. }
        | Event::Resumed { .. }
        | Event::WentBack { .. }
        | Event::RollbackBegan { .. }
        | Event::Overridden { .. }
        | Event::Judged { .. }
        | Event::Silent { .. }
        | Event::Answers { .. }
        | Event::EditedOutside { .. }
        | Event::Adopted
        | Event::Restored
        | Event::Linked { .. }
        | Event::Rerouted { .. }
        | Event::Cancelled { .. } => None,
    }
}

fn begun(plan: &Plan, flag: &str, from: usize, now: Timestamp) -> String {
    let begins = format!("{flag} is opened on production step by step from now on.");
    match expected(plan, from, now) {
        Some(at) => format!(
            "{begins} Everybody is expected to have it from {} on, if nothing speaks against it.",
            moment(at)
        ),
        None => begins,
    }
}

/// When everybody has it, if every stage from `from` on takes as long as it has to.
fn expected(plan: &Plan, from: usize, now: Timestamp) -> Option<Timestamp> {
    let global = plan
        .stages
        .iter()
        .position(|stage| stage.kind == StageKind::Global)?;
    let waits = plan.stages.get(from..global)?;
    let wait: SignedDuration = waits.iter().map(|stage| stage.soak).sum();
    now.checked_add(wait).ok()
}
