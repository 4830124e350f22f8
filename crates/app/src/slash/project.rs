//! Which project a command is about.
//!
//! What is typed is a path, an alias of the workspace, the last part of a path where only one
//! project has it, or an address (the grammar makes a path of that). Else it is the channel's
//! project, or the only one of the workspace. A project has to be connected to the workspace:
//! what is private in GitLab is shown where its maintainers have agreed to it, and nowhere else.

use commands::wording::{Name, OneOf, did_you_mean, nearest};
use domain::ProjectPath;
use store::Connection;

use crate::answer::{Refused, Stopped};
use crate::context::Context;

pub(crate) const NONE: &str = "name a project: its path or alias before the command, as in `group/project issue show 12`, or set this channel's with `settings project group/project`";

/// The most projects that a refusal lists.
const MOST_LISTED: usize = 5;

/// The project, or why there is none.
pub(crate) async fn of(context: &Context<'_>, typed: Option<&str>) -> Result<ProjectPath, Stopped> {
    if let Some(project) = if_any(context, typed).await? {
        return Ok(project);
    }
    let connections = connections(context).await?;
    Err(Stopped::Refused(none(context, &connections)))
}

/// The project, if the line, the channel or the workspace says one.
pub(crate) async fn if_any(
    context: &Context<'_>,
    typed: Option<&str>,
) -> Result<Option<ProjectPath>, Stopped> {
    let connections = connections(context).await?;
    if let Some(typed) = typed {
        return one(context, &connections, typed).map(Some);
    }
    if let Some(path) = of_channel(context, &connections).await? {
        return Ok(Some(path));
    }
    Ok(match connections.as_slice() {
        [only] => Some(only.project.clone()),
        _ => None,
    })
}

/// The project that stood before a command whose reference names one as well: they have to be
/// the same.
pub(crate) async fn of_both(
    context: &Context<'_>,
    before: &str,
    in_reference: &str,
) -> Result<ProjectPath, Stopped> {
    let connections = connections(context).await?;
    let project = one(context, &connections, before)?;
    if one(context, &connections, in_reference)? == project {
        return Ok(project);
    }
    Err(Stopped::Refused(Refused(format!(
        "{} and {} are two projects; name one of them",
        Name(before),
        Name(in_reference)
    ))))
}

/// A project by its path, if it is connected: for buttons, which outlive connections.
pub(crate) async fn connected(context: &Context<'_>, path: &str) -> Result<ProjectPath, Stopped> {
    let connections = connections(context).await?;
    let mut found = connections.iter().filter(|one| has_path(one, path));
    match found.next() {
        Some(connection) => Ok(connection.project.clone()),
        None => Err(Stopped::Refused(unknown(context, &connections, path))),
    }
}

/// A project by its alias or path, whether it is connected and if not as it was typed: a place
/// in GitLab that something goes to.
pub(crate) async fn target(
    context: &Context<'_>,
    typed: &str,
) -> Result<(ProjectPath, bool), Stopped> {
    let connections = connections(context).await?;
    match meant(&connections, typed) {
        Meant::One(connection) => Ok((connection.project.clone(), true)),
        Meant::Several(paths) => Err(Stopped::Refused(several(typed, &paths))),
        Meant::Nothing => {
            let path = typed.parse();
            let path = path.map_err(|error| Stopped::Refused(Refused::because(error)))?;
            Ok((path, false))
        }
    }
}

async fn connections(context: &Context<'_>) -> Result<Vec<Connection>, Stopped> {
    let store = &context.parts().store;
    Ok(store.connections_in(&context.who.workspace).await?)
}

/// The channel's project, as long as it is connected.
async fn of_channel(
    context: &Context<'_>,
    connections: &[Connection],
) -> Result<Option<ProjectPath>, Stopped> {
    let Some(channel) = &context.who.channel else {
        return Ok(None);
    };
    let store = &context.parts().store;
    let default = store
        .channel_default(&context.who.workspace, &channel.id)
        .await?;
    let is_connected =
        |path: &ProjectPath| connections.iter().any(|one| has_path(one, path.as_str()));
    Ok(default.filter(is_connected))
}

fn one(
    context: &Context<'_>,
    connections: &[Connection],
    typed: &str,
) -> Result<ProjectPath, Stopped> {
    match meant(connections, typed) {
        Meant::One(connection) => Ok(connection.project.clone()),
        Meant::Several(paths) => Err(Stopped::Refused(several(typed, &paths))),
        Meant::Nothing => Err(Stopped::Refused(unknown(context, connections, typed))),
    }
}

/// What a name means among the connected projects.
#[derive(Debug, PartialEq, Eq)]
enum Meant<'a> {
    One(&'a Connection),
    /// The paths of those that share the last part.
    Several(Vec<&'a str>),
    Nothing,
}

/// A path goes before an alias, and an alias before a last part: whoever chose an alias knew
/// the paths.
fn meant<'a>(connections: &'a [Connection], typed: &str) -> Meant<'a> {
    let by_path = connections.iter().find(|one| has_path(one, typed));
    let by_alias = |one: &&Connection| one.alias.key() == typed.to_lowercase();
    if let Some(connection) = by_path.or_else(|| connections.iter().find(by_alias)) {
        return Meant::One(connection);
    }
    let called: Vec<&Connection> = connections
        .iter()
        .filter(|one| last_part(one).eq_ignore_ascii_case(typed))
        .collect();
    match called.as_slice() {
        [] => Meant::Nothing,
        [only] => Meant::One(only),
        several => Meant::Several(several.iter().map(|one| one.project.as_str()).collect()),
    }
}

fn has_path(connection: &Connection, path: &str) -> bool {
    connection.project.as_str().eq_ignore_ascii_case(path)
}

fn last_part(connection: &Connection) -> &str {
    let path = connection.project.as_str();
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

fn several(typed: &str, paths: &[&str]) -> Refused {
    let shown = paths.get(..MOST_LISTED).unwrap_or(paths);
    Refused(format!(
        "{} may be {}; name the whole path",
        Name(typed),
        OneOf(shown)
    ))
}

fn unknown(context: &Context<'_>, connections: &[Connection], typed: &str) -> Refused {
    let names = connections
        .iter()
        .flat_map(|one| [one.project.as_str(), one.alias.as_str(), last_part(one)]);
    let near = did_you_mean(&nearest(typed, names));
    let command = &context.parts().names.gitlab;
    Refused(format!(
        "no project {} is connected to this workspace{near}; a Maintainer connects one with `{command} connect group/project`",
        Name(typed)
    ))
}

fn none(context: &Context<'_>, connections: &[Connection]) -> Refused {
    let command = &context.parts().names.gitlab;
    let paths: Vec<&str> = connections.iter().map(|one| one.project.as_str()).collect();
    let Some(first) = paths.first() else {
        return Refused(format!(
            "no project is connected to this workspace; a Maintainer connects one with `{command} connect group/project`"
        ));
    };
    let shown = OneOf(paths.get(..MOST_LISTED).unwrap_or(&paths));
    let more = paths.len().saturating_sub(MOST_LISTED);
    let more = match more {
        0 => String::new(),
        more => format!(", or one of {more} more (`{command} projects` lists them)"),
    };
    Refused(format!(
        "which project? name it before the command, as in `{command} {first} issue show 12`, or set this channel's with `{command} settings project {first}`; it may be {shown}{more}"
    ))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use store::ConnectedBy;

    use super::*;

    fn connection(project: &str, alias: &str) -> Connection {
        Connection {
            workspace: "T0DEMO".parse().unwrap(),
            project: project.parse().unwrap(),
            project_id: 1,
            alias: alias.parse().unwrap(),
            connected_by: ConnectedBy {
                name: "ana".to_owned(),
                slack_user: None,
            },
            connected_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_path_goes_before_an_alias_and_an_alias_before_a_last_part() {
        let connections = [
            connection("acme/shop", "acme/tools"),
            connection("acme/tools", "shop"),
            connection("acme/web", "site"),
            connection("other/web", "other/web"),
            connection("acme/docs", "acme/docs"),
        ];
        for (typed, expected) in [
            ("acme/tools", Some("acme/tools")),
            ("ACME/Tools", Some("acme/tools")),
            ("Shop", Some("acme/tools")),
            ("SITE", Some("acme/web")),
            ("docs", Some("acme/docs")),
            ("nothing", None),
        ] {
            let found = match meant(&connections, typed) {
                Meant::One(connection) => Some(connection.project.as_str()),
                Meant::Several(_) | Meant::Nothing => None,
            };
            assert_eq!(found, expected, "{typed}");
        }
    }

    #[test]
    fn a_last_part_that_two_projects_share_is_asked_back() {
        let connections = [connection("acme/web", "aa"), connection("other/web", "bb")];
        let Meant::Several(paths) = meant(&connections, "web") else {
            panic!("two projects are called so");
        };
        assert_eq!(
            several("web", &paths).to_string(),
            "`web` may be `acme/web` or `other/web`; name the whole path"
        );
    }
}
