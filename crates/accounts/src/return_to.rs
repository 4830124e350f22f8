//! Where somebody goes back to after signing in: a page of this service, never another site's.

use std::fmt;
use std::str::FromStr;

/// A path of this service with its query, as it stands behind the host in an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Why a text is no way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the way back is not a page of this service; it begins with a single /")]
pub struct InvalidReturnTo;

/// The longest address that is kept over a sign-in.
const LONGEST: usize = 2048;

impl ReturnTo {
    /// The page that people begin with.
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReturnTo {
    type Err = InvalidReturnTo;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Browsers read `//host` and `/\host` as another site, and drop tabs and line breaks
        // before they look.
        let is_ours = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= LONGEST
            && text.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        is_ours
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidReturnTo)
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_this_service_is_a_way_back() {
        let long = format!("/{}", "a".repeat(LONGEST));
        for (text, ours) in [
            ("/", true),
            ("/projects/acme/web?tab=1#app", true),
            ("/a?b=https://evil.example", true),
            ("", false),
            ("projects", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/a\\b", false),
            ("/\t/evil.example", false),
            ("/\n/evil.example", false),
            ("https://evil.example/", false),
            ("javascript:alert(1)", false),
            ("/ä", false),
            (&long, false),
        ] {
            assert_eq!(text.parse::<ReturnTo>().is_ok(), ours, "{text:?}");
        }
    }
}
