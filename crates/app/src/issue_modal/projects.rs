//! In which projects somebody may open an issue, among those that are connected.

use accounts::AccessLevel;
use futures_util::StreamExt as _;
use futures_util::stream;
use gitlab::rest::{IdOrPath, Visibility, if_found};
use slack::view::{Choice, Suggestions};
use store::Connection;

use super::details::Kind;
use crate::answer::{Refused, Stopped};
use crate::app::App;
use crate::context::{Account, said_by_gitlab};
use crate::slash::{account, stopped};
use crate::suggestions::Asked;
use crate::who::Who;

/// How many projects GitLab is asked about at a time.
const AT_A_TIME: usize = 8;
/// What Slack shows of a menu.
const MOST_SHOWN: usize = 100;

/// The projects whose path or alias contains what was typed and in which the person may open
/// one. GitLab is asked as long as Slack waits; what was heard by then is offered, and is known
/// when the next letter is typed.
pub(super) async fn offered(asked: &Asked<'_>) -> Result<Suggestions, Stopped> {
    let (app, suggestion) = (asked.app, asked.suggestion);
    let kind = Kind::of_id(&suggestion.action_id);
    let account = account(app, asked.who).await?;
    let connections = connected(app, asked.who).await?;
    let account = &account;
    let fitting = connections
        .iter()
        .filter(|connection| fits(connection, &suggestion.query));
    let asking: Vec<_> = fitting
        .map(|connection| async move {
            let may = may_open(app, account, connection, kind).await;
            may.is_ok_and(|may| may).then_some(connection)
        })
        .collect();
    let answers = stream::iter(asking)
        .buffered(AT_A_TIME)
        .filter_map(std::future::ready)
        .take(MOST_SHOWN)
        .take_until(asked.over.clone());
    let offered: Vec<&Connection> = answers.collect().await;
    Ok(Suggestions::listed(offered.into_iter().map(choice)))
}

/// Every project of the workspace.
pub(super) async fn connected(app: &App, who: &Who) -> Result<Vec<Connection>, Stopped> {
    Ok(app.parts().store.connections_in(&who.workspace).await?)
}

/// The project with this id, if it is connected and the person may open one there.
pub(super) async fn allowed(
    app: &App,
    who: &Who,
    account: &Account,
    (id, kind): (u64, Kind),
) -> Result<Connection, Stopped> {
    let connections = connected(app, who).await?;
    let connection = connections.into_iter().find(|one| one.project_id == id);
    let connection = connection.ok_or_else(|| {
        Stopped::because("that project is not connected to this workspace any more; choose another")
    })?;
    if may_open(app, account, &connection, kind).await? {
        return Ok(connection);
    }
    Err(Stopped::Refused(Refused(format!(
        "your GitLab account may not create an {} in `{}`; choose another project, or ask a Maintainer for the role",
        kind.noun(),
        connection.project
    ))))
}

/// Whether the person may open an issue or an incident there. GitLab has the last word when it
/// is created.
pub(super) async fn may_open(
    app: &App,
    account: &Account,
    connection: &Connection,
    kind: Kind,
) -> Result<bool, Stopped> {
    let (accounts, linked) = (&app.parts().accounts, &account.linked);
    let level = accounts.project_level(linked, &connection.project).await;
    let level = level.map_err(stopped)?;
    let needed = match kind {
        Kind::Issue => AccessLevel::GUEST,
        Kind::Incident => AccessLevel::PLANNER,
    };
    if needed <= level || accounts.is_administrator(linked).await.map_err(stopped)? {
        return Ok(true);
    }
    match kind {
        Kind::Issue => is_open_to_all(account, connection).await,
        Kind::Incident => Ok(false),
    }
}

/// Whether whoever is signed in may write issues there.
async fn is_open_to_all(account: &Account, connection: &Connection) -> Result<bool, Stopped> {
    let id = IdOrPath::from(connection.project_id);
    let project = if_found(account.gitlab.project(&id).await);
    let path = connection.project.as_str();
    let project = project.map_err(|error| said_by_gitlab("project", Some(path), error))?;
    Ok(project.is_some_and(|project| {
        let is_seen = match project.visibility {
            Some(Visibility::Internal | Visibility::Public) => true,
            Some(Visibility::Private | Visibility::Other) | None => false,
        };
        is_seen && project.issues_enabled != Some(false) && project.archived != Some(true)
    }))
}

fn fits(connection: &Connection, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    let names = [connection.project.as_str(), connection.alias.as_str()];
    names
        .iter()
        .any(|name| name.to_lowercase().contains(&typed))
}

fn choice(connection: &Connection) -> Choice {
    Choice::new(&label(connection), connection.project_id.to_string())
}

/// What the menu calls a project: the end of a path tells more than its beginning.
pub(super) fn label(connection: &Connection) -> String {
    const LONGEST: usize = 75;
    let path = connection.project.as_str();
    let length = path.chars().count();
    if length <= LONGEST {
        return path.to_owned();
    }
    let end: String = path.chars().skip(length - (LONGEST - 1)).collect();
    format!("…{end}")
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
            project_id: 7,
            alias: alias.parse().unwrap(),
            connected_by: ConnectedBy {
                name: "ana".to_owned(),
                slack_user: None,
            },
            connected_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_project_is_found_by_a_part_of_its_path_or_alias() {
        let shop = connection("Acme/web/Shop", "store-front");
        for (typed, expected) in [
            ("", true),
            ("  ", true),
            ("web/sh", true),
            ("FRONT", true),
            ("acme shop", false),
        ] {
            assert_eq!(fits(&shop, typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_long_path_is_called_by_its_end() {
        let long = connection(
            &format!("{}/shop", "group/".repeat(20).trim_end_matches('/')),
            "aa",
        );
        let label = label(&long);
        assert_eq!(label.chars().count(), 75);
        assert!(
            label.starts_with('…') && label.ends_with("/group/shop"),
            "{label}"
        );
    }
}
