//! A plan as its file, with the comments that a reader needs to change it.

mod lines;
mod monitors;
mod stages;

use std::collections::BTreeSet;

use domain::{EnvironmentName, Role};

use self::lines::Lines;
use super::{By, ItemId, OnBreach, Plan, Precondition, Stage, StageKind};
use crate::preparation::ChangeIssue;

impl Plan {
    /// The file. Reading it gives this plan again.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut lines = Lines::default();
        self.write_head(&mut lines);
        self.write_people(&mut lines);
        self.write_words(&mut lines);
        self.write_decisions(&mut lines);
        let usual = Usual::of(self);
        usual.write(&mut lines);
        if self.on_breach != OnBreach::default() {
            lines.text("on_breach", breach(self.on_breach));
        }
        monitors::write(&self.monitors, &mut lines);
        stages::write(&self.stages, &usual, &mut lines);
        lines.finish()
    }

    fn write_head(&self, lines: &mut Lines) {
        lines.plain("---");
        lines.comment(&format!(
            "How {} gets to everybody, and out of the code.",
            self.flag
        ));
        lines.comment(
            "`signalbox rollout lint` checks this file; docs/rollouts.md tells of each key.",
        );
        lines.text("flag", self.flag.as_str());
        if !self.prose.title.is_empty() {
            lines.text("title", &self.prose.title);
        }
        if self.by == By::Time {
            lines.comment(
                "The flag is asked without an actor: a share of the time, not of the actors.",
            );
            lines.text("by", "time");
        }
        lines.maybe("milestone", self.milestone.as_deref());
    }

    fn write_people(&self, lines: &mut Lines) {
        let people = &self.people;
        lines.gap();
        lines.open("owners");
        if !people.team.is_empty() {
            lines.text("team", &people.team);
        }
        lines.text("channel", self.channels.team.as_str());
        lines.text("individual", people.owner.as_str());
        lines.list("managers", &people.managers);
        lines.maybe(
            "watcher",
            people.watcher.as_ref().map(super::Person::as_str),
        );
        lines.maybe("on_call", people.on_call.as_ref().map(super::Group::as_str));
        lines.close();
        lines.list("stakeholders", &people.stakeholders);
        let channels = [
            ("production", &self.channels.production),
            ("support", &self.channels.support),
        ];
        lines.section(
            "channels",
            channels.map(|(key, name)| (key, name.as_ref().map(ToString::to_string))),
        );
        let links = &self.links;
        lines.section(
            "links",
            [
                ("merge_request", links.merge_request.clone()),
                ("feature_issue", links.feature_issue.clone()),
                ("rollout_issue", links.rollout_issue.clone()),
                ("issue_project", links.issue_project.clone()),
                ("docs_merge_request", links.docs_merge_request.clone()),
                ("change_issue", links.change_issue.clone()),
            ],
        );
    }

    fn write_words(&self, lines: &mut Lines) {
        let prose = &self.prose;
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        lines.gap();
        lines.maybe("summary", said(&prose.summary).as_deref());
        lines.section(
            "expectations",
            [
                ("what", said(&prose.expectations)),
                ("viable", said(&prose.viable)),
                ("risks", said(&prose.risks)),
                ("monitoring", said(&prose.monitoring)),
                ("checking", said(&prose.checking)),
            ],
        );
        lines.maybe("support", said(&prose.support).as_deref());
        lines.maybe("testing", said(&prose.testing).as_deref());
    }

    fn write_decisions(&self, lines: &mut Lines) {
        lines.gap();
        lines.comment("Does it need a change management issue? One yes is enough.");
        let is_answered = self.change != ChangeIssue::default();
        if is_answered {
            lines.open("change_management");
        } else {
            lines.comment("change_management:");
        }
        for ((key, question, _), answer) in self.change.answers() {
            match answer {
                Some(answer) => lines.remarked(key, &answer.to_string(), question),
                None if is_answered => lines.comment(&format!("{key}:  # {question}")),
                None => lines.comment(&format!("  {key}: false  # {question}")),
            }
        }
        if is_answered {
            lines.close();
        }
        let approval = &self.approval;
        if *approval != super::Approval::default() {
            lines.gap();
            lines.open("approval");
            lines.list("by", &approval.people);
            lines.maybe("role", approval.role.map(Role::word));
            if approval.own {
                lines.raw("own", "true");
            }
            lines.close();
        }
    }
}

/// What the stages in production have in common, which is written once.
struct Usual {
    environments: Vec<EnvironmentName>,
    require: Vec<Precondition>,
    optional: Vec<ItemId>,
}

impl Usual {
    fn of(plan: &Plan) -> Self {
        let in_production = || plan.stages.iter().filter(|stage| changes_production(stage));
        // Every production environment is named, or a stage in one would be read as one without
        // customers.
        let mut environments: Vec<EnvironmentName> = Vec::new();
        let mut seen = BTreeSet::new();
        for name in in_production().flat_map(|stage| &stage.environments) {
            if seen.insert(name) {
                environments.push(name.clone());
            }
        }
        let require = in_production()
            .next()
            .map(|stage| stage.preconditions.clone());
        Self {
            environments,
            require: require.unwrap_or_default(),
            optional: plan.optional.iter().cloned().collect(),
        }
    }

    fn write(&self, lines: &mut Lines) {
        let is_usual =
            matches!(self.environments.as_slice(), [name] if name.as_str() == "production");
        if !is_usual && !self.environments.is_empty() {
            lines.gap();
            lines.comment("Where customers are.");
            lines.list("production", &self.environments);
        }
        if !self.require.is_empty() {
            lines.gap();
            lines.comment(
                "What holds before each change in production; asked again just before it.",
            );
            lines.items("require", &self.require);
        }
        if !self.optional.is_empty() {
            lines.comment("Skipped where nobody who answers it is configured.");
            lines.list("optional", &self.optional);
        }
    }
}

fn changes_production(stage: &Stage) -> bool {
    match stage.kind {
        StageKind::Named(_) | StageKind::Percentage(_) | StageKind::Global => true,
        StageKind::NonProduction
        | StageKind::Preparation
        | StageKind::Verification
        | StageKind::CleanUp(_) => false,
    }
}

fn breach(breach: OnBreach) -> &'static str {
    match breach {
        OnBreach::Hold => "hold",
        OnBreach::Back => "back",
        OnBreach::Off => "off",
    }
}
