//! A fresh database of each engine for each case.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{ChannelName, DeliveryId, EventId, EventKind};
use jiff::{SignedDuration, Timestamp};
use store::{
    After, ClaimedLane, Delivery, NewDelivery, NewEvent, OpenOptions, Outcome, Posted, RepeatKey,
    RetryCause, Routing, Settlement, Speaker, Store,
};

/// A database that exists for one case.
pub struct Database {
    pub url: String,
    _cleanup: Cleanup,
}

enum Cleanup {
    Folder { _folder: tempfile::TempDir },
    Server { url: String, name: String },
}

impl Database {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("signalbox.db").display());
        Self {
            url,
            _cleanup: Cleanup::Folder { _folder: folder },
        }
    }

    pub fn postgres() -> Option<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let Ok(server) = std::env::var("SIGNALBOX_TEST_POSTGRES") else {
            println!("postgres absent");
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("store_{}_{number}", std::process::id());
        run_on_server(&server, &format!("CREATE DATABASE {name}"));
        let (base, query) = server.split_once('?').unwrap_or((&server, ""));
        let mark = if query.is_empty() { "" } else { "?" };
        let (host, _) = base
            .rsplit_once('/')
            .filter(|(host, _)| 12 < host.len())
            .unwrap_or((base, ""));
        let url = format!("{host}/{name}{mark}{query}");
        Some(Self {
            url,
            _cleanup: Cleanup::Server { url: server, name },
        })
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url, OpenOptions::default())
            .await
            .unwrap()
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        if let Self::Server { url, name } = self {
            run_on_server(url, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// Runs a statement over a connection of its own, on a thread of its own: the client blocks.
pub fn run_on_server(url: &str, sql: &str) {
    std::thread::scope(|scope| {
        let run = || {
            postgres::Client::connect(url, postgres::NoTls)
                .unwrap()
                .batch_execute(sql)
        };
        scope.spawn(run).join().unwrap().unwrap();
    });
}

/// Runs a case on each engine.
pub fn on_each_engine<F: Future<Output = ()>>(case: impl Fn(World) -> F) {
    let databases = std::iter::once(Database::sqlite()).chain(Database::postgres());
    for database in databases {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build();
        runtime.unwrap().block_on(async {
            let store = database.open().await;
            case(World {
                store: store.clone(),
                url: database.url.clone(),
            })
            .await;
            store.close().await;
        });
    }
}

/// An open store of a fresh database, and short words for what the cases do with it.
pub struct World {
    pub store: Store,
    pub url: String,
}

/// `seconds` after the moment at which all cases begin.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

pub fn event_id(number: u128) -> EventId {
    EventId::mint(1_700_000_000_000, number)
}

pub fn delivery_id(number: u128) -> DeliveryId {
    DeliveryId::mint(1_700_000_000_000, number)
}

pub fn event(number: u128, received_at: Timestamp) -> NewEvent {
    NewEvent {
        id: event_id(number),
        hook: "demo".parse().unwrap(),
        kind: EventKind::Push,
        project: Some("acme/shop".to_owned()),
        title: format!("event {number}"),
        received_at,
        repeat: RepeatKey {
            key: number.to_be_bytes(),
            until: received_at + SignedDuration::from_hours(7 * 24),
        },
        body: format!("{{\"number\":{number}}}"),
        ignored: None,
    }
}

pub fn delivery(number: u128, channel: &str) -> NewDelivery {
    NewDelivery {
        id: delivery_id(number),
        workspace: "T0DEMO".parse().unwrap(),
        channel: channel.parse::<ChannelName>().unwrap(),
        speaker: Speaker::App,
        message: format!("{{\"text\":\"{number}\"}}"),
        thread: None,
    }
}

/// The number that [`event`] put into the body.
pub fn number(event: &store::StoredEvent) -> u128 {
    event.title.strip_prefix("event ").unwrap().parse().unwrap()
}

pub fn sent() -> Outcome {
    Outcome::Sent {
        ts: "1700000000.000100".to_owned(),
        channel_id: "C012AB3CD".to_owned(),
    }
}

pub fn retry(at: Timestamp, posted: Posted) -> Outcome {
    Outcome::Retry {
        at,
        reason: "Slack did not answer".to_owned(),
        posted,
        cause: RetryCause::Failed,
    }
}

pub fn dead() -> Outcome {
    Outcome::Dead {
        reason: "channel #a was archived".to_owned(),
        remedy: "choose another channel".to_owned(),
    }
}

pub fn settlement(
    delivery: &Delivery,
    outcome: Outcome,
    after: After,
    now: Timestamp,
) -> Settlement {
    Settlement {
        delivery: delivery.id.clone(),
        outcome,
        pace: 0,
        after,
        now,
    }
}

pub const KEEP: After = After::KeepGoing { lease: LEASE };

impl World {
    /// Accepts the events and routes each to one delivery with the same number.
    pub async fn route_to(&self, channel: &str, numbers: impl IntoIterator<Item = u128>) {
        for number in numbers {
            self.store.accept(event(number, at(0))).await.unwrap();
        }
        let to_channel =
            |event: &store::StoredEvent| Routing::Deliver(vec![delivery(number(event), channel)]);
        while self.store.route(at(0), 100, to_channel).await.unwrap() != 0 {}
    }

    pub async fn claim(&self, now: Timestamp) -> Vec<ClaimedLane> {
        self.store
            .claim_lanes(now, LEASE, 100, "node-1")
            .await
            .unwrap()
    }

    pub async fn claim_one(&self, now: Timestamp) -> ClaimedLane {
        let mut lanes = self.claim(now).await;
        assert_eq!(lanes.len(), 1, "{lanes:?}");
        lanes.remove(0)
    }

    /// `(outcome, states of its deliveries)` of an event.
    pub async fn way_of(&self, number: u128) -> (String, Vec<String>) {
        let event = self.store.event(&event_id(number)).await.unwrap().unwrap();
        let states = event
            .deliveries
            .iter()
            .map(|delivery| delivery.state.to_string());
        (event.outcome.to_string(), states.collect())
    }
}

/// Who says a replayed message: whoever was to say it.
pub fn as_before(_: &store::StoredEvent) -> Option<Speaker> {
    None
}

/// What [`World::way_of`] should be.
pub fn way(outcome: &str, states: &[&str]) -> (String, Vec<String>) {
    (
        outcome.to_owned(),
        states.iter().map(|&state| state.to_owned()).collect(),
    )
}
