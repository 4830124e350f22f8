//! Projects: one, and those of the person who asks.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::identity::Namespace;
use super::members::AccessLevel;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Project {
    pub id: u64,
    pub name: String,
    /// `acme/web/shop`.
    pub path_with_namespace: String,
    /// `Acme / Web / Shop`.
    #[serde(default)]
    pub name_with_namespace: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub web_url: Option<String>,
    /// `None` while the repository is empty, or when the token may not see it.
    #[serde(default)]
    pub default_branch: Option<String>,
    /// The group or person that it belongs to.
    #[serde(default)]
    pub namespace: Option<Namespace>,
    #[serde(default)]
    pub visibility: Option<Visibility>,
    #[serde(default)]
    pub archived: Option<bool>,
    #[serde(default)]
    pub issues_enabled: Option<bool>,
    #[serde(default)]
    pub merge_requests_enabled: Option<bool>,
    /// Whether it has CI/CD.
    #[serde(default)]
    pub jobs_enabled: Option<bool>,
    /// What the token's owner may; absent from lists' short forms and without a token.
    #[serde(default)]
    pub permissions: Option<Permissions>,
}

/// Who sees a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Its members.
    Private,
    /// Everybody who is signed in, external people apart.
    Internal,
    Public,
    /// One that later versions have: to be treated as private.
    #[serde(other)]
    Other,
}

/// What somebody may in a project, by the two ways that GitLab tells apart. Groups that were
/// invited count in neither: [`Client::project_member`] knows them too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Permissions {
    /// As a member of the project itself.
    #[serde(default)]
    pub project_access: Option<Access>,
    /// As a member of a group above.
    #[serde(default)]
    pub group_access: Option<Access>,
}

/// A role that somebody was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Access {
    pub access_level: AccessLevel,
}

/// Which projects of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectQuery {
    /// Part of the path or name, those of the groups above included; empty for all.
    pub text: String,
    /// The role that one has there at least.
    pub at_least: AccessLevel,
    /// Only those that have issues.
    pub with_issues: bool,
    /// Items at most.
    pub limit: usize,
}

impl Project {
    /// The role that the token's owner has as a member; `None` when GitLab did not say.
    #[must_use]
    pub fn access_level(&self) -> Option<AccessLevel> {
        let permissions = self.permissions.as_ref()?;
        let ways = [permissions.project_access, permissions.group_access];
        let best = ways.into_iter().flatten().map(|access| access.access_level);
        Some(best.max().unwrap_or(AccessLevel::NONE))
    }
}

impl Client {
    /// A project.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn project(&self, project: &IdOrPath) -> Result<Project, RestError> {
        self.get(&Resource::project(project), &[]).await
    }

    /// The projects that the token's owner is a member of, in short form, the busiest first.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn my_projects(&self, query: &ProjectQuery) -> Result<Listed<Project>, RestError> {
        let resource = Resource::named("projects").at("projects");
        let text = query.text.trim();
        let parameters = Query::new()
            .with("membership", "true")
            .with("archived", "false")
            .number("min_access_level", query.at_least.number().into())
            .with("simple", "true")
            .with("order_by", "last_activity_at")
            .with("sort", "desc")
            .maybe("with_issues_enabled", query.with_issues.then_some("true"))
            .search(text)
            .maybe("search_namespaces", (!text.is_empty()).then_some("true"));
        self.list(&resource, &parameters.pairs(), query.limit).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_better_of_two_roles_counts() {
        for (permissions, expected) in [
            (json!(null), None),
            (
                json!({ "project_access": null, "group_access": null }),
                Some(AccessLevel::NONE),
            ),
            (
                json!({
                    "project_access": { "access_level": 30, "notification_level": 3 },
                    "group_access": { "access_level": 50, "notification_level": 3 },
                }),
                Some(AccessLevel::OWNER),
            ),
            (
                json!({ "project_access": { "access_level": 40 } }),
                Some(AccessLevel::MAINTAINER),
            ),
        ] {
            let project: Project = serde_json::from_value(json!({
                "id": 1, "name": "Shop", "path_with_namespace": "acme/shop",
                "permissions": permissions,
            }))
            .unwrap();
            assert_eq!(project.access_level(), expected, "{project:?}");
        }
    }
}
