//! The address of a file.

use super::path::{decoded, number};

/// A file at a branch, tag or SHA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobLink {
    /// Full path of the project.
    pub project: String,
    /// Branch, tag or SHA, then the file's path: both may have slashes, and the address does
    /// not say where the first one ends.
    parts: Vec<String>,
    pub lines: Option<Lines>,
}

/// Lines of a file, counted from 1; both are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    pub first: u64,
    pub last: u64,
}

/// Branches with more slashes than this are not looked for.
const MOST_SPLITS: usize = 5;

impl BlobLink {
    pub(super) fn read(project: String, rest: &[&str], fragment: &str) -> Option<Self> {
        let parts: Vec<String> = rest
            .iter()
            .map(|part| decoded(part))
            .collect::<Option<_>>()?;
        let is_file = 2 <= parts.len();
        is_file.then(|| Self {
            project,
            parts,
            lines: Lines::read(fragment),
        })
    }

    /// What it may mean: each a branch, tag or SHA with the path of a file, the likeliest
    /// (without a slash in the first) at the beginning.
    pub fn readings(&self) -> impl Iterator<Item = (String, String)> {
        (1..self.parts.len())
            .take(MOST_SPLITS)
            .map(|end| self.parts.split_at(end))
            .map(|(revision, path)| (revision.join("/"), path.join("/")))
    }

    /// The file's own name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }
}

impl Lines {
    /// Reads `L10` and `L10-20`, and what other programs write: `L10-L20`.
    fn read(fragment: &str) -> Option<Self> {
        let range = fragment.strip_prefix('L')?;
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let first = number(first)?;
        let last = number(last.strip_prefix('L').unwrap_or(last))?;
        Some(Self {
            first: first.min(last),
            last: first.max(last),
        })
    }
}
