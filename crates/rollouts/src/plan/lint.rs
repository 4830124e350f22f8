//! Whether a plan that can be read is wise: what is refused, and what is only warned of.

mod asked;
mod monitors;
mod names;
mod order;
mod preparation;
mod rules;
mod stages;

use std::collections::{BTreeMap, BTreeSet};

use domain::{ChannelName, EnvironmentName};
use flags::{Definition, Problem};

pub(super) use asked::{lacking, provider};
pub(super) use rules::{rule_word, source_word};

use super::{Group, Plan, PlanFile, Provider};

/// What is known beside the plan. What is `None` is not known, and nothing is said of it.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    pub definition: Defined<'a>,
    /// Every environment, and whether it is a production one.
    pub environments: Option<BTreeMap<EnvironmentName, bool>>,
    pub endpoints: Option<BTreeSet<String>>,
    /// The groups that can be called.
    pub groups: Option<BTreeSet<Group>>,
    pub channels: Option<BTreeSet<ChannelName>>,
    /// Who is configured.
    pub providers: Option<BTreeSet<Provider>>,
    /// The environments of which it is known what is deployed there.
    pub deployments: Option<BTreeSet<EnvironmentName>>,
}

/// What is known of the flag's definition.
#[derive(Clone, Copy, Debug, Default)]
pub enum Defined<'a> {
    #[default]
    Unknown,
    /// Definitions were looked through, and it is not there.
    Nowhere,
    As(&'a Definition),
}

/// Something about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    /// Which part: `stages.25-percent.soak`.
    pub part: String,
    pub message: String,
}

/// What a finding means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A rollout with this plan is not started.
    Refused,
    Warning,
}

impl Plan {
    /// Everything that is wrong or doubtful, in the order of the plan's parts.
    #[must_use]
    pub fn lint(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let mut findings = Findings::default();
        names::check(self, facts, &mut findings);
        order::check(self, &mut findings);
        stages::check(self, facts, &mut findings);
        asked::check(self, facts, &mut findings);
        preparation::check(self, &mut findings);
        monitors::check(self, facts, &mut findings);
        findings.0
    }
}

impl PlanFile {
    /// What is wrong or doubtful, with its lines; the refused first.
    #[must_use]
    pub fn lint(&self, facts: &Facts<'_>) -> Vec<(Weight, Problem)> {
        let mut found: Vec<_> = self
            .plan
            .lint(facts)
            .into_iter()
            .map(|finding| {
                let problem = Problem {
                    file: self.path.clone(),
                    line: self.line(&finding.part),
                    key: (!finding.part.is_empty()).then_some(finding.part),
                    message: finding.message,
                };
                (finding.weight, problem)
            })
            .collect();
        found.sort_by_key(|(weight, problem)| (*weight, problem.line));
        found
    }
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn refuse(&mut self, part: impl Into<String>, message: impl Into<String>) {
        self.add(Weight::Refused, part.into(), message.into());
    }

    fn warn(&mut self, part: impl Into<String>, message: impl Into<String>) {
        self.add(Weight::Warning, part.into(), message.into());
    }

    fn add(&mut self, weight: Weight, part: String, message: String) {
        self.0.push(Finding {
            weight,
            part,
            message,
        });
    }
}

/// A key of a stage.
fn of_stage(stage: &super::Stage, key: &str) -> String {
    format!("stages.{}.{key}", stage.name)
}

/// A key of a monitor.
fn of_monitor(monitor: &super::Monitor, key: &str) -> String {
    format!("monitors.{}.{key}", monitor.name)
}
