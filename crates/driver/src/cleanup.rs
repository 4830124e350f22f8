//! How a flag leaves the code: its uses are found, what is mechanical is taken out in a merge
//! request, and the rest is listed for people.

mod commit;
mod proposal;
mod ruby;
mod uses;

use gitlab::rest::{Client, IdOrPath, NewIssue, Place, if_found};
use gitlab::rest::{CreateError, IssueQuery, MergeRequestQuery, NewMergeRequest};
use rollouts::issue::{LABEL, marker};
use rollouts::plan::StageKind;
use rollouts::{Author, Event, Link, Rollout};

use crate::driver::Parts;
use crate::effects::{Tried, Undone};
use crate::issue;
use crate::ledger;
use crate::preconditions::clean_up;
use proposal::Proposal;

/// Whether the stage with this number is the one that takes the flag out, and nobody has begun.
pub(crate) fn begins(rollout: &Rollout, stage: usize) -> bool {
    let kind = rollout.plan.stage(stage).map(|stage| &stage.kind);
    let Some(StageKind::CleanUp(of)) = kind else {
        return false;
    };
    of.merge_request.is_none() && !rollout.links.contains_key(&Link::Removal)
}

/// Opens the merge request that removes the flag, or an issue where nothing can be done without
/// people. An earlier try's is found again.
pub(crate) async fn prepare(parts: &Parts, rollout: &Rollout) -> Tried {
    let gitlab = parts.gitlab.as_ref().ok_or_else(Undone::no_gitlab)?;
    if let Some(url) = rollout.links.get(&Link::Removal) {
        return Ok(Some(url.clone()));
    }
    let Some(path) = project(rollout) else {
        return Err(Undone::Dead {
            reason: "the plan does not say in which project the code is".to_owned(),
            remedy:
                "remove the flag by hand, and name the merge request with the command `rollout`"
                    .to_owned(),
        });
    };
    let project = path.parse::<IdOrPath>();
    let project = project.map_err(|error| Undone::bad_address(path, error))?;
    let removal = Removal {
        gitlab,
        rollout,
        project: &project,
    };
    let url = removal.open().await?;
    let linked = Event::Linked {
        link: Link::Removal,
        url: url.clone(),
    };
    let once = |rollout: &Rollout| {
        let is_known = rollout.links.contains_key(&Link::Removal);
        (!is_known).then(|| linked.clone()).into_iter().collect()
    };
    ledger::note(parts, &rollout.id, &Author::itself(), once).await?;
    Ok(Some(url))
}

/// Where the code is: as the plan says, else where the feature's merge request or the issue is.
fn project(rollout: &Rollout) -> Option<&str> {
    let links = &rollout.plan.links;
    let of_merge_request = || {
        let url = links.merge_request.as_deref()?;
        let (_, rest) = url.split_once("://")?;
        let (_, path) = rest.split_once('/')?;
        path.split_once("/-/merge_requests/").map(|(path, _)| path)
    };
    let named = clean_up(rollout).and_then(|of| of.project.as_deref());
    named
        .or_else(of_merge_request)
        .or(links.issue_project.as_deref())
}

/// The removal of a flag from one project.
struct Removal<'a> {
    gitlab: &'a Client,
    rollout: &'a Rollout,
    project: &'a IdOrPath,
}

impl Removal<'_> {
    async fn open(&self) -> Result<String, Undone> {
        if let Some(url) = self.opened_before().await? {
            return Ok(url);
        }
        let project = self.gitlab.project(self.project).await?;
        let branch = project.default_branch.ok_or_else(|| Undone::Dead {
            reason: format!("{} has no default branch", self.project),
            remedy:
                "remove the flag by hand, and name the merge request with the command `rollout`"
                    .to_owned(),
        })?;
        let plan = &self.rollout.plan;
        let mut links = plan.links.clone();
        links.rollout_issue = issue::address(self.rollout).map(str::to_owned);
        let uses = uses::find(self.gitlab, self.project, &plan.flag, &branch).await?;
        let proposal = Proposal::of(&plan.flag, &links, &uses);
        let issue_only = clean_up(self.rollout).is_some_and(|of| of.issue_only);
        if issue_only || proposal.actions.is_empty() {
            return self.ask_people(&proposal).await;
        }
        self.commit(&proposal, &branch).await?;
        self.propose(&proposal, branch).await
    }

    fn branch(&self) -> String {
        // A flag may have characters that a branch may not have.
        let flag = self.rollout.plan.flag.as_str().replace([':', '.'], "-");
        let id = self.rollout.id.as_str();
        let id = id.get(id.len().saturating_sub(8)..).unwrap_or(id);
        format!("remove-flag-{flag}-{id}")
    }

    /// An earlier try's merge request or issue, whatever became of it.
    async fn opened_before(&self) -> Result<Option<String>, Undone> {
        let query = MergeRequestQuery {
            state: None,
            source_branch: Some(self.branch()),
            ..MergeRequestQuery::open_in(Place::Project(self.project.clone()))
        };
        let found = self.gitlab.merge_requests(&query).await?;
        if let Some(url) = found.items.into_iter().find_map(|of| of.web_url) {
            return Ok(Some(url));
        }
        let query = IssueQuery {
            labels: vec![LABEL.to_owned()],
            ..IssueQuery::open_in(Place::Project(self.project.clone()))
        };
        let ours = self.marker();
        let found = self.gitlab.issues(&query).await?;
        let is_ours = |issue: &gitlab::rest::Issue| {
            let description = issue.description.as_deref();
            description.is_some_and(|text| text.contains(&ours))
        };
        let found = found.items.into_iter().find(is_ours);
        Ok(found.and_then(|issue| issue.web_url))
    }

    fn marker(&self) -> String {
        marker(&format!("removal:{}", self.rollout.id))
    }

    async fn propose(&self, proposal: &Proposal, target: String) -> Result<String, Undone> {
        let new = NewMergeRequest {
            source_branch: self.branch(),
            target_branch: target,
            title: proposal.title.clone(),
            description: format!("{}\n\n{}", proposal.description, self.marker()),
            labels: vec![LABEL.to_owned()],
            assignee_ids: self.owner().await?.into_iter().collect(),
            milestone_id: self.milestone().await?,
            remove_source_branch: true,
            ..NewMergeRequest::default()
        };
        match self.gitlab.create_merge_request(self.project, &new).await {
            Ok(opened) => opened
                .web_url
                .ok_or_else(|| Undone::again("GitLab does not say where the merge request is")),
            Err(CreateError::Open { message, .. }) => Err(Undone::again(message)),
            Err(CreateError::Call(error)) => Err(error.into()),
        }
    }

    async fn ask_people(&self, proposal: &Proposal) -> Result<String, Undone> {
        let new = NewIssue {
            title: proposal.title.clone(),
            description: format!("{}\n\n{}", proposal.description, self.marker()),
            labels: vec![LABEL.to_owned()],
            assignee_ids: self.owner().await?.into_iter().collect(),
            milestone_id: self.milestone().await?,
            ..NewIssue::default()
        };
        let issue = self.gitlab.create_issue(self.project, &new).await?;
        issue
            .web_url
            .ok_or_else(|| Undone::again("GitLab does not say where the issue is"))
    }

    async fn owner(&self) -> Result<Option<u64>, Undone> {
        let owner = self.rollout.plan.people.owner.as_str();
        let found = if_found(self.gitlab.user_named(owner).await)?;
        Ok(found.map(|user| user.id))
    }

    async fn milestone(&self) -> Result<Option<u64>, Undone> {
        let Some(title) = &self.rollout.plan.milestone else {
            return Ok(None);
        };
        let place = Place::Project(self.project.clone());
        let found = if_found(self.gitlab.milestone(&place, title).await)?;
        Ok(found.map(|milestone| milestone.id))
    }
}
