//! What a project may be called in commands.

use domain::ProjectPath;
use store::{Alias, InvalidAlias};

use crate::slash::grammar;

/// Why a project may not go by an alias.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasRefused {
    #[error(transparent)]
    Invalid(#[from] InvalidAlias),
    #[error("`{0}` is the first word of a command; choose another alias")]
    Command(String),
    /// It would hide another project.
    #[error("an alias has no `/`: with one it would be the path of another project")]
    Path,
    #[error("an alias has none of `#`, `!`, `@`, `<` and backticks; choose another one")]
    Mark,
}

/// An alias for a project, from what was typed.
///
/// # Errors
/// When commands could not tell it from something else.
pub fn check(typed: &str, project: &ProjectPath) -> Result<Alias, AliasRefused> {
    let alias: Alias = typed.parse()?;
    if typed.eq_ignore_ascii_case(project.as_str()) {
        return Ok(alias);
    }
    if typed.contains('/') {
        return Err(AliasRefused::Path);
    }
    if typed.contains(['#', '!', '@', '<', '`']) {
        return Err(AliasRefused::Mark);
    }
    if grammar::is_taken(typed) {
        return Err(AliasRefused::Command(typed.to_owned()));
    }
    Ok(alias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_nothing_that_commands_take_for_something_else() {
        let project = "acme/shop".parse().unwrap();
        for (typed, is_good) in [
            ("shop", true),
            ("Acme/Shop", true),
            ("x", false),
            ("issue", false),
            ("Connect", false),
            ("acme/other", false),
            ("shop#12", false),
            ("<@U1>", false),
            ("läden", true),
        ] {
            assert_eq!(check(typed, &project).is_ok(), is_good, "{typed}");
        }
    }
}
