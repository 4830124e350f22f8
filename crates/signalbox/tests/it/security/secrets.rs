//! That no secret is where somebody might read it: in the log, on a page, in an answer, in what is
//! said in Slack, or in the database's file.
//!
//! What both sandboxes gave out is read from their own files afterwards: Slack's as it is, of
//! GitLab's tokens the hashes, so that every text that could be one is hashed and looked up.

mod story;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use signalbox::demo::{ADMIN_TOKEN, BOT_TOKEN, HOOK_TOKEN, SIGNING_SECRET, Telling};

use super::logs::Log;
use crate::demo::running::RunningDemo;
use crate::slack_app::browser::Browser;
use crate::slack_app::person::Person;

/// Those that the configuration has.
const CONFIGURED: &[&str] = &[
    BOT_TOKEN,
    SIGNING_SECRET,
    HOOK_TOKEN,
    ADMIN_TOKEN,
    "demo-client-secret",
    "demo-gitlab-client-secret",
    "xapp-demo",
    "demo-webhook-secret",
    "demo-grafana-token",
    "demo-sentry-token",
    "5160a1b05160a1b05160a1b05160a1b0",
    "glpat-demo-ops",
    "glptt-demo",
];

/// Pages that hold what is known of people, workspaces and tokens.
const PAGES: &[&str] = &[
    "/",
    "/dead-letters",
    "/flags",
    "/audit",
    "/projects",
    "/projects/gitlab-org/gitlab",
    "/groups/gitlab-org",
    "/instance",
    "/account",
    "/slack",
    "/workspaces",
    "/workspaces/T0DEMO",
    "/workspaces/T0ACME",
    "/workspaces/T0ACME/projects/gitlab-org/gitlab",
    "/api/v1/events?limit=100",
    "/api/v1/dead-letters",
    "/api/v1/audit",
    "/api/v1/flags",
    "/api/v1/schedules",
    "/metrics",
    "/api/v1/openapi.json",
];

/// Everything that somebody can read, by where it stands.
struct Readable(Vec<(String, Vec<u8>)>);

impl Readable {
    fn add(&mut self, place: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.0.push((place.into(), text.into()));
    }

    #[track_caller]
    fn holds_none_of(&self, secrets: &BTreeSet<String>) {
        let mut found = Vec::new();
        for (place, text) in &self.0 {
            for secret in secrets {
                if let Some(at) = find(text, secret.as_bytes()) {
                    let around = &text[at.saturating_sub(80)..text.len().min(at + 20)];
                    let around = String::from_utf8_lossy(around);
                    found.push(format!("{place} has {secret}: …{around}…"));
                }
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    /// GitLab's tokens are 64 hexadecimal digits, and their hashes are known.
    #[track_caller]
    fn holds_nothing_hashed_to(&self, hashes: &str) {
        let issued = hashes.matches("access_hash").count();
        assert!(2 < issued, "GitLab has let people in: {issued}");
        for (place, text) in &self.0 {
            for run in text.split(|byte| !byte.is_ascii_hexdigit()) {
                for candidate in run.windows(64) {
                    let hash = hex(&Sha256::digest(candidate));
                    assert!(!hashes.contains(&hash), "{place} has a token of GitLab's");
                }
            }
        }
    }
}

fn find(text: &[u8], secret: &[u8]) -> Option<usize> {
    text.windows(secret.len())
        .position(|window| window == secret)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn no_secret_is_logged_shown_said_or_kept_as_it_is() {
    let (log, _guard) = Log::of_this_thread();
    let folder = tempfile::tempdir().expect("a folder");
    let demo = RunningDemo::start(Some(folder.path()), Telling::Quiet).await;
    let mut secrets: BTreeSet<String> = CONFIGURED.iter().map(|one| (*one).to_owned()).collect();
    let mut readable = Readable(Vec::new());

    secrets.extend(story::installs(&demo).await);
    secrets.extend(story::links_and_works(&demo).await);
    let (token, made) = story::makes_a_token(&demo).await;
    secrets.insert(token.clone());
    story::goes_wrong(&demo, &token).await;

    reads_pages(&demo, &mut readable).await;
    // The one page that shows a new token shows nothing else.
    readable.add("the page of a new token", made.replace(&token, ""));
    reads_slack(&demo, &mut readable).await;
    reads_errors(&demo, &mut readable).await;
    demo.stop().await;

    for file in ["signalbox.db", "signalbox.db-wal"] {
        if let Ok(bytes) = std::fs::read(folder.path().join(file)) {
            readable.add(file, bytes);
        }
    }
    let text = log.text();
    assert!(1_000 < text.len(), "the log is kept: {text}");
    readable.add("the log", text);
    let key = read(folder.path(), "secret.key");
    secrets.insert(key.trim().to_owned());
    let slack: Value = serde_json::from_str(&read(folder.path(), "slack.json")).expect("JSON");
    let before = secrets.len();
    given_out(&slack, &mut secrets);
    assert!(before + 5 < secrets.len(), "Slack has given secrets out");
    readable.holds_none_of(&secrets);
    readable.holds_nothing_hashed_to(&read(folder.path(), "gitlab.json"));
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect("a file of the demo's")
}

/// Tokens, and the secrets of addresses, as the sandbox's file has them.
fn given_out(value: &Value, secrets: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| given_out(item, secrets)),
        Value::Object(fields) => {
            for (name, field) in fields {
                let is_secret = name.ends_with("secret") || name.ends_with("token");
                let text = field.as_str().filter(|text| is_secret && !text.is_empty());
                secrets.extend(text.map(str::to_owned));
                given_out(&Value::from(name.as_str()), secrets);
                given_out(field, secrets);
            }
        }
        Value::String(text) if text.starts_with("xox") => {
            secrets.insert(text.clone());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

async fn reads_pages(demo: &RunningDemo, readable: &mut Readable) {
    let ops = Browser::of(demo, "ops").await;
    for page in PAGES {
        for browser in [&ops, &Browser::new(demo)] {
            let shown = browser.get(page).await;
            readable.add(format!("the page {page}"), shown.body);
        }
    }
    for event in demo.events().await {
        let id = event["id"].as_str().expect("an id");
        readable.add("an event", demo.event(id).await.to_string());
        let page = ops.get(&format!("/events/{id}")).await;
        readable.add("an event's page", page.body);
    }
    let api = "/api/v4/projects/acme%2Fweb/integrations/slack";
    let request = demo.http.get(format!("{}{api}", demo.demo.service_url));
    let answer = request.header("PRIVATE-TOKEN", ADMIN_TOKEN).send().await;
    let answer = answer.expect("an answer").text().await.expect("text");
    readable.add("the integrations API", answer);
}

/// What was told of errors: to Elasticsearch, and to Sentry.
async fn reads_errors(demo: &RunningDemo, readable: &mut Readable) {
    let gitlab = &demo.demo.gitlab_url;
    let url = format!("{gitlab}/sandbox/documents?index=signalbox-errors");
    let documents = demo.get(&url).await;
    let told = documents["documents"].as_array().map_or(0, Vec::len);
    assert!(1 < told, "errors are told: {documents}");
    readable.add("the errors in Elasticsearch", documents.to_string());
    let fields = "field=title&field=message&field=user&field=server_name&field=channel&field=code";
    let path = "/-/sentry/api/0/organizations/demo/events/";
    let url = format!("{gitlab}{path}?dataset=errors&statsPeriod=1d&per_page=100&{fields}");
    let request = demo.http.get(url).bearer_auth("demo-sentry-token");
    let answer = request.send().await.expect("an answer");
    let events: Value = answer.json().await.expect("JSON");
    let told = events["data"].as_array().map_or(0, Vec::len);
    assert!(0 < told, "errors are told: {events}");
    readable.add("the errors in Sentry", events.to_string());
}

/// What was said in Slack, by whatever way; not what is asked of Slack itself.
async fn reads_slack(demo: &RunningDemo, readable: &mut Readable) {
    for method in [
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.update",
        "chat.unfurl",
        "views.publish",
        "response-url",
        "incoming-webhook",
    ] {
        for call in demo.calls(method).await {
            readable.add(method, call["args"].to_string());
        }
    }
    for name in ["ana", "ben"] {
        let person = Person::new(demo, name);
        for what in ["home=1", "channel=%23production"] {
            readable.add("a screen", person.sees(what).await);
        }
    }
}
