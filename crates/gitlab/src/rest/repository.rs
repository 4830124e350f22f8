//! Commits, and which comes before which.

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::resource::Resource;

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Commit {
    /// The full SHA.
    pub id: String,
    /// The first line of the message.
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub parent_ids: Vec<String>,
    #[serde(default)]
    pub author_name: Option<String>,
    #[serde(default)]
    pub committed_date: Option<Timestamp>,
    #[serde(default)]
    pub web_url: Option<String>,
}

/// Which commits, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitQuery {
    pub project: IdOrPath,
    /// A branch, a tag, a SHA, or a range `from..to`; the default branch when absent.
    pub revision: Option<String>,
    /// Committed then or later.
    pub since: Option<Timestamp>,
    /// Committed then or earlier.
    pub until: Option<Timestamp>,
    /// Items at most.
    pub limit: usize,
}

/// What is between two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Comparison {
    /// In the second and not in the first, oldest first.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// GitLab gave up before it had all.
    #[serde(default)]
    pub compare_timeout: bool,
    /// For people.
    #[serde(default)]
    pub web_url: Option<String>,
}

impl Commit {
    /// The SHAs of the commits that this one was cherry-picked from, by what `git cherry-pick
    /// -x` and GitLab write into its message.
    pub fn cherry_picked_from(&self) -> impl Iterator<Item = &str> {
        self.message
            .split("(cherry picked from commit ")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'))
            .map(|(sha, _)| sha.trim())
            .filter(|sha| 7 <= sha.len() && sha.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }
}

impl Client {
    /// One commit by a SHA, a branch or a tag.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn commit(&self, project: &IdOrPath, revision: &str) -> Result<Commit, RestError> {
        let name = format!("commit {revision} in project {project}");
        let resource = Resource::in_project(project, name)
            .at("repository")
            .at("commits")
            .at(revision);
        self.get(&resource, &[("stats", "false")]).await
    }

    /// The commits that fit, newest first.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project or revision; see [`RestError`] for
    /// the rest.
    pub async fn commits(&self, query: &CommitQuery) -> Result<Listed<Commit>, RestError> {
        let project = &query.project;
        let revision = query.revision.as_deref();
        let name = match revision {
            Some(revision) => format!("revision {revision} in project {project}"),
            None => format!("project {project}"),
        };
        let resource = Resource::in_project(project, name)
            .at("repository")
            .at("commits");
        let since = query.since.map(|time| time.to_string());
        let until = query.until.map(|time| time.to_string());
        let parameters: Vec<(&str, &str)> = [
            ("ref_name", revision),
            ("since", since.as_deref()),
            ("until", until.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        self.list(&resource, &parameters, query.limit).await
    }

    /// The commit where the histories of two revisions part; `None` when they have none in
    /// common.
    ///
    /// # Errors
    /// [`RestError::Refused`] when one of the revisions is not there, [`RestError::NotFound`]
    /// when the project is not; see [`RestError`] for the rest.
    pub async fn merge_base(
        &self,
        project: &IdOrPath,
        one: &str,
        other: &str,
    ) -> Result<Option<Commit>, RestError> {
        let resource = Resource::project(project).at("repository").at("merge_base");
        let query = [("refs[]", one), ("refs[]", other)];
        match self.get(&resource, &query).await {
            Ok(commit) => Ok(Some(commit)),
            Err(RestError::NotFound {
                said: Some(said), ..
            }) if said.eq_ignore_ascii_case("merge base not found") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the commit `ancestor` (a SHA of 7 digits or more) is `descendant` (a SHA, a
    /// branch or a tag) or in its history.
    ///
    /// # Errors
    /// As for [`Client::merge_base`].
    pub async fn is_ancestor(
        &self,
        project: &IdOrPath,
        ancestor: &str,
        descendant: &str,
    ) -> Result<bool, RestError> {
        let base = self.merge_base(project, ancestor, descendant).await?;
        let ancestor = ancestor.to_ascii_lowercase();
        Ok(base.is_some_and(|base| 7 <= ancestor.len() && base.id.starts_with(&ancestor)))
    }

    /// The commits that `to` has and `from` has not. GitLab sends the differences along, so
    /// that a wide comparison is [`RestError::TooLarge`]; [`Client::commits`] with a range
    /// gives the commits alone.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when a revision is not there; see [`RestError`] for the rest.
    pub async fn compare(
        &self,
        project: &IdOrPath,
        from: &str,
        to: &str,
    ) -> Result<Comparison, RestError> {
        let name = format!("range {from}...{to} in project {project}");
        let resource = Resource::in_project(project, name)
            .at("repository")
            .at("compare");
        self.get(&resource, &[("from", from), ("to", to)]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cherry_pick_names_its_source_in_its_message() {
        let sources = |message: &str| {
            let commit = serde_json::json!({ "id": "f00", "message": message });
            let commit: Commit = serde_json::from_value(commit).unwrap();
            let sources: Vec<String> = commit.cherry_picked_from().map(str::to_owned).collect();
            sources
        };
        let twice = "Fix it\n\n(cherry picked from commit 1a0b36b3cdad)\n\n\
                     (cherry picked from commit 2695effb5807)\n";
        assert_eq!(sources(twice), ["1a0b36b3cdad", "2695effb5807"]);
        for nothing in [
            "Fix it",
            "(cherry picked from commit",
            "(cherry picked from commit ../x)",
        ] {
            assert!(sources(nothing).is_empty(), "{nothing}");
        }
    }
}
