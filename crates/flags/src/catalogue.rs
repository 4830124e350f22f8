//! Every definition there is.

use std::collections::BTreeMap;

use crate::definition::{Definition, Problem};
use crate::ids::FlagKey;
use crate::nearest::nearest;

/// The definitions of an application's flags, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue(BTreeMap<FlagKey, Definition>);

impl Catalogue {
    /// Reads definition files, given as path and text.
    ///
    /// # Errors
    /// With everything that is wrong in any of them. A name that a second file defines is a
    /// problem of the second, which names the first.
    pub fn build<P: AsRef<str>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Result<Self, Vec<Problem>> {
        let mut definitions = BTreeMap::new();
        let mut first_files: BTreeMap<FlagKey, String> = BTreeMap::new();
        let mut problems = Vec::new();
        for (path, text) in files {
            let path = path.as_ref();
            match Definition::parse(path, text.as_ref()) {
                Ok(definition) => match first_files.get(&definition.name) {
                    Some(first) => problems.push(defined_twice(path, first)),
                    None => {
                        first_files.insert(definition.name.clone(), path.to_owned());
                        definitions.insert(definition.name.clone(), definition);
                    }
                },
                Err(more) => problems.extend(more),
            }
        }
        if problems.is_empty() {
            Ok(Self(definitions))
        } else {
            Err(problems)
        }
    }

    /// Up to three names of definitions that somebody may have meant.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Vec<FlagKey> {
        nearest(name, self.0.keys().map(FlagKey::as_str))
            .into_iter()
            .filter_map(|name| name.parse().ok())
            .collect()
    }

    #[must_use]
    pub fn get(&self, flag: &FlagKey) -> Option<&Definition> {
        self.0.get(flag)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.values()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn defined_twice(file: &str, first: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 1,
        key: Some("name".to_owned()),
        message: format!("is defined in {first} already"),
    }
}

impl FromIterator<Definition> for Catalogue {
    fn from_iter<T: IntoIterator<Item = Definition>>(definitions: T) -> Self {
        Self(
            definitions
                .into_iter()
                .map(|definition| (definition.name.clone(), definition))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDEBAR: &str = "name: tidy_sidebar\ntype: beta\ndefault_enabled: false\n";

    #[test]
    fn a_name_belongs_to_one_file() {
        let problems = Catalogue::build([
            ("flags/beta/tidy_sidebar.yml", SIDEBAR),
            ("ee/flags/beta/tidy_sidebar.yml", SIDEBAR),
            ("flags/ops/broken.yml", "name: broken"),
        ])
        .unwrap_err();
        let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(
            lines,
            [
                "ee/flags/beta/tidy_sidebar.yml:1: name: is defined in flags/beta/tidy_sidebar.yml already",
                "flags/ops/broken.yml:1: type: is missing",
                "flags/ops/broken.yml:1: default_enabled: is missing; give true or false",
            ]
        );
    }

    #[test]
    fn a_name_that_is_none_brings_those_near_it() {
        let catalogue = Catalogue::build([("flags/beta/tidy_sidebar.yml", SIDEBAR)]).unwrap();
        assert_eq!(
            catalogue.nearest("tidy_sidebra"),
            ["tidy_sidebar".parse().unwrap()]
        );
        assert!(catalogue.nearest("run_jobs").is_empty());
    }
}
