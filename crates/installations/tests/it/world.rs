//! Nodes with one database, and short words for what is done with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Chance, Clock};
use domain::WorkspaceId;
use installations::{Application, Callback, Finished, Fixed, InstallError, Installations, Parts};
use jiff::Timestamp;
use slack::Timeouts;
use store::seal::Keys;
use store::{AuditFilter, Author, Note, OpenOptions, Origin, Store};
use url::Url;

use crate::slack_double::Slack;

pub const BROWSER: &str = "a cookie of dana's";
pub const REDIRECT: &str = "https://signalbox.example.com/slack/oauth/callback";

pub struct World {
    pub slack: Slack,
    pub store: Store,
    pub clock: Clock,
    pub node: Installations,
}

/// How a node is set up.
#[derive(Clone, Copy)]
pub struct Setup {
    pub has_key: bool,
    pub has_application: bool,
    pub pkce: bool,
    /// The configured workspace and its token.
    pub fixed: Option<(&'static str, &'static str)>,
}

pub const USUAL: Setup = Setup {
    has_key: true,
    has_application: true,
    pkce: false,
    fixed: None,
};

impl World {
    pub async fn start() -> Self {
        Self::with(USUAL).await
    }

    pub async fn with(setup: Setup) -> Self {
        let slack = Slack::start().await;
        let store = Store::open("sqlite::memory:", OpenOptions::default())
            .await
            .unwrap();
        let clock = Clock::new(|| "2026-01-06T10:00:00Z".parse().unwrap());
        let node = node(&slack, &store, &clock, setup).await;
        Self {
            slack,
            store,
            clock,
            node,
        }
    }

    /// Another node, or the same one after a restart.
    pub async fn another(&self, setup: Setup) -> Installations {
        node(&self.slack, &self.store, &self.clock, setup).await
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn advance(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    /// Sends dana away; answers the state that she is to bring back.
    pub async fn begin(&self) -> String {
        let url = self
            .node
            .begin_install(BROWSER, "{}".to_owned(), None)
            .await
            .unwrap();
        parameter(&url, "state").unwrap()
    }

    pub async fn install(&self, workspace: &str) -> Finished {
        let state = self.begin().await;
        self.come_back(&state, workspace).await.unwrap()
    }

    pub async fn come_back(&self, state: &str, workspace: &str) -> Result<Finished, InstallError> {
        let code = format!("code-{workspace}");
        let callback = Callback {
            state,
            code: Some(&code),
            error: None,
        };
        self.node.finish_install(callback, BROWSER, note()).await
    }

    /// What the audit says, newest first.
    pub async fn audit(&self) -> Vec<serde_json::Value> {
        let page = self.store.audit(AuditFilter::default()).await.unwrap();
        let shown = |entry| serde_json::to_value(entry).unwrap();
        page.entries.iter().map(shown).collect()
    }
}

async fn node(slack: &Slack, store: &Store, clock: &Clock, setup: Setup) -> Installations {
    static SEED: AtomicU64 = AtomicU64::new(5);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = slack::http_client(&slack.url, Timeouts::default()).unwrap();
    let application = slack::oauth::Application::new(
        http.clone(),
        &slack.url,
        "158.400",
        "demo-client-secret".into(),
    );
    let parts = Parts {
        store: store.clone(),
        keys: setup.has_key.then(keys),
        http,
        base_url: slack.url.clone(),
        fixed: setup.fixed.map(|(workspace, token)| Fixed {
            workspace: workspace.parse().unwrap(),
            token: token.into(),
        }),
        application: setup.has_application.then(|| Application {
            slack: application.unwrap(),
            app_id: Some("A0SIGNALBOX".to_owned()),
            redirect_uri: REDIRECT.to_owned(),
            pkce: setup.pkce,
        }),
        clock: clock.clone(),
        chance: Chance::from_seed(SEED.fetch_add(1, Ordering::Relaxed)),
    };
    Installations::load(parts).await.unwrap()
}

pub fn keys() -> Arc<Keys> {
    Arc::new(Keys::new("9f".repeat(32).parse().unwrap(), Vec::new()))
}

pub fn workspace(id: &str) -> WorkspaceId {
    id.parse().unwrap()
}

pub fn note() -> Note {
    Note {
        author: Author {
            name: "dana".to_owned(),
            origin: Origin::Page {
                user: "dana".to_owned(),
            },
        },
        reason: None,
        request_id: "req_1".to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// The token that a node speaks with in a workspace, as Slack sees it.
pub async fn token_in(world: &World, node: &Installations, id: &str) -> Option<String> {
    let client = node.client(&workspace(id))?;
    client.auth_test().await.unwrap();
    world.slack.calls_of("auth.test").pop().unwrap().token
}
