//! `signalbox flag …`: the definition files of flags.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use flags::{Catalogue, Definition, FlagKey, FlagType};

use crate::ambient::Ambient;
use crate::definitions;

/// Make, check and list the definition files of feature flags.
///
/// A flag is defined in a file of its own, `<type>/<name>.yml` below a folder that the setting
/// `flags.definitions` names.
#[derive(Args)]
pub(super) struct Flag {
    #[command(subcommand)]
    command: FlagCommand,
}

#[derive(Subcommand)]
enum FlagCommand {
    New(New),
    Lint(Lint),
    List(List),
}

/// Write the definition of a new flag; asks for what is not given.
#[derive(Args)]
struct New {
    /// The flag's name: lower-case letters and digits, words joined by `_`
    name: FlagKey,

    /// What it is for: gitlab_com_derisk, wip, beta, ops or experiment
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    flag_type: Option<FlagType>,

    /// Who owns it, such as group::integrations
    #[arg(short, long, value_name = "GROUP")]
    group: Option<String>,

    /// What the flag does, in a sentence
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// The issue of the feature
    #[arg(short = 'a', long, value_name = "URL")]
    feature_issue_url: Option<String>,

    /// The merge request that brings the flag
    #[arg(short = 'm', long, value_name = "URL")]
    introduced_by_url: Option<String>,

    /// The issue that tracks the rollout
    #[arg(short = 'i', long, value_name = "URL")]
    rollout_issue_url: Option<String>,

    /// The version that brings the flag, such as 17.2
    #[arg(short = 'M', long, value_name = "VERSION")]
    milestone: Option<String>,

    /// The folder of the definitions
    #[arg(long, value_name = "DIR", default_value = "flags")]
    definitions: PathBuf,

    /// Show the file and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Write over a definition of the same name
    #[arg(short, long)]
    force: bool,
}

/// Check every definition, and find flags that no code uses.
#[derive(Args)]
struct Lint {
    /// The folder of the definitions
    #[arg(value_name = "DIR", default_value = "flags")]
    definitions: PathBuf,

    /// Where the application's code is: a flag that nothing below it names is unused
    #[arg(long, value_name = "DIR")]
    code: Option<PathBuf>,
}

/// List the flags that are defined.
#[derive(Args)]
struct List {
    /// The folder of the definitions
    #[arg(value_name = "DIR", default_value = "flags")]
    definitions: PathBuf,
}

impl Flag {
    pub(super) fn run(self, ambient: &Ambient) -> anyhow::Result<ExitCode> {
        match self.command {
            FlagCommand::New(new) => new.run(),
            FlagCommand::Lint(lint) => lint.run(ambient),
            FlagCommand::List(list) => list.run(),
        }
    }
}

impl New {
    fn run(self) -> anyhow::Result<ExitCode> {
        let flag_type = match self.flag_type {
            Some(flag_type) => flag_type,
            None => {
                let names: Vec<&str> = offered().map(FlagType::name).collect();
                let text = ask("type", &format!("one of {}", names.join(", ")))?;
                text.parse()
                    .map_err(|error| anyhow::anyhow!("--type: {error}"))?
            }
        };
        let given = |given: Option<String>, name: &str, hint: &str| match given {
            Some(text) => Ok(text),
            None => ask(name, hint),
        };
        let group = given(
            self.group,
            "group",
            "who owns it, such as group::integrations",
        )?;
        let milestone = given(
            self.milestone,
            "milestone",
            "the version that brings it, such as 17.2",
        )?;
        let definition = Definition {
            name: self.name,
            description: self.description,
            feature_issue_url: self.feature_issue_url,
            introduced_by_url: self.introduced_by_url,
            rollout_issue_url: self.rollout_issue_url,
            milestone: Some(milestone),
            log_state_changes: None,
            flag_type,
            group: Some(group),
            default_enabled: false,
            intended_to_rollout_by: None,
        };
        let file = self
            .definitions
            .join(definition.flag_type.name())
            .join(format!("{}.yml", definition.name));
        let text = definition.write();
        if let Err(problems) = Definition::parse(&file.display().to_string(), &text) {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("{}", lines.join("\n"));
        }
        if self.dry_run {
            println!("{}:\n{text}", file.display());
            return Ok(ExitCode::SUCCESS);
        }
        if self.definitions.is_dir() && !self.force {
            let known = definitions::read(&self.definitions)?;
            if known.get(&definition.name).is_some() {
                bail!(
                    "{} is defined already; choose another name, or write over it with --force",
                    definition.name
                );
            }
        }
        write(&file, &text)?;
        println!("{}", file.display());
        Ok(ExitCode::SUCCESS)
    }
}

/// The types that a new flag may have.
fn offered() -> impl Iterator<Item = FlagType> {
    FlagType::ALL.iter().copied().filter(|one| {
        !matches!(
            one,
            FlagType::Undefined | FlagType::Development | FlagType::Worker
        )
    })
}

pub(super) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Asks at the terminal; without one, says which option is missing.
pub(super) fn ask(name: &str, hint: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("give --{name}: {hint}");
    }
    print!("{name} ({hint}): ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.trim();
    if line.is_empty() {
        bail!("--{name} is needed: {hint}");
    }
    Ok(line.to_owned())
}

impl Lint {
    fn run(self, ambient: &Ambient) -> anyhow::Result<ExitCode> {
        let catalogue = definitions::read(&self.definitions)?;
        let today = ambient.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        for definition in catalogue.iter() {
            for warning in definition.warnings(today) {
                println!("{}: {warning}", definition.name);
            }
        }
        let unused = match &self.code {
            Some(code) => unused(&catalogue, code, &self.definitions)?,
            None => Vec::new(),
        };
        for flag in &unused {
            println!("{flag}: no code uses it; remove its definition, and delete it everywhere");
        }
        println!("{} definitions are well formed.", catalogue.len());
        Ok(if unused.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Larger files are no code.
const LARGEST_SOURCE: u64 = 2 * 1024 * 1024;

/// The flags that no file below `code` names, the definitions themselves aside.
fn unused(catalogue: &Catalogue, code: &Path, definitions: &Path) -> anyhow::Result<Vec<FlagKey>> {
    let definitions = definitions.canonicalize().ok();
    let mut unused: Vec<FlagKey> = catalogue.iter().map(|one| one.name.clone()).collect();
    let mut folders = vec![code.to_owned()];
    while let (Some(folder), false) = (folders.pop(), unused.is_empty()) {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot read {} (--code)", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
                let is_definitions = path.canonicalize().ok() == definitions;
                if !is_hidden && !is_definitions {
                    folders.push(path);
                }
            } else if kind.is_file()
                && entry.metadata()?.len() <= LARGEST_SOURCE
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                unused.retain(|flag| !flags::uses(flag, &text));
            }
        }
    }
    Ok(unused)
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let catalogue = definitions::read(&self.definitions)?;
        let widest = catalogue.iter().map(|one| one.name.as_str().len()).max();
        for definition in catalogue.iter() {
            writeln!(
                std::io::stdout(),
                "{:width$}  {:18}  {:7}  {}",
                definition.name.as_str(),
                definition.flag_type.name(),
                if definition.default_enabled {
                    "on"
                } else {
                    "off"
                },
                definition.group.as_deref().unwrap_or("-"),
                width = widest.unwrap_or(0)
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
