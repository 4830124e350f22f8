//! A name that can stand in a list such as `a/b,c/d`.

use std::str::FromStr;

/// A path, a user's name, a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

/// Why a text is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidName {
    #[error("has {0:?}; each name is an item of its own, without commas and spaces")]
    Several(String),
    #[error("has a name of more than 1,024 characters")]
    TooLong,
}

impl FromStr for Name {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        if 1_024 < text.chars().count() {
            return Err(InvalidName::TooLong);
        }
        if text.contains(|c: char| c == ',' || c.is_whitespace() || c.is_control()) {
            return Err(InvalidName::Several(super::reader::shortened(text)));
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}
