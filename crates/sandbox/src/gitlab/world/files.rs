//! The few files that the sandbox's repositories show.
//!
//! A version of a file is there in every history that has the commit which wrote it and none of
//! those which changed or removed it, so a removal on a branch reaches the default branch with
//! its merge. Several branches may end the same version, each in its own way.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::Project;

/// A file's text from one commit to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    pub path: String,
    pub content: String,
    /// The commit that wrote it.
    pub since: String,
    /// The commits that changed or removed it.
    #[serde(default, deserialize_with = "one_or_many")]
    pub until: Vec<String>,
}

/// The texts of files by path, as a commit has them.
pub type Files = BTreeMap<String, String>;

/// Which paths a commit touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub added: Vec<String>,
    pub modified: Vec<String>,
    pub removed: Vec<String>,
}

/// Older states have one commit at most.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Many(Vec<String>),
        One(Option<String>),
    }
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Many(shas) => shas,
        Kept::One(sha) => sha.into_iter().collect(),
    })
}

impl Project {
    /// The files at a commit, by path.
    #[must_use]
    pub fn files_at(&self, sha: &str) -> Vec<&FileVersion> {
        let reached = self.reachable(sha);
        let has = |sha: &str| reached.contains(sha);
        let mut files: BTreeMap<&str, &FileVersion> = BTreeMap::new();
        let there = |file: &&FileVersion| has(&file.since) && !file.until.iter().any(|s| has(s));
        // Where two branches changed a file and both were merged, the later change stays.
        for file in self.files.iter().filter(there) {
            files.insert(&file.path, file);
        }
        files.into_values().collect()
    }

    /// The texts of the files at a commit.
    #[must_use]
    pub fn texts_at(&self, sha: &str) -> Files {
        let files = self.files_at(sha).into_iter();
        files
            .map(|file| (file.path.clone(), file.content.clone()))
            .collect()
    }

    /// Makes the files of the commit `sha`, whose parent is `parent`, what `wanted` says.
    pub fn write_files(&mut self, parent: &str, sha: &str, wanted: &Files) -> Touched {
        let before: BTreeMap<String, FileVersion> = self
            .files_at(parent)
            .into_iter()
            .map(|file| (file.path.clone(), file.clone()))
            .collect();
        let mut touched = Touched::default();
        for (path, version) in &before {
            let same = wanted.get(path) == Some(&version.content);
            if same {
                continue;
            }
            for kept in self.files.iter_mut().filter(|kept| *kept == version) {
                kept.until.push(sha.to_owned());
            }
            if !wanted.contains_key(path) {
                touched.removed.push(path.clone());
            }
        }
        for (path, content) in wanted {
            match before.get(path) {
                Some(version) if version.content == *content => continue,
                Some(_) => touched.modified.push(path.clone()),
                None => touched.added.push(path.clone()),
            }
            self.files.push(FileVersion {
                path: path.clone(),
                content: content.clone(),
                since: sha.to_owned(),
                until: Vec::new(),
            });
        }
        touched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_an_older_state_ends_at_one_commit_or_at_none() {
        let read = |until: &str| {
            let kept = format!(r#"{{"path":"a","content":"","since":"1","until":{until}}}"#);
            serde_json::from_str::<FileVersion>(&kept).unwrap().until
        };
        assert_eq!(read("null"), Vec::<String>::new());
        assert_eq!(read(r#""2""#), ["2"]);
        assert_eq!(read(r#"["2","3"]"#), ["2", "3"]);
    }
}
