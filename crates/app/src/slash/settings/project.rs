//! `settings project`: which project this channel is about.

use domain::{Message, Mrkdwn, ProjectPath, mrkdwn, say};

use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place, project, rights};

const WHICH: &str = "PROJECT | none";

pub(in crate::slash) const COMMAND: Command = Command {
    name: "settings project",
    aliases: &["set project", "channel project"],
    summary: "Say which project commands in this channel are about when they name none. Needs the role Developer.",
    arguments: &[Argument::needed(WHICH, Kind::Project)],
    place: Place::Anywhere,
    needs_account: true,
    examples: &[
        "settings project gitlab-org/gitlab",
        "settings project none",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let store = &context.parts().store;
    let channel = context.who.channel.as_ref();
    let channel = channel.ok_or_else(|| Stopped::because("type that in the channel"))?;
    let workspace = &context.who.workspace;
    let before = store.channel_default(workspace, &channel.id).await?;
    let typed = given.text(WHICH);
    let after = if typed.eq_ignore_ascii_case("none") {
        let Some(before) = before else {
            return Err(Stopped::because("this channel has no project"));
        };
        // Who may not see it any more may not undo it for those who do.
        let connection = store.connection(workspace, &before).await?;
        if connection.is_some() {
            rights::must_develop(context, &before).await?;
        }
        None
    } else {
        let project = project::of(context, Some(typed)).await?;
        rights::must_develop(context, &project).await?;
        Some(project)
    };
    store
        .set_channel_default(workspace, &channel.id, after.clone())
        .await?;
    Ok(Answer::in_channel(message(after.as_ref(), &context.me()?)))
}

fn message(project: Option<&ProjectPath>, me: &Mrkdwn) -> Message {
    let text = match project {
        Some(project) => say!(
            "Commands in this channel are about {} when they name no project",
            mrkdwn::code(project.as_str())
        ),
        None => Mrkdwn::fixed("Commands in this channel have to name their project"),
    };
    Message::new(text.clone(), text).context(say!("Set by {me}"))
}
