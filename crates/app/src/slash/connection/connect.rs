//! `connect`: a project can be named in this workspace, and tells its news here.

use accounts::Linked;
use domain::message::Tone;
use domain::{AuditId, Message, Mrkdwn, ProjectPath, mrkdwn, say};
use gitlab::rest::IdOrPath;
use store::{Alias, ConnectError, ConnectedBy, Connection, Entry, NewConnection};

use super::{alias, news};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::{Context, said_by_gitlab};
use crate::slash::subscription::channel::{self, Here};
use crate::slash::{Argument, Command, Given, Kind, Place, rights};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "connect",
    aliases: &["connect project"],
    summary: "Connect a project to this workspace, by an alias if you like. Needs the role Maintainer.",
    arguments: &[
        Argument::needed("PROJECT", Kind::Project),
        Argument::needed("as", Kind::Filler("as")),
        Argument::optional("ALIAS", Kind::Word),
    ],
    place: Place::Anywhere,
    needs_account: true,
    examples: &["connect gitlab-org/gitlab", "connect acme/web/shop as shop"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let (project, project_id) = in_gitlab(context, given.text("PROJECT")).await?;
    rights::must_maintain(context, &project).await?;
    let (store, workspace) = (&context.parts().store, &context.who.workspace);
    let before = store.connection(workspace, &project).await?;
    let alias = chosen(given.text("ALIAS"), &project, before.as_ref())?;
    let new = NewConnection {
        workspace: workspace.clone(),
        project,
        project_id,
        alias,
        connected_by: connected_by(context, &context.account()?.linked),
    };
    let connected = store.connect_project(new, entry(context)).await;
    let connection = connected.map_err(|error| match error {
        taken @ ConnectError::AliasTaken { .. } => Stopped::Refused(Refused::because(taken)),
        ConnectError::Store(error) => error.into(),
    })?;
    let here = place_of_news(context).await;
    let told = news::begin(context, &connection, here.as_ref()).await?;
    let left_to_do = match &here {
        Some(here) => channel::join(context, here).await,
        None => Mrkdwn::empty(),
    };
    let message = message(context, &connection, before.is_some())?;
    Ok(Answer::in_channel(
        message.body(mrkdwn::join([told, left_to_do], "\n")),
    ))
}

/// The project as GitLab calls it, for whoever typed it.
async fn in_gitlab(context: &Context<'_>, typed: &str) -> Result<(ProjectPath, u64), Stopped> {
    let named: IdOrPath = typed
        .parse()
        .map_err(|error| Stopped::Refused(Refused::because(error)))?;
    let found = context.gitlab()?.project(&named).await;
    let found = found.map_err(|error| said_by_gitlab(&format!("project {named}"), None, error))?;
    let path = found.path_with_namespace.parse();
    let path = path.map_err(|error| Stopped::Refused(Refused::because(error)))?;
    Ok((path, found.id))
}

/// The alias that was typed, else the one that the project has, else its path.
fn chosen(
    typed: &str,
    project: &ProjectPath,
    before: Option<&Connection>,
) -> Result<Alias, Stopped> {
    let alias = match (typed, before) {
        ("", Some(before)) => Ok(before.alias.clone()),
        ("", None) => alias::check(project.as_str(), project),
        (typed, _) => alias::check(typed, project),
    };
    alias.map_err(|error| Stopped::Refused(Refused::because(error)))
}

fn connected_by(context: &Context<'_>, linked: &Linked) -> ConnectedBy {
    ConnectedBy {
        name: linked.username.clone(),
        slack_user: Some(context.who.user.as_str().to_owned()),
    }
}

/// The channel where it was typed, if news can be told there; a direct message is no place for
/// them.
async fn place_of_news(context: &Context<'_>) -> Option<Here> {
    let channel = context.who.channel.as_ref()?;
    if channel.id.as_str().starts_with('D') {
        return None;
    }
    channel::here(context).await.ok()
}

pub(super) fn entry(context: &Context<'_>) -> Entry {
    let parts = context.parts();
    let at = parts.clock.now();
    Entry {
        id: AuditId::mint(at.as_millisecond(), parts.chance.next_u128()),
        at,
        note: context.note(),
    }
}

fn message(
    context: &Context<'_>,
    connection: &Connection,
    was_connected: bool,
) -> Result<Message, Stopped> {
    let parts = context.parts();
    let project = connection.project.as_str();
    let name = mrkdwn::bold(project);
    let state = if was_connected {
        "was connected already"
    } else {
        "is connected"
    };
    let example = format!("{} {} issue show 1", parts.names.gitlab, connection.alias);
    let page = format!(
        "{}/workspaces/{}/projects/{project}",
        parts.public_url, connection.workspace
    );
    Ok(Message::new(
        say!("{} {}", mrkdwn::escape_line(project), state),
        say!("{name} {}", state),
    )
    .tone(Tone::Good)
    .fact("Alias", mrkdwn::code(connection.alias.as_str()))
    .fact("By", context.me()?)
    .fact("To try", mrkdwn::code(&example))
    .link("Settings", &page))
}
