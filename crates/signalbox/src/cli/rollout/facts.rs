//! What the linter and the generator can know beside a plan.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use domain::EnvironmentName;
use environments::Tier;
use flags::{Definition, FlagKey};
use rollouts::plan::Facts;

use crate::config::{Config, Environment, mentions};
use crate::service::RolloutsSetup;

/// The names of a configuration that plans may use.
pub(super) fn of(config: &Path) -> anyhow::Result<Facts<'static>> {
    let config = read(config)?;
    let (rules, has_gitlab) = (config.chatops, !config.gitlab.is_empty());
    let setup = RolloutsSetup {
        sources: config.monitors.sources(&config.endpoints)?,
        groups: mentions(config.groups),
        event_sinks: Vec::new(),
    };
    Ok(Facts {
        environments: Some(named(&config.environments)?),
        ..setup.facts(&rules, has_gitlab)
    })
}

/// The environments of a configuration, and whether customers are there.
pub(super) fn environments(config: &Path) -> anyhow::Result<BTreeMap<EnvironmentName, bool>> {
    named(&read(config)?.environments)
}

fn read(config: &Path) -> anyhow::Result<Config> {
    Config::load(config, |name| std::env::var(name).ok())
        .with_context(|| format!("the configuration {} cannot be used", config.display()))
}

fn named(environments: &[Environment]) -> anyhow::Result<BTreeMap<EnvironmentName, bool>> {
    let is_production = |of: &Environment| of.tier == Tier::Production;
    let named = environments
        .iter()
        .map(|of| (of.name.clone(), is_production(of)));
    let mut known: BTreeMap<_, _> = named.collect();
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
