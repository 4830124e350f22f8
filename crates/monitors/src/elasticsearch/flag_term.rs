//! The term that tells documents with a flag from documents without it.

use super::InvalidName;
use crate::flag::{FlagState, InvalidFlagName, searchable};

/// Why there is no term.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFlagTerm {
    #[error(transparent)]
    Flag(#[from] InvalidFlagName),
    #[error(transparent)]
    Field(#[from] InvalidName),
}

/// What documents have in `field` when `flag` was in `state`, as GitLab writes it in its logs:
/// `json.feature_flag_states:"a_flag:1"`.
///
/// # Errors
/// When the flag's or the field's name could change what the query means.
pub fn flag_term(field: &str, flag: &str, state: FlagState) -> Result<String, InvalidFlagTerm> {
    const FIELD: &str = "the field";
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    let digit = match state {
        FlagState::On => 1,
        FlagState::Off => 0,
    };
    let flag = searchable(flag)?;
    match (field.chars().next(), field.chars().find(|&c| !allowed(c))) {
        (None, _) => Err(InvalidName::Empty { what: FIELD }.into()),
        (_, Some(character)) => Err(InvalidName::Character {
            what: FIELD,
            character,
        }
        .into()),
        // It would negate the term.
        (Some(first @ '-'), None) => Err(InvalidName::Beginning { what: FIELD, first }.into()),
        (Some(_), None) => Ok(format!("{field}:\"{flag}:{digit}\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_names_the_flag_and_its_state() {
        for (field, flag, state, expected) in [
            (
                "json.feature_flag_states",
                "a_flag",
                FlagState::On,
                Ok("json.feature_flag_states:\"a_flag:1\""),
            ),
            ("f", "A::b", FlagState::Off, Ok("f:\"A::b:0\"")),
            ("", "a", FlagState::On, Err("the field is empty")),
            (
                "-f",
                "a",
                FlagState::On,
                Err("the field cannot begin with '-'"),
            ),
            (
                "f:x OR g",
                "a",
                FlagState::On,
                Err("the field has the character ':', which it cannot have"),
            ),
            (
                "f",
                "a\"",
                FlagState::On,
                Err(
                    "a flag named \"a\\\"\" cannot be searched for; use letters, digits, _, -, . and :",
                ),
            ),
        ] {
            let found = flag_term(field, flag, state).map_err(|error| error.to_string());
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(found, expected, "{field}");
        }
    }
}
