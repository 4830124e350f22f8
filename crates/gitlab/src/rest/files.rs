//! The files of a repository.

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::query::Query;
use super::resource::Resource;
use super::wire::Part;

/// A longer file is not read, in bytes.
const LONGEST_FILE: usize = 1_000_000;

impl Client {
    /// The text of a file at a branch, tag or SHA; `None` when it is no text.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such file or revision,
    /// [`RestError::TooLarge`] when it is longer than a megabyte; see [`RestError`] for the
    /// rest.
    pub async fn file_text(
        &self,
        project: &IdOrPath,
        path: &str,
        revision: &str,
    ) -> Result<Option<String>, RestError> {
        let name = format!("file {path} at {revision} in project {project}");
        let resource = Resource::in_project(project, name)
            .at("repository")
            .at("files")
            .at(path)
            .at("raw");
        let query = Query::new().with("ref", revision);
        let whole = Part {
            longest: LONGEST_FILE,
            last: LONGEST_FILE,
        };
        let read = self.bytes(&resource, &query.pairs(), whole).await?;
        let text = String::from_utf8(read.bytes).ok();
        Ok(text.filter(|text| !text.contains('\0')))
    }
}
