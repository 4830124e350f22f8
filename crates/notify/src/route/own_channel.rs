//! The channel of its own that a project has which nothing is subscribed to.

use std::fmt::Write;

use domain::ChannelName;

/// Slack's limit for a channel's name, the `#` included to be on the safe side.
pub(crate) const LONGEST: usize = 80;

/// The channel of the project at `path`, or of the instance.
///
/// Its name is the path in lower case, with `-` for `/` and `.`. Where more had to be changed, or
/// was cut, a hash of the path follows, so that two paths do not meet in one channel.
pub(super) fn of(path: Option<&str>) -> Option<ChannelName> {
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        return "#p-instance".parse().ok();
    };
    let mut name = String::from("#p-");
    let mut is_changed = false;
    for c in path.chars().map(|c| c.to_ascii_lowercase()) {
        is_changed |= !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
        let c = if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        };
        if c != '-' || !name.ends_with('-') {
            name.push(c);
        }
    }
    if is_changed || LONGEST < name.len() {
        name.truncate(LONGEST - 1 - HASH_DIGITS);
        name.truncate(name.trim_end_matches('-').len());
        write!(name, "-{:08x}", hash(&path.to_ascii_lowercase())).ok()?;
    }
    name.parse().ok()
}

pub(crate) const HASH_DIGITS: usize = 8;

/// FNV-1a, 32 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. Channels have names made with
/// it, so it stays as it is.
pub(crate) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> String {
        of(Some(path)).unwrap().to_string()
    }

    #[test]
    fn a_projects_channel_is_named_after_its_path() {
        assert_eq!(of(None).unwrap().as_str(), "#p-instance");
        assert_eq!(name(""), "#p-instance");
        assert_eq!(name("acme/shop"), "#p-acme-shop");
        assert_eq!(
            name("GitLab-org/sub/GitLab_FOSS"),
            "#p-gitlab-org-sub-gitlab_foss"
        );
        assert_eq!(name("diaspora/diaspora.js"), "#p-diaspora-diaspora-js");
    }

    #[test]
    fn a_name_that_lost_something_ends_with_a_hash_that_never_changes() {
        assert_eq!(name("日本/語"), "#p-be3866be");
        assert_ne!(name("日本/語"), name("日本/言"));
        let long = "a/".repeat(60);
        assert!(name(&long).len() <= 80);
        assert_ne!(name(&format!("{long}b")), name(&format!("{long}c")));
    }
}
