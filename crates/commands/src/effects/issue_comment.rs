//! A comment on the rollout issue, and the label that says how far the flag is on production.

use flags::State;
use gitlab::rest::{Client, IdOrPath, IssueUrl, LabelChange, Note};

use crate::rules::Rules;

use super::{Clients, Facts, Undone, hidden};

/// Comments among which an earlier try's is looked for.
const RECENT: usize = 50;

const ENABLED: &str = "feature flag state::enabled";
const DISABLED: &str = "feature flag state::disabled";
const ROLLING_OUT: &str = "feature flag state::rolling out";

pub(super) async fn comment(
    clients: &Clients,
    rules: &Rules,
    facts: &Facts,
    marker: &str,
) -> Result<Option<String>, Undone> {
    let Some(gitlab) = &clients.gitlab else {
        return Err(Undone::not_configured("GitLab"));
    };
    let url = facts.rollout_issue.as_deref().unwrap_or_default();
    let issue = IssueUrl::parse(url, gitlab.base_url()).map_err(|error| Undone::Dead {
        reason: format!("the rollout issue {url} cannot be commented on: {error}"),
        remedy: "correct rollout_issue_url in the flag's definition".to_owned(),
    })?;
    let project: IdOrPath = issue.project.parse().map_err(|error| Undone::Dead {
        reason: format!("the rollout issue's project is none: {error}"),
        remedy: "correct rollout_issue_url in the flag's definition".to_owned(),
    })?;
    let note = write(gitlab, &project, issue.iid, facts, marker).await?;
    if rules.effects.state_label && facts.is_production {
        gitlab
            .change_issue_labels(&project, issue.iid, &labels(facts))
            .await?;
    }
    Ok(Some(format!("{url}#note_{}", note.id)))
}

async fn write(
    gitlab: &Client,
    project: &IdOrPath,
    iid: u64,
    facts: &Facts,
    marker: &str,
) -> Result<Note, Undone> {
    let marker = hidden(marker);
    let recent = gitlab.issue_notes(project, iid, RECENT).await?.items;
    if let Some(note) = recent.into_iter().find(|note| note.body.contains(&marker)) {
        return Ok(note);
    }
    let body = format!("{}.\n\n{}\n\n{marker}", facts.title(), facts.markdown());
    Ok(gitlab.create_issue_note(project, iid, &body).await?)
}

/// A scoped label takes the place of the others of its scope; where labels have no scopes the
/// others are taken off by name.
fn labels(facts: &Facts) -> LabelChange {
    let state = match &facts.after {
        Some(gates) => gates.state(),
        None if facts.default => State::On,
        None => State::Off,
    };
    let now = match state {
        State::On => ENABLED,
        State::Conditional => ROLLING_OUT,
        State::Off => DISABLED,
    };
    let others = [ENABLED, DISABLED, ROLLING_OUT]
        .into_iter()
        .filter(|label| *label != now);
    LabelChange {
        add: vec![now.to_owned()],
        remove: others.map(str::to_owned).collect(),
    }
}
