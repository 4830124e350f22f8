//! The sandbox as a Slack of our own, at a time that stands still.

use clock::{Chance, Clock};
use jiff::Timestamp;
use sandbox::slack::{Limits, Options, Running, SlackSandbox, Transport};
use serde_json::{Value, json};
use slack::{Client, HookHost, Timeouts};

use crate::{client, client_with, http};

/// When everything here happens.
pub const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

pub struct World {
    sandbox: Running,
    pub client: Client,
}

impl World {
    /// The demo's workspace without rate limits, and the demo's bot.
    pub async fn start() -> Self {
        let world = Self::with_limits().await;
        world.sandbox.sandbox.set_limits(Limits::Off);
        world
    }

    /// With Slack's rate limits.
    pub async fn with_limits() -> Self {
        Self::of(Options::new(Clock::new(|| NOW), Chance::from_seed(1))).await
    }

    /// With the app's endpoints below `app_url`.
    pub async fn with_app(app_url: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = Options {
            app_url: Some(app_url.to_owned()),
            ..Options::new(Clock::new(|| NOW), Chance::from_seed(1))
        };
        Self::of(options).await
    }

    /// With the app on a line of its own.
    pub async fn with_socket() -> Self {
        let options = Options {
            transport: Transport::Socket,
            ..Options::new(Clock::new(|| NOW), Chance::from_seed(1))
        };
        Self::of(options).await
    }

    async fn of(options: Options) -> Self {
        let sandbox = SlackSandbox::start(options).await.unwrap();
        let client = client(&format!("{}/api/", sandbox.url), "xoxb-demo");
        Self { sandbox, client }
    }

    /// The bot with other timeouts.
    pub fn client_with(&self, timeouts: Timeouts) -> Client {
        client_with(&format!("{}/api/", self.sandbox.url), "xoxb-demo", timeouts)
    }

    pub fn url(&self) -> &str {
        &self.sandbox.url
    }

    /// Where response URLs and incoming webhooks are.
    pub fn hook_host(&self) -> HookHost {
        HookHost::of_slack(&format!("{}/api/", self.sandbox.url)).unwrap()
    }

    /// A client with another token.
    pub fn client_of(&self, token: &str) -> Client {
        client(&format!("{}/api/", self.sandbox.url), token)
    }

    /// Takes a scope from the bot.
    pub fn without_scope(&self, scope: &str) {
        self.sandbox.sandbox.change_workspace(|workspace| {
            for token in &mut workspace.tokens {
                token.scopes.retain(|held| held != scope);
            }
        });
    }

    /// Makes something go wrong, as `POST /sandbox/fault` describes it.
    pub async fn fault(&self, fault: Value) {
        self.script("fault", fault).await;
    }

    pub async fn script(&self, what: &str, fields: Value) -> Value {
        self.try_script(what, fields)
            .await
            .unwrap_or_else(|text| panic!("{what}: {text}"))
    }

    /// The same, where the sandbox may say no.
    pub async fn try_script(&self, what: &str, fields: Value) -> Result<Value, String> {
        let url = format!("{}/sandbox/{what}", self.sandbox.url);
        let answer = http(&url, Timeouts::default())
            .post(url)
            .json(&fields)
            .send()
            .await
            .unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        if !status.is_success() {
            return Err(format!("{fields}: {text}"));
        }
        Ok(serde_json::from_str(&text).unwrap())
    }

    /// What ana reads in a channel.
    pub async fn screen(&self, channel: &str) -> String {
        self.screen_of("ana", channel).await
    }

    /// What somebody reads in a channel.
    pub async fn screen_of(&self, user: &str, channel: &str) -> String {
        let url = format!("{}/sandbox/screen", self.sandbox.url);
        let request = http(&url, Timeouts::default())
            .get(url)
            .query(&json!({ "user": user, "channel": channel }));
        request.send().await.unwrap().text().await.unwrap()
    }
}
