//! What the installed app may do, as Slack's answers tell.

use std::fmt;

/// The scopes of a token, as the header `x-oauth-scopes` of any answer lists them, and the
/// answer to an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Reads a list such as `chat:write,commands`.
    #[must_use]
    pub fn from_list(list: &str) -> Self {
        let mut scopes: Vec<String> = list
            .split(',')
            .map(str::trim)
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect();
        scopes.sort();
        scopes.dedup();
        Self(scopes)
    }

    /// Whether the token has `scope`, such as `chat:write`.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|held| held == scope)
    }

    /// Every scope, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    #[test]
    fn a_header_lists_scopes_in_any_order_and_spacing() {
        let scopes = Scopes::from_list("chat:write, channels:read,,chat:write");
        assert_eq!(scopes.to_string(), "channels:read,chat:write");
        assert!(scopes.contains("chat:write"));
        assert!(!scopes.contains("chat"));
    }
}
