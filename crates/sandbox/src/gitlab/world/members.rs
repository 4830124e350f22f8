//! Who belongs to groups and projects, and what that allows.

use serde::{Deserialize, Serialize};

use super::{Group, Issue, NOBODY, Project, Visibility, World};

/// What a member may do; each level may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Guest,
    Reporter,
    Developer,
    Maintainer,
    Owner,
}

/// A person in a group or project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user_id: u64,
    pub access: Access,
}

impl Access {
    pub const ALL: [Self; 5] = [
        Self::Guest,
        Self::Reporter,
        Self::Developer,
        Self::Maintainer,
        Self::Owner,
    ];

    /// GitLab's word for it: "Maintainer".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Guest => "Guest",
            Self::Reporter => "Reporter",
            Self::Developer => "Developer",
            Self::Maintainer => "Maintainer",
            Self::Owner => "Owner",
        }
    }

    /// GitLab's number for it.
    #[must_use]
    pub fn level(self) -> u8 {
        match self {
            Self::Guest => 10,
            Self::Reporter => 20,
            Self::Developer => 30,
            Self::Maintainer => 40,
            Self::Owner => 50,
        }
    }
}

impl World {
    /// The group with this full path or, when it is a number, this id.
    #[must_use]
    pub fn group_named(&self, key: &str) -> Option<&Group> {
        self.groups
            .iter()
            .find(|group| group.full_path == key || key.parse() == Ok(group.id))
    }

    /// The group and those it is in, itself first.
    #[must_use]
    pub fn group_and_ancestors(&self, id: u64) -> Vec<&Group> {
        let mut groups = Vec::new();
        let mut next = self.group(id);
        while let Some(group) = next {
            groups.push(group);
            next = group.parent_id.and_then(|id| self.group(id));
        }
        groups
    }

    /// Members of the group and of those it is in; of several memberships the highest.
    #[must_use]
    pub fn members_of(&self, group_id: u64) -> Vec<Member> {
        let groups = self.group_and_ancestors(group_id);
        let mut members: Vec<Member> = Vec::new();
        for member in groups.iter().flat_map(|group| &group.members) {
            match members.iter_mut().find(|m| m.user_id == member.user_id) {
                Some(known) => known.access = known.access.max(member.access),
                None => members.push(*member),
            }
        }
        members.sort_by_key(|member| member.user_id);
        members
    }

    /// Members of the project, of its group and of those that is in.
    #[must_use]
    pub fn members_of_project(&self, project: &Project) -> Vec<Member> {
        let mut members = self.members_of(project.group_id);
        for member in &project.members {
            match members.iter_mut().find(|m| m.user_id == member.user_id) {
                Some(known) => known.access = known.access.max(member.access),
                None => members.push(*member),
            }
        }
        members.sort_by_key(|member| member.user_id);
        members
    }

    /// What the person's membership of the group or one above it allows.
    #[must_use]
    pub fn membership(&self, user_id: u64, group_id: u64) -> Option<Access> {
        access_of(user_id, &self.members_of(group_id))
    }

    /// What the person's membership of the project or a group above it allows.
    #[must_use]
    pub fn membership_in(&self, user_id: u64, project: &Project) -> Option<Access> {
        access_of(user_id, &self.members_of_project(project))
    }

    /// What the person may do in the group; administrators may do everything everywhere.
    #[must_use]
    pub fn access(&self, user_id: u64, group_id: u64) -> Option<Access> {
        if self.administers(user_id) {
            return Some(Access::Owner);
        }
        self.membership(user_id, group_id)
    }

    /// What the person may do in the project; administrators may do everything everywhere.
    #[must_use]
    pub fn access_to(&self, user_id: u64, project: &Project) -> Option<Access> {
        if self.administers(user_id) {
            return Some(Access::Owner);
        }
        self.membership_in(user_id, project)
    }

    /// Confidential issues are for those who work on the project and those who work on the issue.
    #[must_use]
    pub fn sees_issue(&self, user_id: u64, project: &Project, issue: &Issue) -> bool {
        !issue.confidential
            || issue.author_id == user_id
            || issue.assignee_ids.contains(&user_id)
            || self.access_to(user_id, project) >= Some(Access::Reporter)
    }

    fn administers(&self, user_id: u64) -> bool {
        self.user(user_id).is_some_and(|user| user.admin)
    }

    /// Whether the person may see that the project is there.
    #[must_use]
    pub fn sees(&self, user_id: u64, project: &Project) -> bool {
        match project.visibility {
            Visibility::Public => true,
            Visibility::Internal => user_id != NOBODY,
            Visibility::Private => self.access_to(user_id, project).is_some(),
        }
    }
}

fn access_of(user_id: u64, members: &[Member]) -> Option<Access> {
    let found = members.iter().find(|member| member.user_id == user_id);
    found.map(|member| member.access)
}
