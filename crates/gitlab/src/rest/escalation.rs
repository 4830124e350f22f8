//! Whether somebody is at an incident. GitLab's REST API does not know that status; its GraphQL
//! API does, with the same tokens.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::Client;
use super::error::RestError;
use super::resource::Resource;

/// How far people are with an incident. A new one is triggered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EscalationStatus {
    Triggered,
    Acknowledged,
    Resolved,
}

const SET: &str = "mutation($project: ID!, $iid: String!, $status: IssueEscalationStatus!) { \
    issueSetEscalationStatus(input: {projectPath: $project, iid: $iid, status: $status}) \
    { errors } }";

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "issueSetEscalationStatus")]
    set: Option<Set>,
}

#[derive(Deserialize)]
struct Set {
    #[serde(default)]
    errors: Vec<String>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    message: String,
}

impl Client {
    /// Sets an incident's status; `project` is its full path.
    ///
    /// # Errors
    /// [`RestError::Refused`] with GitLab's objections, also when there is no such incident or
    /// one may not; see [`RestError`] for the rest.
    pub async fn set_escalation_status(
        &self,
        project: &str,
        iid: u64,
        status: EscalationStatus,
    ) -> Result<(), RestError> {
        let resource = Resource::named(format!("incident {project}#{iid}"));
        let variables = json!({"project": project, "iid": iid.to_string(), "status": status});
        let body = json!({"query": SET, "variables": variables});
        let answer: Answer = self.graphql(&resource, &body).await?;
        let problems = answer.errors.into_iter().map(|problem| problem.message);
        let set = answer.data.and_then(|data| data.set);
        let is_set = set.is_some();
        let objections = set.into_iter().flat_map(|set| set.errors);
        let messages: Vec<String> = problems.chain(objections).collect();
        if is_set && messages.is_empty() {
            return Ok(());
        }
        Err(self.refused(&messages))
    }
}
