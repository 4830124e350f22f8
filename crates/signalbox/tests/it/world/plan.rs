//! What a world is made of: its database, its clock, who gets what.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use clock::Clock;
use flags::Catalogue;
use jiff::Timestamp;
use notify::settings::{SubscriptionConfig, Value as Setting};
use rollouts::plan::Plans;
use signalbox::service::ChatOpsSetup;
use signalbox::service::flags::FlagsSetup;

use crate::process;

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
    pub timeouts: ::slack::Timeouts,
    pub create_channels: bool,
    /// The address of a program that hears what happens to rollouts.
    pub event_sink: Option<&'static str>,
    /// A flag of production, and the plan of its rollout.
    pub rollout: Option<(&'static str, &'static str)>,
}

impl Plan {
    pub fn on(engine: Engine) -> Self {
        Self {
            engine,
            timeouts: ::slack::Timeouts::default(),
            create_channels: false,
            event_sink: None,
            rollout: None,
        }
    }
}

/// Flags of production: the one that is rolled out, if there is one.
pub(super) fn flags(plan: &Plan) -> FlagsSetup {
    let mut setup = FlagsSetup::production("signalbox.example").expect("an environment");
    if let Some((flag, text)) = plan.rollout {
        let file = format!("beta/{flag}");
        let definition = format!("name: {flag}\ntype: beta\ndefault_enabled: false\n");
        let definitions = [(format!("{file}.yml"), definition)];
        setup.catalogue = Catalogue::build(definitions).expect("a definition");
        setup.plans = Plans::read([(format!("{file}.rollout.yml"), text.to_owned())]);
    }
    setup
}

/// Where a rollout is told of, if there is one.
pub(super) fn chatops(plan: &Plan) -> ChatOpsSetup {
    let mut setup = ChatOpsSetup::default();
    let workspace = plan.rollout.map(|_| "T0DEMO".parse().expect("a workspace"));
    setup.rules.announcements.workspace = workspace;
    setup
}

/// The program that hears what happens to rollouts, if there is one.
pub(super) fn event_sinks(plan: &Plan) -> Vec<(sinks::Sink, steering::sinks::Wants)> {
    let read = |address: &str| {
        let key = sinks::Key::read(&SINK_KEY.into()).expect("a key");
        let http = sinks::http_client(address, sinks::Timeouts::default()).expect("a client");
        let sink = sinks::Sink::new(http, "audit", &address.into(), key).expect("a sink");
        let wants = steering::sinks::Wants {
            sink: "audit".to_owned(),
            kinds: ["rollout.held".to_owned()].into(),
        };
        (sink, wants)
    };
    plan.event_sink.map(read).into_iter().collect()
}

const SINK_KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

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

pub(super) async fn database(engine: Engine, folder: &Path) -> String {
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

pub(super) fn subscriptions() -> integrations::Fixed {
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
    integrations::Fixed {
        workspace: Some("T0DEMO".parse().expect("a workspace")),
        subscriptions: subscriptions.collect(),
        ..integrations::Fixed::default()
    }
}
