//! `signalbox rollout lint`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use flags::Problem;
use rollouts::plan::{Defined, Facts, PlanFile, Weight};

use super::facts;
use crate::definitions;

/// Check rollout plans
///
/// Every problem is told with its file, line and remedy: first what cannot be read or would not
/// be started, then warnings. Exits with 1 when a plan would not be started.
///
///   signalbox rollout lint
///   signalbox rollout lint flags/beta/tidy_sidebar.rollout.yml --config signalbox.toml
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Lint {
    /// Plans, or folders with plans in them
    #[arg(value_name = "PATH", default_value = "flags")]
    paths: Vec<PathBuf>,

    /// The service's configuration, to know its environments, sources, endpoints and groups
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Exit with 1 for warnings, too
    #[arg(long)]
    strict: bool,
}

#[derive(Default)]
struct Count {
    plans: usize,
    refused: usize,
    warnings: usize,
}

impl Lint {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let facts = self.config.as_deref().map(facts::of).transpose()?;
        let facts = facts.unwrap_or_default();
        let mut out = std::io::stdout().lock();
        let mut count = Count::default();
        for path in self.files()? {
            count.plans += 1;
            for (weight, problem) in findings(&path, &facts)? {
                match weight {
                    Weight::Refused => {
                        count.refused += 1;
                        writeln!(out, "{problem}")?;
                    }
                    Weight::Warning => {
                        count.warnings += 1;
                        let Problem {
                            file,
                            line,
                            key,
                            message,
                        } = problem;
                        let key = key.unwrap_or_default();
                        writeln!(out, "{file}:{line}: warning: {key}: {message}")?;
                    }
                }
            }
        }
        if count.plans == 0 {
            bail!("no plan is there; `signalbox rollout new FLAG` writes one");
        }
        writeln!(out, "{count}")?;
        Ok(
            if count.refused == 0 && (count.warnings == 0 || !self.strict) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            },
        )
    }

    fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                files.extend(definitions::plan_paths(path)?);
            } else {
                files.push(path.clone());
            }
        }
        Ok(files)
    }
}

fn findings(path: &Path, facts: &Facts<'_>) -> anyhow::Result<Vec<(Weight, Problem)>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = match PlanFile::parse(&path.display().to_string(), &text) {
        Ok(file) => file,
        Err(problems) => {
            let refused = |problem| (Weight::Refused, problem);
            return Ok(problems.into_iter().map(refused).collect());
        }
    };
    let definition = facts::definition_beside(path, &file.plan.flag)?;
    Ok(file.lint(&Facts {
        definition: definition.as_ref().map_or(Defined::Nowhere, Defined::As),
        ..facts.clone()
    }))
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let many = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        let plans = many(self.plans, "plan");
        let problems = many(self.refused, "problem");
        let warnings = many(self.warnings, "warning");
        write!(f, "{plans}: {problems}, {warnings}")
    }
}
