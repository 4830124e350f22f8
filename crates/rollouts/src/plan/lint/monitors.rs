//! Monitors: each can be judged by its rule, and somebody watches each stage.

use jiff::SignedDuration;

use super::rules;
use super::{Facts, Findings, asked, of_monitor, of_stage};
use crate::evidence::Rule;
use crate::plan::{By, Monitor, MonitorName, Plan, Stage, StageKind, write_duration};

/// Beyond this many, each gets so small a part of the budget that harm is seen late.
const MANY: usize = 8;

const SHORTEST_INTERVAL: SignedDuration = SignedDuration::from_secs(10);
const LONGEST_INTERVAL: SignedDuration = SignedDuration::from_hours(1);
const LONGEST_LAG: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn check(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    for monitor in &plan.monitors {
        rules::check(monitor, findings);
        source(monitor, facts, findings);
        compatible(plan, monitor, findings);
        timing(plan, monitor, findings);
        if !plan
            .stages
            .iter()
            .any(|stage| is_guarded_by(stage, &monitor.name))
        {
            findings.warn(of_monitor(monitor, "name"), "guards no stage");
        }
    }
    if plan.monitors.iter().all(|monitor| monitor.shadow) {
        let message = "hold nothing: there are none but shadows, which only tell";
        findings.warn("monitors", message);
    } else {
        for stage in plan.stages.iter().filter(|stage| is_watched(stage)) {
            guards(plan, stage, findings);
        }
    }
    budget(plan, findings);
}

/// Whether customers see the change while the stage lasts.
fn is_watched(stage: &Stage) -> bool {
    match stage.kind {
        StageKind::Named(_)
        | StageKind::Percentage(_)
        | StageKind::Global
        | StageKind::Verification => true,
        StageKind::NonProduction | StageKind::Preparation | StageKind::CleanUp(_) => false,
    }
}

fn is_guarded_by(stage: &Stage, name: &MonitorName) -> bool {
    stage
        .monitors
        .as_ref()
        .is_none_or(|names| names.contains(name))
}

/// Whether a rule compares those who have the flag by chance with those who do not.
fn compares_arms(rule: &Rule) -> bool {
    match rule {
        Rule::TwoArm(_) | Rule::Mean(_) | Rule::SampleRatio(_) => true,
        Rule::BeforeAfter(_) | Rule::HardLimit(_) | Rule::NewIssue(_) => false,
    }
}

fn guards(plan: &Plan, stage: &Stage, findings: &mut Findings) {
    let guards: Vec<&Monitor> = plan
        .monitors
        .iter()
        .filter(|monitor| !monitor.shadow && is_guarded_by(stage, &monitor.name))
        .collect();
    if guards.is_empty() {
        let message = "has no monitor that may hold it; shadows only tell";
        findings.warn(of_stage(stage, "monitors"), message);
    } else if !stage.is_random() && guards.iter().all(|guard| compares_arms(&guard.rule)) {
        let message = "has only monitors that compare those with the flag and those without, of \
                       whom there are none here; add a before-after, limit or new-issues one";
        findings.warn(of_stage(stage, "monitors"), message);
    }
    for name in stage.monitors.iter().flatten() {
        let monitor = plan
            .monitor(name)
            .filter(|monitor| compares_arms(&monitor.rule));
        if monitor.is_some() && !stage.is_random() {
            let message = format!("has {name}, which compares two arms; here it says nothing");
            findings.warn(of_stage(stage, "monitors"), message);
        }
    }
}

fn source(monitor: &Monitor, facts: &Facts<'_>, findings: &mut Findings) {
    if let (Some(known), Some(provider)) = (&facts.providers, asked::provider(&monitor.source))
        && !known.contains(&provider)
    {
        let message = format!(
            "is {}, which is not configured (`{}`)",
            rules::source_word(&monitor.source),
            provider.setting()
        );
        findings.refuse(of_monitor(monitor, "source"), message);
    }
}

fn compatible(plan: &Plan, monitor: &Monitor, findings: &mut Findings) {
    let rule = rules::rule_word(&monitor.rule);
    if plan.by == By::Time && compares_arms(&monitor.rule) {
        let message = format!(
            "is {rule}, which compares two arms, but `by: time` has none: every actor has the flag \
             at one evaluation and not at the next; use before-after or limit"
        );
        findings.refuse(of_monitor(monitor, "rule"), message);
    }
    let allowed = rules::judged_by(&monitor.source);
    if !allowed.contains(&rule) {
        let source = rules::source_word(&monitor.source);
        let message = format!(
            "is {rule}, but what this asks of {source} can be judged by {}",
            allowed.join(", ")
        );
        findings.refuse(of_monitor(monitor, "rule"), message);
    }
}

fn timing(plan: &Plan, monitor: &Monitor, findings: &mut Findings) {
    let interval = write_duration(monitor.interval);
    let lag = write_duration(monitor.lag);
    if monitor.interval < SHORTEST_INTERVAL || LONGEST_INTERVAL < monitor.interval {
        let message = format!("is {interval}; it lies between 10s and 1h");
        findings.refuse(of_monitor(monitor, "interval"), message);
    } else if LONGEST_LAG < monitor.lag {
        let message = format!("is {lag}; an hour is the longest");
        findings.refuse(of_monitor(monitor, "lag"), message);
    } else {
        let guarded = |stage: &&Stage| is_watched(stage) && is_guarded_by(stage, &monitor.name);
        for stage in plan.stages.iter().filter(guarded) {
            if !stage.soak.is_zero() && stage.soak < monitor.interval + monitor.lag {
                let message = format!(
                    "is too short for {}, which is asked every {interval} and learns of things {lag} late",
                    monitor.name
                );
                findings.refuse(of_stage(stage, "soak"), message);
            }
        }
    }
}

fn budget(plan: &Plan, findings: &mut Findings) {
    let judged = plan
        .monitors
        .iter()
        .filter(|monitor| !monitor.shadow)
        .count();
    if MANY < judged {
        let message = format!(
            "are {judged}: each gets a {judged}th of the false alarms that a rollout may have, so \
             that a hold needs evidence of {}; fewer see harm sooner",
            judged * 50
        );
        findings.warn("monitors", message);
    }
}
