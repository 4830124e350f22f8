//! How the service stands to Slack: what it is told, and what is made of it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use app::CommandNames;
use clock::{Chance, Clock};
use installations::{Fixed, Installations};
use secrecy::SecretString;
use store::Store;
use store::seal::Keys;

use crate::workers::pace::Pace;

/// How long a command may take before its answer is put off: Slack waits for three seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// Slack, and how it is spoken to.
pub struct SlackSetup {
    /// Its Web API.
    pub base_url: String,
    /// How long a call may take.
    pub timeouts: slack::Timeouts,
    /// What it signs its requests with; two while one replaces the other.
    pub signing_secrets: Vec<SecretString>,
    /// The workspace that the configuration names itself.
    pub fixed: Option<Fixed>,
    /// The app's credentials, with which workspaces install it.
    pub credentials: Option<AppCredentials>,
    /// The app-level token, where Slack's requests come over a socket.
    pub socket: Option<SecretString>,
    pub names: CommandNames,
    /// Waits as long as somebody who typed a command is left without any word.
    pub patience: app::Patience,
    pub pace: Pace,
    pub digest_from: u64,
    pub concurrent_channels: usize,
    pub create_channels: bool,
}

/// The app as Slack knows it.
pub struct AppCredentials {
    pub client_id: String,
    pub client_secret: SecretString,
    pub app_id: Option<String>,
    /// Whether the app has PKCE switched on in Slack.
    pub pkce: bool,
}

/// Where Slack takes messages without a token, and what carries them there.
pub(super) struct Reach {
    pub(super) hooks: slack::HookHost,
    pub(super) http: reqwest::Client,
}

impl Reach {
    pub(super) fn of(setup: &SlackSetup) -> anyhow::Result<Self> {
        Ok(Self {
            hooks: slack::HookHost::of_slack(&setup.base_url)?,
            http: slack::http_client(&setup.base_url, setup.timeouts)?,
        })
    }

    /// The client of the app itself, which opens sockets.
    pub(super) fn socket(&self, setup: &SlackSetup) -> anyhow::Result<Option<slack::Client>> {
        let client = |token| slack::Client::new(self.http.clone(), &setup.base_url, token);
        let client = setup.socket.as_ref().map(client).transpose();
        client.context("the setting slack.app_token")
    }
}

/// What installations need besides Slack's own settings.
pub(super) struct InstallationsNeed<'a> {
    pub(super) store: &'a Store,
    pub(super) keys: Option<Arc<Keys>>,
    pub(super) public_url: &'a str,
    pub(super) clock: &'a Clock,
    pub(super) chance: &'a Chance,
}

/// The workspaces that have the app.
pub(super) async fn installations(
    setup: &SlackSetup,
    reach: &Reach,
    need: InstallationsNeed<'_>,
) -> anyhow::Result<Installations> {
    let application = |app: &AppCredentials| -> anyhow::Result<_> {
        let slack = slack::oauth::Application::new(
            reach.http.clone(),
            &setup.base_url,
            &app.client_id,
            app.client_secret.clone(),
        )?;
        Ok(installations::Application {
            slack,
            app_id: app.app_id.clone(),
            redirect_uri: format!("{}/slack/oauth/callback", need.public_url),
            pkce: app.pkce,
        })
    };
    let installations = Installations::load(installations::Parts {
        store: need.store.clone(),
        keys: need.keys,
        http: reach.http.clone(),
        base_url: setup.base_url.clone(),
        fixed: setup.fixed.clone(),
        application: setup.credentials.as_ref().map(application).transpose()?,
        clock: need.clock.clone(),
        chance: need.chance.clone(),
    });
    Ok(installations.await?)
}

/// What ends in time for Slack, by the machine's own clock: Slack's three seconds are no other.
#[must_use]
pub fn patience() -> app::Patience {
    Arc::new(|| Box::pin(tokio::time::sleep(PATIENCE)))
}
