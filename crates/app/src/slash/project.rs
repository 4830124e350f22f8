//! Which project a command is about.
//!
//! What is typed is a path or an alias of the workspace. Else it is the channel's project, or the
//! only one of the workspace. A project has to be connected to the workspace: what is private in
//! GitLab is shown where its maintainers have agreed to it, and nowhere else.

use commands::wording::{Name, did_you_mean, nearest};
use domain::ProjectPath;
use store::Connection;

use crate::answer::{Refused, Stopped};
use crate::context::Context;

pub(crate) const NONE: &str = "name a project: its path or alias before the command, as in `group/project issue show 12`, or set this channel's with `settings project group/project`";

/// The project, or why there is none.
pub(crate) async fn of(context: &Context<'_>, typed: Option<&str>) -> Result<ProjectPath, Stopped> {
    let found = if_any(context, typed).await?;
    found.ok_or_else(|| Stopped::because(NONE))
}

/// The project, if the line, the channel or the workspace says one.
pub(crate) async fn if_any(
    context: &Context<'_>,
    typed: Option<&str>,
) -> Result<Option<ProjectPath>, Stopped> {
    let parts = context.parts();
    let workspace = &context.who.workspace;
    let connections = parts.store.connections_in(workspace).await?;
    if let Some(typed) = typed {
        return named(context, &connections, typed).map(Some);
    }
    if let Some(channel) = &context.who.channel {
        let default = parts.store.channel_default(workspace, &channel.id).await?;
        let is_connected =
            |path: &ProjectPath| connections.iter().any(|one| is(one, path.as_str()));
        if let Some(path) = default.filter(is_connected) {
            return Ok(Some(path));
        }
    }
    Ok(match connections.as_slice() {
        [only] => Some(only.project.clone()),
        _ => None,
    })
}

fn named(
    context: &Context<'_>,
    connections: &[Connection],
    typed: &str,
) -> Result<ProjectPath, Stopped> {
    let mut connections_named = connections.iter().filter(|one| is(one, typed));
    if let Some(connection) = connections_named.next() {
        return Ok(connection.project.clone());
    }
    let names = connections
        .iter()
        .flat_map(|one| [one.project.as_str(), one.alias.as_str()]);
    let near = did_you_mean(&nearest(typed, names));
    let command = &context.parts().names.gitlab;
    Err(Stopped::Refused(Refused(format!(
        "no project {} is connected to this workspace{near}; a Maintainer connects one with `{command} connect group/project`",
        Name(typed)
    ))))
}

/// Whether a connection goes by this path or alias.
fn is(connection: &Connection, name: &str) -> bool {
    connection.project.as_str().eq_ignore_ascii_case(name)
        || connection.alias.as_str().eq_ignore_ascii_case(name)
}
