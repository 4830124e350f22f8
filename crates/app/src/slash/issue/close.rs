//! `issue close`.

use gitlab::rest::IssueState;

use super::{card, one};
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue close",
    aliases: &[],
    summary: "Close an issue.",
    arguments: &[Argument::ISSUE],
    place: Place::Project,
    needs_account: true,
    examples: &["gitlab-org/gitlab issue close 12", "issue close shop#12"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("#ISSUE");
    let issue = one::set_state(context, iid, IssueState::Closed).await?;
    Ok(card::answer(context.project()?, &issue))
}
