//! A flag in a query.

use std::fmt;

/// Whether what is counted had the flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlagState {
    On,
    Off,
}

/// A name that cannot stand in a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a flag named {0:?} cannot be searched for; use letters, digits, _, -, . and :")]
pub struct InvalidFlagName(String);

/// Lets only names pass that mean themselves in every query language.
pub(crate) fn searchable(flag: &str) -> Result<&str, InvalidFlagName> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    if flag.is_empty() || !flag.chars().all(allowed) {
        return Err(InvalidFlagName(flag.chars().take(100).collect()));
    }
    Ok(flag)
}

impl fmt::Display for FlagState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_change_a_query_is_refused() {
        for flag in ["a_flag", "run_jobs_Some::Worker", "a-b.c"] {
            assert_eq!(searchable(flag), Ok(flag));
        }
        for flag in ["", "a b", "a\"]:true OR x:1", "a\\", "été"] {
            assert_eq!(searchable(flag), Err(InvalidFlagName(flag.to_owned())));
        }
    }
}
