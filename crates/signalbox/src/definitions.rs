//! Reads the definition files of flags: a folder with `<type>/<name>.yml` in it. The flags of this
//! program itself are defined here.

use std::path::{Path, PathBuf};

use flags::{Catalogue, Problem};

/// The most files that are read: more is a wrong folder.
const MOST_FILES: usize = 20_000;
/// How deep folders are looked into: GitLab's tree is two.
const DEEPEST: usize = 4;

/// Why the definitions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionsError {
    #[error("cannot read {path} (flags.definitions)")]
    Unreadable {
        path: String,
        source: std::io::Error,
    },
    #[error(
        "{path} holds more than {MOST_FILES} files or folders deeper than {DEEPEST}; is it the folder of the definitions (flags.definitions)?"
    )]
    TooMuch { path: String },
    #[error("definitions of flags cannot be used:\n{}", lines(.0))]
    Invalid(Vec<Problem>),
}

/// The flags that this program asks itself.
const OURS: &[(&str, &str)] = &[(
    "definitions/development/integration_slack_app_notifications.yml",
    include_str!("definitions/development/integration_slack_app_notifications.yml"),
)];
/// Stands in them for the GitLab that has their issues.
const GITLAB: &str = "https://gitlab.example";

/// The definitions of our own flags, whose issues are in the GitLab at `gitlab`; without one they
/// have no issues.
///
/// # Errors
/// Never: a test reads them.
pub fn ours(gitlab: Option<&str>) -> Result<Catalogue, DefinitionsError> {
    let files = OURS.iter().map(|(path, text)| {
        let text = match gitlab {
            Some(gitlab) => text.replace(GITLAB, gitlab),
            None => text
                .lines()
                .filter(|line| !line.contains(GITLAB))
                .map(|line| format!("{line}\n"))
                .collect(),
        };
        (*path, text)
    });
    Catalogue::build(files).map_err(DefinitionsError::Invalid)
}

/// Both catalogues in one; what both define is as `over` defines it.
#[must_use]
pub fn laid_over(under: &Catalogue, over: &Catalogue) -> Catalogue {
    under.iter().chain(over.iter()).cloned().collect()
}

fn lines(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("  {problem}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Reads every definition below `folder`.
///
/// # Errors
/// With everything that is wrong with them.
pub fn read(folder: &Path) -> Result<Catalogue, DefinitionsError> {
    let mut files = Vec::new();
    for path in paths(folder)? {
        let text = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
        files.push((path.display().to_string(), text));
    }
    Catalogue::build(files).map_err(DefinitionsError::Invalid)
}

/// The YAML files below a folder, in order.
///
/// # Errors
/// When a folder cannot be read or holds too much.
pub fn paths(folder: &Path) -> Result<Vec<PathBuf>, DefinitionsError> {
    let mut found = Vec::new();
    look(folder, 0, &mut found)?;
    if MOST_FILES < found.len() {
        return Err(too_much(folder));
    }
    found.sort();
    Ok(found)
}

fn look(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), DefinitionsError> {
    if DEEPEST < depth || MOST_FILES < found.len() {
        return Err(too_much(folder));
    }
    let entries = std::fs::read_dir(folder).map_err(|source| unreadable(folder, source))?;
    for entry in entries {
        let path = entry.map_err(|source| unreadable(folder, source))?.path();
        if path.is_dir() {
            look(&path, depth + 1, found)?;
        } else if path
            .extension()
            .is_some_and(|end| end == "yml" || end == "yaml")
        {
            found.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, source: std::io::Error) -> DefinitionsError {
    DefinitionsError::Unreadable {
        path: path.display().to_string(),
        source,
    }
}

fn too_much(path: &Path) -> DefinitionsError {
    DefinitionsError::TooMuch {
        path: path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_flags_are_defined_and_can_be_defined_anew() {
        let flag = integrations::FLAG.parse().unwrap();
        let alone = ours(None).unwrap();
        let definition = alone.get(&flag).unwrap();
        assert!(!definition.default_enabled);
        assert_eq!(definition.rollout_issue_url, None);
        let placed = ours(Some("https://gitlab.test")).unwrap();
        let issue = placed.get(&flag).unwrap().rollout_issue_url.clone();
        assert!(issue.unwrap().starts_with("https://gitlab.test/"));
        let both = laid_over(&alone, &placed);
        assert_eq!(both.get(&flag), placed.get(&flag));
    }
}
