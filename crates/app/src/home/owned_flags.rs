//! The flags whose last change was somebody's.

use accounts::Linked;
use domain::EnvironmentName;
use flags::{FlagKey, Gates, State};
use gitlab::rest::Listed;
use store::{AuditEntry, AuditFilter, Origin, StoreError, Subject};

use super::facts::{FlagState, Found, OwnedFlag};
use crate::app::App;

/// The most flags that are shown.
const MOST: usize = 8;
/// How many changes of theirs are looked at.
const LOOKED_AT: u32 = 50;

/// The flags that they changed last, the latest change first.
pub(super) async fn of(app: &App, linked: &Linked) -> Found<OwnedFlag> {
    let found = try_of(app, linked).await.inspect_err(|error| {
        tracing::warn!(%error, "the flags that somebody changed are not known");
    });
    found.ok()
}

async fn try_of(app: &App, linked: &Linked) -> Result<Listed<OwnedFlag>, StoreError> {
    let mut items: Vec<OwnedFlag> = Vec::new();
    let mut is_complete = true;
    for entry in changes(app, linked).await? {
        let Some((environment, flag, after)) = flag_of(&entry) else {
            continue;
        };
        let is_known = |one: &OwnedFlag| one.flag == *flag && one.environment == *environment;
        if items.iter().any(is_known) || !is_last(app, &entry, environment, flag).await? {
            continue;
        }
        if items.len() == MOST {
            is_complete = false;
            break;
        }
        items.push(OwnedFlag {
            environment: environment.clone(),
            flag: flag.clone(),
            state: state(after),
            group: group(app, environment, flag),
        });
    }
    Ok(Listed { items, is_complete })
}

/// What they changed, by Slack's name and by GitLab's, newest first.
async fn changes(app: &App, linked: &Linked) -> Result<Vec<AuditEntry>, StoreError> {
    let mut all = Vec::new();
    for author in [&linked.slack_name, &linked.username] {
        let filter = AuditFilter {
            author: Some(author.clone()),
            limit: LOOKED_AT,
            ..AuditFilter::default()
        };
        let page = app.parts().store.audit(filter).await?;
        all.extend(
            page.entries
                .into_iter()
                .filter(|entry| is_of(entry, linked)),
        );
    }
    all.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
    all.dedup_by(|one, other| one.id == other.id);
    Ok(all)
}

/// Whether it is theirs: names alone are not enough, as two people of Slack may have one.
fn is_of(entry: &AuditEntry, linked: &Linked) -> bool {
    if entry.refused.is_some() {
        return false;
    }
    match &entry.note.author.origin {
        Origin::Slack {
            workspace, user, ..
        } => *workspace == linked.workspace && *user == linked.slack_user,
        Origin::Page { user } => *user == linked.username,
        Origin::Api { .. }
        | Origin::Shell { .. }
        | Origin::Schedule { .. }
        | Origin::Rollout { .. } => false,
    }
}

fn flag_of(entry: &AuditEntry) -> Option<(&EnvironmentName, &FlagKey, Option<&Gates>)> {
    match &entry.subject {
        Subject::Flag {
            environment,
            flag,
            after,
            ..
        } => Some((environment, flag, after.as_ref())),
        Subject::Integration { .. }
        | Subject::Installation { .. }
        | Subject::LinkedAccount { .. }
        | Subject::Connection { .. }
        | Subject::ApiToken { .. } => None,
    }
}

/// Whether nobody changed the flag since. What was refused changed nothing.
async fn is_last(
    app: &App,
    entry: &AuditEntry,
    environment: &EnvironmentName,
    flag: &FlagKey,
) -> Result<bool, StoreError> {
    let filter = AuditFilter {
        environment: Some(environment.clone()),
        flag: Some(flag.clone()),
        limit: 10,
        ..AuditFilter::default()
    };
    let page = app.parts().store.audit(filter).await?;
    let last = page.entries.iter().find(|one| one.refused.is_none());
    Ok(last.is_some_and(|last| last.id == entry.id))
}

fn state(gates: Option<&Gates>) -> FlagState {
    match gates.map(Gates::state) {
        None => FlagState::Untouched,
        Some(State::On) => FlagState::Enabled,
        Some(State::Off) => FlagState::Disabled,
        Some(State::Conditional) => FlagState::Conditional,
    }
}

fn group(app: &App, environment: &EnvironmentName, flag: &FlagKey) -> Option<String> {
    let environment = app.parts().environments.named(environment.as_str())?;
    environment.definition(flag)?.group
}
