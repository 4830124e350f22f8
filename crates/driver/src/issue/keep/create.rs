//! A rollout issue where the plan names none, made once.

use gitlab::rest::{Client, IdOrPath, Issue, IssueQuery, NewIssue, Place, if_found};
use rollouts::issue as text;
use rollouts::{Author, Event, Link, Rollout};

use crate::driver::Parts;
use crate::effects::Undone;
use crate::ledger;

/// The address of a new issue, or of the one that an earlier try has left. `None` when the plan
/// names no project.
pub(super) async fn create(
    parts: &Parts,
    gitlab: &Client,
    rollout: &Rollout,
) -> Result<Option<String>, Undone> {
    let Some(path) = &rollout.plan.links.issue_project else {
        return Ok(None);
    };
    let project = path.parse::<IdOrPath>();
    let project = project.map_err(|error| Undone::bad_address(path, error))?;
    let issue = match left_before(gitlab, &project, rollout).await? {
        Some(issue) => issue,
        None => {
            let new = new(parts, gitlab, &project, rollout).await?;
            gitlab.create_issue(&project, &new).await?
        }
    };
    let url = issue
        .web_url
        .ok_or_else(|| Undone::again("GitLab does not say where the issue is"))?;
    let linked = Event::Linked {
        link: Link::RolloutIssue,
        url: url.clone(),
    };
    let once = |rollout: &Rollout| {
        let is_known = rollout.links.contains_key(&Link::RolloutIssue);
        (!is_known).then(|| linked.clone()).into_iter().collect()
    };
    ledger::note(parts, &rollout.id, &Author::itself(), once).await?;
    Ok(Some(url))
}

async fn left_before(
    gitlab: &Client,
    project: &IdOrPath,
    rollout: &Rollout,
) -> Result<Option<Issue>, Undone> {
    let query = IssueQuery {
        labels: vec![text::LABEL.to_owned()],
        ..IssueQuery::open_in(Place::Project(project.clone()))
    };
    let ours = text::steps_marker(rollout);
    let found = gitlab.issues(&query).await?;
    Ok(found.items.into_iter().find(|issue| {
        let description = issue.description.as_deref();
        description.is_some_and(|description| description.contains(&ours))
    }))
}

async fn new(
    parts: &Parts,
    gitlab: &Client,
    project: &IdOrPath,
    rollout: &Rollout,
) -> Result<NewIssue, Undone> {
    let plan = &rollout.plan;
    let owner = if_found(gitlab.user_named(plan.people.owner.as_str()).await)?;
    let milestone = match &plan.milestone {
        Some(title) => {
            let place = Place::Project(project.clone());
            if_found(gitlab.milestone(&place, title).await)?
        }
        None => None,
    };
    let page = steering::page(&parts.public_url, &rollout.id);
    let labels = [text::LABEL, text::label(rollout.state)];
    Ok(NewIssue {
        title: text::title(plan),
        description: text::description(rollout, Some(&page)),
        labels: labels.map(str::to_owned).to_vec(),
        assignee_ids: owner.iter().map(|user| user.id).collect(),
        milestone_id: milestone.map(|milestone| milestone.id),
        ..NewIssue::default()
    })
}
