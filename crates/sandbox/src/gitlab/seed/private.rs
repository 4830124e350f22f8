//! A project that few may see, and what the commands of the demo find in the others: templates of
//! issues, a pipeline that waits to deploy.
//!
//! Nothing here draws on chance or on the counter of ids, so that everything else stays as it
//! was.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::projects::{PRODUCTION, WEBSITE, ago, id_of, issue};
use crate::gitlab::world::{
    Access, Branch, Commit, Deployment, Environment, FileVersion, Group, Job, Label, Member,
    MergeRules, Pipeline, Project, Visibility, World,
};

const GROUP: u64 = 5_544_332;
const PROJECT: u64 = 19_887_001;
/// Ids of the records here begin above this.
const IDS: u64 = 70_000_000;

const TEMPLATES: &[(&str, &str)] = &[
    (
        "Default",
        "## What happened\n\n## What should have happened\n\n## How to see it again\n",
    ),
    (
        "incident",
        "## Current status\n\nWe are looking into it.\n\n## Impact\n\n- [ ] Who notices?\n\
         - [ ] Since when?\n\n## Timeline\n\n| when (UTC) | what |\n| --- | --- |\n",
    ),
];

/// A commit id that is always the same.
pub(super) fn sha(of: &str) -> String {
    let mut sha = hex::encode(Sha256::digest(of));
    sha.truncate(40);
    sha
}

/// Templates of issues for the tracker of incidents, when it has none.
pub(super) fn add_the_templates(world: &mut World) {
    let mut projects = world.projects.iter_mut();
    let Some(project) = projects.find(|p| p.id == PRODUCTION && p.files.is_empty()) else {
        return;
    };
    let Some(since) = project.commits.first().map(|commit| commit.sha.clone()) else {
        return;
    };
    let files = TEMPLATES.iter().map(|(name, content)| FileVersion {
        path: format!(".gitlab/issue_templates/{name}.md"),
        content: (*content).to_owned(),
        since: since.clone(),
        until: Vec::new(),
    });
    project.files = files.collect();
}

/// A private project in a group of its own: ana owns it, ben cannot see it.
pub(super) fn add_the_private_project(world: &mut World, now: Timestamp) {
    let ana = id_of(world, "ana");
    let commit = Commit {
        sha: sha("harbor"),
        parents: Vec::new(),
        message: "Initial commit".to_owned(),
        author_id: ana,
        at: ago(now, 24 * 30),
        added: vec!["README.md".to_owned()],
        modified: Vec::new(),
        removed: Vec::new(),
    };
    let label = |number: u64, title: &str, color: &str| Label {
        id: IDS + number,
        title: title.to_owned(),
        color: color.to_owned(),
    };
    let title = "Plan the move of the harbor data";
    world.groups.push(Group {
        id: GROUP,
        name: "Acquisitions".to_owned(),
        full_path: "acquisitions".to_owned(),
        parent_id: None,
        milestones: Vec::new(),
        members: vec![Member {
            user_id: ana,
            access: Access::Owner,
        }],
    });
    world.projects.push(Project {
        id: PROJECT,
        name: "Harbor".to_owned(),
        namespace: "Acquisitions".to_owned(),
        group_id: GROUP,
        path_with_namespace: "acquisitions/harbor".to_owned(),
        description: "What few may know yet".to_owned(),
        visibility: Visibility::Private,
        default_branch: "main".to_owned(),
        branches: vec![Branch {
            name: "main".to_owned(),
            sha: commit.sha.clone(),
        }],
        tags: Vec::new(),
        labels: vec![
            label(1, "bug", "#d9534f"),
            label(2, "feature", "#1f75cb"),
            label(3, "security", "#c0392b"),
        ],
        commits: vec![commit],
        merge_requests: Vec::new(),
        issues: vec![issue((IDS + 4, 1), title, ana, ago(now, 20))],
        pipelines: Vec::new(),
        environments: ["staging", "production"].map(Environment::named).to_vec(),
        deployments: Vec::new(),
        releases: Vec::new(),
        milestones: Vec::new(),
        flags: Vec::new(),
        wiki: Vec::new(),
        snippets: Vec::new(),
        notes: Vec::new(),
        files: Vec::new(),
        members: Vec::new(),
        awards: Vec::new(),
        merge_rules: MergeRules::default(),
        freeze_periods: Vec::new(),
    });
}

/// The website's last pipeline deployed to staging, and waits to be told to go on to production.
pub(super) fn add_the_waiting_deployment(world: &mut World, now: Timestamp) {
    let ana = id_of(world, "ana");
    let mut projects = world.projects.iter_mut();
    let Some(project) = projects.find(|project| project.id == WEBSITE) else {
        return;
    };
    let git_ref = project.default_branch.clone();
    let Some(commit) = project.head(&git_ref).cloned() else {
        return;
    };
    let (started, ended) = (ago(now, 7), ago(now, 6));
    let id = IDS + 10;
    let job = |number: u64, name: &str, environment: Option<&str>, waits: bool| Job {
        id: IDS + number,
        stage: if environment.is_some() {
            "deploy"
        } else {
            "build"
        }
        .to_owned(),
        name: name.to_owned(),
        status: if waits { "manual" } else { "success" }.to_owned(),
        allow_failure: environment.is_some(),
        failure_reason: None,
        started_at: (!waits).then_some(started),
        finished_at: (!waits).then_some(ended),
        duration: 60,
        queued: 2,
        manual: environment.is_some(),
        environment: environment.map(str::to_owned),
        retried: false,
    };
    let deployment = |number: u64, job_id: u64, environment: &str, status: &str| Deployment {
        id: IDS + number,
        environment: environment.to_owned(),
        status: status.to_owned(),
        git_ref: git_ref.clone(),
        commit: commit.clone(),
        user_id: ana,
        job_id: IDS + job_id,
        at: ended,
        created_at: Some(started),
        pipeline_id: Some(id),
    };
    let deployments = [
        deployment(14, 12, "staging", "success"),
        deployment(15, 13, "production", "created"),
    ];
    let pipeline = Pipeline {
        id,
        iid: 1,
        name: None,
        git_ref: git_ref.clone(),
        tag: false,
        before_sha: commit.sha.clone(),
        commit: commit.clone(),
        source: "push".to_owned(),
        status: "success".to_owned(),
        user_id: ana,
        merge_request_iid: None,
        created_at: started,
        finished_at: Some(ended),
        duration: Some(120),
        queued: 2,
        jobs: vec![
            job(11, "build-site", None, false),
            job(12, "deploy-staging", Some("staging"), false),
            job(13, "deploy-production", Some("production"), true),
        ],
        variables: Vec::new(),
    };
    project.pipelines.push(pipeline);
    project.deployments.extend(deployments);
}
