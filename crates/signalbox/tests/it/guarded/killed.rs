//! kill -9 while a change is being made: it was written down as intended, and not yet as made.
//!
//! The stage has two environments. The first is kept by the service itself, and its flag is
//! changed when the second leaves the service waiting, before or after it did what was asked:
//! what the service knows of the first is made and not written down, of the second not even that.

mod elsewhere;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::process::{self, ADMIN_TOKEN, Service, Slack};
use elsewhere::{Elsewhere, Mood};

const FLAG: &str = "tidy_sidebar";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_nobody_lived_to_make_is_made_once_after_the_restart() {
    killed_with(Mood::BeforeTheChange).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_nobody_lived_to_write_down_is_not_made_again() {
    killed_with(Mood::AfterTheChange).await;
}

async fn killed_with(mood: Mood) {
    process::install_tls();
    let folder = tempfile::tempdir().expect("a folder");
    let (slack, elsewhere) = (Slack::start().await, Elsewhere::start().await);
    let config = configured(folder.path(), &slack, &elsewhere);
    elsewhere.becomes(mood);
    let service = Service::start(&config);
    begins(&service).await;
    elsewhere.leaves_somebody_waiting().await;
    let history = history(&service).await;
    assert_eq!(history.last().map(String::as_str), Some("intended"));
    let made = BTreeMap::from([("dev".to_owned(), 1)]);
    assert_eq!(changes(&service).await, made, "the first alone is made");
    service.kill();

    elsewhere.becomes(Mood::Well);
    let service = Service::start(&config);
    until_applied(&service).await;
    let everywhere = ["dev", "staging"].map(|name| (name.to_owned(), 1));
    assert_eq!(changes(&service).await, BTreeMap::from(everywhere));
    let on = json!([{ "key": "boolean", "value": true }]);
    assert_eq!(elsewhere.flags().as_array().map(Vec::len), Some(1));
    assert_eq!(elsewhere.flags()[0]["gates"], on);
    until_told(&slack).await;
    service.terminate();
    let told = process::messages(&slack.sandbox, "general");
    let opened = told.iter().filter(|text| text.contains(OPENED)).count();
    assert_eq!(opened, 1, "{told:#?}");
}

/// What the thread says of the change.
const OPENED: &str = "is open for";

/// The settings, the flag's definition and the plan of its rollout, in files.
fn configured(folder: &Path, slack: &Slack, elsewhere: &Elsewhere) -> PathBuf {
    let database = format!("sqlite:{}", folder.join("signalbox.db").display());
    let path = process::write_config(folder, slack, 0, &database);
    let definitions = folder.join("flags");
    let kind = definitions.join("beta");
    fs::create_dir_all(&kind).expect("a folder");
    let definition = format!("name: {FLAG}\ntype: beta\ndefault_enabled: false\n");
    fs::write(kind.join(format!("{FLAG}.yml")), definition).expect("a definition");
    let plan = include_str!("killed/plan.yml");
    fs::write(kind.join(format!("{FLAG}.rollout.yml")), plan).expect("a plan");
    let mut text = fs::read_to_string(&path).expect("the settings");
    text.push_str(&format!(
        r#"
[flags]
definitions = "{}"
[[environment]]
name = "dev"
tier = "development"
[[environment]]
name = "staging"
tier = "staging"
url = "{}"
token = "elsewhere-token"
[[environment]]
name = "production"
tier = "production"
"#,
        definitions.display(),
        elsewhere.url
    ));
    fs::write(&path, text).expect("the settings");
    path
}

async fn begins(service: &Service) {
    let url = format!("{}/api/v1/rollouts", service.url);
    let body = json!({ "flag": FLAG, "reason": "reviewed" });
    let request = process::client().post(url).json(&body);
    let answer = request.header("PRIVATE-TOKEN", ADMIN_TOKEN).send().await;
    let answer = answer.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("text"));
    assert_eq!(status, 201, "{text}");
}

async fn asked(service: &Service, path: &str) -> Value {
    let request = process::client().get(format!("{}{path}", service.url));
    let answer = request.header("PRIVATE-TOKEN", ADMIN_TOKEN).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.expect("JSON")
}

/// What happened to the rollout, oldest first.
async fn history(service: &Service) -> Vec<String> {
    let history = asked(service, &format!("/api/v1/rollouts/{FLAG}/history")).await;
    let entries = history["items"].as_array().expect("entries").iter();
    let kinds = entries.map(|entry| entry["event"]["event"].as_str().expect("a kind"));
    kinds.map(str::to_owned).collect()
}

/// In how many entries of the audit each environment's flag was changed.
async fn changes(service: &Service) -> BTreeMap<String, usize> {
    let page = asked(service, "/api/v1/audit?limit=100").await;
    let mut changes = BTreeMap::new();
    for entry in page["items"].as_array().expect("entries") {
        let environment = entry["environment"].as_str().expect("an environment");
        *changes.entry(environment.to_owned()).or_default() += 1;
    }
    changes
}

/// The service has no other work: it is asked until it has done it.
async fn until_applied(service: &Service) {
    loop {
        let history = history(service).await;
        let applied = history.iter().filter(|kind| *kind == "applied").count();
        let intended = history.iter().filter(|kind| *kind == "intended").count();
        assert_eq!(intended, 1, "{history:?}");
        if applied == 1 {
            return;
        }
        assert_eq!(applied, 0, "{history:?}");
    }
}

async fn until_told(slack: &Slack) {
    let is_there = || {
        let told = process::messages(&slack.sandbox, "general");
        told.iter().any(|text| text.contains(OPENED))
    };
    while !is_there() {
        tokio::task::yield_now().await;
    }
}
