//! Groups and projects.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Award, Branch, Commit, Deployment, Environment, FileVersion, Flag, FreezePeriod, Issue, Label,
    Member, MergeRequest, Milestone, Note, Pipeline, Release, Snippet, Tag, WikiPage,
};

/// A group or subgroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: u64,
    pub name: String,
    pub full_path: String,
    pub parent_id: Option<u64>,
    #[serde(default)]
    pub milestones: Vec<Milestone>,
    #[serde(default)]
    pub members: Vec<Member>,
}

/// Who may see a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    Private,
    Internal,
    Public,
}

/// A project with all that happened in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Project {
    pub id: u64,
    pub name: String,
    /// Name of the group that holds it.
    pub namespace: String,
    pub group_id: u64,
    pub path_with_namespace: String,
    pub description: String,
    pub visibility: Visibility,
    pub default_branch: String,
    pub branches: Vec<Branch>,
    pub tags: Vec<Tag>,
    pub labels: Vec<Label>,
    /// Newest last.
    pub commits: Vec<Commit>,
    pub merge_requests: Vec<MergeRequest>,
    pub issues: Vec<Issue>,
    pub pipelines: Vec<Pipeline>,
    pub environments: Vec<Environment>,
    pub deployments: Vec<Deployment>,
    pub releases: Vec<Release>,
    pub milestones: Vec<Milestone>,
    pub flags: Vec<Flag>,
    pub wiki: Vec<WikiPage>,
    pub snippets: Vec<Snippet>,
    pub notes: Vec<Note>,
    /// The files that the API shows, each with the commits between which it is there.
    #[serde(default)]
    pub files: Vec<FileVersion>,
    /// Who belongs to the project itself, beside the members of its groups.
    #[serde(default)]
    pub members: Vec<Member>,
    /// Reactions, oldest first.
    #[serde(default)]
    pub awards: Vec<Award>,
    #[serde(default)]
    pub merge_rules: MergeRules,
    /// When it is not to be deployed, oldest first.
    #[serde(default)]
    pub freeze_periods: Vec<FreezePeriod>,
}

/// What a merge request needs before it can be merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeRules {
    /// How many people must approve it.
    pub approvals: u64,
    /// Whether its pipeline must have passed.
    pub pipeline_must_pass: bool,
}

impl Visibility {
    /// GitLab's number for it.
    #[must_use]
    pub fn level(self) -> u8 {
        match self {
            Self::Private => 0,
            Self::Internal => 10,
            Self::Public => 20,
        }
    }

    /// GitLab's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }
}

impl Group {
    /// Last part of the path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.full_path.rsplit('/').next().unwrap_or(&self.full_path)
    }
}

impl Project {
    /// Last part of the path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path_with_namespace
            .rsplit('/')
            .next()
            .unwrap_or(&self.path_with_namespace)
    }

    /// The branch with this name.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.name == name)
    }

    /// When something happened in it last.
    #[must_use]
    pub fn last_activity(&self) -> Option<Timestamp> {
        let commits = self.commits.iter().map(|commit| commit.at);
        let issues = self.issues.iter().map(|issue| issue.updated_at);
        let merge_requests = self.merge_requests.iter().map(|mr| mr.updated_at);
        commits.chain(issues).chain(merge_requests).max()
    }

    /// Points the branch at a commit and makes it when it is new.
    pub fn set_branch(&mut self, name: &str, sha: &str) {
        match self.branches.iter_mut().find(|branch| branch.name == name) {
            Some(branch) => sha.clone_into(&mut branch.sha),
            None => self.branches.push(Branch {
                name: name.to_owned(),
                sha: sha.to_owned(),
            }),
        }
    }

    /// The commit that the branch points at.
    #[must_use]
    pub fn head(&self, branch: &str) -> Option<&Commit> {
        let sha = &self.branch(branch)?.sha;
        self.commits.iter().rev().find(|commit| commit.sha == *sha)
    }

    /// The labels with these ids.
    #[must_use]
    pub fn labels_of(&self, ids: &[u64]) -> Vec<Label> {
        self.labels
            .iter()
            .filter(|label| ids.contains(&label.id))
            .cloned()
            .collect()
    }

    /// Drops the oldest records so that a long story does not grow without end. Merge requests,
    /// issues and the commits that something still names stay.
    pub fn forget_the_oldest(&mut self) {
        const KEPT: usize = 200;
        keep_newest(&mut self.pipelines, KEPT);
        self.forget_deployments(KEPT);
        // A rollout's issue has many comments, and each is looked for before it is made again.
        keep_newest(&mut self.notes, 10 * KEPT);
        keep_newest(&mut self.awards, KEPT);
        if self.commits.len() > 2 * KEPT {
            self.forget_commits(KEPT);
        }
    }
}

impl Project {
    /// What an environment runs stays, however long ago it was deployed.
    fn forget_deployments(&mut self, kept: usize) {
        let newest = self.deployments.len().saturating_sub(kept);
        let mut runs: BTreeMap<String, u64> = BTreeMap::new();
        for deployment in self.deployments.iter().filter(|d| d.status == "success") {
            let id = runs.entry(deployment.environment.clone()).or_default();
            *id = deployment.id.max(*id);
        }
        let mut index = 0;
        self.deployments.retain(|deployment| {
            index += 1;
            index > newest || runs.get(&deployment.environment) == Some(&deployment.id)
        });
    }
}

fn keep_newest<T>(records: &mut Vec<T>, kept: usize) {
    if records.len() > kept {
        records.drain(..records.len() - kept);
    }
}
