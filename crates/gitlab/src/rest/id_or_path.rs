//! How a call names a project, a group or a namespace.

use std::fmt;
use std::str::FromStr;

/// A project, group or namespace by its number or by its full path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdOrPath {
    /// GitLab's number for it.
    Id(u64),
    /// Its full path: `acme/web/shop`.
    Path(String),
}

/// Why a text names no project, group or namespace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdOrPath {
    /// Nothing is there.
    #[error("the name is empty; give a full path such as acme/shop, or a number")]
    Empty,
    /// GitLab's paths have letters, digits and `_ - .`, with `/` between their parts.
    #[error("{0:?} is not a full path such as acme/shop, and not a number")]
    NotAPath(String),
}

/// Longer names are not shown in an error.
const LONGEST_SHOWN: usize = 100;

impl FromStr for IdOrPath {
    type Err = InvalidIdOrPath;

    /// Digits alone are a number: GitLab's API reads them so as well.
    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(InvalidIdOrPath::Empty);
        }
        let is_number = raw.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(id) = raw.parse().ok().filter(|_| is_number) {
            return Ok(Self::Id(id));
        }
        if raw.split('/').all(is_part_of_a_path) {
            return Ok(Self::Path(raw.to_owned()));
        }
        let shown = raw.chars().take(LONGEST_SHOWN).collect();
        Err(InvalidIdOrPath::NotAPath(shown))
    }
}

/// Whether `part` may stand between two slashes of a full path. Letters of any alphabet pass,
/// since old groups have them; `.` and `..` do not, since they would lead to another resource.
pub(crate) fn is_part_of_a_path(part: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !matches!(part, "" | "." | ".." | "-") && part.chars().all(allowed)
}

impl fmt::Display for IdOrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Path(path) => f.write_str(path),
        }
    }
}

impl From<u64> for IdOrPath {
    fn from(id: u64) -> Self {
        Self::Id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_named_by_number_or_full_path() {
        let path = |path: &str| Ok(IdOrPath::Path(path.to_owned()));
        let refused = |raw: &str| Err(InvalidIdOrPath::NotAPath(raw.to_owned()));
        for (raw, expected) in [
            ("12", Ok(IdOrPath::Id(12))),
            ("acme/shop", path("acme/shop")),
            (" acme/web-1/shop_2.x ", path("acme/web-1/shop_2.x")),
            ("ana", path("ana")),
            ("", Err(InvalidIdOrPath::Empty)),
            ("+12", refused("+12")),
            ("acme//shop", refused("acme//shop")),
            ("acme/../shop", refused("acme/../shop")),
            ("acme/-/shop", refused("acme/-/shop")),
            ("acme/shop?x", refused("acme/shop?x")),
            ("<project>", refused("<project>")),
        ] {
            assert_eq!(raw.parse::<IdOrPath>(), expected, "{raw:?}");
        }
    }
}
