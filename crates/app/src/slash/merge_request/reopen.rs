//! `mr reopen`: a closed merge request is open again.

use domain::say;
use gitlab::rest::StateEvent;

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr reopen",
    aliases: &["merge_request reopen", "merge-request reopen"],
    summary: "Open a closed merge request again.",
    arguments: &[Argument::MERGE_REQUEST],
    place: Place::Project,
    needs_account: true,
    examples: &["mr reopen shop!12", "shop mr reopen 12"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("!MR");
    one::set_state(context, iid, StateEvent::Reopen).await?;
    one::fresh(context, iid, say!("*Reopened* by {}", context.me()?)).await
}
