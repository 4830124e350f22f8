//! `pipeline retry`: failed and canceled jobs run again.

use domain::say;

use super::show::WHICH;
use super::{buttons, card, one};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "pipeline retry",
    aliases: &[],
    summary: "Run a pipeline's failed and canceled jobs again.",
    arguments: &[Argument::optional(WHICH, Kind::Pipeline)],
    place: Place::Project,
    needs_account: true,
    examples: &["shop pipeline retry 1234", "shop pipeline retry main"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let id = one::number(context, given.pipeline(WHICH)).await?;
    retry(context, id).await
}

pub(super) async fn retry(context: &Context<'_>, id: u64) -> Result<Answer, Stopped> {
    let called = one::called(id);
    let pipeline = one::find(context, id).await?;
    if !buttons::can_be_retried(pipeline.status) {
        return Err(Stopped::Refused(Refused(format!(
            "{called} {}; only one that failed or was canceled can be retried",
            card::status(pipeline.status)
        ))));
    }
    let retried = context
        .gitlab()?
        .retry_pipeline(&context.place()?, id)
        .await;
    retried.map_err(|error| one::said(context, &called, error))?;
    one::fresh(context, id, say!("*Retried* by {}", context.me()?)).await
}
