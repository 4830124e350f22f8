//! `signalbox rollout new`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use domain::{ChannelName, EnvironmentName};
use flags::request::Targets;
use flags::{Catalogue, Definition, FlagKey};
use rollouts::plan::{
    Basics, By, Defined, Facts, Group, ItemId, Logs, Person, PlanFile, SUFFIX, Watching, standard,
    team_channel,
};

use super::facts;
use crate::cli::flag::{ask, write};
use crate::definitions;

/// Write the usual plan of a flag's rollout, beside its definition
///
/// Environments without customers, then the actors that are named, a checklist, 1, 10, 25, 50, 75
/// and 100 percent, everyone, a day of verification, and the clean-up: with what must hold before
/// each change and what is watched after it. Change it as you like; `signalbox rollout lint`
/// checks it.
///
///   signalbox rollout new tidy_sidebar --owner ana --project acme/shop --approvals 1
///   signalbox rollout new tidy_sidebar --owner ana --by time --dry-run
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct New {
    /// The flag, which is defined
    flag: FlagKey,

    /// User name of who owns the rollout
    #[arg(short, long, value_name = "USER")]
    owner: Option<Person>,

    /// The team's channel; by custom #g_ and the group of the definition
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<ChannelName>,

    /// Hears of each change in production
    #[arg(long, value_name = "CHANNEL", default_value = "#production")]
    production_channel: ChannelName,

    /// Hears what customers will see
    #[arg(long, value_name = "CHANNEL")]
    support_channel: Option<ChannelName>,

    /// The group that is called when nobody watches
    #[arg(long, value_name = "GROUP")]
    on_call: Option<Group>,

    /// What a percentage is a share of: time is for a flag that is asked without an actor
    #[arg(long, value_enum, default_value = "actors")]
    by: Share,

    /// Where no customer is
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "dev,staging,staging-ref"
    )]
    non_production: Vec<EnvironmentName>,

    /// Where customers are
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "production"
    )]
    production: Vec<EnvironmentName>,

    /// The documentation's merge request
    #[arg(long, value_name = "URL")]
    docs: Option<String>,

    /// The service's configuration: its environments are taken, and what it gives no answer to
    /// is left out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["non_production", "production"])]
    config: Option<PathBuf>,

    /// Projects that have it first
    #[arg(long, value_name = "PATHS", value_delimiter = ',')]
    project: Vec<String>,

    /// Groups that have it first
    #[arg(long, value_name = "PATHS", value_delimiter = ',')]
    group: Vec<String>,

    /// Users that have it first
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    user: Vec<String>,

    /// How many people approve the first percentage and the step to everyone
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    approvals: u32,

    /// What else is to be done before the percentages, such as publish="Publish the app"
    #[arg(long, value_name = "NAME=TEXT")]
    item: Vec<Item>,

    /// The path of the project with the code and the issues
    #[arg(long, value_name = "PATH")]
    code: Option<String>,

    /// What is watched; deliveries are for flags that Signalbox asks itself
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "sentry,elasticsearch"
    )]
    monitor: Vec<Watched>,

    /// The project's slug in Sentry; all projects without it
    #[arg(long, value_name = "SLUG")]
    sentry_project: Option<String>,

    /// Where errors are logged in Elasticsearch
    #[arg(long, value_name = "PATTERN", requires = "query")]
    index: Option<String>,

    /// What finds the errors there, as Kibana saves it
    #[arg(long, value_name = "QUERY", requires = "index")]
    query: Option<String>,

    /// The folder of the definitions
    #[arg(long, value_name = "DIR", default_value = "flags")]
    definitions: PathBuf,

    /// Show the plan and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Write over a plan that is there
    #[arg(short, long)]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Share {
    Actors,
    Time,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Watched {
    Deliveries,
    Sentry,
    Elasticsearch,
}

/// `NAME=TEXT`.
#[derive(Clone)]
struct Item(ItemId, String);

impl FromStr for Item {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, what)) if !what.trim().is_empty() => {
                let name: ItemId = name.parse().map_err(|error| format!("{error}"))?;
                Ok(Self(name, what.to_owned()))
            }
            Some(_) | None => Err("is NAME=TEXT, such as publish=\"Publish the app\"".to_owned()),
        }
    }
}

impl New {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let catalogue = definitions::read(&self.definitions)?;
        let definition = defined(&catalogue, &self.flag)?;
        let folder = self.definitions.join(definition.flag_type.name());
        let path = folder.join(format!("{}{SUFFIX}", self.flag));
        let (dry_run, force) = (self.dry_run, self.force);
        let facts = self.facts(definition)?;
        let docs = self.docs.clone();
        let mut plan = standard(
            &self.flag.clone(),
            Some(definition),
            &self.basics(definition)?,
        );
        plan.links.docs_merge_request = docs;
        let left_out = plan.leave_out_unasked(&facts);
        let text = plan.to_yaml();
        let file = PlanFile::parse(&path.display().to_string(), &text);
        let file = file.map_err(|problems| anyhow::anyhow!(facts::lines(&problems)))?;
        if dry_run {
            print!("{text}");
            return Ok(ExitCode::SUCCESS);
        }
        if path.exists() && !force {
            bail!(
                "{} is there already; write over it with --force",
                path.display()
            );
        }
        write(&path, &text)?;
        println!("{}", path.display());
        for line in left_out {
            println!("left out: {line}");
        }
        for (_, problem) in file.lint(&facts) {
            println!("to do: {problem}");
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What is known beside the plan: who can be asked only with a configuration.
    fn facts<'a>(&self, definition: &'a Definition) -> anyhow::Result<Facts<'a>> {
        let known = self.config.as_deref().map(facts::of).transpose()?;
        Ok(Facts {
            definition: Defined::As(definition),
            ..known.unwrap_or_default()
        })
    }

    fn basics(self, definition: &Definition) -> anyhow::Result<Basics> {
        let (non_production, production) = self.environments()?;
        let owner = match self.owner {
            Some(owner) => owner,
            None => ask("owner", "user name of who owns the rollout")?
                .parse()
                .context("--owner")?,
        };
        let channel = self.channel.or_else(|| team_channel(definition));
        let watched = |one| self.monitor.contains(&one);
        Ok(Basics {
            owner,
            channel: channel.context("give --channel: the definition has no group")?,
            production_channel: Some(self.production_channel),
            support_channel: self.support_channel,
            on_call: self.on_call,
            by: match self.by {
                Share::Actors => By::Actors,
                Share::Time => By::Time,
            },
            non_production,
            production,
            first: Targets {
                projects: self.project,
                groups: self.group,
                users: self.user,
                ..Targets::default()
            },
            approvals: self.approvals,
            items: self
                .item
                .into_iter()
                .map(|Item(name, text)| (name, text))
                .collect(),
            project: self.code,
            watched: Watching {
                deliveries: watched(Watched::Deliveries),
                sentry: watched(Watched::Sentry),
                sentry_project: self.sentry_project,
                elasticsearch: watched(Watched::Elasticsearch)
                    .then(|| logs(self.index, self.query)),
            },
        })
    }

    /// Where no customer is, and where customers are.
    fn environments(&self) -> anyhow::Result<(Vec<EnvironmentName>, Vec<EnvironmentName>)> {
        let Some(config) = &self.config else {
            return Ok((self.non_production.clone(), self.production.clone()));
        };
        let known: BTreeMap<_, _> = facts::environments(config)?;
        let names = |is_production: bool| {
            let of_kind = known
                .iter()
                .filter(move |(_, kind)| **kind == is_production);
            of_kind.map(|(name, _)| name.clone()).collect()
        };
        Ok((names(false), names(true)))
    }
}

fn defined<'a>(catalogue: &'a Catalogue, flag: &FlagKey) -> anyhow::Result<&'a Definition> {
    if let Some(definition) = catalogue.get(flag) {
        return Ok(definition);
    }
    let near: Vec<String> = catalogue
        .nearest(flag.as_str())
        .iter()
        .map(ToString::to_string)
        .collect();
    if near.is_empty() {
        bail!("{flag} is not defined; `signalbox flag new {flag}` defines it");
    }
    bail!("{flag} is not defined; did you mean {}?", near.join(" or "))
}

fn logs(index: Option<String>, query: Option<String>) -> Logs {
    match (index, query) {
        (Some(index), Some(query)) => Logs {
            index,
            query,
            distinct: None,
            flag_field: "json.feature_flag_states".to_owned(),
        },
        _ => Logs::default(),
    }
}
