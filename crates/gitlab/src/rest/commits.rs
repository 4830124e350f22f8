//! Commits made without a clone: several files changed at once, on a branch that may be new.

use reqwest::Method;
use serde::Serialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::repository::Commit;
use super::resource::Resource;

/// A commit to be made, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewCommit {
    /// The branch that gets it. With `start_branch` it must be new.
    pub branch: String,
    /// The branch that the new one begins at; without it the branch is there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_branch: Option<String>,
    /// Trailers such as `Changelog: removed` make the last paragraph.
    pub commit_message: String,
    pub actions: Vec<FileAction>,
}

/// What happens to one file. Contents are text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum FileAction {
    /// There must be no such file.
    Create { file_path: String, content: String },
    Update {
        file_path: String,
        content: String,
        /// The last commit that changed the file as far as it was looked at
        /// ([`super::SourceFile::last_commit_id`]): after another one GitLab refuses.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_commit_id: Option<String>,
    },
    Delete {
        file_path: String,
        /// As for an update.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_commit_id: Option<String>,
    },
    Move {
        previous_path: String,
        file_path: String,
        /// It stays as it was when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        content: Option<String>,
        /// As for an update.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_commit_id: Option<String>,
    },
}

impl Client {
    /// Makes a commit in the name of the token's owner.
    ///
    /// # Errors
    /// [`RestError::Refused`] (400) when the new branch is there already, the old one is not, a
    /// file is missing, there already or was changed since, [`RestError::Forbidden`] when one
    /// may not push there; see [`RestError`] for the rest.
    pub async fn create_commit(
        &self,
        project: &IdOrPath,
        new: &NewCommit,
    ) -> Result<Commit, RestError> {
        let resource = Resource::project(project).at("repository").at("commits");
        self.send(Method::POST, &resource, new).await
    }
}
