//! `pipeline cancel`: what has not ended is stopped.

use domain::say;

use super::show::WHICH;
use super::{buttons, card, one};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "pipeline cancel",
    aliases: &["pipeline stop"],
    summary: "Cancel a pipeline's jobs that have not ended.",
    arguments: &[Argument::needed(WHICH, Kind::Pipeline)],
    place: Place::Project,
    needs_account: true,
    examples: &["shop pipeline cancel 1234", "shop pipeline cancel main"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let id = one::number(context, given.pipeline(WHICH)).await?;
    cancel(context, id).await
}

pub(super) async fn cancel(context: &Context<'_>, id: u64) -> Result<Answer, Stopped> {
    let called = one::called(id);
    let pipeline = one::find(context, id).await?;
    if !buttons::can_be_canceled(pipeline.status) {
        return Err(Stopped::Refused(Refused(format!(
            "{called} {}; there is nothing to cancel",
            card::status(pipeline.status)
        ))));
    }
    let canceled = context
        .gitlab()?
        .cancel_pipeline(&context.place()?, id)
        .await;
    canceled.map_err(|error| one::said(context, &called, error))?;
    one::fresh(context, id, say!("*Canceled* by {}", context.me()?)).await
}
