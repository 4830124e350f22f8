//! `/account`: who somebody is, with their linked Slack accounts, tokens and sign-ins.

pub(super) mod acts;

use std::collections::HashMap;

use accounts::{ApiToken, Linked, Scope, Scopes};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::WorkspaceId;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::time::Moment;
use super::{Frame, Pages, Site, address, html};
use crate::access::{Refused, SignedIn, Viewer};
use crate::error::ApiError;

/// How long a token may be good for: days, words.
const LIVES: [(u16, &str); 4] = [
    (7, "a week"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "a year"),
];

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    username: String,
    roles: String,
    said: Option<String>,
    command: String,
    /// Why a token was not made.
    refused: Option<String>,
    links: Vec<LinkRow>,
    /// A token that was made just now.
    made: Option<Made>,
    tokens: Vec<TokenRow>,
    wanted: Wanted,
    /// Name, words, whether it is chosen.
    scopes: Vec<(&'static str, &'static str, bool)>,
    sessions: usize,
    since: Moment,
}

/// A linked Slack account.
struct LinkRow {
    name: String,
    user: String,
    workspace: String,
    href: String,
    at: Moment,
    used: Option<Moment>,
}

/// An API token.
struct TokenRow {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    end: Option<Moment>,
    used: Option<Moment>,
}

/// A token whose secret is shown this once.
pub(super) struct Made {
    name: String,
    secret: String,
}

/// A token as somebody wants it.
struct Wanted {
    name: String,
    days: u16,
    scopes: Vec<Scope>,
}

/// What somebody has just done.
#[derive(Default)]
struct Done {
    linked: Option<String>,
    made: Option<Made>,
    refused: Option<String>,
    wanted: Wanted,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            name: String::new(),
            days: 30,
            scopes: vec![Scope::Read],
        }
    }
}

/// What the address says has been done.
#[derive(Deserialize)]
pub(super) struct After {
    linked: Option<String>,
}

/// Where somebody is told that their account is linked.
pub(super) fn after_linking(linked: &Linked) -> String {
    let linked = format!("{}/{}", linked.workspace, linked.slack_user);
    address::with("/account", &[("linked", &linked)])
}

/// `GET /account`
pub(super) async fn show(
    signed_in: SignedIn,
    viewer: Viewer,
    State(site): State<Site>,
    after: Result<Query<After>, QueryRejection>,
) -> Result<Response, ApiError> {
    let done = Done {
        linked: after.ok().and_then(|Query(after)| after.linked),
        ..Done::default()
    };
    page(&site, &signed_in, viewer, done).await
}

async fn page(
    site: &Site,
    signed_in: &SignedIn,
    viewer: Viewer,
    done: Done,
) -> Result<Response, ApiError> {
    let (accounts, person) = (signed_in.accounts(), signed_in.person());
    let now = site.pages.clock.now();
    let names = workspace_names(&site.pages).await?;
    let links = accounts.linked_of(person.id).await.map_err(Refused::from)?;
    let tokens = accounts.tokens_of(person).await.map_err(Refused::from)?;
    let own = site.access.own_scopes(signed_in).await;
    let own = own.unwrap_or_else(|_| Scopes::all());
    let links: Vec<_> = links
        .into_iter()
        .map(|linked| LinkRow::new(linked, &names, now))
        .collect();
    let linked = |row: &&LinkRow| {
        let linked = done.linked.as_deref();
        linked.is_some_and(|linked| row.href.ends_with(&format!("/{linked}")))
    };
    let said = links.iter().find(linked).map(|row| {
        format!(
            "{} in {} is linked. Commands in Slack act as you now; you can go back there.",
            row.name, row.workspace
        )
    });
    html(&AccountPage {
        frame: Frame::of_person(&site.pages, "account", viewer),
        name: person.name.clone(),
        username: person.username.clone(),
        roles: roles(signed_in).await,
        said,
        command: site.flags.command.clone(),
        refused: done.refused,
        links,
        made: done.made,
        tokens: tokens
            .iter()
            .map(|token| TokenRow::new(token, now))
            .collect(),
        // Those that can be made; when GitLab does not say which, all are offered, and checked.
        scopes: done.wanted.choices(&own),
        wanted: done.wanted,
        sessions: accounts.sessions_of(person).await.map_err(Refused::from)?,
        since: Moment::new(person.signed_in_at, now),
    })
}

/// What somebody may do here, in words. That GitLab does not say it now is no reason to show
/// nothing at all.
async fn roles(signed_in: &SignedIn) -> String {
    let accounts = signed_in.accounts();
    let known = accounts.roles_of(signed_in).await;
    let administrator = accounts.is_administrator(signed_in).await;
    let (Ok(roles), Ok(is_administrator)) = (known, administrator) else {
        return "GitLab does not say now what you may do here".to_owned();
    };
    let administrator = is_administrator.then_some("administrator");
    let words = administrator
        .into_iter()
        .chain(roles.iter().map(accounts::Role::word));
    words.collect::<Vec<_>>().join(", ")
}

impl LinkRow {
    fn new(linked: Linked, names: &HashMap<WorkspaceId, String>, now: Timestamp) -> Self {
        Self {
            workspace: said(names, &linked.workspace),
            href: format!(
                "/account/links/{}/{}",
                address::percent(linked.workspace.as_str()),
                address::percent(&linked.slack_user)
            ),
            at: Moment::new(linked.linked_at, now),
            used: linked.last_used_at.map(|used| Moment::new(used, now)),
            name: linked.slack_name,
            user: linked.slack_user,
        }
    }
}

impl TokenRow {
    fn new(token: &ApiToken, now: Timestamp) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            scopes: token.scopes.iter().map(Scope::name).collect(),
            end: token.expires_at.map(|end| Moment::new(end, now)),
            used: token.last_used_at.map(|used| Moment::new(used, now)),
        }
    }
}

impl Made {
    fn new(token: &ApiToken, secret: &SecretString) -> Self {
        Self {
            name: token.name.clone(),
            secret: secret.expose_secret().to_owned(),
        }
    }
}

impl Wanted {
    fn choices(&self, own: &Scopes) -> Vec<(&'static str, &'static str, bool)> {
        let all = Scope::ALL.into_iter().filter(|scope| own.allow(*scope));
        all.map(|scope| (scope.name(), scope.purpose(), self.scopes.contains(&scope)))
            .collect()
    }
}

/// What the workspaces that have the app are called.
pub(super) async fn workspace_names(
    pages: &Pages,
) -> Result<HashMap<WorkspaceId, String>, ApiError> {
    let installations = pages.store.installations().await?;
    let names = installations
        .into_iter()
        .map(|known| (known.workspace, known.name));
    Ok(names.collect())
}

/// A workspace, as people know it.
pub(super) fn said(names: &HashMap<WorkspaceId, String>, workspace: &WorkspaceId) -> String {
    match names.get(workspace) {
        Some(name) => format!("{name} ({workspace})"),
        None => format!("the workspace {workspace}"),
    }
}
