//! The comments on the rollout issue: what happened, with the evidence.

use crate::event::{Author, Cause, Entry, Event, Link, Overridden, Through};
use crate::plan::{ItemId, MonitorName, Plan, Precondition, Stage, StageKind};
use crate::rollout::Rollout;
use crate::status::State;
use crate::wording::after_rollback;

use super::markdown::{code, said};

/// What the issue is told of an entry; `rollout` is as it stands after it. `None` for what only
/// the thread hears.
#[must_use]
pub fn comment(rollout: &Rollout, entry: &Entry) -> Option<String> {
    let by = author(&entry.by);
    let because = |reason: &Option<String>| match reason {
        Some(reason) => format!(": {}", said(reason)),
        None => ".".to_owned(),
    };
    Some(match &entry.event {
        Event::Started { reason, .. } => {
            format!("**Started** by {by}{}", because(reason))
        }
        Event::Applied { .. } => applied(rollout, entry),
        Event::NotApplied { reason } => format!("**Not changed**: {}", said(reason)),
        Event::Advanced { to } => advanced(rollout, *to),
        Event::Held { hold } => format!(
            "**Held** by {by}: {}{}",
            said(&hold.note),
            evidence(rollout, rollout.in_force)
        ),
        Event::Resumed { note } => format!("**Resumed** by {by}{}", because(note)),
        Event::WentBack { to, cause } => format!(
            "**Back to {}**, {}{}",
            stage(rollout, *to),
            caused(&by, cause),
            evidence(rollout, rollout.in_force)
        ),
        Event::RollbackBegan { cause } => format!(
            "**Rolling back**, {}{}",
            caused(&by, cause),
            evidence(rollout, rollout.in_force)
        ),
        Event::RolledBack => {
            format!("**Rolled back**: the flag {}.", after_rollback(rollout))
        }
        Event::Approved { note } => format!(
            "**Approved** by {by} for {}{}",
            stage(rollout, rollout.stage),
            because(note)
        ),
        Event::Overridden { what, reason } => {
            format!(
                "**Overridden** by {by}: {}: {}",
                overridden(what),
                said(reason)
            )
        }
        Event::Ticked { item, evidence } => ticked(&rollout.plan, item, &by, evidence),
        Event::Unticked { item } => {
            format!("{by} took back that {} is done.", code(item.as_str()))
        }
        Event::EditedOutside {
            environment, by, ..
        } => format!(
            "**Changed outside of the rollout** on {} by {}; it is held until somebody decides.",
            code(environment.as_str()),
            by.as_deref().map_or("somebody".to_owned(), code)
        ),
        Event::Adopted => format!("{by} adopted the change from outside."),
        Event::Restored => format!("{by} has the change from outside taken back."),
        Event::Linked {
            link: Link::Removal,
            url,
        } => format!("**Removal of the flag**: {}", said(url)),
        Event::Linked {
            link: Link::ChangeIssue,
            url,
        } => format!("**Change management issue**: {}", said(url)),
        Event::Rerouted { deliveries } => format!(
            "{deliveries} deliveries that the app could not make are made by the old integration."
        ),
        Event::Completed => {
            "**Completed**: the flag is out of the code and deleted everywhere.".to_owned()
        }
        Event::Cancelled { reason } => {
            format!(
                "**Cancelled** by {by}, the flag stays as it stands: {}",
                said(reason)
            )
        }
        Event::Checked { .. }
        | Event::Entered
        | Event::Acknowledged { .. }
        | Event::NobodyWatches
        | Event::Intended { .. }
        | Event::Judged { .. }
        | Event::Silent { .. }
        | Event::Answers { .. }
        | Event::Linked {
            link: Link::RolloutIssue | Link::Thread,
            ..
        } => return None,
    })
}

pub(super) fn author(author: &Author) -> String {
    match author.through {
        Through::Itself => "Signalbox".to_owned(),
        Through::Slack | Through::Shell | Through::Page | Through::Api | Through::GitLab => {
            code(&format!("@{}", author.name))
        }
    }
}

fn stage(rollout: &Rollout, number: usize) -> String {
    let name = |stage: &Stage| code(stage.name.as_str());
    rollout
        .plan
        .stage(number)
        .map_or("a stage".to_owned(), name)
}

fn applied(rollout: &Rollout, entry: &Entry) -> String {
    let Event::Applied { gates, entries } = &entry.event else {
        return String::new();
    };
    let places: Vec<String> = gates.keys().map(|of| code(of.as_str())).collect();
    let audited: Vec<String> = entries.iter().map(|of| code(of.as_str())).collect();
    if rollout.state == State::RollingBack {
        return format!(
            "**Back to how it stood** on {} (audit: {}).",
            places.join(", "),
            audited.join(", ")
        );
    }
    let kind = rollout.plan.stage(rollout.stage).map(|stage| &stage.kind);
    if let Some(StageKind::CleanUp(_)) = kind {
        return format!(
            "**Deleted** on {} (audit: {}).",
            places.join(", "),
            audited.join(", ")
        );
    }
    let record = rollout.stages.get(rollout.stage);
    let until = record.and_then(|record| record.soak_until);
    let watched = until
        .filter(|until| entry.at < *until)
        .map(|until| format!(" Watched until {}.", crate::wording::moment(until)));
    format!(
        "**{}** is made on {} (audit: {}).{}",
        stage(rollout, rollout.stage),
        places.join(", "),
        audited.join(", "),
        watched.unwrap_or_default()
    )
}

fn advanced(rollout: &Rollout, to: usize) -> String {
    let done = to
        .checked_sub(1)
        .map_or("The stage before".to_owned(), |of| stage(rollout, of));
    format!(
        "**{done} is over**, next is {}.{}",
        stage(rollout, to),
        evidence(rollout, rollout.in_force)
    )
}

/// What the monitors that guard this stage say, a line each.
fn evidence(rollout: &Rollout, stage: Option<usize>) -> String {
    let stage = stage.and_then(|number| rollout.plan.stage(number));
    let stage = stage.filter(|stage| stage.changes_flag() || !stage.soak.is_zero());
    let guards = |name: &MonitorName| {
        stage.is_some_and(|stage| stage.monitors.as_ref().is_none_or(|of| of.contains(name)))
    };
    let monitors = rollout.monitors.iter().filter(|(name, _)| guards(name));
    let lines: Vec<String> = monitors
        .map(|(name, watched)| {
            let judgement = watched.evidence.judge();
            format!(
                "\n- {} {}: {}",
                code(name.as_str()),
                judgement.verdict,
                said(&judgement.sentence)
            )
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}", lines.concat())
}

fn caused(by: &str, cause: &Cause) -> String {
    match cause {
        Cause::Asked { reason: Some(why) } => format!("asked for by {by}: {}", said(why)),
        Cause::Asked { reason: None } => format!("asked for by {by}"),
        Cause::Breach { monitor, sentence } => {
            format!("because of {}: {}", code(monitor.as_str()), said(sentence))
        }
    }
}

fn overridden(what: &Overridden) -> String {
    match what {
        Overridden::Precondition(id) => format!("the precondition {}", code(id)),
        Overridden::Monitor(name) => format!("the monitor {}", code(name.as_str())),
        Overridden::Evidence => "the missing evidence".to_owned(),
        Overridden::Soak => "the rest of the wait".to_owned(),
    }
}

/// A verification says its result, who found it out, and where.
fn ticked(plan: &Plan, item: &ItemId, by: &str, evidence: &str) -> String {
    let mut all = plan
        .stages
        .iter()
        .flat_map(|stage| stage.preconditions.iter().chain(&stage.verify));
    let environment = all.find_map(|of| {
        let Precondition::Manual {
            item: known,
            environment,
            ..
        } = of
        else {
            return None;
        };
        environment.as_deref().filter(|_| known == item)
    });
    let place = environment.map_or(String::new(), |of| format!(" on {}", code(of)));
    format!(
        "{} is **done**{place}, says {by}: {}",
        code(item.as_str()),
        said(evidence)
    )
}
