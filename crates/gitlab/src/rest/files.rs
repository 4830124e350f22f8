//! The files of a repository.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::query::Query;
use super::resource::Resource;
use super::wire::Part;

/// A longer file is not read, in bytes.
const LONGEST_FILE: usize = 1_000_000;

/// A file with what a change of it has to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// From the root of the repository.
    pub path: String,
    pub text: String,
    /// The last commit that changed it: [`super::FileAction::Update`] wants it.
    pub last_commit_id: String,
}

#[derive(Deserialize)]
struct Wire {
    file_path: String,
    content: String,
    last_commit_id: String,
}

impl Client {
    /// A file of text at a branch, tag or SHA, and which commit changed it last; `None` when it
    /// is no text.
    ///
    /// # Errors
    /// As for [`Client::file_text`]; GitLab's answer may have five megabytes.
    pub async fn source_file(
        &self,
        project: &IdOrPath,
        path: &str,
        revision: &str,
    ) -> Result<Option<SourceFile>, RestError> {
        let resource = file(project, path, revision);
        let query = Query::new().with("ref", revision);
        let wire: Wire = self.get(&resource, &query.pairs()).await?;
        // GitLab encodes in one way only, and breaks no lines.
        let text = STANDARD.decode(&wire.content).ok().and_then(text);
        Ok(text.map(|text| SourceFile {
            path: wire.file_path,
            text,
            last_commit_id: wire.last_commit_id,
        }))
    }

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
        let resource = file(project, path, revision).at("raw");
        let query = Query::new().with("ref", revision);
        let whole = Part {
            longest: LONGEST_FILE,
            last: LONGEST_FILE,
        };
        let read = self.bytes(&resource, &query.pairs(), whole).await?;
        Ok(text(read.bytes))
    }
}

fn file(project: &IdOrPath, path: &str, revision: &str) -> Resource {
    let name = format!("file {path} at {revision} in project {project}");
    Resource::in_project(project, name)
        .at("repository")
        .at("files")
        .at(path)
}

fn text(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok();
    text.filter(|text| !text.contains('\0'))
}
