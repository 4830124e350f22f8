//! People with an account.

use serde::{Deserialize, Serialize};

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: u64,
    pub username: String,
    pub name: String,
    pub email: String,
    /// What the person is in the demo's story: "maintainer".
    pub role: String,
    #[serde(default)]
    pub state: PersonState,
    /// Whether the person administers the instance.
    #[serde(default)]
    pub admin: bool,
}

/// The id of nobody: people's begin with 1.
pub(in crate::gitlab) const NOBODY: u64 = 0;

impl User {
    /// Whoever has not signed in.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            id: NOBODY,
            username: String::new(),
            name: String::new(),
            email: String::new(),
            role: String::new(),
            state: PersonState::Active,
            admin: false,
        }
    }
}

/// Whether a person may use the instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    #[default]
    Active,
    Blocked,
    Deactivated,
}

impl PersonState {
    pub const ALL: [Self; 3] = [Self::Active, Self::Blocked, Self::Deactivated];

    /// GitLab's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Deactivated => "deactivated",
        }
    }

    /// What GitLab tells a person who may not use it; `url` is the instance's address.
    #[must_use]
    pub fn refusal(self, url: &str) -> Option<String> {
        match self {
            Self::Active => None,
            Self::Blocked => Some("Your account has been blocked.".to_owned()),
            Self::Deactivated => Some(format!(
                "Your account has been deactivated by your administrator. Please log back in \
                 from a web browser to reactivate your account at {url}"
            )),
        }
    }
}
