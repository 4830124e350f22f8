//! Terms of Sentry's search that tell events with a flag from events without it.

use crate::flag::{FlagState, InvalidFlagName, searchable};

/// How the program that is watched tells Sentry of its flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagTerm {
    /// By Sentry's own evaluation tracking: `flags["a_flag"]:true`.
    Evaluation,
    /// By a tag: `flag.a_flag:on`. For programs without that, and for a Sentry older than it.
    /// A Sentry that is older still takes tags of at most 32 characters and drops others.
    Tag,
}

impl FlagTerm {
    /// The term for events in which `flag` was in `state`.
    ///
    /// # Errors
    /// When the name could change what the search means.
    pub fn search(self, flag: &str, state: FlagState) -> Result<String, InvalidFlagName> {
        let flag = searchable(flag)?;
        Ok(match (self, state) {
            (Self::Evaluation, FlagState::On) => format!("flags[\"{flag}\"]:true"),
            (Self::Evaluation, FlagState::Off) => format!("flags[\"{flag}\"]:false"),
            // A colon would end the key.
            (Self::Tag, _) if flag.contains(':') => format!("\"flag.{flag}\":{state}"),
            (Self::Tag, _) => format!("flag.{flag}:{state}"),
        })
    }
}

/// A search for what matches `search` and `term`. In brackets when the search has a choice in it,
/// as Sentry's `OR` binds less than what stands side by side.
#[must_use]
pub fn both(search: &str, term: &str) -> String {
    let search = search.trim();
    let has_choice = search
        .split_whitespace()
        .any(|word| word.eq_ignore_ascii_case("or"));
    if search.is_empty() {
        term.to_owned()
    } else if has_choice {
        format!("({search}) {term}")
    } else {
        format!("{search} {term}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_searched_for_in_two_ways() {
        for (term, flag, state, expected) in [
            (
                FlagTerm::Evaluation,
                "a_flag",
                FlagState::On,
                "flags[\"a_flag\"]:true",
            ),
            (
                FlagTerm::Evaluation,
                "a:b",
                FlagState::Off,
                "flags[\"a:b\"]:false",
            ),
            (FlagTerm::Tag, "a_flag", FlagState::On, "flag.a_flag:on"),
            (FlagTerm::Tag, "a::b", FlagState::Off, "\"flag.a::b\":off"),
        ] {
            assert_eq!(term.search(flag, state).as_deref(), Ok(expected));
        }
        let error = FlagTerm::Tag.search("a b", FlagState::On);
        assert!(error.is_err(), "{error:?}");
    }

    #[test]
    fn a_choice_in_a_search_is_put_in_brackets() {
        for (search, expected) in [
            ("", "flag.x:on"),
            ("level:error ", "level:error flag.x:on"),
            ("a:1 OR b:2", "(a:1 OR b:2) flag.x:on"),
            ("order:1", "order:1 flag.x:on"),
        ] {
            assert_eq!(both(search, "flag.x:on"), expected);
        }
    }
}
