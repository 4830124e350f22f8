//! The feature whose rollout the demo plays: milestone 15.8, its issue, its merged and deployed
//! merge request, the files behind its flag, its documentation, and the issue that tracks its
//! rollout.

mod texts;

pub(in crate::gitlab) use texts::INSTANCE;

use clock::Chance;
use jiff::Timestamp;

use super::projects::{GITLAB, ago, commit, id_of, issue, merge_request, on};
use crate::gitlab::world::{
    Commit, Deployment, Environment, FileVersion, MergeRequest, MergeRequestState, Milestone,
    Project, ReviewState, Reviewer, World,
};

/// Where the app is deployed; the canaries are stages of staging and production.
const ENVIRONMENTS: &[&str] = &[
    "dev",
    "staging-canary",
    "staging",
    "staging-ref",
    "pre",
    "ops",
    "canary",
    "production",
];
const AUTO_DEPLOY: &str = "15-8-auto-deploy-2023011203";
const STABLE: &str = "15-7-stable-ee";
const FEATURE_BRANCH: &str = "slack-app-notifications";
/// The number of the merge request with the documentation.
const DOCUMENTATION: u64 = 104_639;
const DOCUMENTATION_BRANCH: &str = "docs-slack-app-notifications";

/// Adds the feature to the app's project.
pub(super) fn add_the_rollout(world: &mut World, chance: &Chance, now: Timestamp) {
    let mut ids: Vec<u64> = (0..32).map(|_| world.next_id()).collect();
    let mut next_id = || ids.pop().unwrap_or_default();
    let (ana, ben) = (id_of(world, "ana"), id_of(world, "ben"));
    let (cleo, ops) = (id_of(world, "cleo"), id_of(world, "ops"));
    let projects = &mut world.projects;
    let Some(project) = projects.iter_mut().find(|project| project.id == GITLAB) else {
        return;
    };
    let milestone = milestone(next_id(), now);
    let mut feature = issue(
        (next_id(), 372_410),
        "Slack notifications in the Slack app",
        ana,
        ago(now, 24 * 40),
    );
    texts::FEATURE.clone_into(&mut feature.description);
    feature.assignee_ids = vec![ben];
    feature.milestone_id = Some(milestone.id);
    let title = "[Feature flag] Enable Slack notifications in the GitLab for Slack app";
    let mut rollout = issue((next_id(), 381_012), title, ana, ago(now, 24 * 20));
    texts::ROLLOUT.clone_into(&mut rollout.description);
    rollout.assignee_ids = vec![ana];
    rollout.milestone_id = Some(milestone.id);
    let mut merged = merged_request(project, (next_id(), ana, ben), chance, now);
    merged.milestone_id = Some(milestone.id);
    let docs = documentation(project, (next_id(), cleo), milestone.id, now);

    release_the_last_version_before(project);
    let deployed = cut(project, &merged);
    project.environments = ENVIRONMENTS
        .iter()
        .map(|name| Environment::named(name))
        .collect();
    for (name, hours) in ENVIRONMENTS.iter().zip([66, 60, 54, 48, 42, 36, 30, 24]) {
        let (id, job_id) = (next_id(), next_id());
        project
            .deployments
            .extend(deployed.iter().map(|commit| Deployment {
                id,
                environment: (*name).to_owned(),
                status: "success".to_owned(),
                git_ref: AUTO_DEPLOY.to_owned(),
                commit: commit.clone(),
                user_id: ops,
                job_id,
                at: ago(now, hours),
                created_at: Some(ago(now, hours + 1)),
                pipeline_id: None,
            }));
    }
    project.deployments.sort_by_key(|deployment| deployment.at);
    renumber(&mut project.deployments);
    project.milestones.insert(0, milestone);
    project.issues.splice(0..0, [feature, rollout]);
    project.merge_requests.splice(0..0, [docs, merged]);
}

/// The merge request with the feature's documentation: open, and nobody's to do yet.
fn documentation(
    project: &mut Project,
    (id, cleo): (u64, u64),
    milestone_id: u64,
    now: Timestamp,
) -> MergeRequest {
    let (path, content) = texts::DOCUMENTATION;
    let title = "Document Slack notifications in the GitLab for Slack app";
    let base = project.commits.first().map(|commit| commit.sha.clone());
    let commit = Commit {
        sha: super::private::sha("documentation"),
        parents: base.into_iter().collect(),
        message: title.to_owned(),
        author_id: cleo,
        at: ago(now, 50),
        added: vec![path.to_owned()],
        modified: Vec::new(),
        removed: Vec::new(),
    };
    project.files.push(FileVersion {
        path: path.to_owned(),
        content: content.to_owned(),
        since: commit.sha.clone(),
        until: Vec::new(),
    });
    project.set_branch(DOCUMENTATION_BRANCH, &commit.sha);
    project.commits.insert(1, commit.clone());
    let iid = DOCUMENTATION;
    let mut request = merge_request((id, iid), title, DOCUMENTATION_BRANCH, commit);
    request.target_branch.clone_from(&project.default_branch);
    "For !98663. A technical writer has to look at it.\n\nSee #381012"
        .clone_into(&mut request.description);
    request.assignee_ids.clear();
    request.milestone_id = Some(milestone_id);
    request
}

/// Later deployments have higher ids.
fn renumber(deployments: &mut [Deployment]) {
    let mut ids: Vec<u64> = deployments.iter().map(|d| d.id).collect();
    ids.sort_unstable();
    for (deployment, id) in deployments.iter_mut().zip(ids) {
        deployment.id = id;
    }
}

fn milestone(id: u64, now: Timestamp) -> Milestone {
    Milestone {
        id,
        iid: 80,
        title: "15.8".to_owned(),
        description: "The January release".to_owned(),
        active: true,
        start_date: ago(now, 24 * 14).strftime("%Y-%m-%d").to_string(),
        due_date: ago(now, -24 * 14).strftime("%Y-%m-%d").to_string(),
        created_at: ago(now, 24 * 60),
        updated_at: ago(now, 24 * 14),
    }
}

/// The feature's merge request with its commits below everything but the project's first one.
fn merged_request(
    project: &mut Project,
    (id, ana, ben): (u64, u64, u64),
    chance: &Chance,
    now: Timestamp,
) -> MergeRequest {
    let title = "Send notifications through the Slack app";
    let file = texts::FILES.first().map_or("", |(path, _)| path);
    let base = project.commits.first().cloned();
    let base = base.map_or_else(String::new, |commit| commit.sha);
    let mut last = on(&base, commit(chance, title, ben, ago(now, 76), file));
    last.added = texts::FILES.iter().map(|f| f.0.to_owned()).collect();
    last.modified.clear();
    let message = format!(
        "Merge branch '{FEATURE_BRANCH}' into '{}'\n\n{title}\n\nSee merge request {}!98663",
        project.default_branch, project.path_with_namespace,
    );
    let mut merged = commit(chance, &message, ana, ago(now, 72), file);
    merged.parents = vec![base, last.sha.clone()];
    project.files = texts::FILES
        .iter()
        .map(|(path, content)| FileVersion {
            path: (*path).to_owned(),
            content: (*content).to_owned(),
            since: last.sha.clone(),
            until: Vec::new(),
        })
        .collect();
    if let Some(next) = project.commits.get_mut(1) {
        next.parents = vec![merged.sha.clone()];
    }
    let mut request = merge_request((id, 98_663), title, FEATURE_BRANCH, last.clone());
    request.target_branch.clone_from(&project.default_branch);
    "Behind `integration_slack_app_notifications`.\n\nSee #372410"
        .clone_into(&mut request.description);
    request.state = MergeRequestState::Merged;
    request.merge_commit_sha = Some(merged.sha.clone());
    request.merged_at = Some(merged.at);
    request.merge_user_id = Some(ana);
    request.approved_by = vec![ana];
    request.reviewers = vec![Reviewer {
        user_id: ana,
        state: ReviewState::Approved,
        re_requested: false,
    }];
    request.updated_at = merged.at;
    project.commits.splice(1..1, [last, merged]);
    request
}

/// The last release is older than the feature, and so is its stable branch.
fn release_the_last_version_before(project: &mut Project) {
    let Some(first) = project.commits.first().cloned() else {
        return;
    };
    project.set_branch(STABLE, &first.sha);
    for tag in &mut project.tags {
        tag.sha.clone_from(&first.sha);
    }
    for release in &mut project.releases {
        release.commit = first.clone();
    }
}

/// Cuts the auto-deploy branch a commit after the merge, and answers its head.
fn cut(project: &mut Project, merged: &MergeRequest) -> Option<Commit> {
    let merge_commit = merged.merge_commit_sha.clone()?;
    let mut commits = project.commits.iter();
    let head = commits.find(|c| c.parents.first() == Some(&merge_commit));
    let head = head.cloned()?;
    project.set_branch(AUTO_DEPLOY, &head.sha);
    Some(head)
}
