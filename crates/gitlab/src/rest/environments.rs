//! Environments that a project deploys to.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Environment {
    pub id: u64,
    pub name: String,
    /// Where what runs in it is found.
    #[serde(default)]
    pub external_url: Option<String>,
    /// `available`, `stopping` or `stopped`.
    #[serde(default)]
    pub state: Option<String>,
}

impl Client {
    /// The environments of a project whose names contain a text, stopped ones apart; an empty
    /// text asks for all. GitLab refuses a text shorter than three characters.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn environments(
        &self,
        project: &IdOrPath,
        text: &str,
        limit: usize,
    ) -> Result<Listed<Environment>, RestError> {
        let resource = Resource::project(project).at("environments");
        let query = Query::new().with("states", "available").search(text);
        self.list(&resource, &query.pairs(), limit).await
    }

    /// The environment of exactly this name.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn environment_named(
        &self,
        project: &IdOrPath,
        name: &str,
    ) -> Result<Environment, RestError> {
        let said = format!("environment {name} in project {project}");
        let resource = Resource::in_project(project, said).at("environments");
        let environments: Vec<Environment> = self.get(&resource, &[("name", name)]).await?;
        environments
            .into_iter()
            .find(|environment| environment.name == name)
            .ok_or_else(|| self.not_found(resource))
    }
}
