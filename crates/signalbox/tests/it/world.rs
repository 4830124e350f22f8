//! A world to tell stories in: the real service, a real Slack sandbox behind HTTP, one clock.
//!
//! The clock stands still unless a test moves it, so nothing here sleeps. What GitLab would send
//! is in [`webhook`]; what goes wrong in Slack, the sandbox's own faults do. A world that is not
//! [ended](World::end), or ends with something undelivered, fails its test.

mod plan;
mod slack;
mod webhook;

use std::time::Duration;

use clock::{Chance, Clock};
use jiff::{SignedDuration, Timestamp};
use sandbox::slack::{Options, Running, SlackSandbox};
use serde_json::Value;
use signalbox::demo::clockwork;
use signalbox::errors::ErrorsSetup;
use signalbox::service::{AccountsSetup, RolloutsSetup, Service, Setup, SlackSetup};
use signalbox::workers::pace::Pace;
use store::{OpenOptions, Store};
use tempfile::TempDir;

use crate::process;
pub use plan::{Engine, Plan, engines, lasting_engines, metrics, standing_clock};
pub use slack::posting_fault;
pub use webhook::{Webhook, failed_pipeline, push};

pub const HOOK_TOKEN: &str = "world-hook-token";
pub const ADMIN_TOKEN: &str = "world-admin-token";

pub struct World {
    pub clock: Clock,
    pub slack: SlackSandbox,
    slack_server: Running,
    plan: Plan,
    chance: Chance,
    database: String,
    services: Vec<Service>,
    http: reqwest::Client,
    errors: Box<dyn Fn() -> ErrorsSetup>,
    ended: bool,
    _folder: TempDir,
}

impl World {
    pub async fn on(engine: Engine) -> Self {
        Self::start(Plan::on(engine)).await
    }

    pub async fn start(plan: Plan) -> Self {
        Self::telling(plan, ErrorsSetup::default).await
    }

    /// One whose services tell of errors there.
    pub async fn telling(plan: Plan, errors: impl Fn() -> ErrorsSetup + 'static) -> Self {
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
            database: plan::database(plan.engine, folder.path()).await,
            plan,
            clock,
            chance,
            services: Vec::new(),
            http: process::client(),
            errors: Box::new(errors),
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
        Service::start(self.setup(store), listener)
            .await
            .expect("a service")
    }

    fn setup(&self, store: Store) -> Setup {
        let base = format!("{}/api/", self.slack_server.url);
        Setup {
            store,
            hooks: vec![web::Hook {
                name: "world".parse().expect("a hook's name"),
                tokens: vec![HOOK_TOKEN.into()],
            }],
            subscriptions: plan::subscriptions(),
            keys: None,
            flags: plan::flags(&self.plan),
            chatops: plan::chatops(&self.plan),
            rollouts: RolloutsSetup {
                event_sinks: plan::event_sinks(&self.plan),
                ..RolloutsSetup::default()
            },
            accounts: AccountsSetup::default(),
            slack: SlackSetup {
                base_url: base,
                timeouts: self.plan.timeouts,
                signing_secrets: vec!["demo-signing-secret".into()],
                fixed: Some(installations::Fixed {
                    workspace: "T0DEMO".parse().expect("a workspace"),
                    token: "xoxb-demo".into(),
                }),
                credentials: None,
                socket: None,
                names: app::CommandNames::default(),
                patience: signalbox::service::slack::patience(),
                pace: Pace::new(1.0, 4),
                digest_from: 30,
                concurrent_channels: 64,
                create_channels: self.plan.create_channels,
            },
            errors: (self.errors)(),
            access: web::Access::administrator(Some(ADMIN_TOKEN.into())),
            metrics: metrics(),
            pages: web::pages::Setup::default(),
            public_url: "https://signalbox.example".to_owned(),
            keep_events: SignedDuration::from_hours(30 * 24),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
        }
    }

    /// The database, as the first service has it.
    pub fn store(&self) -> &Store {
        self.services[0].store()
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

    /// An administrator posts this to the first service, which makes something of it.
    pub async fn posts(&self, path: &str, body: &Value) {
        let url = format!("http://{}{path}", self.services[0].address());
        let request = self.http.post(url).header("PRIVATE-TOKEN", ADMIN_TOKEN);
        let answer = request.json(body).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, 201, "{path}: {text}");
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
