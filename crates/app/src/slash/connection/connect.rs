//! `connect`: a project can be named in this workspace, and tells its news here.

use accounts::Linked;
use domain::message::Tone;
use domain::{Message, Mrkdwn, ProjectPath, mrkdwn, say};
use gitlab::rest::IdOrPath;
use store::{Alias, ConnectedBy, Connection, NewConnection};

use super::{alias, news};
use crate::answer::{Answer, Refused, Stopped};
use crate::connecting::{self, Connect, Connected};
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
    let here = place_of_news(context).await;
    let connected = connecting::connect(
        context.parts(),
        Connect {
            new,
            channel: here.as_ref().map(|here| here.id.clone()),
            note: context.note(),
        },
    );
    let connected = connected.await.map_err(news::stopped)?;
    let told = news::begun(context, connected.begun, here.as_ref());
    let left_to_do = match &here {
        Some(here) => channel::join(context, here).await,
        None => Mrkdwn::empty(),
    };
    let message = message(context, &connected)?;
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

fn message(context: &Context<'_>, connected: &Connected) -> Result<Message, Stopped> {
    let Connected {
        connection,
        was_connected,
        begun: _,
    } = connected;
    let parts = context.parts();
    let project = connection.project.as_str();
    let name = mrkdwn::bold(project);
    let state = if *was_connected {
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
