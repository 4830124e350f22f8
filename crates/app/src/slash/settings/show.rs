//! `settings`: how things are set up for whoever types it, here and in the workspace.

use domain::{Message, Mrkdwn, mrkdwn, say};

use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::run::stopped;
use crate::slash::{Command, Given, Place};

/// The most connected projects that are named.
const MOST: usize = 10;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "settings",
    aliases: &["settings show", "config"],
    summary: "Show your account, this channel's project and the workspace's projects, and where to change them.",
    arguments: &[],
    place: Place::Anywhere,
    needs_account: false,
    examples: &["settings"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, _: &Given) -> Result<Answer, Stopped> {
    let parts = context.parts();
    let workspace = &context.who.workspace;
    let linked = parts.accounts.linked(workspace, context.who.user.as_str());
    let linked = linked.await.map_err(stopped)?;
    let is_linked = linked.is_some();
    let account = linked.map_or_else(
        || Mrkdwn::fixed("_Not linked_"),
        |linked| mrkdwn::escape_line(&format!("@{}", linked.username)),
    );
    let title = Mrkdwn::fixed("Settings");
    let mut message = Message::new(title.clone(), title).fact("Your GitLab account", account);
    if is_linked {
        message = message
            .fact("This channel's project", of_channel(context).await?)
            .wide_fact("Connected projects", connected(context).await?);
    }
    let slash = &parts.names.gitlab;
    let page = |path: &str| format!("{}{path}", parts.public_url);
    let to_type = [
        "link",
        "settings project PROJECT",
        "connect PROJECT",
        "list",
    ]
    .map(|command| mrkdwn::code(&format!("{slash} {command}")));
    Ok(Answer::ephemeral(
        message
            .context(say!("To change them: {}", mrkdwn::join(to_type, " ")))
            .link("Your account", &page("/account"))
            .link("This workspace", &page(&format!("/workspaces/{workspace}"))),
    ))
}

async fn of_channel(context: &Context<'_>) -> Result<Mrkdwn, Stopped> {
    let Some(channel) = &context.who.channel else {
        return Ok(Mrkdwn::empty());
    };
    let store = &context.parts().store;
    let project = store.channel_default(&context.who.workspace, &channel.id);
    Ok(project.await?.map_or_else(
        || Mrkdwn::fixed("_None_"),
        |project| mrkdwn::code(project.as_str()),
    ))
}

async fn connected(context: &Context<'_>) -> Result<Mrkdwn, Stopped> {
    let store = &context.parts().store;
    let connections = store.connections_in(&context.who.workspace).await?;
    let names = connections.iter().take(MOST);
    let names = names.map(|one| mrkdwn::code(one.project.as_str()));
    let names = mrkdwn::join(names, " ");
    Ok(match connections.len() {
        0 => Mrkdwn::fixed("_None_"),
        count if count <= MOST => names,
        count => say!("{names} and {} more", count - MOST),
    })
}
