//! A project's commits as a history: what a name points at, what contains what.
//!
//! Commits are kept with every parent before its children, so the order in which they are kept
//! is one that `git log --topo-order` could print, backwards.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Commit, Project};

/// Shorter beginnings of a commit id name nothing, as in Git.
const SHORTEST: usize = 4;

impl Project {
    /// The commit with this id, or the only one whose id begins so.
    #[must_use]
    pub fn commit_named(&self, sha: &str) -> Option<&Commit> {
        if sha.len() < SHORTEST {
            return None;
        }
        let mut found = self.commits.iter().filter(|c| c.sha.starts_with(sha));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The commit that a branch, a tag or a commit id names, in Git's order of preference.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<&Commit> {
        let name = name.strip_prefix("refs/heads/").unwrap_or(name);
        let name = name.strip_prefix("refs/tags/").unwrap_or(name);
        let name = if name == "HEAD" {
            &self.default_branch
        } else {
            name
        };
        let tag = self.tags.iter().find(|tag| tag.name == name);
        let sha = match (self.branch(name), tag) {
            (Some(branch), _) => &branch.sha,
            (None, Some(tag)) => &tag.sha,
            (None, None) => name,
        };
        self.commit_named(sha)
    }

    /// The commit and everything before it, newest first. Empty when it is not known.
    #[must_use]
    pub fn ancestors(&self, sha: &str) -> Vec<&Commit> {
        let reached = self.reachable(sha);
        self.commits
            .iter()
            .rev()
            .filter(|commit| reached.contains(commit.sha.as_str()))
            .collect()
    }

    /// Whether `sha` is `head` or comes before it.
    #[must_use]
    pub fn contains(&self, head: &str, sha: &str) -> bool {
        self.reachable(head).contains(sha)
    }

    /// What `to` has and `from` has not, newest first.
    #[must_use]
    pub fn between(&self, from: &str, to: &str) -> Vec<&Commit> {
        let known = self.reachable(from);
        let mut commits = self.ancestors(to);
        commits.retain(|commit| !known.contains(commit.sha.as_str()));
        commits
    }

    /// The newest commit that all of these have.
    #[must_use]
    pub fn merge_base(&self, shas: &[&str]) -> Option<&Commit> {
        let histories: Vec<HashSet<&str>> = shas.iter().map(|sha| self.reachable(sha)).collect();
        let shared = |commit: &&Commit| {
            histories
                .iter()
                .all(|reached| reached.contains(commit.sha.as_str()))
        };
        self.commits
            .iter()
            .rev()
            .filter(|_| !histories.is_empty())
            .find(shared)
    }

    pub(super) fn reachable(&self, sha: &str) -> HashSet<&str> {
        let by_sha: HashMap<&str, &Commit> = self
            .commits
            .iter()
            .map(|commit| (commit.sha.as_str(), commit))
            .collect();
        let mut reached = HashSet::new();
        let mut next: Vec<&str> = vec![sha];
        while let Some(sha) = next.pop() {
            if let Some(commit) = by_sha.get(sha)
                && reached.insert(commit.sha.as_str())
            {
                next.extend(commit.parents.iter().map(String::as_str));
            }
        }
        reached
    }

    /// Drops all but the newest `kept` commits and those that something names. Children of a
    /// dropped commit are put on top of what it stood on, so that ancestry stays true.
    pub(super) fn forget_commits(&mut self, kept: usize) {
        let named = self.named_commits();
        let newest = self.commits.len().saturating_sub(kept);
        let mut gone: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut left = Vec::with_capacity(kept);
        for (index, mut commit) in std::mem::take(&mut self.commits).into_iter().enumerate() {
            let mut parents: Vec<String> = Vec::new();
            for parent in &commit.parents {
                let stood_on = gone
                    .get(parent)
                    .map_or(std::slice::from_ref(parent), Vec::as_slice);
                for sha in stood_on {
                    if !parents.contains(sha) {
                        parents.push(sha.clone());
                    }
                }
            }
            if newest <= index || named.contains(&commit.sha) {
                commit.parents = parents;
                left.push(commit);
            } else {
                gone.insert(commit.sha, parents);
            }
        }
        self.commits = left;
    }

    /// What branches, tags, merge requests, deployments and files name.
    fn named_commits(&self) -> HashSet<String> {
        let branches = self.branches.iter().map(|branch| &branch.sha);
        let tags = self.tags.iter().map(|tag| &tag.sha);
        let merges = self.merge_requests.iter();
        let merges = merges.flat_map(|mr| [&mr.merge_commit_sha, &mr.squash_commit_sha]);
        let deployed = self.deployments.iter().map(|d| &d.commit.sha);
        let files = self.files.iter();
        let files = files.flat_map(|file| file.until.iter().chain([&file.since]));
        branches
            .chain(tags)
            .chain(merges.flatten())
            .chain(deployed)
            .chain(files)
            .cloned()
            .collect()
    }

    /// Makes a history of commits that were kept before parents were: one after the other.
    pub fn link_old_commits(&mut self) {
        if self.commits.iter().any(|commit| !commit.parents.is_empty()) {
            return;
        }
        let mut before: Option<String> = None;
        for commit in &mut self.commits {
            commit.parents.extend(before);
            before = Some(commit.sha.clone());
        }
    }
}
