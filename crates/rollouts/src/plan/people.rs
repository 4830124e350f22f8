//! Who is behind a rollout, and where it is talked about.

use domain::{ChannelName, Role};
use serde::{Deserialize, Serialize};

domain::text_id!(
    /// A user name in GitLab: `ana`, without `@`.
    Person, "user name", 255,
    |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
);
domain::text_id!(
    /// A group of people that the configuration names: `sre-oncall`.
    Group, "group of people", 64,
    |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
);

/// Who is behind a rollout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Best individual to reach out to; owns the rollout.
    pub owner: Person,
    /// Watches for two hours after each change in production; the owner when it is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watcher: Option<Person>,
    /// The team, in words: `Manage Integrations Group`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub team: String,
    /// Product managers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managers: Vec<Person>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stakeholders: Vec<Person>,
    /// Who is called when nobody watches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call: Option<Group>,
}

/// Where a rollout is talked about; each hears what it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// Has the thread: the live log and the control panel.
    pub team: ChannelName,
    /// Hears of each change in production, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production: Option<ChannelName>,
    /// Hears what customers will see, before and after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<ChannelName>,
}

/// Who may approve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Approval {
    /// One of these people; anybody with the role when it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// [`Role::Approver`] when it is `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whoever started the rollout may approve, too. Off: four eyes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

impl People {
    /// Who watches after a change in production.
    #[must_use]
    pub fn watcher(&self) -> &Person {
        self.watcher.as_ref().unwrap_or(&self.owner)
    }
}
