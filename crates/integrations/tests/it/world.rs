//! Integrations to try, and short words for what is done with them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use clock::{Chance, Clock};
use domain::Event;
use flags::{Gates, Live, Snapshot};
use integrations::{FLAG, Fixed, Integrations, Parts, PutError, Shown};
use notify::settings::SubscriptionConfig;
use notify::settings::api::{Editor, Parameters};
use notify::{Integration, Routed, Speaker};
use serde_json::{Value, json};
use store::seal::Keys;
use store::{Author, Note, OpenOptions, Origin, Place, Store};

/// A webhook of Slack's.
pub const URL: &str = "https://hooks.slack.com/services/T1/B1/s3cr3t";
pub const SLACK: &str = "https://slack.com/api/";

pub async fn store() -> Store {
    Store::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap()
}

pub fn keys(digits: &str) -> Option<Arc<Keys>> {
    let key = digits.repeat(32).parse().unwrap();
    Some(Arc::new(Keys::new(key, Vec::new())))
}

/// Subscriptions as the configuration has them.
pub fn fixed(subscriptions: &[Value]) -> Fixed {
    let subscriptions = subscriptions
        .iter()
        .map(|one| serde_json::from_value::<SubscriptionConfig>(one.clone()).unwrap());
    Fixed {
        workspace: Some("T1".parse().unwrap()),
        subscriptions: subscriptions.collect(),
        ..Fixed::default()
    }
}

pub fn parts(store: &Store, fixed: Fixed) -> Parts {
    static SEED: AtomicU64 = AtomicU64::new(21);
    Parts {
        fixed,
        store: store.clone(),
        keys: keys("9f"),
        flags: Live::new(Snapshot::default()),
        instance: "FlipperGitlabInstance:gitlab.example".to_owned(),
        slack_url: Some(SLACK.to_owned()),
        clock: Clock::new(|| "2026-01-06T10:00:00Z".parse().unwrap()),
        chance: Chance::from_seed(SEED.fetch_add(1, Ordering::Relaxed)),
    }
}

pub async fn load(store: &Store, fixed: Fixed) -> Integrations {
    Integrations::load(parts(store, fixed)).await.unwrap()
}

/// Integrations, and the flags that they ask.
pub async fn with_flags(store: &Store, fixed: Fixed) -> (Integrations, Live) {
    let parts = parts(store, fixed);
    let live = parts.flags.clone();
    (Integrations::load(parts).await.unwrap(), live)
}

/// Gives the flag these gates.
pub fn flip(live: &Live, gates: &str) {
    let gates: Gates = serde_json::from_str(gates).unwrap();
    let snapshot = live.load();
    let next = snapshot.with(
        &FLAG.parse().unwrap(),
        Some(&gates),
        snapshot.revision() + 1,
    );
    drop(snapshot);
    live.publish(next);
}

pub fn project(path: &str) -> Place {
    Place::Project {
        path: path.parse().unwrap(),
        id: None,
    }
}

pub fn group(path: &str, id: Option<u64>) -> Place {
    Place::Group {
        path: path.parse().unwrap(),
        id,
    }
}

pub fn note() -> Note {
    Note {
        author: Author {
            name: "ana".to_owned(),
            origin: Origin::Api {
                token: "ana".to_owned(),
            },
        },
        reason: None,
        request_id: "req-1".to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}

pub fn parameters(json: Value) -> Parameters {
    Parameters::from_json(json).unwrap()
}

/// The old integration, by GitLab's API.
pub async fn put_webhook(
    integrations: &Integrations,
    place: Place,
    json: Value,
) -> Result<Shown, PutError> {
    let parameters = parameters(json);
    integrations
        .put(
            place,
            Integration::Webhook,
            Editor::Api,
            &parameters,
            note(),
        )
        .await
}

/// The app's integration, on a page: there it can be switched on.
pub async fn put_app(
    integrations: &Integrations,
    place: Place,
    json: Value,
) -> Result<Shown, PutError> {
    let parameters = parameters(json);
    integrations
        .put(place, Integration::App, Editor::Page, &parameters, note())
        .await
}

/// Somebody pushed to a project's default branch.
pub fn push(path: &str, id: Option<u64>) -> Event {
    serde_json::from_value(json!({
        "project": {"id": id, "name": "shop", "path": path,
                    "url": format!("https://g.ex/{path}"), "default_branch": "main"},
        "what": {"push": {
            "ref_kind": "branch", "name": "main", "change": "updated",
            "before": "a".repeat(40), "after": "b".repeat(40), "total_commits": 1,
        }},
    }))
    .unwrap()
}

/// Who tells of an event, and where; or why nobody does.
pub fn told(integrations: &Integrations, event: &Event) -> String {
    match integrations.route(event) {
        Routed::Deliver {
            targets, speaker, ..
        } => {
            let channels: Vec<_> = targets
                .iter()
                .map(|target| target.channel.as_str())
                .collect();
            let speaker = match speaker {
                Speaker::App => "app".to_owned(),
                Speaker::Webhook { place } => format!("webhook of {place:?}"),
            };
            format!("{speaker} in {}", channels.join(" "))
        }
        Routed::Ignored(reason) => format!("nobody: {reason}"),
    }
}

/// The lines of this thread's log while it lives.
pub struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub fn listen() -> Self {
        let lines = Arc::<Mutex<Vec<u8>>>::default();
        let sink = Arc::clone(&lines);
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .with_writer(move || Sink(Arc::clone(&sink)))
            .finish();
        Self {
            lines,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// What was told since the last time.
    pub fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.lines.lock().unwrap());
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}
