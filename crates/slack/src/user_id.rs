//! Slack's id of a person.

use std::fmt;
use std::str::FromStr;

use domain::ids::InvalidId;

/// Slack's id of a person or a bot user: `U012AB3CD`, in some organizations `W012AB3CD`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

const WHAT: &str = "user";
const LONGEST: usize = 32;

impl UserId {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let length = text.chars().count();
        let not_allowed = |c: &char| !(c.is_ascii_uppercase() || c.is_ascii_digit());
        match text.chars().find(not_allowed) {
            Some(character) => Err(InvalidId::Character {
                what: WHAT,
                text: text.chars().take(LONGEST).collect(),
                character,
            }),
            None if text.is_empty() => Err(InvalidId::Empty { what: WHAT }),
            None if LONGEST < length => Err(InvalidId::TooLong {
                what: WHAT,
                length,
                limit: LONGEST,
            }),
            None if !text.starts_with(['U', 'W']) => Err(InvalidId::Prefix {
                what: WHAT,
                text: text.to_owned(),
                prefix: "U",
            }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_people_are_told_from_anything_else() {
        for (text, good) in [
            ("U012AB3CD", true),
            ("W012AB3CD", true),
            ("U0ANA", true),
            ("", false),
            ("C012AB3CD", false),
            ("ana", false),
            ("U0ANA|ana", false),
            ("U0ANA0000000000000000000000000000", false),
        ] {
            assert_eq!(text.parse::<UserId>().is_ok(), good, "{text:?}");
        }
    }
}
