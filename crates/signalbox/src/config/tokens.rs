//! The settings of the API's named tokens.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A program's token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiToken {
    /// What the audit calls its holder.
    pub name: String,
    pub token: SecretString,
    pub role: TokenRole,
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenRole {
    /// Everything.
    Admin,
    /// Asking what flags are, and nothing else.
    Evaluate,
}

/// The shortest token that is not guessed.
const SHORTEST: usize = 16;

impl From<ApiToken> for web::ApiToken {
    fn from(token: ApiToken) -> Self {
        Self {
            name: token.name,
            token: token.token,
            role: match token.role {
                TokenRole::Admin => web::Role::Administrator,
                TokenRole::Evaluate => web::Role::Evaluate,
            },
        }
    }
}

/// What is wrong with the tokens: `(setting, problem)`.
pub(super) fn problems(tokens: &[ApiToken]) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let name = token.name.as_str();
        let mut problem =
            |text: &str| problems.push((format!("api.token {name}"), text.to_owned()));
        let is_sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || 64 < name.len() || !name.chars().all(is_sane) {
            problem("its name has 1 to 64 letters, digits and -_.");
        }
        let is_taken = tokens.iter().take(place).any(|other| other.name == name);
        if is_taken || name == "administrator" {
            problem("the name is taken; the audit could not tell the two apart");
        }
        if token.token.expose_secret().len() < SHORTEST {
            problem("has fewer than 16 characters; make one with: openssl rand -hex 32");
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_name_of_its_own_and_cannot_be_guessed() {
        let token = |name: &str, token: &str| ApiToken {
            name: name.to_owned(),
            token: token.into(),
            role: TokenRole::Evaluate,
        };
        let long = "0123456789abcdef";
        for (tokens, expected) in [
            (vec![token("shop", long), token("web", long)], &[][..]),
            (
                vec![token("shop", long), token("shop", long)],
                &["api.token shop"],
            ),
            (
                vec![token("administrator", long)],
                &["api.token administrator"],
            ),
            (vec![token("a b", long)], &["api.token a b"]),
            (vec![token("shop", "short")], &["api.token shop"]),
        ] {
            let found = problems(&tokens);
            let settings: Vec<_> = found.iter().map(|(setting, _)| setting.as_str()).collect();
            assert_eq!(settings, expected);
        }
    }
}
