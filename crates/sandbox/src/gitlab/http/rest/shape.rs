//! GitLab's shapes of everything that the API answers.
//!
//! Source: GitLab's REST API documentation. What the sandbox does not keep is null or zero where
//! clients read it and left out where they do not.

mod ci;
mod code;
mod merge_request;
mod places;
mod planning;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::gitlab::world::{Project, User, World};

pub(super) use ci::environment_id;
pub(super) use places::user_namespace;
pub(super) use planning::Owner;

/// Builds answers from the world.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    /// The instance's public address, without a final slash.
    pub base: &'a str,
    pub world: &'a World,
}

/// "2026-01-16T05:56:22.000Z"
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

impl Shape<'_> {
    /// Address of something below a project: `-/issues/7`.
    pub fn page(self, project: &Project, below: &str) -> String {
        format!("{}/{}/-/{below}", self.base, project.path_with_namespace)
    }

    fn api(self, project: &Project, below: &str) -> String {
        format!("{}/api/v4/projects/{}{below}", self.base, project.id)
    }

    /// A person as lists and other records show them.
    pub fn person(self, user: &User) -> Value {
        json!({
            "id": user.id,
            "username": user.username,
            "public_email": "",
            "name": user.name,
            "state": user.state.name(),
            "locked": false,
            "avatar_url": format!("{}/uploads/-/system/user/avatar/{}/avatar.png", self.base, user.id),
            "web_url": format!("{}/{}", self.base, user.username),
        })
    }

    pub fn person_with(self, id: u64) -> Value {
        let user = self.world.user(id);
        user.map_or(Value::Null, |user| self.person(user))
    }

    fn people(self, ids: &[u64]) -> Vec<Value> {
        let users = ids.iter().filter_map(|id| self.world.user(*id));
        users.map(|user| self.person(user)).collect()
    }
}
