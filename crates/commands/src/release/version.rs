//! Milestones and versions, compared as numbers.

use std::fmt;
use std::str::FromStr;

use crate::grammar::BadInput;
use crate::wording::Name;

/// A monthly release: `15.8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Milestone {
    major: u32,
    minor: u32,
}

/// A release: `15.8.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    milestone: Milestone,
    patch: u32,
}

impl FromStr for Milestone {
    type Err = BadInput;
    fn from_str(text: &str) -> Result<Self, BadInput> {
        Self::read(text.strip_prefix('%').unwrap_or(text)).ok_or_else(|| {
            BadInput::Value(format!(
                "{} is no milestone: give one such as `15.8`",
                Name(text)
            ))
        })
    }
}

impl Milestone {
    fn read(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }

    /// A branch's name with this milestone in it.
    pub(super) fn fill(self, pattern: &str) -> String {
        pattern
            .replace("{major}", &self.major.to_string())
            .replace("{minor}", &self.minor.to_string())
    }

    /// The milestone in a branch's name, if it is one of the pattern's.
    pub(super) fn in_branch(pattern: &str, branch: &str) -> Option<Self> {
        let (head, rest) = pattern.split_once("{major}")?;
        let (between, tail) = rest.split_once("{minor}")?;
        let inner = branch.strip_prefix(head)?.strip_suffix(tail)?;
        let (major, minor) = inner.split_once(between)?;
        Some(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }
}

impl Version {
    /// The version in a tag's name, if it is one of the pattern's; candidates are not.
    pub(super) fn in_tag(pattern: &str, tag: &str) -> Option<Self> {
        let (head, tail) = pattern.split_once("{version}")?;
        let inner = tag.strip_prefix(head)?.strip_suffix(tail)?;
        let (milestone, patch) = inner.rsplit_once('.')?;
        Some(Self {
            milestone: Milestone::read(milestone)?,
            patch: number(patch)?,
        })
    }
}

fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.milestone, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_and_candidates_are_none() {
        let tag = |tag: &str| Version::in_tag("v{version}-ee", tag);
        assert!(tag("v15.10.0-ee") > tag("v15.9.12-ee"));
        for none in [
            "v15.8.0-rc42-ee",
            "v15.8.0",
            "v15.8-ee",
            "x",
            "v15.8.0.1-ee",
            "v15.8.-ee",
        ] {
            assert_eq!(tag(none), None, "{none}");
        }
        let milestone: Milestone = "15.8".parse().unwrap();
        let pattern = "{major}-{minor}-stable-ee";
        assert_eq!(milestone.fill(pattern), "15-8-stable-ee");
        assert_eq!(
            Milestone::in_branch(pattern, "15-8-stable-ee"),
            Some(milestone)
        );
        assert_eq!(Milestone::in_branch(pattern, "15-8-stable"), None);
        for none in ["15", "15.8.1", "x.y", "15.", ""] {
            assert!(none.parse::<Milestone>().is_err(), "{none}");
        }
    }
}
