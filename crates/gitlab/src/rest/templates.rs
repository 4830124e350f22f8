//! The templates that a project's issues begin with.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::resource::Resource;

/// A template by its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TemplateName {
    /// What [`Client::issue_template`] takes.
    pub key: String,
    pub name: String,
}

/// A template with its text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Template {
    pub name: String,
    /// GitLab Markdown.
    #[serde(default)]
    pub content: String,
}

impl Client {
    /// The templates in a project's `.gitlab/issue_templates`, and those of the groups above
    /// where the edition has such.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn issue_templates(
        &self,
        project: &IdOrPath,
        limit: usize,
    ) -> Result<Listed<TemplateName>, RestError> {
        let resource = Resource::project(project).at("templates").at("issues");
        self.list(&resource, &[], limit).await
    }

    /// One template.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn issue_template(
        &self,
        project: &IdOrPath,
        key: &str,
    ) -> Result<Template, RestError> {
        let name = format!("issue template {key} in project {project}");
        let resource = Resource::in_project(project, name)
            .at("templates")
            .at("issues")
            .at(key);
        self.get(&resource, &[]).await
    }
}
