//! `pipeline show`: a pipeline as a card.

use domain::Mrkdwn;

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

/// What the help calls it.
pub(super) const WHICH: &str = "#PIPELINE | BRANCH";

pub(in crate::slash) const COMMAND: Command = Command {
    name: "pipeline show",
    aliases: &["pipeline", "pipeline status"],
    summary: "Show a pipeline by its number, or the latest of a branch: the default branch when none is named.",
    arguments: &[Argument::optional(WHICH, Kind::Pipeline)],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "shop pipeline",
        "shop pipeline show 1234",
        "shop pipeline show main",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let id = one::number(context, given.pipeline(WHICH)).await?;
    one::fresh(context, id, Mrkdwn::empty()).await
}
