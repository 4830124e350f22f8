//! What people of a workspace call a project in commands.

use serde::{Deserialize, Serialize};

/// A project's name in commands: `shop` in `/gitlab shop issue show 7`. The same in any case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Alias(String);

/// Why a text is no alias.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAlias {
    #[error("an alias has from 2 to 4096 characters, this one has {0}")]
    Length(usize),
    #[error("an alias is one word; write a dash in the place of each space")]
    NotOneWord,
}

impl Alias {
    /// In characters.
    pub const SHORTEST: usize = 2;
    /// In characters.
    pub const LONGEST: usize = 4096;

    /// The alias as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same text for the same alias, whatever its case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    fn check(text: &str) -> Result<(), InvalidAlias> {
        let length = text.chars().count();
        if !(Self::SHORTEST..=Self::LONGEST).contains(&length) {
            return Err(InvalidAlias::Length(length));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(InvalidAlias::NotOneWord);
        }
        Ok(())
    }
}

impl PartialEq for Alias {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Alias {}

impl std::str::FromStr for Alias {
    type Err = InvalidAlias;
    fn from_str(text: &str) -> Result<Self, InvalidAlias> {
        Self::check(text).map(|()| Self(text.to_owned()))
    }
}

impl TryFrom<String> for Alias {
    type Error = InvalidAlias;
    fn try_from(text: String) -> Result<Self, InvalidAlias> {
        Self::check(&text).map(|()| Self(text))
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> Self {
        alias.0
    }
}

impl std::fmt::Display for Alias {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_one_word_of_2_to_4096_characters_in_any_case() {
        let longest = "é".repeat(Alias::LONGEST);
        for good in ["ab", "acme/shop", "größe", &longest] {
            assert!(good.parse::<Alias>().is_ok(), "{good:?}");
        }
        let too_long = format!("{longest}a");
        for (bad, expected) in [
            ("", InvalidAlias::Length(0)),
            ("a", InvalidAlias::Length(1)),
            (too_long.as_str(), InvalidAlias::Length(4097)),
            ("my shop", InvalidAlias::NotOneWord),
            ("my\tshop", InvalidAlias::NotOneWord),
        ] {
            assert_eq!(bad.parse::<Alias>(), Err(expected), "{bad:?}");
        }
        assert_eq!("Shop".parse::<Alias>(), "sHOP".parse::<Alias>());
        let told = InvalidAlias::Length(1).to_string();
        assert_eq!(
            told,
            "an alias has from 2 to 4096 characters, this one has 1"
        );
    }
}
