//! Who people of the demo are, how its app is known, and which projects its Slack begins with.

use domain::AuditId;
use store::{Author, ConnectedBy, Entry, NewConnection, Note, Origin, Store};

use super::WORKSPACE;
use crate::ambient::Ambient;
use crate::service::AppCredentials;

/// The demo's app as its Slack knows it.
pub const APP_ID: &str = "A0SIGNALBOX";
pub const CLIENT_ID: &str = "158.400";
pub const CLIENT_SECRET: &str = "demo-client-secret";
/// Opens the app's socket.
pub const APP_TOKEN: &str = "xapp-demo";
/// The demo's application as its GitLab knows it.
pub const GITLAB_CLIENT_ID: &str = "demo-signalbox";
pub const GITLAB_CLIENT_SECRET: &str = "demo-gitlab-client-secret";

/// Projects that can be named from the start, each with its alias; others are there to be picked.
const CONNECTED: &[(&str, u64, &str)] = &[
    ("gitlab-org/gitlab", 278_964, "gitlab"),
    ("gitlab-com/www-gitlab-com", 7764, "website"),
];

/// The app's own credentials.
pub(super) fn credentials() -> AppCredentials {
    AppCredentials {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.into(),
        app_id: Some(APP_ID.to_owned()),
        pkce: true,
    }
}

/// How people sign in with the demo's GitLab.
pub(super) fn sign_in(gitlab_url: &str, service_url: &str) -> anyhow::Result<accounts::GitLab> {
    let http = gitlab::rest::http_client(gitlab_url, gitlab::rest::Timeouts::default())?;
    let credentials = gitlab::oauth::Credentials {
        client_id: GITLAB_CLIENT_ID.to_owned(),
        client_secret: GITLAB_CLIENT_SECRET.into(),
        redirect_uri: format!("{service_url}/auth/gitlab/callback"),
    };
    Ok(accounts::GitLab {
        application: gitlab::oauth::Application::new(http.clone(), gitlab_url, credentials)?,
        http,
    })
}

/// Those of the demo's people who release, once they have linked their account.
pub(super) fn roles() -> accounts::RoleRules {
    accounts::RoleRules {
        operator: accounts::Rule {
            users: ["ana", "ops"].map(str::to_owned).into(),
            ..accounts::Rule::default()
        },
        approver: accounts::Rule {
            users: ["ana", "ops"].map(str::to_owned).into(),
            ..accounts::Rule::default()
        },
        ..accounts::RoleRules::default()
    }
}

/// Connects the projects that the demo's workspace begins with.
pub(super) async fn connect_samples(store: &Store, ambient: &Ambient) -> anyhow::Result<()> {
    for (project, project_id, alias) in CONNECTED {
        let connection = NewConnection {
            workspace: WORKSPACE.parse()?,
            project: project.parse()?,
            project_id: *project_id,
            alias: alias.parse()?,
            connected_by: ConnectedBy {
                name: "ana".to_owned(),
                slack_user: Some("U0ANA".to_owned()),
            },
        };
        store.connect_project(connection, entry(ambient)).await?;
    }
    Ok(())
}

fn entry(ambient: &Ambient) -> Entry {
    let at = ambient.clock.now();
    let id = ambient.chance.next_u128();
    Entry {
        id: AuditId::mint(at.as_millisecond(), id),
        at,
        note: Note {
            author: Author {
                name: "ana".to_owned(),
                origin: Origin::Page {
                    user: "ana".to_owned(),
                },
            },
            reason: Some("the demo begins with it".to_owned()),
            request_id: format!("req_{id:032x}"),
            overrides: Vec::new(),
            command: None,
        },
    }
}
