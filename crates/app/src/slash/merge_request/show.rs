//! `mr show`: a merge request as a card.

use domain::Mrkdwn;

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr show",
    aliases: &[
        "mr",
        "merge_request show",
        "merge_request",
        "merge-request show",
        "merge-request",
    ],
    summary: "Show a merge request: how far it is, who approved it, what stands in its way.",
    arguments: &[Argument::MERGE_REQUEST],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "gitlab-org/gitlab mr show 12",
        "mr show gitlab-org/gitlab!12",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    one::fresh(context, given.number("!MR"), Mrkdwn::empty()).await
}
