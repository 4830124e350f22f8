//! Who may do what with flags and rollouts, by what GitLab says of them.

use domain::ProjectPath;
use serde::Deserialize;

/// Who has each role. A person has the roles of `[people]` besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// May look.
    #[serde(default)]
    pub viewer: RoleHolders,
    /// May change flags and run rollouts.
    #[serde(default)]
    pub operator: RoleHolders,
    /// May approve a stage of a rollout.
    #[serde(default)]
    pub approver: RoleHolders,
}

/// Users and members of groups, as GitLab knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleHolders {
    /// Full paths; every member counts, inherited ones too.
    #[serde(default)]
    pub groups: Vec<ProjectPath>,
    /// User names.
    #[serde(default)]
    pub users: Vec<String>,
}

impl From<Roles> for accounts::RoleRules {
    fn from(roles: Roles) -> Self {
        Self {
            viewer: roles.viewer.into(),
            operator: roles.operator.into(),
            approver: roles.approver.into(),
        }
    }
}

impl From<RoleHolders> for accounts::Rule {
    fn from(holders: RoleHolders) -> Self {
        Self {
            groups: holders.groups.into_iter().collect(),
            users: holders.users.into_iter().collect(),
        }
    }
}
