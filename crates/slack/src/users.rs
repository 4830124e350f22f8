//! Whose token it is, and who is in the workspace.

use domain::WorkspaceId;
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::{CallError, LookupError};
use crate::paging::{Cursor, ITEMS_A_PAGE, ListMetadata, Page};

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The workspace's address.
    pub url: String,
    #[serde(rename = "team")]
    pub workspace: String,
    #[serde(rename = "team_id")]
    pub workspace_id: WorkspaceId,
    pub user: String,
    pub user_id: String,
    /// A bot token has one.
    #[serde(default)]
    pub bot_id: Option<String>,
}

/// A person or a bot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    pub id: String,
    /// The handle, without `@`.
    #[serde(default)]
    pub name: String,
    /// Left the workspace.
    #[serde(default)]
    pub deleted: bool,
    #[serde(default)]
    pub is_bot: bool,
    /// The time zone's name, such as `Europe/Amsterdam`.
    #[serde(default)]
    pub tz: Option<String>,
    #[serde(default)]
    pub profile: Profile,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Profile {
    #[serde(default)]
    pub real_name: String,
    #[serde(default)]
    pub display_name: String,
    /// Only with `users:read.email`.
    #[serde(default)]
    pub email: Option<String>,
}

/// A workspace, as it calls itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    #[serde(default)]
    pub name: String,
    /// The first part of its address: `acme` of `acme.slack.com`.
    #[serde(default)]
    pub domain: String,
    /// The organization that it belongs to, if any.
    #[serde(default)]
    pub enterprise_id: Option<String>,
}

#[derive(Serialize)]
struct NoArguments {}

#[derive(Serialize)]
struct ListArguments<'a> {
    limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a Cursor>,
}

#[derive(Serialize)]
struct UserArguments<'a> {
    user: &'a str,
}

#[derive(Serialize)]
struct EmailArguments<'a> {
    email: &'a str,
}

#[derive(Deserialize)]
struct Members {
    members: Vec<User>,
    response_metadata: Option<ListMetadata>,
}

#[derive(Deserialize)]
struct OneWorkspace {
    team: Workspace,
}

#[derive(Deserialize)]
struct OneUser {
    user: User,
}

impl Client {
    /// `auth.test`: whose token this is. Needs no scope; afterwards [`Client::scopes`] is known.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::TokenRefused`] when it is nobody's.
    pub async fn auth_test(&self) -> Result<Identity, CallError> {
        self.call_json("auth.test", &NoArguments {}).await
    }

    /// `team.info`: the workspace that the token belongs to. Needs `team:read`.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn team_info(&self) -> Result<Workspace, LookupError> {
        let answer: Result<OneWorkspace, _> = self.call_json("team.info", &NoArguments {}).await;
        answer
            .map(|answer| answer.team)
            .map_err(|error| LookupError::new(error, "the workspace"))
    }

    /// `users.list`. Needs `users:read`. 20 calls a minute.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn users_list(&self, cursor: Option<&Cursor>) -> Result<Page<User>, LookupError> {
        let arguments = ListArguments {
            limit: ITEMS_A_PAGE,
            cursor,
        };
        let answer: Members = self
            .call_form("users.list", &arguments)
            .await
            .map_err(|error| LookupError::new(error, "list"))?;
        Ok(Page::new(answer.members, answer.response_metadata))
    }

    /// `users.info`, by the person's id. Needs `users:read`.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn user_info(&self, user: &str) -> Result<User, LookupError> {
        let answer: Result<OneUser, _> =
            self.call_form("users.info", &UserArguments { user }).await;
        answer
            .map(|answer| answer.user)
            .map_err(|error| LookupError::new(error, user))
    }

    /// `users.lookupByEmail`. Needs `users:read.email`.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn user_by_email(&self, email: &str) -> Result<User, LookupError> {
        let answer: Result<OneUser, _> = self
            .call_form("users.lookupByEmail", &EmailArguments { email })
            .await;
        answer
            .map(|answer| answer.user)
            .map_err(|error| LookupError::new(error, email))
    }
}
