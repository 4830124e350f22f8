//! What was deployed where.

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::resource::Resource;

/// One deployment to one environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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
}
