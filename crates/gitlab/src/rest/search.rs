//! Text in the files of a repository.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;

/// A place in a file where a text stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Blob {
    /// The file, from the root of the repository.
    pub path: String,
    /// The branch that was searched.
    #[serde(default, rename = "ref")]
    pub revision: Option<String>,
    /// The line that `data` begins with, from 1.
    #[serde(default)]
    pub startline: Option<u64>,
    /// A few lines around the text.
    #[serde(default)]
    pub data: String,
}

/// What is searched for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobQuery {
    pub project: IdOrPath,
    /// May have GitLab's filters: `some_flag extension:yml`. GitLab takes at most 4,096
    /// characters and 64 words.
    pub text: String,
    /// A branch or tag; the default branch when absent. The advanced search of paid editions
    /// has the default branch only, and takes another one for a wish to be asked of the basic
    /// search.
    pub revision: Option<String>,
    /// Items at most.
    pub limit: usize,
}

impl Client {
    /// Where a text stands in the files of a project's default branch. The text may have
    /// GitLab's filters: `some_flag extension:yml`.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn search_blobs(
        &self,
        project: &IdOrPath,
        text: &str,
        limit: usize,
    ) -> Result<Listed<Blob>, RestError> {
        let resource = Resource::project(project).at("search");
        let query = [("scope", "blobs"), ("search", text)];
        self.list(&resource, &query, limit).await
    }

    /// Where a text stands in the files of a project at a revision.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project; see [`RestError`] for the rest.
    pub async fn blobs(&self, query: &BlobQuery) -> Result<Listed<Blob>, RestError> {
        let resource = Resource::project(&query.project).at("search");
        let parameters = Query::new()
            .with("scope", "blobs")
            .with("search", query.text.as_str())
            .maybe("ref", query.revision.as_deref());
        self.list(&resource, &parameters.pairs(), query.limit).await
    }
}
