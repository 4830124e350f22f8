//! What a plan may say of an endpoint: a path below it, and a place in the answer.

use std::borrow::Cow;
use std::str::FromStr;

use reqwest::Url;

/// A path below an endpoint, with a query if need be: `status/deploys?service=web`. It cannot
/// leave the endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelativePath(String);

/// A place in a JSON document by RFC 6901: `/data/0/errors`; all of it when empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPointer(String);

/// Why a text is no path or pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPath {
    #[error("the path is an address; name an endpoint of the configuration and a path below it")]
    Address,
    #[error("the path has the part {0:?}, by which it could leave the endpoint")]
    Leaves(String),
    #[error("the {what} has the character {character:?}, which it cannot have")]
    Character { what: &'static str, character: char },
    #[error("the {what} is {length} bytes long, at most {} are allowed", LONGEST)]
    TooLong { what: &'static str, length: usize },
    #[error("the pointer does not begin with a slash, as in /data/0/errors")]
    NoSlash,
    #[error("the pointer has a ~ that is neither ~0 nor ~1")]
    Tilde,
}

const LONGEST: usize = 500;

impl FromStr for RelativePath {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "path";
        check(WHAT, text)?;
        let path = text.split('?').next().unwrap_or_default();
        if text.starts_with("//") || path.contains("://") {
            return Err(InvalidPath::Address);
        }
        // `%` would let a part say something else than it shows.
        let odd = |c: &char| matches!(c, '\\' | '#' | '%' | '@' | ' ');
        if let Some(character) = path.chars().find(odd) {
            return Err(InvalidPath::Character {
                what: WHAT,
                character,
            });
        }
        match path.split('/').find(|part| matches!(*part, "." | "..")) {
            Some(part) => Err(InvalidPath::Leaves(part.to_owned())),
            None => Ok(Self(text.trim_start_matches('/').to_owned())),
        }
    }
}

impl RelativePath {
    pub(super) fn segments(&self) -> Vec<&str> {
        let path = self.0.split('?').next().unwrap_or_default();
        path.split('/').collect()
    }

    pub(super) fn query(&self) -> Vec<(String, String)> {
        // Read by the rules of addresses: the rest of this one is only there to be one.
        let Ok(url) = Url::parse(&format!("http://localhost/{}", self.0)) else {
            return Vec::new();
        };
        let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into(), value.into());
        url.query_pairs().map(owned).collect()
    }
}

impl FromStr for JsonPointer {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check("pointer", text)?;
        if !text.is_empty() && !text.starts_with('/') {
            return Err(InvalidPath::NoSlash);
        }
        let mut after_tildes = text.split('~').skip(1);
        if after_tildes.any(|rest| !rest.starts_with(['0', '1'])) {
            return Err(InvalidPath::Tilde);
        }
        Ok(Self(text.to_owned()))
    }
}

impl JsonPointer {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(what: &'static str, text: &str) -> Result<(), InvalidPath> {
    let length = text.len();
    if LONGEST < length {
        return Err(InvalidPath::TooLong { what, length });
    }
    match text.chars().find(|c| c.is_control()) {
        Some(character) => Err(InvalidPath::Character { what, character }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_its_endpoint() {
        for (text, segments, query) in [
            ("status", vec!["status"], vec![]),
            (
                "/a/b/?x=1&y=a%20b",
                vec!["a", "b", ""],
                vec![("x", "1"), ("y", "a b")],
            ),
            ("a?u=http://b", vec!["a"], vec![("u", "http://b")]),
        ] {
            let path: RelativePath = text.parse().unwrap();
            assert_eq!(path.segments(), segments, "{text}");
            let found = path.query();
            let found: Vec<_> = found
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(found, query, "{text}");
        }
        for (text, expected) in [
            (
                "https://evil.example/x",
                "the path is an address; name an endpoint of the configuration and a path below it",
            ),
            (
                "//evil.example/x",
                "the path is an address; name an endpoint of the configuration and a path below it",
            ),
            (
                "a/../../x",
                "the path has the part \"..\", by which it could leave the endpoint",
            ),
            (
                "a/%2e%2e/x",
                "the path has the character '%', which it cannot have",
            ),
            (
                "a\\b",
                "the path has the character '\\\\', which it cannot have",
            ),
            (
                "a\nb",
                "the path has the character '\\n', which it cannot have",
            ),
            (
                "@evil.example",
                "the path has the character '@', which it cannot have",
            ),
        ] {
            let error = text.parse::<RelativePath>().unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
        }
        assert!("a".repeat(501).parse::<RelativePath>().is_err());
    }

    #[test]
    fn a_pointer_is_what_the_standard_says() {
        for (text, expected) in [
            ("", Ok(())),
            ("/", Ok(())),
            ("/data/0/er~1rors~0", Ok(())),
            ("data", Err(InvalidPath::NoSlash)),
            ("/a~2", Err(InvalidPath::Tilde)),
            ("/a~", Err(InvalidPath::Tilde)),
        ] {
            assert_eq!(text.parse::<JsonPointer>().map(drop), expected, "{text}");
        }
    }
}
