//! Webhooks as GitLab sends them: our own, and a directory of others' when it is there.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A webhook and the file that it was read from.
pub struct Recorded {
    pub file: String,
    /// The header `X-Gitlab-Event`.
    pub event: String,
    pub body: Vec<u8>,
}

/// The fixtures of the crate that reads webhooks.
pub fn own() -> Vec<Recorded> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../gitlab/tests/fixtures"))
}

/// The payloads below `$SIGNALBOX_CORPUS/gitlab-webhooks`; `None` when they are not there.
pub fn corpus() -> Option<Vec<Recorded>> {
    let directory = PathBuf::from(std::env::var_os("SIGNALBOX_CORPUS")?).join("gitlab-webhooks");
    directory.is_dir().then(|| read(&directory))
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    event: String,
}

fn read(directory: &Path) -> Vec<Recorded> {
    let manifest = fs::read_to_string(directory.join("MANIFEST.json")).expect("a manifest");
    let entries: Vec<Entry> = serde_json::from_str(&manifest).expect("a list of files");
    entries
        .into_iter()
        .filter(|entry| entry.file.ends_with(".json"))
        .map(|Entry { file, event }| Recorded {
            body: fs::read(directory.join(&file)).expect("a payload"),
            file,
            event,
        })
        .collect()
}
