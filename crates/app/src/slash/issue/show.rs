//! `issue show`: an issue as a card.

use super::{card, one};
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue show",
    aliases: &["issue"],
    summary: "Show an issue.",
    arguments: &[Argument::ISSUE],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "gitlab-org/gitlab issue show 12",
        "issue show gitlab-org/gitlab#12",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let issue = one::find(context, given.number("#ISSUE")).await?;
    Ok(card::answer(context.project()?, &issue))
}
