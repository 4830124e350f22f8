//! A plan, as a page shows it.

use rollouts::plan::{Plan, Stage};
use rollouts::wording::duration;

use super::told;
use crate::pages::markup::{Piece, linked};

/// A plan: who, where, and stage by stage.
pub(super) struct PlanView {
    pub(super) owner: String,
    pub(super) facts: Vec<(&'static str, Vec<Piece>)>,
    pub(super) stages: Vec<PlannedStage>,
    pub(super) monitors: Vec<(String, String)>,
}

/// A stage as it is planned.
pub(super) struct PlannedStage {
    pub(super) name: String,
    pub(super) environments: String,
    /// How long it is watched.
    pub(super) soak: String,
    /// What must hold before it and is to be verified in it.
    pub(super) needs: Vec<String>,
    pub(super) approvals: u32,
    pub(super) by_hand: bool,
}

impl PlanView {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            owner: plan.people.owner.to_string(),
            facts: facts(plan),
            stages: plan.stages.iter().map(PlannedStage::of).collect(),
            monitors: plan
                .monitors
                .iter()
                .map(|monitor| {
                    let shadow = if monitor.shadow { ", only watched" } else { "" };
                    let said = format!("{}{shadow}", told::source(&monitor.source));
                    (monitor.name.to_string(), said)
                })
                .collect(),
        }
    }
}

fn facts(plan: &Plan) -> Vec<(&'static str, Vec<Piece>)> {
    let people = &plan.people;
    let names = |names: &[rollouts::plan::Person]| {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let links = &plan.links;
    let channel = |channel: &Option<domain::ChannelName>| channel.as_ref().map(ToString::to_string);
    let facts = [
        ("Owner", Some(people.owner.to_string())),
        ("Watches", Some(people.watcher().to_string())),
        ("Team", text(&people.team)),
        ("Managers", names(&people.managers)),
        ("Stakeholders", names(&people.stakeholders)),
        ("On call", people.on_call.as_ref().map(ToString::to_string)),
        ("Thread in", Some(plan.channels.team.to_string())),
        ("Production", channel(&plan.channels.production)),
        ("Support", channel(&plan.channels.support)),
        ("Milestone", plan.milestone.clone()),
        ("Merge request", links.merge_request.clone()),
        ("Feature issue", links.feature_issue.clone()),
        ("Rollout issue", links.rollout_issue.clone()),
        ("Docs", links.docs_merge_request.clone()),
        ("Change issue", links.change_issue.clone()),
        ("Expected", text(&plan.prose.expectations)),
        ("Risks", text(&plan.prose.risks)),
        ("For one customer", text(&plan.prose.support)),
    ];
    let facts = facts.into_iter();
    facts
        .filter_map(|(what, said)| Some((what, linked(&said?))))
        .collect()
}

impl PlannedStage {
    fn of(stage: &Stage) -> Self {
        let environments: Vec<&str> = stage.environments.iter().map(|of| of.as_str()).collect();
        let needs = stage.preconditions.iter().chain(&stage.verify);
        Self {
            name: stage.name.to_string(),
            environments: environments.join(", "),
            soak: if stage.soak.is_zero() {
                "not at all".to_owned()
            } else {
                duration(stage.soak)
            },
            needs: needs.map(|needed| needed.id().to_owned()).collect(),
            approvals: stage.approvals,
            by_hand: stage.by_hand,
        }
    }
}
