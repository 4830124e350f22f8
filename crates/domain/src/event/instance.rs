//! Events about people, groups, projects and the instance itself.

use serde::{Deserialize, Serialize};

use super::place::{Group, Person};

/// A token is about to expire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenExpiry {
    pub token: TokenKind,
    pub name: String,
    /// As GitLab writes it: `2024-01-26`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    Access,
    Deploy,
}

/// Somebody's membership of a group or project changed. The place is the event's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub action: MemberAction,
    pub member: Person,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberAction {
    Added,
    Updated,
    Removed,
    AccessRequested,
    AccessDenied,
    AccessRequestRevoked,
}

/// An access level, as GitLab writes it: "Developer".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Access(pub String);

/// A subgroup was made or removed; the event's group is its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subgroup {
    pub action: LifecycleAction,
    pub subgroup: Group,
}

/// A project was created, removed, renamed, moved or changed; it is the event's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectLifecycle {
    pub action: LifecycleAction,
    /// Its path before it was renamed or moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// Its owners' names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleAction {
    Created,
    Removed,
    Renamed,
    Transferred,
    Updated,
}

/// Something an instance's administrator hears of through a system hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemEvent {
    UserCreated(Person),
    UserRemoved(Person),
    UserRenamed {
        user: Person,
        old_username: String,
    },
    /// A blocked or deactivated person tried to sign in; GitLab's word for their state.
    LoginFailed {
        user: Person,
        state: String,
    },
    /// An SSH key was added; its title or fingerprint is not in every payload.
    KeyAdded {
        user: Person,
    },
    KeyRemoved {
        user: Person,
    },
    /// The group is the event's own.
    GroupCreated,
    GroupRemoved,
    GroupRenamed {
        old_path: String,
    },
    /// Refs of a repository changed; a push is told by its own event as well.
    RepositoryUpdated {
        refs: Vec<String>,
    },
    /// A membership waits for an administrator because it would take a paid seat.
    MemberApprovalQueued {
        user: Person,
    },
    MemberApproved {
        user: Person,
    },
    MemberDenied {
        user: Person,
    },
}
