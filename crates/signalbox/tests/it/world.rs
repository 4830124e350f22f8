//! A world to tell stories in: the real service, a real Slack sandbox behind HTTP, one clock.
//!
//! The clock stands still unless a test moves it, so nothing here sleeps. What GitLab would send
//! is in [`webhook`]; what goes wrong in Slack, the sandbox's own faults do. A world that is not
//! [ended](World::end), or ends with something undelivered, fails its test.

mod webhook;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use clock::{Chance, Clock};
use jiff::{SignedDuration, Timestamp};
use notify::Settings;
use notify::settings::{SubscriptionConfig, Value as Setting};
use sandbox::slack::{Options, Running, SlackSandbox, screen};
use serde_json::{Value, json};
use signalbox::demo::clockwork;
use signalbox::service::{Service, Setup};
use signalbox::workers::pace::Pace;
use store::{OpenOptions, Store};
use tempfile::TempDir;

use crate::process;
pub use webhook::{Webhook, failed_pipeline, push};

pub const HOOK_TOKEN: &str = "world-hook-token";
pub const ADMIN_TOKEN: &str = "world-admin-token";

/// Who gets what: each project its channel. The bot is not in `#leads`, a private channel, and
/// `#nowhere` does not exist.
const SUBSCRIPTIONS: &[(&str, &str)] = &[
    ("acme/web", "#general"),
    ("acme/api", "#production"),
    ("acme/ops", "#staging"),
    ("acme/plans", "#leads"),
    ("acme/lost", "#nowhere"),
];

/// Where a world keeps its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Memory,
    File,
    Postgres,
}

/// Memory, and PostgreSQL when the tests were given a server.
pub fn engines() -> impl Iterator<Item = Engine> {
    with_postgres(Engine::Memory)
}

/// The engines that outlive a service.
pub fn lasting_engines() -> impl Iterator<Item = Engine> {
    with_postgres(Engine::File)
}

fn with_postgres(first: Engine) -> impl Iterator<Item = Engine> {
    let given = std::env::var_os("SIGNALBOX_TEST_POSTGRES").is_some();
    [first, Engine::Postgres]
        .into_iter()
        .filter(move |engine| given || *engine != Engine::Postgres)
}

/// What differs between worlds.
#[derive(Clone, Copy)]
pub struct Plan {
    pub engine: Engine,
    pub timeouts: slack::Timeouts,
    pub create_channels: bool,
}

impl Plan {
    pub fn on(engine: Engine) -> Self {
        Self {
            engine,
            timeouts: slack::Timeouts::default(),
            create_channels: false,
        }
    }
}

pub struct World {
    pub clock: Clock,
    pub slack: SlackSandbox,
    slack_server: Running,
    plan: Plan,
    chance: Chance,
    database: String,
    services: Vec<Service>,
    http: reqwest::Client,
    ended: bool,
    _folder: TempDir,
}

impl World {
    pub async fn on(engine: Engine) -> Self {
        Self::start(Plan::on(engine)).await
    }

    pub async fn start(plan: Plan) -> Self {
        process::install_tls();
        let clock = standing_clock();
        let chance = Chance::from_seed(2_026);
        let folder = tempfile::tempdir().expect("a folder");
        let slack_server = SlackSandbox::start(Options::new(clock.clone(), chance.clone()))
            .await
            .expect("a sandbox");
        let mut world = Self {
            slack: slack_server.sandbox.clone(),
            slack_server,
            database: database(plan.engine, folder.path()).await,
            plan,
            clock,
            chance,
            services: Vec::new(),
            http: process::client(),
            ended: false,
            _folder: folder,
        };
        world.add_service().await;
        world
    }

    /// Starts a service on the world's database, beside those that run.
    pub async fn add_service(&mut self) {
        let service = self.start_service().await;
        service.ready();
        self.services.push(service);
    }

    /// A service that has not been told yet that it is ready.
    pub async fn start_service(&self) -> Service {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let store = Store::open(&self.database, OpenOptions::default())
            .await
            .expect("the database");
        Service::start(self.setup(store), listener).expect("a service")
    }

    fn setup(&self, store: Store) -> Setup {
        let base = format!("{}/api/", self.slack_server.url);
        let http = slack::http_client(&base, self.plan.timeouts).expect("an HTTP client");
        let client = slack::Client::new(http, &base, &"xoxb-demo".into()).expect("a client");
        Setup {
            store,
            hooks: vec![web::Hook {
                name: "world".parse().expect("a hook's name"),
                tokens: vec![HOOK_TOKEN.into()],
            }],
            settings: settings(),
            workspaces: HashMap::from([("T0DEMO".parse().expect("a workspace"), client)]),
            access: web::Access::administrator(Some(ADMIN_TOKEN.into())),
            metrics: metrics(),
            pages: web::pages::Setup::default(),
            public_url: "https://signalbox.example".to_owned(),
            pace: Pace::new(1.0, 4),
            digest_from: 30,
            concurrent_channels: 64,
            create_channels: self.plan.create_channels,
            keep_events: SignedDuration::from_hours(30 * 24),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
        }
    }

    /// Stops the first service, gracefully.
    pub async fn stop_service(&mut self) {
        self.services.remove(0).stop().await;
    }

    /// GitLab sends a webhook; answers the event's id.
    pub async fn gitlab(&self, webhook: Webhook) -> String {
        self.gitlab_to(0, webhook).await
    }

    /// As [`World::gitlab`], to one of several services.
    pub async fn gitlab_to(&self, service: usize, webhook: Webhook) -> String {
        let answer = self
            .http
            .post(format!(
                "http://{}/gitlab/hooks/world",
                self.services[service].address()
            ))
            .header("X-Gitlab-Token", HOOK_TOKEN)
            .header("X-Gitlab-Event", webhook.event)
            .header("Idempotency-Key", format!("{:x}", self.chance.next_u128()))
            .body(webhook.body.to_string())
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.expect("JSON");
        answer["event"].as_str().expect("an event").to_owned()
    }

    /// Lets everything due run; answers when something becomes due next.
    pub async fn settle(&self) -> Option<Timestamp> {
        let store = self.services[0].store();
        loop {
            for service in &self.services {
                service.settle().await.expect("the database answers");
            }
            let due = store.next_due().await.expect("the database answers");
            let in_flight = store.in_flight().await.expect("the database answers");
            if in_flight == 0 && due.is_none_or(|due| self.clock.now() < due) {
                return due;
            }
        }
    }

    /// Lives through `by`: everything that becomes due runs at its moment.
    pub async fn advance(&self, by: Duration) {
        clockwork::live_through(&self.clock, by, || self.settle()).await;
    }

    /// Waits until a fault with a delay has met a call, which the clock then holds up.
    pub async fn until_held_up(&self) {
        let mut held_up = self.slack.held_up();
        let met = held_up.wait_for(|calls| 0 < *calls);
        let met = tokio::time::timeout(Duration::from_secs(60), met).await;
        met.expect("a call that waits").expect("the sandbox");
    }

    /// Waits until the channel has `count` messages.
    pub async fn until_shown(&self, channel: &str, count: usize) {
        let mut changes = self.slack.subscribe();
        while self.messages(channel).len() < count {
            let change = tokio::time::timeout(Duration::from_secs(60), changes.recv());
            change.await.expect("a message").expect("the sandbox");
        }
    }

    /// What ana sees of the channel.
    pub fn channel(&self, channel: &str) -> String {
        let now = self.clock.now();
        self.slack.with_workspace(|workspace| {
            let channel = workspace.channel_called(channel).expect("a channel");
            let seen = screen::see(workspace, "U0ANA", channel, None, now);
            screen::to_text(&seen)
        })
    }

    /// What the channel's messages consist of, oldest first.
    pub fn messages(&self, channel: &str) -> Vec<String> {
        process::messages(&self.slack, channel)
    }

    /// Of which change ([`push`]) each message of the channel tells, oldest first.
    pub fn changes(&self, channel: &str) -> Vec<String> {
        let messages = self.messages(channel);
        messages.iter().map(|text| webhook::told(text)).collect()
    }

    /// One event's way, as the API tells it.
    pub async fn event(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/events/{id}")).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let url = format!("http://{}{path}", self.services[0].address());
        let request = self.http.get(url).header("PRIVATE-TOKEN", ADMIN_TOKEN);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.expect("JSON")
    }

    /// Replays a dead delivery, or all of them (`dead-letters`).
    pub async fn replay(&self, what: &str) {
        let url = format!(
            "http://{}/api/v1/{what}/replays",
            self.services[0].address()
        );
        let request = self.http.post(url).header("PRIVATE-TOKEN", ADMIN_TOKEN);
        assert_eq!(request.send().await.expect("an answer").status(), 201);
    }

    /// What is to go wrong in Slack: the body of `POST /sandbox/fault`.
    pub async fn fault(&self, fault: Value) {
        let url = format!("{}/sandbox/fault", self.slack_server.url);
        let answer = self.http.post(url).json(&fault).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
    }

    /// What the service called in Slack, about this channel when one is named.
    pub async fn calls(&self, method: &str, channel: Option<&str>) -> Vec<Value> {
        let mut query = vec![("method", method)];
        query.extend(channel.map(|channel| ("channel", channel)));
        let url = format!("{}/sandbox/calls", self.slack_server.url);
        let answer = self.http.get(url).query(&query).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        answer["calls"].as_array().expect("calls").clone()
    }

    /// Takes a scope from the bot's token.
    pub fn take_scope(&self, scope: &str) {
        self.slack.change_workspace(|workspace| {
            for token in &mut workspace.tokens {
                token.scopes.retain(|granted| granted != scope);
            }
        });
    }

    /// Archives the channel, or brings it back.
    pub fn set_archived(&self, channel: &str, is_archived: bool) {
        self.slack.change_workspace(|workspace| {
            let id = workspace
                .channel_called(channel)
                .map(|channel| channel.id.clone());
            let channel = workspace.channels.get_mut(&id.expect("a channel"));
            channel.expect("a channel").is_archived = is_archived;
        });
    }

    /// Ends a story in which everything was delivered.
    pub async fn end(self) {
        self.end_with_dead(0).await;
    }

    /// Ends a story that left so many deliveries dead.
    pub async fn end_with_dead(mut self, dead: u64) {
        let counts = self.services[0].store().counts().await.expect("counts");
        let left = (
            counts.waiting,
            counts.deliveries.waiting,
            counts.deliveries.sending,
        );
        assert_eq!(left, (0, 0, 0), "something is undelivered");
        assert_eq!(counts.deliveries.dead, dead, "dead letters");
        let calls = self.calls("chat.postMessage", None).await;
        let refused = |call: &&Value| {
            call["error"]
                .as_str()
                .is_some_and(|e| e.contains("invalid_bl"))
        };
        assert!(
            !calls.iter().any(|call| refused(&call)),
            "Slack refused a message's form"
        );
        for service in self.services.drain(..) {
            service.stop().await;
        }
        self.ended = true;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(
            self.ended || std::thread::panicking(),
            "a world was not ended"
        );
    }
}

/// A clock that stands at a fixed moment until it is moved.
pub fn standing_clock() -> Clock {
    Clock::new(|| Timestamp::from_second(1_795_165_200).expect("a moment"))
}

/// The process' metrics, which can be started only once.
pub fn metrics() -> web::operations::Metrics {
    static METRICS: OnceLock<web::operations::Metrics> = OnceLock::new();
    let start = || signalbox::telemetry::start_metrics().expect("the first start");
    Arc::clone(METRICS.get_or_init(start))
}

async fn database(engine: Engine, folder: &Path) -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    match engine {
        Engine::Memory => "sqlite::memory:".to_owned(),
        Engine::File => format!("sqlite:{}", folder.join("signalbox.db").display()),
        Engine::Postgres => {
            let name = format!("world{}", NUMBER.fetch_add(1, Ordering::Relaxed));
            let database = process::fresh_postgres_database(&name).await;
            database.expect("a PostgreSQL server")
        }
    }
}

fn settings() -> Settings {
    let subscriptions = SUBSCRIPTIONS.iter().map(|(path, channel)| {
        let text = |text: &str| Setting::Text(text.to_owned());
        let entries = [
            ("path", text(path)),
            ("channel", text(channel)),
            ("push_events", Setting::Bool(true)),
            ("pipeline_events", Setting::Bool(true)),
            ("branches_to_be_notified", text("all")),
        ];
        let entries = entries.map(|(key, value)| (key.to_owned(), value));
        SubscriptionConfig::read(entries).expect("a subscription")
    });
    let workspace = "T0DEMO".parse().expect("a workspace");
    Settings::build(Some(&workspace), subscriptions).expect("settings")
}

/// A fault of `chat.postMessage` in this channel.
pub fn posting_fault(channel: &str, harm: &Value) -> Value {
    let mut fault = json!({ "method": "chat.postMessage", "channel": channel });
    for (key, value) in harm.as_object().expect("an object") {
        fault[key] = value.clone();
    }
    fault
}
