//! Names of indices and documents, by Elasticsearch's rules.

use std::fmt;
use std::str::FromStr;

/// Name of an index, an alias or a data stream: `events-production`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexName(String);

/// Which indices are searched: names and patterns with commas between, `logs-*,-logs-old`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexPattern(String);

/// Id of a document, of our own making.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentId(String);

/// Why a text is not a name or an id of Elasticsearch's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("{what} is empty")]
    Empty { what: &'static str },
    #[error("{what} is {length} bytes long, at most {limit} are allowed")]
    TooLong {
        what: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("{what} has the character {character:?}, which it cannot have")]
    Character { what: &'static str, character: char },
    #[error("{what} cannot begin with {first:?}")]
    Beginning { what: &'static str, first: char },
}

const INDEX: &str = "the index";
const PATTERN: &str = "the index pattern";
const ID: &str = "the document's id";

impl FromStr for IndexName {
    type Err = InvalidName;

    /// By Elasticsearch's rules: lower case, none of `\ / * ? " < > | , # :` or blanks, not
    /// beginning with `-`, `_`, `+` or `.`, at most 255 bytes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| {
            !(c.is_whitespace()
                || c.is_control()
                || c.is_uppercase()
                || r#"\/*?"<>|,#:"#.contains(c))
        };
        check(INDEX, text, 255, allowed)?;
        match text.chars().next() {
            Some(first @ ('-' | '_' | '+' | '.')) => {
                Err(InvalidName::Beginning { what: INDEX, first })
            }
            Some(_) | None => Ok(Self(text.to_owned())),
        }
    }
}

impl FromStr for IndexPattern {
    type Err = InvalidName;

    /// As [`IndexName`], with `*`, commas, `-` for what is left out and `:` after a cluster.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| {
            !(c.is_whitespace() || c.is_control() || c.is_uppercase() || r#"\/?"<>|#"#.contains(c))
        };
        check(PATTERN, text, 1_024, allowed)?;
        let first = |part: &str| part.chars().next();
        // A part that begins with `_` would be another call; one that is empty would be all.
        match text
            .split(',')
            .find(|part| matches!(first(part), None | Some('_' | '+' | '.')))
        {
            Some(part) => match first(part) {
                Some(first) => Err(InvalidName::Beginning {
                    what: PATTERN,
                    first,
                }),
                None => Err(InvalidName::Empty { what: PATTERN }),
            },
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl IndexPattern {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl IndexName {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl DocumentId {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DocumentId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(ID, text, 512, |c| c.is_ascii_graphic())?;
        match text.chars().next() {
            // In an address `.` and `..` are no name.
            Some(first @ ('_' | '.')) => Err(InvalidName::Beginning { what: ID, first }),
            Some(_) | None => Ok(Self(text.to_owned())),
        }
    }
}

fn check(
    what: &'static str,
    text: &str,
    limit: usize,
    allowed: impl Fn(char) -> bool,
) -> Result<(), InvalidName> {
    let length = text.len();
    match text.chars().find(|&c| !allowed(c)) {
        Some(character) => Err(InvalidName::Character { what, character }),
        None if text.is_empty() => Err(InvalidName::Empty { what }),
        None if limit < length => Err(InvalidName::TooLong {
            what,
            length,
            limit,
        }),
        None => Ok(()),
    }
}

impl fmt::Display for IndexName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_named_by_elasticsearchs_rules() {
        for (text, expected) in [
            ("events-production", Ok(())),
            ("events-été", Ok(())),
            ("", Err("the index is empty")),
            (
                "Events",
                Err("the index has the character 'E', which it cannot have"),
            ),
            (
                "a/_doc",
                Err("the index has the character '/', which it cannot have"),
            ),
            (
                "events-*",
                Err("the index has the character '*', which it cannot have"),
            ),
            (
                "a b",
                Err("the index has the character ' ', which it cannot have"),
            ),
            ("..", Err("the index cannot begin with '.'")),
            ("_all", Err("the index cannot begin with '_'")),
        ] {
            let found = text.parse::<IndexName>().map(drop);
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{text:?}");
        }
        assert!("é".repeat(128).parse::<IndexName>().is_err());
        assert!("aud_01hf7yat".parse::<DocumentId>().is_ok());
        for bad in ["", "a b", "..", "_x"] {
            assert!(bad.parse::<DocumentId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_pattern_may_choose_among_indices_and_nothing_else() {
        for (text, expected) in [
            ("logs-*", Ok(())),
            ("logs-*,-logs-old,eu:logs", Ok(())),
            ("", Err("the index pattern is empty")),
            ("logs,,x", Err("the index pattern is empty")),
            ("logs,_all", Err("the index pattern cannot begin with '_'")),
            (
                "logs/_search",
                Err("the index pattern has the character '/', which it cannot have"),
            ),
        ] {
            let found = text.parse::<IndexPattern>().map(drop);
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{text:?}");
        }
    }
}
