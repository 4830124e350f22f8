//! The few files that the sandbox's repositories show.
//!
//! A version of a file is there in every history that has the commit which wrote it and not the
//! one which changed or removed it, so a removal on a branch reaches the default branch with its
//! merge.

use serde::{Deserialize, Serialize};

use super::Project;

/// A file's text from one commit to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    pub path: String,
    pub content: String,
    /// The commit that wrote it.
    pub since: String,
    /// The commit that changed or removed it.
    pub until: Option<String>,
}

impl Project {
    /// The files at a commit, by path.
    #[must_use]
    pub fn files_at(&self, sha: &str) -> Vec<&FileVersion> {
        let reached = self.reachable(sha);
        let has = |sha: &str| reached.contains(sha);
        let mut files: Vec<&FileVersion> = self
            .files
            .iter()
            .filter(|file| has(&file.since) && !file.until.as_deref().is_some_and(has))
            .collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files
    }
}
