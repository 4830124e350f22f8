//! What the checks and the questions about releases find out, for whoever has to know it without
//! typing a command: a rollout asks before each of its changes.
//!
//! What is found is one line of plain text with names between backticks. A source that gives no
//! answer is told apart from one that says no.

use environments::{Environment, Stage};

use crate::answer::Refused;
use crate::auto_deploy;
use crate::chatops::ChatOps;
use crate::checks::{Verdict, deployed, freeze, health, issues, locks};
use crate::code::Code;
use crate::release;
use crate::rules::CheckRules;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Holds(String),
    /// It has nothing to say here, and what to configure if it should.
    Skipped(String),
    /// Somebody has to do something first, or time has to pass.
    Waits(String),
    Fails(String),
    /// The source did not answer. Never a pass.
    Silent(String),
}

impl Finding {
    fn of(verdict: Verdict, when_passed: &str) -> Self {
        match verdict {
            Verdict::Passed => Self::Holds(when_passed.to_owned()),
            Verdict::Skipped(why) => Self::Skipped(why),
            Verdict::Blocked(why) => Self::Fails(why),
            Verdict::Silent(why) => Self::Silent(why),
        }
    }

    fn not_configured(what: &str) -> Self {
        Self::Skipped(format!("not asked; configure `{what}`"))
    }
}

impl ChatOps {
    /// No active incident.
    pub async fn no_incident(&self) -> Finding {
        if self.checks().incidents.is_none() {
            return Finding::not_configured("chatops.checks.incidents");
        }
        Finding::of(issues::incidents(self.parts()).await, "no active incident")
    }

    /// No change in progress.
    pub async fn no_change_in_progress(&self) -> Finding {
        if self.checks().changes.is_none() {
            return Finding::not_configured("chatops.checks.changes");
        }
        let verdict = issues::changes(self.parts()).await;
        Finding::of(verdict, "no change in progress")
    }

    /// No change lock of the configuration, and no deploy freeze in GitLab.
    pub async fn no_change_lock(&self) -> Finding {
        let locked = locks::check(self.parts());
        if locked != Verdict::Passed {
            return Finding::of(locked, "");
        }
        match freeze::check(self.parts()).await {
            // The locks were asked all the same.
            Verdict::Skipped(_) => Finding::Holds("no change lock".to_owned()),
            verdict => Finding::of(verdict, "no change lock and no deploy freeze"),
        }
    }

    /// Every service of the environment is well.
    pub async fn healthy(&self, environment: &Environment) -> Finding {
        if self.checks().health.is_none() {
            return Finding::not_configured("chatops.checks.health");
        }
        let verdict = health::check(self.parts(), environment).await;
        Finding::of(verdict, "every service is well")
    }

    /// The merge request at this address is deployed to all of these stages.
    pub async fn deployed(&self, url: &str, stages: &[&Stage]) -> Finding {
        let Ok(code) = Code::of(self.parts()) else {
            return Finding::not_configured("chatops.code.projects");
        };
        let names: Vec<String> = stages
            .iter()
            .map(|stage| format!("`{}`", stage.name))
            .collect();
        let passed = format!("deployed to {}", names.join(", "));
        match deployed::judge(code, stages, url, Verdict::Blocked).await {
            Verdict::Blocked(why) => Finding::Waits(why),
            verdict => Finding::of(verdict, &passed),
        }
    }

    /// The merge request at this address is merged.
    pub async fn merged(&self, url: &str) -> Finding {
        let Ok(code) = Code::of(self.parts()) else {
            return Finding::not_configured("chatops.code.projects");
        };
        match auto_deploy::merge_request(code, url).await {
            Err(Refused(why)) => Finding::Silent(why),
            Ok((_, found)) if found.merged_as().is_some() => {
                Finding::Holds(format!("`!{}` is merged", found.iid))
            }
            Ok((_, found)) => Finding::Waits(format!("`!{}` is not merged yet", found.iid)),
        }
    }

    /// The merge request at this address is part of this milestone's release.
    pub async fn released(&self, url: &str, milestone: &str) -> Finding {
        if Code::of(self.parts()).is_err() {
            return Finding::not_configured("chatops.code.projects");
        }
        match release::check(self.parts(), url, milestone).await {
            Ok(finding) => finding,
            Err(Refused(why)) => Finding::Silent(why),
        }
    }

    fn checks(&self) -> &CheckRules {
        &self.parts().rules.checks
    }
}
