//! Who belongs to a project or group, and in which role.

use std::fmt;

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::issues::Place;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;

/// A role as GitLab counts it: more is more. Versions add roles between the known ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct AccessLevel(u32);

/// A member, directly, by a group above or by an invited group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Member {
    pub id: u64,
    /// Without `@`.
    pub username: String,
    pub name: String,
    /// `active`, `blocked`, …
    #[serde(default)]
    pub state: Option<String>,
    pub access_level: AccessLevel,
    #[serde(default)]
    pub web_url: Option<String>,
}

impl AccessLevel {
    pub const NONE: Self = Self(0);
    pub const GUEST: Self = Self(10);
    pub const PLANNER: Self = Self(15);
    pub const REPORTER: Self = Self(20);
    pub const DEVELOPER: Self = Self(30);
    pub const MAINTAINER: Self = Self(40);
    pub const OWNER: Self = Self(50);

    /// GitLab's number for it.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for AccessLevel {
    /// The best of the well-known roles that this one reaches.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            50.. => "Owner",
            40.. => "Maintainer",
            30.. => "Developer",
            20.. => "Reporter",
            15.. => "Planner",
            10.. => "Guest",
            0.. => "no role",
        })
    }
}

impl Member {
    /// Neither blocked, banned nor deactivated, as far as GitLab says.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state.as_deref().is_none_or(|state| state == "active")
    }
}

impl Client {
    /// A person's best role in a project, however they got it.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when they have none, or the project is not there; see
    /// [`RestError`] for the rest.
    pub async fn project_member(&self, project: &IdOrPath, user: u64) -> Result<Member, RestError> {
        self.member(&Place::Project(project.clone()), user).await
    }

    /// A person's best role in a group, however they got it.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when they have none, or the group is not there; see
    /// [`RestError`] for the rest.
    pub async fn group_member(&self, group: &IdOrPath, user: u64) -> Result<Member, RestError> {
        self.member(&Place::Group(group.clone()), user).await
    }

    /// Those of a project or group whose name or username fits a text; an empty text fits all.
    /// Somebody with several roles may come several times.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project or group; see [`RestError`] for
    /// the rest.
    pub async fn members_matching(
        &self,
        place: &Place,
        text: &str,
        limit: usize,
    ) -> Result<Listed<Member>, RestError> {
        let resource = members(place, place.to_string());
        let text = text.trim().trim_start_matches('@');
        let query = Query::new().maybe("query", (!text.is_empty()).then_some(text));
        self.list(&resource, &query.pairs(), limit).await
    }

    async fn member(&self, place: &Place, user: u64) -> Result<Member, RestError> {
        let resource = members(place, format!("member {user} in {place}")).at(user);
        self.get(&resource, &[]).await
    }
}

fn members(place: &Place, name: String) -> Resource {
    place.resource(name).at("members").at("all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_called_by_the_best_that_it_reaches() {
        for (number, expected) in [
            (0, "no role"),
            (5, "no role"),
            (10, "Guest"),
            (25, "Reporter"),
            (40, "Maintainer"),
            (60, "Owner"),
        ] {
            assert_eq!(AccessLevel(number).to_string(), expected);
        }
        assert!(AccessLevel::DEVELOPER < AccessLevel::MAINTAINER);
    }
}
