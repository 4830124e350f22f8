//! The rollouts that commands are about, and who asks something of them.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::Role;
use environments::{Environment, Tier};
use rollouts::plan::{Facts, Plans};
use rollouts::{Act, Asker, Author, CheckResult, Plan, Rollout, Through};
use steering::{AskError, Asked};

use crate::answer::Refused;
use crate::caller::Caller;
use crate::context::Context;
use crate::wording::OneOf;

/// What the commands about rollouts need. It is given when everything else is there, since
/// whoever carries rollouts out asks the checks of the commands.
#[derive(Clone)]
pub struct Steered {
    pub rollouts: steering::Rollouts,
    pub plans: Plans,
    /// The names that plans may use, of what the commands do not know themselves.
    pub facts: Facts<'static>,
    pub foresight: Foresight,
}

/// Finds out whether what must hold before the present stage does, for a rollout that need not
/// be a stored one.
pub type Foresight = Arc<dyn Fn(Rollout) -> Foreseeing + Send + Sync>;
type Foreseeing = Pin<Box<dyn Future<Output = Vec<CheckResult>> + Send>>;

impl std::fmt::Debug for Steered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steered").finish_non_exhaustive()
    }
}

/// Where an act may be asked for in Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// It only closes, holds or writes something down.
    Anywhere,
    /// It lets production be opened further: there, or in the thread's channel.
    WhereItIsSeen,
}

impl Context<'_> {
    pub(crate) fn steered(&self) -> Result<&Steered, Refused> {
        let steered = self.chatops.steered();
        steered.ok_or_else(|| Refused("rollouts are not set up in this service".to_owned()))
    }

    /// Who asks, with what they may do.
    pub(crate) fn asker(&self) -> Asker {
        let through = match self.caller {
            Caller::Slack(_) => Through::Slack,
            Caller::Shell { .. } => Through::Shell,
            Caller::Page { .. } => Through::Page,
        };
        let roles: BTreeSet<Role> = match self.caller {
            Caller::Slack(_) => self.roles(),
            Caller::Shell { approves, .. } | Caller::Page { approves, .. } => Role::ALL
                .into_iter()
                .filter(|role| *approves || *role != Role::Approver)
                .collect(),
        };
        Asker {
            author: Author {
                name: self.gitlab_name().to_owned(),
                through,
            },
            known: self.is_known(),
            roles,
        }
    }

    /// Asks something of a flag's rollout.
    pub(crate) async fn ask(&self, flag: &str, act: &Act, from: From) -> Result<Asked, Refused> {
        let flag = crate::context::flag_key(flag)?;
        let steered = self.steered()?;
        if from == From::WhereItIsSeen
            && let Some(rollout) = steered
                .rollouts
                .rollout(&flag)
                .await
                .map_err(Refused::because)?
        {
            self.may_open_here(&rollout.plan)?;
        }
        let asked = steered.rollouts.ask(&flag, act, &self.asker()).await;
        match asked {
            Ok(asked) => Ok(asked),
            Err(AskError::NoRollout(flag)) => Err(self.no_rollout(&flag).await?),
            Err(error) => Err(Refused::because(error)),
        }
    }

    /// Whether production may be opened further from here: where production is changed from, and
    /// in the channel that has the rollout's thread.
    pub(crate) fn may_open_here(&self, plan: &Plan) -> Result<(), Refused> {
        let Caller::Slack(slack) = self.caller else {
            return Ok(());
        };
        if !self.concerns_production(plan) || slack.is_in(&plan.channels.team) {
            return Ok(());
        }
        let mut channels: Vec<&str> = Vec::new();
        for channel in &self.parts().rules.production_channels {
            if slack.is_in(channel) {
                return Ok(());
            }
            channels.push(channel.as_str());
        }
        if channels.is_empty() {
            return Ok(());
        }
        channels.push(plan.channels.team.as_str());
        Err(Refused(format!(
            "this rollout is taken further from {} only; nothing was changed (hold and rollback work anywhere)",
            OneOf(&channels)
        )))
    }

    /// The environments of a plan that customers are in.
    pub(crate) fn production_of(&self, plan: &Plan) -> Vec<&Environment> {
        let all = &self.parts().environments;
        let touches = |environment: &&Environment| {
            environment.tier == Tier::Production
                && plan
                    .stages
                    .iter()
                    .any(|stage| stage.environments.contains(&environment.name))
        };
        all.iter().filter(touches).collect()
    }

    fn concerns_production(&self, plan: &Plan) -> bool {
        !self.production_of(plan).is_empty()
    }
}
