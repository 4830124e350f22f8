//! Which plan a flag has, and what to say when it has none.

use std::collections::BTreeMap;

use environments::Tier;
use flags::{Catalogue, FlagKey};
use rollouts::plan::{Defined, Facts, PlanFile, Weight};
use steering::ListFilter;

use crate::answer::Refused;
use crate::context::{Context, catalogue};
use crate::wording::{Name, did_you_mean};

/// More problems than one answer can tell.
const MOST_TOLD: usize = 20;

impl Context<'_> {
    /// The flag's plan, as it can be started, with what is doubtful about it.
    pub(crate) fn plan(&self, flag: &FlagKey) -> Result<(PlanFile, Vec<String>), Refused> {
        let file = match self.steered()?.plans.get(flag) {
            Some(Ok(file)) => file,
            Some(Err(problems)) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                return Err(unusable(flag, &lines));
            }
            None => return Err(self.no_plan(flag)?),
        };
        let found = file.lint(&self.facts(flag)?);
        let of = |weight: Weight| -> Vec<String> {
            let lines = found.iter().filter(|(is, _)| *is == weight);
            lines.map(|(_, problem)| problem.to_string()).collect()
        };
        let refused = of(Weight::Refused);
        if refused.is_empty() {
            Ok((file.clone(), of(Weight::Warning)))
        } else {
            Err(unusable(flag, &refused))
        }
    }

    fn facts(&self, flag: &FlagKey) -> Result<Facts<'_>, Refused> {
        let environments = self.parts().environments.iter();
        let deployments = self.parts().environments.iter();
        let deployments = deployments
            .filter(|environment| !environment.stages.is_empty())
            .map(|environment| environment.name.clone())
            .collect();
        let names: BTreeMap<_, _> = environments
            .map(|environment| {
                let is_production = environment.tier == Tier::Production;
                (environment.name.clone(), is_production)
            })
            .collect();
        Ok(Facts {
            definition: self
                .definitions()
                .and_then(|definitions| definitions.get(flag))
                .map_or(Defined::Nowhere, Defined::As),
            environments: Some(names),
            deployments: Some(deployments),
            ..self.steered()?.facts.clone()
        })
    }

    fn definitions(&self) -> Option<&Catalogue> {
        let all = &self.parts().environments;
        all.production().or(all.iter().next()).map(catalogue)
    }

    fn no_plan(&self, flag: &FlagKey) -> Result<Refused, Refused> {
        let near = self.steered()?.plans.nearest(flag.as_str());
        let near: Vec<String> = near.iter().map(ToString::to_string).collect();
        let remedy = if near.is_empty() {
            format!("; `signalbox rollout new {flag}` writes the usual one beside the definition")
        } else {
            did_you_mean(&near)
        };
        Ok(Refused(format!(
            "{} has no rollout plan{remedy}",
            Name(flag.as_str())
        )))
    }

    /// The refusal for a flag that was never rolled out, with the flags that may be meant.
    pub(crate) async fn no_rollout(&self, flag: &FlagKey) -> Result<Refused, Refused> {
        let rollouts = &self.steered()?.rollouts;
        let listed = rollouts
            .list(ListFilter::default())
            .await
            .map_err(Refused::because)?;
        let known = listed.rollouts.iter().map(|status| status.flag.as_str());
        let near: Vec<String> = flags::nearest(flag.as_str(), known)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let remedy = if near.is_empty() {
            format!("; `rollout start {flag}` begins one, `rollout list` shows all")
        } else {
            did_you_mean(&near)
        };
        Ok(Refused(format!(
            "{} has no rollout{remedy}",
            Name(flag.as_str())
        )))
    }
}

fn unusable(flag: &FlagKey, lines: &[String]) -> Refused {
    let told: Vec<&str> = lines.iter().take(MOST_TOLD).map(String::as_str).collect();
    let more = match lines.len() - told.len() {
        0 => String::new(),
        more => format!("\nand {more} more, see `signalbox rollout lint`"),
    };
    Refused(format!(
        "the plan of `{flag}` cannot be started:\n{}{more}",
        told.join("\n")
    ))
}
