//! Environments to try, and short words for what is done with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::gitlab::rest::{Client, Timeouts, http_client};
use clock::{Chance, Clock};
use domain::ScheduleId;
use environments::{
    AfterChange, Along, ChangeRequest, Directory, Environment, Hosted, HostedParts, Place, Remote,
    RemoteParts, Tier,
};
use flags::request::{Request, Targets};
use flags::{ActorId, Catalogue, Definition, FeatureGroups, FlagKey, Gates};
use secrecy::SecretString;
use serde_json::json;
use store::{AuditFilter, Author, Followed, NewSchedule, Note, OpenOptions, Origin, Store};

/// The token that the scripted GitLab takes.
pub const TOKEN: &str = "glpat-of-the-tests";

pub async fn store() -> Store {
    Store::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap()
}

pub fn clock() -> Clock {
    Clock::new(|| "2026-01-06T10:00:00Z".parse().unwrap())
}

/// Every node draws numbers of its own.
fn chance() -> Chance {
    static SEED: AtomicU64 = AtomicU64::new(11);
    Chance::from_seed(SEED.fetch_add(1, Ordering::Relaxed))
}

pub fn flag(name: &str) -> FlagKey {
    name.parse().unwrap()
}

pub fn gates(json: &str) -> Gates {
    serde_json::from_str(json).unwrap()
}

pub fn definition(name: &str, default_enabled: bool) -> Definition {
    let json = json!({"name": name, "type": "beta", "default_enabled": default_enabled,
                      "group": "group::editor"});
    serde_json::from_value(json).unwrap()
}

/// `tidy_sidebar` and `tidy_topbar`.
pub fn catalogue() -> Arc<Catalogue> {
    let definitions = ["tidy_sidebar", "tidy_topbar"].map(|name| definition(name, false));
    Arc::new(Catalogue::from_iter(definitions))
}

pub fn note() -> Note {
    Note {
        author: Author {
            name: "olga".to_owned(),
            origin: Origin::Shell {
                user: "olga".to_owned(),
            },
        },
        reason: Some("to see".to_owned()),
        request_id: "req-1".to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}

pub fn along() -> Along {
    Along::noting(note())
}

pub fn nothing_follows() -> AfterChange {
    Arc::new(|_, _, _| Followed::default())
}

/// A request for everyone.
pub fn set(name: &str, value: &str) -> ChangeRequest {
    ChangeRequest {
        flag: flag(name),
        request: Request::everyone(value),
        force: false,
        along: along(),
    }
}

/// A request for these projects.
pub fn set_for(name: &str, value: &str, projects: &[&str]) -> ChangeRequest {
    let projects = projects.iter().map(|&project| project.to_owned()).collect();
    with_targets(
        set(name, value),
        Targets {
            projects,
            ..Targets::default()
        },
    )
}

pub fn with_targets(mut request: ChangeRequest, targets: Targets) -> ChangeRequest {
    request.request.targets = targets;
    request
}

pub fn hosted_parts(store: &Store) -> HostedParts {
    let team = ("team".parse().unwrap(), vec![ActorId::user(7)]);
    HostedParts {
        name: "production".parse().unwrap(),
        store: store.clone(),
        catalogue: catalogue(),
        groups: Arc::new(FeatureGroups::from([team])),
        directory: Directory::without_gitlab(),
        after_change: nothing_follows(),
        clock: clock(),
        chance: chance(),
    }
}

pub async fn hosted(store: &Store) -> Environment {
    environment(Place::Hosted(
        Hosted::load(hosted_parts(store)).await.unwrap(),
    ))
}

pub fn environment(place: Place) -> Environment {
    Environment {
        name: "production".parse().unwrap(),
        short: "gprd".to_owned(),
        tier: Tier::Production,
        qa_channel: None,
        host: "production.test".to_owned(),
        stages: Vec::new(),
        place,
    }
}

/// What an environment evaluates from.
pub fn live(environment: &Environment) -> &Hosted {
    match &environment.place {
        Place::Hosted(hosted) => hosted,
        Place::Remote(_) => panic!("it is remote"),
    }
}

/// A client that gives up after `total`.
pub fn client(url: &str, total: Duration) -> Client {
    // Another test of the process may have done so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let timeouts = Timeouts {
        total,
        ..Timeouts::default()
    };
    let http = http_client(url, timeouts).unwrap();
    Client::new(http, url, &SecretString::from(TOKEN)).unwrap()
}

pub fn patient(url: &str) -> Client {
    client(url, Duration::from_secs(15))
}

pub fn remote_parts(store: &Store, client: Client) -> RemoteParts {
    RemoteParts {
        name: "staging".parse().unwrap(),
        client,
        catalogue: catalogue(),
        store: store.clone(),
        after_change: nothing_follows(),
        clock: clock(),
        chance: chance(),
    }
}

pub fn remote(parts: RemoteParts) -> Environment {
    environment(Place::Remote(Remote::new(parts)))
}

/// A schedule that waits.
pub fn schedule(number: u128) -> NewSchedule {
    NewSchedule {
        id: ScheduleId::mint(1_700_000_000_000, number),
        due: "2026-01-06T12:00:00Z".parse().unwrap(),
        environment: "production".parse().unwrap(),
        flag: flag("tidy_sidebar"),
        what: "{}".to_owned(),
        author: note().author,
        reason: None,
    }
}

/// The audit's entries, oldest first: before, after, and why it was refused.
pub async fn audit(store: &Store) -> Vec<String> {
    let page = store.audit(AuditFilter::default()).await.unwrap();
    let lines = page.entries.iter().rev().map(|entry| {
        let store::Subject::Flag {
            flag,
            before,
            after,
            ..
        } = &entry.subject
        else {
            panic!("an entry that tells of no flag");
        };
        let told = |gates: &Option<Gates>| match gates {
            Some(gates) => serde_json::to_string(gates).unwrap(),
            None => "none".to_owned(),
        };
        let refused = entry.refused.as_ref();
        let refused = refused.map_or_else(String::new, |why| format!(" refused: {why}"));
        format!("{flag} {} -> {}{refused}", told(before), told(after))
    });
    lines.collect()
}
