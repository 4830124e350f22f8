//! What is wrong with a definition file.

use std::fmt;

/// One thing to put right, printed as `flags/beta/tidy_sidebar.yml:4: milestone: …`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path as it was given.
    pub file: String,
    /// From 1; 1 as well for what concerns the whole file.
    pub line: usize,
    /// `None` when it concerns the whole file.
    pub key: Option<String>,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
