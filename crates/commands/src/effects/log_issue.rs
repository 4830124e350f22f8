//! The log of changes as issues: one for each, closed at once.

use gitlab::rest::{Client, IdOrPath, Issue, IssueQuery, IssueState, NewIssue, Place};

use crate::rules::Rules;

use super::{Clients, Facts, Tried, Undone, hidden};

/// Issues among which an earlier try's is looked for.
const RECENT: usize = 50;

pub(super) async fn create(clients: &Clients, rules: &Rules, facts: &Facts, marker: &str) -> Tried {
    let (Some(gitlab), Some(project)) = (&clients.gitlab, &rules.effects.log_project) else {
        return Err(Undone::not_configured("log project"));
    };
    let project = project_of(project)?;
    let marker = hidden(marker);
    let issue = match find(gitlab, &project, &marker).await? {
        Some(issue) => issue,
        None => gitlab.create_issue(&project, &new(facts, &marker)).await?,
    };
    if issue.state != IssueState::Closed {
        gitlab.close_issue(&project, issue.iid).await?;
    }
    Ok(issue.web_url)
}

/// The log issue of the change that `marker` marks, where there is one already.
pub(super) async fn of_change(
    clients: &Clients,
    rules: &Rules,
    marker: &str,
) -> Result<Option<Issue>, Undone> {
    let (Some(gitlab), Some(project)) = (&clients.gitlab, &rules.effects.log_project) else {
        return Ok(None);
    };
    find(gitlab, &project_of(project)?, &hidden(marker)).await
}

fn project_of(project: &str) -> Result<IdOrPath, Undone> {
    project.parse().map_err(|error| Undone::Dead {
        reason: format!("the log project is none: {error}"),
        remedy: "correct effects.log_project".to_owned(),
    })
}

async fn find(gitlab: &Client, project: &IdOrPath, marker: &str) -> Result<Option<Issue>, Undone> {
    let query = IssueQuery {
        labels: vec!["change".to_owned()],
        state: None,
        limit: RECENT,
        ..IssueQuery::open_in(Place::Project(project.clone()))
    };
    let recent = gitlab.issues(&query).await?.items;
    let is_ours = |issue: &Issue| {
        issue
            .description
            .as_deref()
            .is_some_and(|text| text.contains(marker))
    };
    Ok(recent.into_iter().find(is_ours))
}

fn new(facts: &Facts, marker: &str) -> NewIssue {
    let mut labels = vec![format!("host::{}", facts.host), "change".to_owned()];
    labels.extend(facts.note.overrides.iter().map(|name| {
        let mut name = name.clone();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        format!("{name} ignored")
    }));
    NewIssue {
        title: facts.title().chars().take(255).collect(),
        description: format!("{}\n\n{marker}", facts.markdown()),
        labels,
        ..NewIssue::default()
    }
}
