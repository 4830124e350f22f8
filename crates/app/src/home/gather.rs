//! Asking for what a Home tells of: GitLab with the person's own rights, and the store.

use accounts::{AccountsError, Linked};
use domain::{ProjectPath, WorkspaceId};
use futures_util::future;
use futures_util::stream::{self, StreamExt as _};
use gitlab::rest::{
    Client, IdOrPath, Issue, Listed, MergeRequest, Part, Pipeline, PipelineQuery, PipelineStatus,
    RestError,
};
use slack::UserId;
use store::Connection;

use super::facts::{Board, Facts, Found, OfProject};
use super::{health, owned_flags, rollouts};
use crate::app::App;
use crate::links::Addresses;

/// The most of each kind that are shown.
pub(super) const MOST: usize = 10;
/// The most connected projects whose pipelines and news are asked for.
pub(super) const MOST_PROJECTS: usize = 20;
/// How many projects are asked about at a time.
pub(super) const AT_A_TIME: usize = 4;

/// Everything that the Home of somebody tells of.
pub(super) async fn gather(
    app: &App,
    workspace: &WorkspaceId,
    user: &UserId,
) -> Result<Facts, AccountsError> {
    let accounts = &app.parts().accounts;
    let Some(linked) = accounts.linked(workspace, user.as_str()).await? else {
        return Ok(Facts::Unlinked);
    };
    let gitlab = match accounts.client(&linked).await {
        Ok(gitlab) => Some(gitlab),
        Err(AccountsError::GrantOver) => return Ok(Facts::Relink(linked.username)),
        Err(error) => {
            tracing::warn!(%error, "GitLab cannot be asked for somebody's Home");
            None
        }
    };
    Ok(board(app, linked, gitlab).await)
}

async fn board(app: &App, linked: Linked, gitlab: Option<Client>) -> Facts {
    let connections = app.parts().store.connections_in(&linked.workspace).await;
    let connections = connections
        .inspect_err(|error| tracing::warn!(%error, "connected projects are not known"))
        .ok();
    let asking = Asking {
        app,
        linked: &linked,
        gitlab: gitlab.as_ref(),
        connections: connections.as_deref().unwrap_or_default(),
    };
    let (to_review, mine, issues, failed_pipelines, projects, flags, rollouts) = futures_util::join!(
        asking.to_review(),
        asking.mine(),
        asking.issues(),
        asking.failed_pipelines(),
        health::of_maintained(&asking),
        owned_flags::of(app, &linked),
        rollouts::of(app, &linked),
    );
    if matches!(to_review, Some(Err(RestError::Unauthorized { .. }))) {
        return Facts::Relink(linked.username);
    }
    Facts::Linked(Box::new(Board {
        to_review: told("reviews", to_review),
        mine: told("merge requests", mine),
        issues: told("issues", issues),
        failed_pipelines: told("pipelines", failed_pipelines),
        projects: projects.filter(|_| connections.is_some()),
        flags,
        rollouts,
        username: linked.username,
    }))
}

/// Whoever a Home is made for, and what is asked for it.
pub(super) struct Asking<'a> {
    pub(super) app: &'a App,
    pub(super) linked: &'a Linked,
    pub(super) gitlab: Option<&'a Client>,
    /// Of the workspace.
    pub(super) connections: &'a [Connection],
}

/// What GitLab answered; nothing when it cannot be asked.
type Asked<T> = Option<Result<Listed<T>, RestError>>;

fn told<T>(what: &'static str, asked: Asked<T>) -> Found<T> {
    asked?
        .inspect_err(|error| tracing::warn!(%error, what, "a part of somebody's Home is missing"))
        .ok()
}

impl Asking<'_> {
    async fn to_review(&self) -> Asked<OfProject<MergeRequest>> {
        let gitlab = self.gitlab?;
        let listed = gitlab.merge_requests_to_review(&self.linked.username, MOST);
        Some(listed.await.map(|listed| self.merge_requests(listed)))
    }

    /// Those that one has to do, and those that one wrote and that are not among them.
    async fn mine(&self) -> Asked<OfProject<MergeRequest>> {
        let gitlab = self.gitlab?;
        let (assigned, written) = future::join(
            gitlab.my_merge_requests(Part::Assignee, MOST),
            gitlab.my_merge_requests(Part::Author, MOST),
        )
        .await;
        let both = assigned.and_then(|assigned| Ok((assigned, written?)));
        Some(both.map(|(mut all, written)| {
            let known: Vec<u64> = all.items.iter().map(|one| one.id).collect();
            let new = |one: &MergeRequest| !known.contains(&one.id);
            all.items.extend(written.items.into_iter().filter(new));
            all.is_complete &= written.is_complete && all.items.len() <= MOST;
            all.items.truncate(MOST);
            self.merge_requests(all)
        }))
    }

    async fn issues(&self) -> Asked<OfProject<Issue>> {
        let listed = self.gitlab?.my_issues(Part::Assignee, MOST).await;
        Some(listed.map(|listed| map(listed, |it| self.placed(it.web_url.clone().as_deref(), it))))
    }

    /// Of each branch of a connected project the latest pipeline that one made run, if it failed.
    async fn failed_pipelines(&self) -> Asked<OfProject<Pipeline>> {
        let gitlab = self.gitlab?;
        // A closure in their place would keep the future from being one that can be spawned.
        let mut asked = Vec::new();
        for connection in self.connections.iter().take(MOST_PROJECTS) {
            if let Ok(id) = connection.project.as_str().parse::<IdOrPath>() {
                let query = PipelineQuery {
                    username: Some(self.linked.username.clone()),
                    ..PipelineQuery::of(id)
                };
                asked.push(async move { (connection, gitlab.pipelines(&query).await) });
            }
        }
        let answers: Vec<_> = stream::iter(asked).buffered(AT_A_TIME).collect().await;
        let mut failed = Vec::new();
        for (connection, answer) in answers {
            let listed = match answer {
                Ok(listed) => listed,
                // It is connected for others, who see it.
                Err(RestError::NotFound { .. } | RestError::Forbidden { .. }) => continue,
                Err(error) => return Some(Err(error)),
            };
            failed.extend(latest_failed(listed.items).map(|it| OfProject {
                project: connection.project.as_str().to_owned(),
                connected: Some(connection.project.clone()),
                it,
            }));
        }
        let is_complete = failed.len() <= MOST;
        failed.truncate(MOST);
        Some(Ok(Listed {
            items: failed,
            is_complete,
        }))
    }

    fn merge_requests(&self, listed: Listed<MergeRequest>) -> Listed<OfProject<MergeRequest>> {
        map(listed, |it| self.placed(it.web_url.clone().as_deref(), it))
    }

    /// Where something is, by its page's address.
    fn placed<T>(&self, url: Option<&str>, it: T) -> OfProject<T> {
        let link = url.and_then(|url| Addresses::of(self.app).read(url));
        let project = link.as_ref().and_then(|link| link.project());
        let project = project.unwrap_or_default().to_owned();
        OfProject {
            connected: self.connected(&project),
            project,
            it,
        }
    }

    fn connected(&self, path: &str) -> Option<ProjectPath> {
        let mut connections = self.connections.iter();
        let found = connections.find(|one| one.project.as_str().eq_ignore_ascii_case(path));
        found.map(|one| one.project.clone())
    }
}

/// The failed ones of those that are the newest of their branch; they come newest first.
fn latest_failed(pipelines: Vec<Pipeline>) -> impl Iterator<Item = Pipeline> {
    let mut seen: Vec<Option<String>> = Vec::new();
    pipelines.into_iter().filter(move |pipeline| {
        let is_latest = !seen.contains(&pipeline.revision);
        seen.push(pipeline.revision.clone());
        is_latest && pipeline.status == PipelineStatus::Failed
    })
}

fn map<T, U>(listed: Listed<T>, each: impl FnMut(T) -> U) -> Listed<U> {
    Listed {
        items: listed.items.into_iter().map(each).collect(),
        is_complete: listed.is_complete,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_that_was_mended_on_its_branch_is_none() {
        let one = |id: u64, branch: &str, status: &str| {
            let json = json!({"id": id, "status": status, "ref": branch});
            serde_json::from_value::<Pipeline>(json).unwrap()
        };
        let failed = latest_failed(vec![
            one(5, "main", "success"),
            one(4, "fix", "failed"),
            one(3, "main", "failed"),
            one(2, "fix", "failed"),
        ]);
        let ids: Vec<u64> = failed.map(|pipeline| pipeline.id).collect();
        assert_eq!(ids, [4]);
    }
}
