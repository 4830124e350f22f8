//! How a flag leaves the code, then every environment.

use domain::EnvironmentName;
use serde::{Deserialize, Serialize};

/// The clean-up at the end of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CleanUp {
    /// The project with the code: `gitlab-org/gitlab`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Where the flag's row is deleted at the end: everywhere that the plan touched, when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<EnvironmentName>,
    /// The removal's merge request, if people have made it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_request: Option<String>,
    /// Open an issue with what was found, no merge request.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub issue_only: bool,
}
