//! Releases.

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::User;
use super::resource::Resource;

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Release {
    pub tag_name: String,
    #[serde(default)]
    pub name: Option<String>,
    /// GitLab Markdown.
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub author: Option<User>,
    #[serde(default)]
    pub released_at: Option<Timestamp>,
    /// Its date is in the future.
    #[serde(default)]
    pub upcoming_release: bool,
}

impl Client {
    /// The release of a tag.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn release(&self, project: &IdOrPath, tag: &str) -> Result<Release, RestError> {
        let resource = Resource::in_project(project, format!("release {tag} in project {project}"));
        self.get(&resource.at("releases").at(tag), &[]).await
    }
}
