//! Branches, tags, and which of them have a commit.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::repository::Commit;
use super::resource::Resource;

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Branch {
    pub name: String,
    /// Its last commit.
    pub commit: Commit,
    #[serde(default)]
    pub web_url: Option<String>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tag {
    pub name: String,
    /// The commit it stands at; `None` for a tag of something else.
    #[serde(default)]
    pub commit: Option<Commit>,
}

/// The name of a branch or tag.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RefName {
    #[serde(rename = "type")]
    pub kind: RefKind,
    pub name: String,
}

/// Branch or tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefKind {
    Branch,
    Tag,
}

impl Client {
    /// The branches or tags that have a commit in their history.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such commit; see [`RestError`] for the rest.
    pub async fn refs_of(
        &self,
        project: &IdOrPath,
        sha: &str,
        kind: RefKind,
        limit: usize,
    ) -> Result<Listed<RefName>, RestError> {
        let resource = Resource::in_project(project, format!("commit {sha} in project {project}"))
            .at("repository")
            .at("commits")
            .at(sha)
            .at("refs");
        let kind = match kind {
            RefKind::Branch => "branch",
            RefKind::Tag => "tag",
        };
        self.list(&resource, &[("type", kind)], limit).await
    }

    /// One branch.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn branch(&self, project: &IdOrPath, name: &str) -> Result<Branch, RestError> {
        let resource = Resource::in_project(project, format!("branch {name} in project {project}"));
        let resource = resource.at("repository").at("branches").at(name);
        self.get(&resource, &[]).await
    }

    /// Makes a branch that begins at another one, a tag or a SHA.
    ///
    /// # Errors
    /// [`RestError::Refused`] (400) when it is there already or `from` is not; see
    /// [`RestError`] for the rest.
    pub async fn create_branch(
        &self,
        project: &IdOrPath,
        name: &str,
        from: &str,
    ) -> Result<Branch, RestError> {
        let resource = Resource::project(project).at("repository").at("branches");
        let body = json!({ "branch": name, "ref": from });
        self.send(Method::POST, &resource, &body).await
    }

    /// Deletes a branch; [`if_found`](super::if_found) takes one that is gone already for done.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none, [`RestError::Refused`] for the default branch
    /// and protected ones; see [`RestError`] for the rest.
    pub async fn delete_branch(&self, project: &IdOrPath, name: &str) -> Result<(), RestError> {
        let resource = Resource::in_project(project, format!("branch {name} in project {project}"));
        let resource = resource.at("repository").at("branches").at(name);
        self.delete(&resource).await
    }

    /// The branches whose names contain `search`; `^begin` and `end$` fix an end of it, an
    /// empty one asks for all.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn branches(
        &self,
        project: &IdOrPath,
        search: &str,
        limit: usize,
    ) -> Result<Listed<Branch>, RestError> {
        let resource = Resource::project(project).at("repository").at("branches");
        self.list(&resource, &searching(search), limit).await
    }

    /// The tags whose names contain `search`, as for [`Client::branches`], latest first.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn tags(
        &self,
        project: &IdOrPath,
        search: &str,
        limit: usize,
    ) -> Result<Listed<Tag>, RestError> {
        let resource = Resource::project(project).at("repository").at("tags");
        self.list(&resource, &searching(search), limit).await
    }
}

fn searching(search: &str) -> Vec<(&'static str, &str)> {
    if search.is_empty() {
        Vec::new()
    } else {
        vec![("search", search)]
    }
}
