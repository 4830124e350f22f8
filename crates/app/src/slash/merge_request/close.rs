//! `mr close`: a merge request that will not be merged.

use domain::say;
use gitlab::rest::StateEvent;

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr close",
    aliases: &["merge_request close", "merge-request close"],
    summary: "Close a merge request.",
    arguments: &[Argument::MERGE_REQUEST],
    place: Place::Project,
    needs_account: true,
    examples: &["mr close shop!12", "shop mr close 12"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("!MR");
    one::set_state(context, iid, StateEvent::Close).await?;
    one::fresh(context, iid, say!("*Closed* by {}", context.me()?)).await
}
