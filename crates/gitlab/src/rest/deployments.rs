//! What was deployed where.

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::jobs::{Job, JobStatus};
use super::paging::Listed;
use super::resource::Resource;

/// One deployment to one environment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Deployment {
    pub id: u64,
    /// The number that people see.
    pub iid: u64,
    /// The branch or tag that was deployed.
    #[serde(rename = "ref")]
    pub revision: String,
    /// The full SHA of the commit that was deployed.
    pub sha: String,
    pub status: DeploymentStatus,
    pub environment: DeployedEnvironment,
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// Who made it.
    #[serde(default)]
    pub user: Option<User>,
    /// The job that deploys; `None` when none does.
    #[serde(default)]
    pub deployable: Option<Job>,
}

/// Where it was deployed to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DeployedEnvironment {
    pub name: String,
}

/// How far a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentStatus {
    Created,
    Running,
    Success,
    Failed,
    Canceled,
    Skipped,
    /// It waits for approval.
    Blocked,
    /// A status that later versions have.
    #[serde(other)]
    Other,
}

/// Which deployments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentQuery {
    pub project: IdOrPath,
    /// The environment's whole name; of all when absent.
    pub environment: Option<String>,
    /// Of every status when absent.
    pub status: Option<DeploymentStatus>,
    /// Items at most.
    pub limit: usize,
}

impl DeploymentStatus {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Created => Some("created"),
            Self::Running => Some("running"),
            Self::Success => Some("success"),
            Self::Failed => Some("failed"),
            Self::Canceled => Some("canceled"),
            Self::Skipped => Some("skipped"),
            Self::Blocked => Some("blocked"),
            Self::Other => None,
        }
    }
}

impl Client {
    /// The newest deployments that fit, newest first (by number, so that one that is updated
    /// late does not come first).
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn deployments(
        &self,
        query: &DeploymentQuery,
    ) -> Result<Listed<Deployment>, RestError> {
        let resource = Resource::project(&query.project).at("deployments");
        let mut parameters = vec![("order_by", "id"), ("sort", "desc")];
        if let Some(environment) = &query.environment {
            parameters.push(("environment", environment));
        }
        if let Some(status) = query.status.and_then(DeploymentStatus::name) {
            parameters.push(("status", status));
        }
        self.list(&resource, &parameters, query.limit).await
    }

    /// The jobs that, started by hand, take what runs in the environment `from` to the
    /// environment `to`: those of the pipeline that last deployed to `from`. Several when the
    /// pipeline has several for `to`, none when nothing fits.
    ///
    /// GitLab does not say of a job where it deploys to. It keeps a deployment for each from
    /// the beginning of its pipeline, though, so that the job is found by that; where it is
    /// not, by a name that is that of the environment.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when the project is not there, or nothing was ever deployed to
    /// `from`; see [`RestError`] for the rest.
    pub async fn jobs_that_deploy(
        &self,
        project: &IdOrPath,
        from: &str,
        to: &str,
    ) -> Result<Vec<Job>, RestError> {
        let pipeline = self.last_deployed_pipeline(project, from).await?;
        let manual = [JobStatus::Manual];
        let manual = self.jobs(project, pipeline, &manual, MOST_JOBS).await?;
        let planned = DeploymentQuery {
            project: project.clone(),
            environment: Some(to.to_owned()),
            status: Some(DeploymentStatus::Created),
            limit: MOST_JOBS,
        };
        let planned = self.deployments(&planned).await?.items;
        let is_planned = |job: &Job| {
            planned
                .iter()
                .filter_map(|deployment| deployment.deployable.as_ref())
                .any(|deployable| deployable.id == job.id)
        };
        let (mut fitting, others): (Vec<Job>, Vec<Job>) =
            manual.items.into_iter().partition(is_planned);
        if fitting.is_empty() {
            fitting.extend(others.into_iter().filter(|job| job.name == to));
        }
        Ok(fitting)
    }

    async fn last_deployed_pipeline(
        &self,
        project: &IdOrPath,
        environment: &str,
    ) -> Result<u64, RestError> {
        let last = DeploymentQuery {
            project: project.clone(),
            environment: Some(environment.to_owned()),
            status: Some(DeploymentStatus::Success),
            limit: 1,
        };
        let last = self.deployments(&last).await?.items.pop();
        let pipeline = last.and_then(|deployment| deployment.deployable?.pipeline);
        pipeline.map(|pipeline| pipeline.id).ok_or_else(|| {
            let name = format!("deployment to {environment} in project {project}");
            self.not_found(Resource::named(name))
        })
    }
}

/// No pipeline has more jobs to be started by hand that anybody could tell apart.
const MOST_JOBS: usize = 100;
