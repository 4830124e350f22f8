//! What an entry of the audit tells of, and how that is written into its columns.

use domain::{EnvironmentName, ProjectPath, TokenId, WorkspaceId};
use flags::{FlagKey, Gates};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::to_json;
use crate::engine::{Fault, Row};
use crate::integrations::Place;
use crate::{Alias, Via};

/// What was changed, and how it stood before and after. `None` is a flag that nobody has
/// touched, or something that is not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum Subject {
    Flag {
        environment: EnvironmentName,
        flag: FlagKey,
        before: Option<Gates>,
        after: Option<Gates>,
    },
    Integration {
        place: Place,
        via: Via,
        before: Option<IntegrationFacts>,
        after: Option<IntegrationFacts>,
    },
    /// The app in a workspace. Installed again, it has a before and an after.
    Installation {
        workspace: WorkspaceId,
        before: Option<InstallationFacts>,
        after: Option<InstallationFacts>,
    },
    /// Who somebody in Slack is in GitLab.
    LinkedAccount {
        workspace: WorkspaceId,
        /// Slack's id of the person.
        slack_user: String,
        before: Option<LinkedAccountFacts>,
        after: Option<LinkedAccountFacts>,
    },
    /// A project that a workspace's people can name in commands.
    Connection {
        workspace: WorkspaceId,
        project: ProjectPath,
        before: Option<ConnectionFacts>,
        after: Option<ConnectionFacts>,
    },
    /// A token for our APIs. A revoked one has no after.
    ApiToken {
        token: TokenId,
        before: Option<ApiTokenFacts>,
        after: Option<ApiTokenFacts>,
    },
}

/// What the audit tells of an integration: no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationFacts {
    pub active: bool,
    /// JSON, as it was given.
    pub properties: String,
    /// Whether an incoming webhook's URL is kept.
    pub has_webhook: bool,
    /// Whose app speaks, if not the configured one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
}

/// What the audit tells of an installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationFacts {
    /// The workspace's name.
    pub name: String,
    pub scopes: Vec<String>,
}

/// What the audit tells of a linked account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAccountFacts {
    pub slack_name: String,
    /// GitLab's id of the user.
    pub gitlab_user: u64,
    pub gitlab_name: String,
}

/// What the audit tells of a connected project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionFacts {
    pub alias: Alias,
}

/// What the audit tells of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiTokenFacts {
    pub name: String,
    pub scopes: Vec<String>,
    /// The user name in GitLab of whose it is.
    pub owner: String,
    pub expires_at: Option<Timestamp>,
}

/// A subject as the columns of its row.
pub(super) struct Columns {
    pub subject: &'static str,
    pub environment: Option<String>,
    /// What entries are found by.
    pub name: String,
    pub via: Option<&'static str>,
    /// JSON of what `name` does not say.
    pub place: Option<String>,
    pub was: Option<String>,
    pub became: Option<String>,
}

/// Whose account or connection it is, as it stands in the column `place`.
#[derive(Serialize, Deserialize)]
struct Within<T> {
    workspace: WorkspaceId,
    of: T,
}

impl Columns {
    pub(super) fn of(subject: &Subject) -> Result<Self, Fault> {
        match subject {
            Subject::Flag {
                environment,
                flag,
                before,
                after,
            } => Ok(Self {
                environment: Some(environment.to_string()),
                ..Self::new("flag", flag.to_string(), [before, after])?
            }),
            Subject::Integration {
                place,
                via,
                before,
                after,
            } => Ok(Self {
                via: Some(via.name()),
                place: Some(to_json(place)?),
                ..Self::new("integration", place.path().to_lowercase(), [before, after])?
            }),
            Subject::Installation {
                workspace,
                before,
                after,
            } => Self::new("installation", workspace.to_string(), [before, after]),
            Subject::LinkedAccount {
                workspace,
                slack_user,
                before,
                after,
            } => Self::new("linked_account", slack_user.clone(), [before, after])?
                .within(workspace, slack_user),
            Subject::Connection {
                workspace,
                project,
                before,
                after,
            } => {
                let name = project.as_str().to_lowercase();
                Self::new("connection", name, [before, after])?.within(workspace, project)
            }
            Subject::ApiToken {
                token,
                before,
                after,
            } => Self::new("api_token", token.to_string(), [before, after]),
        }
    }

    fn new<T: Serialize>(
        subject: &'static str,
        name: String,
        [was, became]: [&Option<T>; 2],
    ) -> Result<Self, Fault> {
        Ok(Self {
            subject,
            environment: None,
            name,
            via: None,
            place: None,
            was: was.as_ref().map(to_json).transpose()?,
            became: became.as_ref().map(to_json).transpose()?,
        })
    }

    fn within<T: Serialize>(self, workspace: &WorkspaceId, of: T) -> Result<Self, Fault> {
        let workspace = workspace.clone();
        let place = Some(to_json(&Within { workspace, of })?);
        Ok(Self { place, ..self })
    }
}

/// The columns that [`read`] takes, in its order.
pub(super) const COLUMNS: &str = "subject, environment, name, via, place, was, became";

/// Reads the columns from `at` on.
pub(super) fn read(row: &mut Row, at: usize) -> Result<Subject, Fault> {
    let [environment, name, via, place, was, became] = [1, 2, 3, 4, 5, 6].map(|n| at + n);
    Ok(match row.text(at)?.as_str() {
        "flag" => Subject::Flag {
            environment: row.parsed(environment)?,
            flag: row.parsed(name)?,
            before: row.maybe_json(was)?,
            after: row.maybe_json(became)?,
        },
        "integration" => Subject::Integration {
            place: row.json(place)?,
            via: row.parsed(via)?,
            before: row.maybe_json(was)?,
            after: row.maybe_json(became)?,
        },
        "installation" => Subject::Installation {
            workspace: row.parsed(name)?,
            before: row.maybe_json(was)?,
            after: row.maybe_json(became)?,
        },
        "linked_account" => {
            let Within { workspace, of } = row.json(place)?;
            Subject::LinkedAccount {
                workspace,
                slack_user: of,
                before: row.maybe_json(was)?,
                after: row.maybe_json(became)?,
            }
        }
        "connection" => {
            let Within { workspace, of } = row.json(place)?;
            Subject::Connection {
                workspace,
                project: of,
                before: row.maybe_json(was)?,
                after: row.maybe_json(became)?,
            }
        }
        "api_token" => Subject::ApiToken {
            token: row.parsed(name)?,
            before: row.maybe_json(was)?,
            after: row.maybe_json(became)?,
        },
        other => {
            return Err(Fault::Failed(format!(
                "{other:?} is no subject of an entry"
            )));
        }
    })
}
