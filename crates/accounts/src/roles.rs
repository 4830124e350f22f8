//! What somebody may do in Signalbox itself, by name or by a group of GitLab's.

use std::collections::BTreeSet;

use domain::{ProjectPath, Role};

/// Who has a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Every member of these groups of GitLab's, inherited ones too.
    pub groups: Vec<ProjectPath>,
    /// GitLab's names of people.
    pub users: Vec<String>,
}

/// Who has which role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleRules {
    pub viewer: Rule,
    pub operator: Rule,
    pub approver: Rule,
}

/// The roles that somebody has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl RoleRules {
    pub(crate) fn of(&self, role: Role) -> &Rule {
        match role {
            Role::Viewer => &self.viewer,
            Role::Operator => &self.operator,
            Role::Approver => &self.approver,
        }
    }
}

impl Rule {
    /// Whether somebody is named; GitLab's names do not differ by their case alone.
    pub(crate) fn names(&self, username: &str) -> bool {
        let mut users = self.users.iter();
        users.any(|known| known.trim_start_matches('@').eq_ignore_ascii_case(username))
    }
}

impl Roles {
    pub(crate) fn give(&mut self, role: Role) {
        self.0.insert(role);
        self.0.insert(Role::Viewer);
    }

    /// Whether one of them is `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Every one of them.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_as_gitlab_compares_names() {
        let rule = Rule {
            users: vec!["@Ops".to_owned(), "ana".to_owned()],
            ..Rule::default()
        };
        for (name, known) in [("ops", true), ("Ana", true), ("anabel", false), ("", false)] {
            assert_eq!(rule.names(name), known, "{name:?}");
        }
    }

    #[test]
    fn whoever_may_change_things_may_see_them() {
        let mut roles = Roles::default();
        assert!(!roles.has(Role::Viewer));
        roles.give(Role::Operator);
        assert_eq!(
            roles.iter().collect::<Vec<_>>(),
            [Role::Viewer, Role::Operator]
        );
    }
}
