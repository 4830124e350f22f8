//! `incident declare`: a form, filled in and sent.

use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

/// The account's tokens are made fresh behind the form: Slack lets it be opened for three seconds
/// only, and GitLab may have to be asked.
pub(super) const COMMAND: Command = Command {
    name: "incident declare",
    aliases: &["incident new", "incident create"],
    summary: "Declare an incident: opens a form.",
    arguments: &[Argument::optional("TITLE", Kind::Line)],
    place: Place::MaybeProject,
    needs_account: false,
    examples: &[
        "incident declare",
        "gitlab-org/gitlab incident declare Checkout is down",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    crate::incident::open(context, given.text("TITLE")).await
}
