//! Payloads of today's GitLab, one for each kind and action, and what they become.
//!
//! `MANIFEST.json` says with which header each is sent and what it is filed under.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::{Event, EventKind};
use gitlab::{KNOWN_KINDS, Webhook};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Clone, Debug, Deserialize)]
pub struct Fixture {
    pub file: String,
    pub event: String,
    pub kind: String,
}

impl Fixture {
    pub fn text(&self) -> String {
        std::fs::read_to_string(directory().join(&self.file)).unwrap()
    }

    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    pub fn parse(&self) -> Webhook {
        gitlab::parse(Some(&self.event), self.text().as_bytes()).unwrap()
    }
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Every fixture.
pub fn all() -> Vec<Fixture> {
    let manifest = std::fs::read_to_string(directory().join("MANIFEST.json")).unwrap();
    serde_json::from_str(&manifest).unwrap()
}

/// The fixture of this name, such as `merge_request__open`.
#[track_caller]
pub fn named(name: &str) -> Fixture {
    let file = format!("{name}.json");
    let found = all().into_iter().find(|fixture| fixture.file == file);
    found.unwrap_or_else(|| panic!("no fixture {name}"))
}

/// What the fixture of this name becomes.
#[track_caller]
pub fn event(name: &str) -> Event {
    named(name).parse().outcome.unwrap()
}

/// What a body becomes with this header.
#[track_caller]
pub fn event_of(header: &str, body: &Value) -> Event {
    gitlab::parse(Some(header), body.to_string().as_bytes())
        .unwrap()
        .outcome
        .unwrap()
}

#[test]
fn every_fixture_is_an_event_of_its_kind() {
    for fixture in all() {
        let webhook = fixture.parse();
        assert_eq!(webhook.kind.name(), fixture.kind, "{}", fixture.file);
        let event = webhook
            .outcome
            .unwrap_or_else(|reason| panic!("{}: {reason}", fixture.file));
        assert_eq!(event.kind(), webhook.kind, "{}", fixture.file);
    }
}

#[test]
fn the_manifest_lists_every_fixture() {
    let listed: BTreeSet<String> = all().into_iter().map(|fixture| fixture.file).collect();
    let there = std::fs::read_dir(directory()).unwrap();
    let there: BTreeSet<String> = there
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "MANIFEST.json")
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn every_kind_of_event_is_reached() {
    let reached: BTreeSet<EventKind> = all().iter().map(|fixture| fixture.parse().kind).collect();
    let kinds: BTreeSet<EventKind> = EventKind::ALL.iter().copied().collect();
    assert_eq!(reached, kinds);
}

#[test]
fn every_known_name_has_a_fixture() {
    let sent: BTreeSet<String> = all().iter().map(|fixture| fixture.parse().name).collect();
    let elsewhere = [
        // GitLab says these in `event_type`; as a kind they are read all the same.
        "confidential_issue",
        "confidential_work_item",
        "confidential_note",
        "group_confidential_mention",
        // The second names of a kind.
        "job",
        "expiring_access_token",
        "expiring_deploy_token",
        "user_access_request_denied_for_project",
    ];
    for name in KNOWN_KINDS.iter().flat_map(|known| known.names) {
        assert!(
            sent.contains(*name) || elsewhere.contains(name),
            "no fixture is a {name}"
        );
    }
}

#[test]
fn fixtures_become_these_events() {
    for kind in EventKind::ALL {
        let of_kind = all()
            .into_iter()
            .filter(|fixture| fixture.kind == kind.name());
        let events: Vec<Value> = of_kind
            .map(|fixture| {
                let webhook = fixture.parse();
                let event = webhook.outcome.unwrap();
                json!({
                    "fixture": fixture.file,
                    "title": webhook.title,
                    "project": webhook.project_path,
                    "group": event.group,
                    "actor": event.actor.and_then(|actor| actor.username.or(actor.name)),
                    "happened_at": event.happened_at,
                    "what": event.what,
                })
            })
            .collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!(kind.name(), events);
        });
    }
}

#[test]
fn every_event_survives_being_stored() {
    for fixture in all() {
        let event = fixture.parse().outcome.unwrap();
        let stored = serde_json::to_string(&event).unwrap();
        assert_eq!(
            serde_json::from_str::<Event>(&stored).unwrap(),
            event,
            "{}",
            fixture.file
        );
    }
}
