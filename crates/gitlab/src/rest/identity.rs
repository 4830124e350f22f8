//! Who and what there is: people, groups, namespaces, and the instance itself.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::query::Query;
use super::resource::Resource;

/// Which GitLab answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// `17.5.1-ee`.
    pub version: String,
    /// Abbreviated SHA of the build.
    pub revision: String,
}

/// A person or a bot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    pub id: u64,
    /// Without `@`.
    pub username: String,
    pub name: String,
    /// `active`, `blocked`, …; absent from short forms.
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub web_url: Option<String>,
    /// Told of the token's own user, and to administrators of everybody.
    #[serde(default)]
    pub is_admin: Option<bool>,
    #[serde(default)]
    pub avatar_url: Option<String>,
}

impl User {
    /// Neither blocked, banned nor deactivated, as far as GitLab says.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state.as_deref().is_none_or(|state| state == "active")
    }
}

/// A group or subgroup.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Group {
    pub id: u64,
    pub name: String,
    /// `acme/web`.
    pub full_path: String,
    #[serde(default)]
    pub web_url: Option<String>,
    /// The group above, `None` for a top-level group.
    #[serde(default)]
    pub parent_id: Option<u64>,
}

/// What projects belong to: a group or a person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Namespace {
    /// A group's namespace has the group's number; a person's has one of its own.
    pub id: u64,
    pub name: String,
    pub kind: NamespaceKind,
    /// `acme/web`, or a username.
    pub full_path: String,
    #[serde(default)]
    pub web_url: Option<String>,
}

/// Whose a namespace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamespaceKind {
    Group,
    User,
    /// A kind that later versions have.
    #[serde(other)]
    Other,
}

impl Client {
    /// Which GitLab this is.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn version(&self) -> Result<Version, RestError> {
        let resource = Resource::named("version").at("version");
        self.get(&resource, &[]).await
    }

    /// Whose the token is.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn current_user(&self) -> Result<User, RestError> {
        let resource = Resource::named("user of this token").at("user");
        self.get(&resource, &[]).await
    }

    /// The person of this username, with or without `@`; case does not matter.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is nobody; see [`RestError`] for the rest.
    pub async fn user_named(&self, username: &str) -> Result<User, RestError> {
        let username = username.trim().trim_start_matches('@');
        let resource = Resource::named(format!("user {username}")).at("users");
        let query = [("username", username)];
        let users: Vec<User> = self.get(&resource, &query).await?;
        // An empty username asks for everybody.
        users
            .into_iter()
            .find(|user| user.username.eq_ignore_ascii_case(username))
            .ok_or_else(|| self.not_found(resource))
    }

    /// People whose name, username or public e-mail address fits a text, active ones only.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn users_matching(
        &self,
        text: &str,
        limit: usize,
    ) -> Result<Listed<User>, RestError> {
        let resource = Resource::named("users").at("users");
        let query = Query::new().search(text).with("active", "true");
        self.list(&resource, &query.pairs(), limit).await
    }

    /// The person of this number.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is nobody; see [`RestError`] for the rest.
    pub async fn user(&self, id: u64) -> Result<User, RestError> {
        let resource = Resource::named(format!("user {id}")).at("users").at(id);
        self.get(&resource, &[]).await
    }

    /// A group.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn group(&self, group: &IdOrPath) -> Result<Group, RestError> {
        let resource = Resource::named(format!("group {group}"));
        // Its projects would come along, a hundred of them.
        let query = [("with_projects", "false")];
        self.get(&resource.at("groups").at(group), &query).await
    }

    /// The namespace of a group or a person.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn namespace(&self, namespace: &IdOrPath) -> Result<Namespace, RestError> {
        let resource = Resource::named(format!("namespace {namespace}"));
        self.get(&resource.at("namespaces").at(namespace), &[])
            .await
    }
}
