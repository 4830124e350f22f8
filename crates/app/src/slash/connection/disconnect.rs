//! `disconnect`: a project can no longer be named in this workspace, and tells it nothing more.

use domain::{Message, mrkdwn, say};

use super::news;
use crate::answer::{Answer, Stopped};
use crate::connecting;
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place, project, rights};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "disconnect",
    aliases: &["disconnect project"],
    summary: "Take a project from this workspace; its settings are kept. Needs the role Maintainer.",
    arguments: &[Argument::needed("PROJECT", Kind::Project)],
    place: Place::Anywhere,
    needs_account: true,
    examples: &["disconnect shop"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let project = project::of(context, Some(given.text("PROJECT"))).await?;
    rights::must_maintain(context, &project).await?;
    let workspace = &context.who.workspace;
    let gone = connecting::disconnect(context.parts(), workspace, &project, context.note());
    let gone = gone.await.map_err(news::stopped)?;
    let Some((_, ended)) = gone else {
        return Err(Stopped::because("that project is not connected any more"));
    };
    let told = news::ended(ended);
    let name = mrkdwn::bold(project.as_str());
    let summary = say!("{} is disconnected", mrkdwn::escape_line(project.as_str()));
    let message = Message::new(summary, say!("{name} is disconnected by {}", context.me()?));
    Ok(Answer::in_channel(message.body(told)))
}
