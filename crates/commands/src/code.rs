//! Where the application's code is, and what of it is deployed where.

use domain::mrkdwn::{self, Mrkdwn};
use gitlab::rest::{
    Client, CommitQuery, Deployment, DeploymentQuery, DeploymentStatus, IdOrPath, RestError,
};

use crate::answer::Refused;
use crate::chatops::Parts;
use crate::rules::CodeProject;
use crate::wording::{Name, OneOf};

/// How far back a cherry-pick is looked for: the commits of an auto-deploy or stable branch since
/// it left the default branch are far fewer.
const MOST_COMMITS: usize = 300;
/// Newer deployments than this that all failed hide the one before them.
const MOST_DEPLOYMENTS: usize = 20;

/// The GitLab that has the code, and the projects in it that are released.
#[derive(Clone, Copy)]
pub(crate) struct Code<'a> {
    pub(crate) gitlab: &'a Client,
    projects: &'a [CodeProject],
}

/// A project that is released.
pub(crate) struct Project<'a> {
    pub(crate) rules: &'a CodeProject,
    /// Where its branches, tags and deployments are.
    pub(crate) lookup: IdOrPath,
}

/// The deployments of one stage that matter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) running: Option<Deployment>,
    /// The newest that succeeded.
    pub(crate) current: Option<Deployment>,
}

/// How a commit got into a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Contained {
    AsItself,
    /// By this commit, which was cherry-picked from it.
    Picked(String),
}

impl<'a> Code<'a> {
    pub(crate) fn of(parts: &'a Parts) -> Result<Self, Refused> {
        let projects = parts.rules.code.projects.as_slice();
        match &parts.gitlab {
            Some(gitlab) if !projects.is_empty() => Ok(Self { gitlab, projects }),
            Some(_) | None => Err(Refused(
                "no project with the code is configured (`chatops.code.projects`)".to_owned(),
            )),
        }
    }

    /// The project that is deployed.
    pub(crate) fn main(&self) -> Result<Project<'a>, Refused> {
        match self.projects.first() {
            Some(rules) => Project::of(rules),
            None => Err(Refused("no project with the code is configured".to_owned())),
        }
    }

    /// The project with this path, or whose mirror has it.
    pub(crate) fn project(&self, path: &str) -> Result<Project<'a>, Refused> {
        let is = |rules: &&CodeProject| {
            rules.path.eq_ignore_ascii_case(path) || rules.lookup().eq_ignore_ascii_case(path)
        };
        let found = self.projects.iter().find(is).ok_or_else(|| {
            let known: Vec<&str> = self
                .projects
                .iter()
                .map(|rules| rules.path.as_str())
                .collect();
            Refused(format!(
                "{} is not among the projects that are released: {}",
                Name(path),
                OneOf(&known)
            ))
        })?;
        Project::of(found)
    }

    /// What runs and what is deployed in a stage.
    pub(crate) async fn standing(
        &self,
        project: &Project<'_>,
        deployed_as: &str,
    ) -> Result<Standing, RestError> {
        let query = DeploymentQuery {
            project: project.lookup.clone(),
            environment: Some(deployed_as.to_owned()),
            status: None,
            limit: MOST_DEPLOYMENTS,
        };
        let newest = self.gitlab.deployments(&query).await?.items;
        Ok(standing(newest))
    }

    /// Whether a revision has a commit in its history, or one that was cherry-picked from it.
    pub(crate) async fn contained(
        &self,
        project: &Project<'_>,
        sha: &str,
        revision: &str,
    ) -> Result<Option<Contained>, RestError> {
        let base = self
            .gitlab
            .merge_base(&project.lookup, sha, revision)
            .await?;
        let Some(base) = base else {
            return Ok(None);
        };
        if is_same(&base.id, sha) {
            return Ok(Some(Contained::AsItself));
        }
        let query = CommitQuery {
            project: project.lookup.clone(),
            revision: Some(format!("{}..{revision}", base.id)),
            since: None,
            until: None,
            limit: MOST_COMMITS,
        };
        let commits = self.gitlab.commits(&query).await?.items;
        let pick = commits
            .into_iter()
            .find(|commit| commit.cherry_picked_from().any(|from| is_same(from, sha)));
        Ok(pick.map(|commit| Contained::Picked(commit.id)))
    }

    /// A link into a project's pages; the label alone when the project is known by number only.
    pub(crate) fn link(&self, project: &Project<'_>, page: &str, label: &Mrkdwn) -> Mrkdwn {
        match &project.lookup {
            IdOrPath::Path(path) => {
                let base = self.gitlab.base_url();
                mrkdwn::linked(&format!("{base}/{path}/-/{page}"), label)
            }
            IdOrPath::Id(_) => label.clone(),
        }
    }

    /// A commit's short SHA as a link.
    pub(crate) fn commit(&self, project: &Project<'_>, sha: &str) -> Mrkdwn {
        self.link(project, &format!("commit/{sha}"), &mrkdwn::code(short(sha)))
    }
}

impl<'a> Project<'a> {
    fn of(rules: &'a CodeProject) -> Result<Self, Refused> {
        Ok(Self {
            rules,
            lookup: rules.lookup().parse().map_err(Refused::because)?,
        })
    }
}

fn standing(newest_first: Vec<Deployment>) -> Standing {
    let mut standing = Standing::default();
    for deployment in newest_first {
        match deployment.status {
            DeploymentStatus::Running if standing.running.is_none() => {
                standing.running = Some(deployment);
            }
            DeploymentStatus::Success => {
                standing.current = Some(deployment);
                break;
            }
            DeploymentStatus::Running
            | DeploymentStatus::Created
            | DeploymentStatus::Failed
            | DeploymentStatus::Canceled
            | DeploymentStatus::Skipped
            | DeploymentStatus::Blocked
            | DeploymentStatus::Other => (),
        }
    }
    standing
}

/// Whether two SHAs, of which one may be shortened, name one commit.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    7 <= length
        && one.is_char_boundary(length)
        && other.is_char_boundary(length)
        && one[..length].eq_ignore_ascii_case(&other[..length])
}

/// A SHA as people write it.
pub(crate) fn short(sha: &str) -> &str {
    sha.get(..8).unwrap_or(sha)
}
