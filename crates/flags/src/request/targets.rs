//! Whom a request names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::GroupName;

/// The targets of a request, by the names that people gave them. Empty when it is for everyone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// Usernames.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    /// Full paths of groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Full paths of groups, or of users' namespaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Full paths of projects, or their numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// Repositories, as Gitaly names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature_group: Option<GroupName>,
}

/// A text that names no feature group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("feature_group is invalid: {0}")]
pub struct InvalidGroup(domain::ids::InvalidId);

impl Targets {
    /// The names in a list such as `a, b`: trimmed, none twice, none empty.
    #[must_use]
    pub fn names(list: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists().all(|(_, names)| names.is_empty()) && self.feature_group.is_none()
    }

    /// Only the parameters that name somebody: `("project", "a/b,c/d")`.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let group = self.feature_group.iter();
        self.lists()
            .filter(|(_, names)| !names.is_empty())
            .map(|(parameter, names)| (parameter, names.join(",")))
            .chain(group.map(|group| ("feature_group", group.to_string())))
    }

    /// Each kind of target, by the name of its parameter.
    fn lists(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        [
            ("user", self.users.as_slice()),
            ("group", &self.groups),
            ("namespace", &self.namespaces),
            ("project", &self.projects),
            ("repository", &self.repositories),
        ]
        .into_iter()
    }

    /// Takes a parameter's value; those of other names are none of ours.
    pub(super) fn set(&mut self, parameter: &str, value: &str) -> Result<(), InvalidGroup> {
        match parameter {
            "user" => self.users = Self::names(value),
            "group" => self.groups = Self::names(value),
            "namespace" => self.namespaces = Self::names(value),
            "project" => self.projects = Self::names(value),
            "repository" => self.repositories = Self::names(value),
            "feature_group" if value.is_empty() => self.feature_group = None,
            "feature_group" => self.feature_group = Some(value.parse().map_err(InvalidGroup)?),
            _ => (),
        }
        Ok(())
    }
}

/// `user ana, project acme/shop and acme/web`.
impl fmt::Display for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (parameter, names)) in self.parameters().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let parameter = parameter.replace('_', " ");
            write!(f, "{comma}{parameter} {}", names.replace(',', " and "))?;
        }
        Ok(())
    }
}
