//! What the linter and the generator can know beside a plan.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use domain::EnvironmentName;
use environments::Tier;
use flags::{Definition, FlagKey};

use crate::config::Config;

/// The environments of a configuration, and whether customers are there.
pub(super) fn environments(config: &Path) -> anyhow::Result<BTreeMap<EnvironmentName, bool>> {
    let read = Config::load(config, |name| std::env::var(name).ok())
        .with_context(|| format!("the configuration {} cannot be used", config.display()))?;
    let named = read.environments.iter();
    let mut known: BTreeMap<_, _> = named
        .map(|environment| {
            let is_production = environment.tier == Tier::Production;
            (environment.name.clone(), is_production)
        })
        .collect();
    if known.is_empty() {
        known.insert("production".parse()?, true);
    }
    Ok(known)
}

/// The definition beside a plan, if there is one.
pub(super) fn definition_beside(plan: &Path, flag: &FlagKey) -> anyhow::Result<Option<Definition>> {
    let file = plan.with_file_name(format!("{flag}.yml"));
    if !file.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    match Definition::parse(&file.display().to_string(), &text) {
        Ok(definition) => Ok(Some(definition)),
        Err(problems) => anyhow::bail!("{}", lines(&problems)),
    }
}

pub(super) fn lines(problems: &[flags::Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
