//! Finding what to comment on, while somebody types.

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream;
use gitlab::links::Link;
use gitlab::rest::{IdOrPath, IssueQuery, MergeRequestQuery, Noteable, Place};
use slack::view::{Choice, Suggestions};
use store::Connection;

use super::form::Held;
use super::target::{Found, Target};
use crate::answer::Stopped;
use crate::context::Account;
use crate::links::Addresses;
use crate::modals::held;
use crate::slash::account;
use crate::suggestions::Asked;

/// Projects that are searched, the channel's first; each takes two calls.
const MOST_PROJECTS: usize = 8;
const AT_A_TIME: usize = 4;
/// Of each kind, in each project.
const MOST_FOUND: usize = 8;

/// What a reference or an address names, else what has these words in its title or description.
pub(super) async fn offered(asked: &Asked<'_>) -> Result<Suggestions, Stopped> {
    let typed = asked.suggestion.query.trim();
    let account = account(asked.app, asked.who).await?;
    let store = &asked.app.parts().store;
    let connections = store.connections_in(&asked.who.workspace).await?;
    let view = asked.suggestion.place.view();
    let held = view.and_then(|view| held::take::<Held>(view).ok());
    let preferred = held.and_then(|held| held.project);
    let links = |url: &str| Addresses::of(asked.app).read(url);
    let named = named(typed, &connections, preferred, links);
    if !named.is_empty() {
        return Ok(Suggestions::listed(looked_up(asked, &account, named).await));
    }
    let connections = in_order(connections, preferred);
    let searches: Vec<_> = connections
        .iter()
        .map(|connection| search(&account, connection, typed))
        .collect();
    let found = stream::iter(searches)
        .buffered(AT_A_TIME)
        .take_until(asked.over.clone());
    let found: Vec<Vec<Found>> = found.collect().await;
    Ok(Suggestions::listed(found.iter().flatten().map(choice)))
}

/// The things that a reference may mean.
fn named(
    typed: &str,
    connections: &[Connection],
    preferred: Option<u64>,
    links: impl Fn(&str) -> Option<Link>,
) -> Vec<Target> {
    let id_of = |path: &str| {
        let mut connections = connections.iter();
        let is_it = |one: &&Connection| {
            one.project.as_str().eq_ignore_ascii_case(path)
                || one.alias.key() == path.to_lowercase()
        };
        Some(connections.find(is_it)?.project_id)
    };
    let only = || match connections {
        [only] => Some(only.project_id),
        _ => None,
    };
    let target = |project: Option<u64>, on| project.map(|project| Target { project, on });
    match links(typed) {
        Some(Link::Issue { project, iid, .. }) => {
            return Vec::from_iter(target(id_of(&project), Noteable::Issue(iid)));
        }
        Some(Link::MergeRequest { project, iid, .. }) => {
            return Vec::from_iter(target(id_of(&project), Noteable::MergeRequest(iid)));
        }
        Some(_) | None => (),
    }
    let Some((path, mark, iid)) = reference(typed) else {
        return Vec::new();
    };
    let project = if path.is_empty() {
        preferred.or_else(only)
    } else {
        id_of(path)
    };
    let (issue, merge_request) = (Noteable::Issue(iid), Noteable::MergeRequest(iid));
    let meant: &[Noteable] = match mark {
        Some('!') => &[merge_request],
        Some(_) => &[issue],
        None => &[issue, merge_request],
    };
    meant.iter().filter_map(|on| target(project, *on)).collect()
}

/// `group/project#12`, `!7` or `12`, with the mark between the two.
fn reference(typed: &str) -> Option<(&str, Option<char>, u64)> {
    let (path, mark, digits) = match typed.rfind(['#', '!']) {
        Some(at) => {
            let (path, rest) = typed.split_at(at);
            (path, rest.chars().next(), rest.get(1..)?)
        }
        None => ("", None, typed),
    };
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let iid = digits.parse().ok().filter(|_| is_number)?;
    Some((path.trim(), mark, iid))
}

async fn looked_up(asked: &Asked<'_>, account: &Account, targets: Vec<Target>) -> Vec<Choice> {
    let finding: Vec<_> = targets
        .into_iter()
        .map(|target| target.find(asked.app, asked.who, account))
        .collect();
    let found = stream::iter(finding)
        .buffered(AT_A_TIME)
        .filter_map(|found| std::future::ready(found.ok()));
    let found: Vec<Found> = found.collect().await;
    found.iter().map(choice).collect()
}

/// The channel's project first.
fn in_order(mut connections: Vec<Connection>, preferred: Option<u64>) -> Vec<Connection> {
    connections.sort_by_key(|one| Some(one.project_id) != preferred);
    connections.truncate(MOST_PROJECTS);
    connections
}

/// What the person may not see, or GitLab does not tell in time, is not offered.
async fn search(account: &Account, connection: &Connection, typed: &str) -> Vec<Found> {
    let place = Place::Project(IdOrPath::from(connection.project_id));
    let issues = IssueQuery {
        text: (!typed.is_empty()).then(|| typed.to_owned()),
        limit: MOST_FOUND,
        ..IssueQuery::open_in(place.clone())
    };
    let merge_requests = MergeRequestQuery {
        text: typed.to_owned(),
        limit: MOST_FOUND,
        ..MergeRequestQuery::open_in(place)
    };
    let gitlab = &account.gitlab;
    let (issues, merge_requests) = join(
        gitlab.issues(&issues),
        gitlab.merge_requests(&merge_requests),
    )
    .await;
    let issues = issues.map(|listed| listed.items).unwrap_or_default();
    let merge_requests = merge_requests.map(|listed| listed.items);
    let merge_requests = merge_requests.unwrap_or_default();
    let issues = issues.into_iter();
    let merge_requests = merge_requests.into_iter();
    issues
        .map(|issue| Found::of_issue(connection.clone(), issue))
        .chain(merge_requests.map(|one| Found::of_merge_request(connection.clone(), one)))
        .collect()
}

fn choice(found: &Found) -> Choice {
    Choice::new(&found.title, found.target.to_string()).description(&found.reference())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_says_what_it_means_as_far_as_it_does() {
        for (typed, expected) in [
            ("acme/shop#12", Some(("acme/shop", Some('#'), 12))),
            ("shop!7", Some(("shop", Some('!'), 7))),
            ("#12", Some(("", Some('#'), 12))),
            ("12", Some(("", None, 12))),
            ("slow search", None),
            ("c# 12", None),
            ("", None),
            ("#", None),
        ] {
            assert_eq!(reference(typed), expected, "{typed:?}");
        }
    }
}
