//! Who can be asked to do it, and which labels there are: those of the chosen project.

use std::collections::BTreeSet;

use gitlab::rest::{IdOrPath, Member, Place};
use slack::interaction::OpenedView;
use slack::view::{Choice, Suggestions};

use super::details::Kind;
use super::form::{Held, PROJECT};
use crate::answer::Stopped;
use crate::context::said_by_gitlab;
use crate::modals::held;
use crate::slash::account;
use crate::suggestions::Asked;

/// Somebody with several roles comes several times.
const MOST_ASKED: usize = 100;

pub(super) async fn people(asked: &Asked<'_>) -> Result<Suggestions, Stopped> {
    let Some((account, place)) = place(asked).await? else {
        return Ok(Suggestions::listed([]));
    };
    let found = account
        .gitlab
        .members_matching(&place, &asked.suggestion.query, MOST_ASKED)
        .await
        .map_err(|error| said_by_gitlab("members", None, error))?;
    let mut seen = BTreeSet::new();
    let people = found.items.into_iter();
    let people = people.filter(|member| member.is_active() && seen.insert(member.id));
    Ok(Suggestions::listed(people.map(|member| person(&member))))
}

pub(super) async fn labels(asked: &Asked<'_>) -> Result<Suggestions, Stopped> {
    let Some((account, place)) = place(asked).await? else {
        return Ok(Suggestions::listed([]));
    };
    let found = account
        .gitlab
        .labels_matching(&place, &asked.suggestion.query, MOST_ASKED)
        .await
        .map_err(|error| said_by_gitlab("labels", None, error))?;
    let labels = found.items.into_iter();
    Ok(Suggestions::listed(
        labels.map(|label| Choice::new(&label.name, label.name.clone())),
    ))
}

fn person(member: &Member) -> Choice {
    Choice::new(&member.name, member.id.to_string()).description(&format!("@{}", member.username))
}

/// The chosen project, if it is connected, and somebody to ask GitLab as.
async fn place(asked: &Asked<'_>) -> Result<Option<(crate::context::Account, Place)>, Stopped> {
    let Some(id) = asked.suggestion.place.view().and_then(project) else {
        return Ok(None);
    };
    let connections = super::projects::connected(asked.app, asked.who).await?;
    if !connections.iter().any(|one| one.project_id == id) {
        return Ok(None);
    }
    let account = account(asked.app, asked.who).await?;
    Ok(Some((account, Place::Project(IdOrPath::from(id)))))
}

/// What was chosen last. Slack says so only when an action is taken, not while somebody types,
/// so the modal remembers it.
fn project(view: &OpenedView) -> Option<u64> {
    let kind = Kind::of_id(&view.callback_id);
    let chosen = view.state.choice(PROJECT, &kind.field(PROJECT));
    let chosen = chosen.and_then(|id| id.parse().ok());
    chosen.or_else(|| held::take::<Held>(view).ok()?.project)
}
