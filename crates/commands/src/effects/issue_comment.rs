//! A comment on the rollout issue, and the label that says how far the flag is on production.

use flags::State;
use gitlab::rest::{Client, IdOrPath, Issue, IssueUrl, LabelChange, Note};
use jiff::SignedDuration;

use crate::rules::Rules;

use super::{Clients, Facts, Tried, Undone, hidden, log_issue};

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
    is_patient: bool,
) -> Tried {
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
    let log = log_issue::of_change(clients, rules, marker).await?;
    if log.is_none() && is_patient && rules.effects.log_project.is_some() {
        return Err(Undone::Again {
            reason: "the log issue, which the comment links, is not there yet".to_owned(),
            after: Some(SignedDuration::from_secs(10)),
        });
    }
    let note = write(gitlab, &project, issue.iid, facts, marker, log.as_ref()).await?;
    if let Some(log) = &log {
        let of_log = (&IdOrPath::Id(log.project_id), log.iid);
        gitlab.link_issues((&project, issue.iid), of_log).await?;
    }
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
    log: Option<&Issue>,
) -> Result<Note, Undone> {
    let marker = hidden(marker);
    let recent = gitlab.issue_notes(project, iid, RECENT).await?.items;
    if let Some(note) = recent.into_iter().find(|note| note.body.contains(&marker)) {
        return Ok(note);
    }
    let log = log.and_then(|log| log.web_url.as_deref());
    let log = log.map_or_else(String::new, |url| format!("\n- Log: {url}"));
    let body = format!(
        "{}.\n\n{}{log}\n\n{marker}",
        facts.title(),
        facts.markdown()
    );
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
