//! Names: each means one thing, and those of the configuration are there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use flags::nearest;

use super::{Defined, Facts, Findings, of_monitor, of_stage};
use crate::plan::keys::MOST_ITEMS;
use crate::plan::{Plan, Precondition, Source, StageKind};

pub(super) fn check(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    definition(plan, facts, findings);
    uniqueness(plan, findings);
    items(plan, findings);
    environments(plan, facts, findings);
    endpoints(plan, facts, findings);
    people(plan, facts, findings);
    guards(plan, findings);
}

fn definition(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    match facts.definition {
        Defined::Unknown => (),
        Defined::Nowhere => findings.refuse(
            "flag",
            format!(
                "{} has no definition; `signalbox flag new` writes one",
                plan.flag
            ),
        ),
        Defined::As(definition) if definition.default_enabled => findings.refuse(
            "flag",
            "is enabled by default already: there is nothing to roll out; set default_enabled to \
             false in its definition first",
        ),
        Defined::As(_) => (),
    }
}

fn uniqueness(plan: &Plan, findings: &mut Findings) {
    let mut stages = BTreeSet::new();
    for stage in &plan.stages {
        if !stages.insert(&stage.name) {
            findings.refuse(of_stage(stage, "name"), "is the name of another stage, too");
        }
    }
    let mut monitors = BTreeSet::new();
    for monitor in &plan.monitors {
        if !monitors.insert(&monitor.name) {
            let message = "is the name of another monitor, too";
            findings.refuse(of_monitor(monitor, "name"), message);
        }
    }
}

/// An item that several stages share is the same one; its tick counts in all of them.
fn items(plan: &Plan, findings: &mut Findings) {
    let mut known: BTreeMap<&str, &Precondition> = BTreeMap::new();
    for stage in &plan.stages {
        for (key, items) in [("require", &stage.preconditions), ("verify", &stage.verify)] {
            for item in items {
                let first = known.entry(item.id()).or_insert(item);
                if *first != item {
                    let message = format!("has {}, which is something else elsewhere", item.id());
                    findings.refuse(of_stage(stage, key), message);
                }
            }
        }
    }
    let own = known.values().filter(|item| item.is_manual()).count();
    if MOST_ITEMS < own {
        findings.refuse(
            "stages",
            format!("have {own} items for people, more than {MOST_ITEMS}"),
        );
    }
}

fn environments(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    let Some(known) = &facts.environments else {
        return;
    };
    for stage in &plan.stages {
        let (key, named) = match &stage.kind {
            StageKind::CleanUp(clean_up) => ("clean_up.environments", &clean_up.environments),
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification => ("environments", &stage.environments),
        };
        for name in named {
            match known.get(name) {
                None => findings.refuse(of_stage(stage, key), unknown(name, known.keys())),
                Some(true) if stage.kind == StageKind::NonProduction => findings.refuse(
                    of_stage(stage, key),
                    format!("has {name}, where customers are; name it in `production`"),
                ),
                Some(_) => (),
            }
        }
    }
}

fn endpoints(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    if let Some(known) = &facts.endpoints {
        for monitor in &plan.monitors {
            if let Source::Http { endpoint, .. } = &monitor.source
                && !known.contains(endpoint)
            {
                findings.refuse(of_monitor(monitor, "endpoint"), unknown(endpoint, known));
            }
        }
        for stage in &plan.stages {
            for item in stage.preconditions.iter().chain(&stage.verify) {
                if let Precondition::Http { endpoint, .. } = item
                    && !known.contains(endpoint)
                {
                    findings.refuse(of_stage(stage, "require"), unknown(endpoint, known));
                }
            }
        }
    }
}

fn people(plan: &Plan, facts: &Facts<'_>, findings: &mut Findings) {
    if let (Some(known), Some(group)) = (&facts.groups, &plan.people.on_call)
        && !known.contains(group)
    {
        findings.refuse("owners.on_call", unknown(group, known));
    }
    let Some(known) = &facts.channels else { return };
    let channels = [
        ("owners.channel", Some(&plan.channels.team)),
        ("channels.production", plan.channels.production.as_ref()),
        ("channels.support", plan.channels.support.as_ref()),
    ];
    for (part, channel) in channels {
        if let Some(channel) = channel.filter(|channel| !known.contains(channel)) {
            findings.refuse(part, unknown(channel, known));
        }
    }
}

fn guards(plan: &Plan, findings: &mut Findings) {
    for stage in &plan.stages {
        for name in stage.monitors.iter().flatten() {
            if plan.monitor(name).is_none() {
                let known = plan.monitors.iter().map(|monitor| &monitor.name);
                findings.refuse(of_stage(stage, "monitors"), unknown(name, known));
            }
        }
    }
}

/// `has x, which is not known; did you mean y?`
fn unknown<T: Display>(name: &impl Display, known: impl IntoIterator<Item = T>) -> String {
    let name = name.to_string();
    let known: Vec<String> = known.into_iter().map(|known| known.to_string()).collect();
    let near = nearest(&name, known.iter().map(String::as_str));
    match (near.first(), known.is_empty()) {
        (Some(near), _) => format!("has {name}, which is not there; did you mean {near}?"),
        (None, true) => format!("has {name}, and none is configured"),
        (None, false) => format!(
            "has {name}, which is not there; there is {}",
            known.join(", ")
        ),
    }
}
