//! Reads the definition files of flags: a folder with `<type>/<name>.yml` in it, and beside each
//! the plan of its rollout, `<type>/<name>.rollout.yml`, if it has one. The flags of this program
//! itself are defined here.

use std::path::{Path, PathBuf};

use flags::{Catalogue, Problem};
use rollouts::plan::{Plans, SUFFIX};

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
/// The plans of their rollouts.
const OUR_PLANS: &[(&str, &str)] = &[(
    "definitions/development/integration_slack_app_notifications.rollout.yml",
    include_str!("definitions/development/integration_slack_app_notifications.rollout.yml"),
)];
/// Stands in them for the GitLab that has their issues.
const GITLAB: &str = "https://gitlab.example";

/// The definitions of our own flags, whose issues are in the GitLab at `gitlab`; without one they
/// have no issues.
///
/// # Errors
/// Never: a test reads them.
pub fn ours(gitlab: Option<&str>) -> Result<Catalogue, DefinitionsError> {
    let files = OURS
        .iter()
        .map(|(path, text)| (*path, placed(text, gitlab)));
    Catalogue::build(files).map_err(DefinitionsError::Invalid)
}

/// The plans of our own flags' rollouts, in the same way.
#[must_use]
pub fn our_plans(gitlab: Option<&str>) -> Plans {
    Plans::read(
        OUR_PLANS
            .iter()
            .map(|(path, text)| (*path, placed(text, gitlab))),
    )
}

fn placed(text: &str, gitlab: Option<&str>) -> String {
    match gitlab {
        Some(gitlab) => text.replace(GITLAB, gitlab),
        None => text
            .lines()
            .filter(|line| !line.contains(GITLAB))
            .map(|line| format!("{line}\n"))
            .collect(),
    }
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
    let files = texts(paths(folder)?)?;
    Catalogue::build(files).map_err(DefinitionsError::Invalid)
}

/// Reads every rollout's plan below `folder`; what is wrong with one is kept with it.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn read_plans(folder: &Path) -> Result<Plans, DefinitionsError> {
    Ok(Plans::read(texts(plan_paths(folder)?)?))
}

fn texts(paths: Vec<PathBuf>) -> Result<Vec<(String, String)>, DefinitionsError> {
    let read = paths.into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
        Ok((path.display().to_string(), text))
    });
    read.collect()
}

/// The definition files below a folder, in order.
///
/// # Errors
/// When a folder cannot be read or holds too much.
pub fn paths(folder: &Path) -> Result<Vec<PathBuf>, DefinitionsError> {
    let mut found = yaml_files(folder)?;
    found.retain(|path| !is_plan(path));
    Ok(found)
}

/// The files of rollouts' plans below a folder, in order.
///
/// # Errors
/// When a folder cannot be read or holds too much.
pub fn plan_paths(folder: &Path) -> Result<Vec<PathBuf>, DefinitionsError> {
    let mut found = yaml_files(folder)?;
    found.retain(|path| is_plan(path));
    Ok(found)
}

fn is_plan(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(SUFFIX)
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, DefinitionsError> {
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
    use rollouts::plan::{Defined, Facts, Weight};

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
    #[test]
    fn our_own_plan_can_be_started_as_soon_as_its_links_are_known() {
        let flag = integrations::FLAG.parse().unwrap();
        let definitions = ours(Some("https://gitlab.test")).unwrap();
        for gitlab in [Some("https://gitlab.test"), None] {
            let plans = our_plans(gitlab);
            let file = plans.get(&flag).unwrap().as_ref().unwrap();
            let facts = Facts {
                definition: Defined::As(definitions.get(&flag).unwrap()),
                ..Facts::default()
            };
            let found = file.lint(&facts).into_iter();
            let refused = found.filter(|(weight, _)| *weight == Weight::Refused);
            let keys: Vec<_> = refused.filter_map(|(_, problem)| problem.key).collect();
            let unnamed = ["feature_issue", "docs_merge_request", "merge_request"];
            let unnamed = unnamed.map(|link| format!("links.{link}"));
            assert!(
                keys.iter().all(|key| unnamed.contains(key)),
                "nothing is wrong but links that nobody has named: {keys:?}"
            );
            assert_eq!(keys.is_empty(), gitlab.is_some(), "{keys:?}");
        }
    }

    #[test]
    fn a_plan_is_no_definition() {
        let folder = tempfile::tempdir().unwrap();
        let beta = folder.path().join("beta");
        std::fs::create_dir(&beta).unwrap();
        let write = |name: &str, text: &str| std::fs::write(beta.join(name), text).unwrap();
        write("a.yml", "name: a\ntype: beta\ndefault_enabled: false\n");
        write("a.rollout.yml", "flag: a\n");
        assert_eq!(read(folder.path()).unwrap().len(), 1);
        let plans = read_plans(folder.path()).unwrap();
        assert!(plans.get(&"a".parse().unwrap()).unwrap().is_err());
    }
}
