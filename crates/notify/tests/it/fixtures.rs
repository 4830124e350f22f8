//! Webhooks as GitLab sends them: our own, and a directory of others' when it is there.

use std::fs;
use std::path::{Path, PathBuf};

use gitlab::Webhook;
use serde::Deserialize;

/// A webhook and the file that it was read from.
pub struct Fixture {
    pub file: String,
    pub webhook: Webhook,
}

/// The fixtures of the crate that reads webhooks.
pub fn own() -> Vec<Fixture> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gitlab/tests/fixtures");
    read(&directory)
}

/// The payloads below `$SIGNALBOX_CORPUS/gitlab-webhooks`; `None` when it is not there.
pub fn corpus() -> Option<Vec<Fixture>> {
    let directory = PathBuf::from(std::env::var_os("SIGNALBOX_CORPUS")?).join("gitlab-webhooks");
    directory.is_dir().then(|| read(&directory))
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    #[serde(default)]
    event: Option<String>,
}

fn read(directory: &Path) -> Vec<Fixture> {
    let manifest = fs::read_to_string(directory.join("MANIFEST.json")).unwrap();
    let entries: Vec<Entry> = serde_json::from_str(&manifest).unwrap();
    entries
        .into_iter()
        .filter(|entry| entry.file.ends_with(".json"))
        .map(|entry| {
            let body = fs::read(directory.join(&entry.file)).unwrap();
            let webhook = gitlab::parse(entry.event.as_deref(), &body)
                .unwrap_or_else(|error| panic!("{}: {error}", entry.file));
            Fixture {
                file: entry.file,
                webhook,
            }
        })
        .collect()
}
