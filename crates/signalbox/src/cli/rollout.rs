//! `signalbox rollout …`: plans are written and checked here; everything else goes to the service.

mod facts;
mod lint;
mod new;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::chatops::Service;

/// Write and check rollout plans, and run rollouts, as `/chatops run rollout …` does in Slack
///
/// A plan stands beside the flag's definition, `<type>/<flag>.rollout.yml`. Begin with:
///
///   signalbox rollout new FLAG --owner ana     writes the usual plan
///   signalbox rollout lint                     checks it, with line numbers
///   signalbox rollout start FLAG --dry-run     shows what would happen
///   signalbox rollout start FLAG --reason "…"
///
/// Then, in Slack, on the pages or here:
///
///   signalbox rollout status FLAG
///   signalbox rollout advance FLAG
///   signalbox rollout hold FLAG --reason "…"
///   signalbox rollout rollback FLAG
///
/// `signalbox rollout help` lists the service's commands with every option. Exits with 1 when
/// something was refused.
#[derive(Args)]
#[command(verbatim_doc_comment, disable_help_subcommand = true)]
pub(super) struct Rollout {
    #[command(flatten)]
    service: Service,

    #[command(subcommand)]
    command: RolloutCommand,
}

#[derive(Subcommand)]
enum RolloutCommand {
    New(Box<new::New>),
    Lint(lint::Lint),
    /// Print the JSON schema of plans, for editors
    Schema,
    /// Anything else, as it is typed in Slack after `/chatops run rollout`
    #[command(external_subcommand)]
    Words(Vec<String>),
}

impl Rollout {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            RolloutCommand::New(new) => new.run(),
            RolloutCommand::Lint(lint) => lint.run(),
            RolloutCommand::Schema => {
                println!("{:#}", rollouts::plan::schema());
                Ok(ExitCode::SUCCESS)
            }
            RolloutCommand::Words(words) => self.service.run("rollout", &words).await,
        }
    }
}
