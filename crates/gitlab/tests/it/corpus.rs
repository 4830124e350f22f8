//! Real payloads, when they are there: `SIGNALBOX_CORPUS` names the directory that holds
//! `gitlab-webhooks/`, with a `MANIFEST.json` of `file`, `event` (the header) and `kind`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::EventKind;
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    file: String,
    event: String,
    kind: String,
}

fn corpus() -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("SIGNALBOX_CORPUS")?).join("gitlab-webhooks");
    root.join("MANIFEST.json").is_file().then_some(root)
}

/// Whether a payload that the manifest files under `kind` may be an event of this kind.
fn agrees(kind: &str, found: EventKind) -> bool {
    match kind {
        "system_hook" => found != EventKind::Other,
        "issue" => {
            matches!(
                found,
                EventKind::Issue | EventKind::ConfidentialIssue | EventKind::Incident
            )
        }
        "note" => matches!(found, EventKind::Note | EventKind::ConfidentialNote),
        "work_item" => matches!(found, EventKind::WorkItem | EventKind::ConfidentialWorkItem),
        kind => found.name() == kind,
    }
}

#[test]
fn every_real_payload_is_an_event_or_says_why_not() {
    let Some(root) = corpus() else {
        println!("corpus absent");
        return;
    };
    let manifest = std::fs::read(root.join("MANIFEST.json")).unwrap();
    let manifest: Vec<Entry> = serde_json::from_slice(&manifest).unwrap();
    let mut kinds = BTreeMap::new();
    let mut ignored = Vec::new();
    for entry in &manifest {
        let body = std::fs::read(root.join(&entry.file)).unwrap();
        let webhook = gitlab::parse(Some(&entry.event), &body).unwrap();
        assert!(
            agrees(&entry.kind, webhook.kind),
            "{} is {}",
            entry.file,
            webhook.kind
        );
        println!(
            "{:60} {:14} {} {:?}",
            entry.file, webhook.kind, webhook.title, webhook.project_path
        );
        *kinds.entry(webhook.kind.name()).or_insert(0) += 1;
        match webhook.outcome {
            Ok(event) => {
                let stored = serde_json::to_string(&event).unwrap();
                assert_eq!(
                    serde_json::from_str::<domain::Event>(&stored).unwrap(),
                    event
                );
            }
            Err(reason) => ignored.push(format!("{}: {reason}", entry.file)),
        }
    }
    println!("{} payloads: {kinds:#?}", manifest.len());
    println!("{} ignored: {ignored:#?}", ignored.len());
}
