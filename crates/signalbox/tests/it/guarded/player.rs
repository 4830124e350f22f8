//! Somebody who takes a rollout through its plan: types in Slack, ticks in GitLab, waits.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox::demo::Telling;

use crate::demo::running::RunningDemo;

pub const FLAG: &str = "integration_slack_app_notifications";
pub const TEAM: &str = "#g_manage_integrations";
pub const ISSUE: u64 = 381_012;
pub const FEATURE: u64 = 372_410;

const OPS: (&str, &str) = ("PRIVATE-TOKEN", "glpat-demo-ops");

pub struct Player {
    pub demo: RunningDemo,
}

impl Player {
    /// A demo with every sample project there and nothing sent yet.
    pub async fn start() -> Self {
        let demo = RunningDemo::start(None, Telling::Quiet).await;
        let player = Self { demo };
        player.busy(0).await;
        player
    }

    /// A demo whose rollouts wait no longer than this for a monitor's answer.
    pub async fn with_monitors_within(patience: Duration) -> Self {
        let demo = RunningDemo::with_monitors_within(patience).await;
        Self { demo }
    }

    /// A demo that keeps everything in this folder; no sample project sends anything.
    pub async fn keeping(data: &Path) -> Self {
        let demo = RunningDemo::start(Some(data), Telling::Quiet).await;
        Self { demo }
    }

    /// Everything stops and starts again.
    pub async fn starts_again(self, data: &Path) -> Self {
        let demo = self.demo.starts_again(data).await;
        Self { demo }
    }

    /// The same, at other addresses.
    pub async fn starts_elsewhere(self, data: &Path) -> Self {
        let demo = self.demo.starts_elsewhere(data).await;
        Self { demo }
    }

    /// In how many changes of the flag each environment took part.
    pub async fn changes(&self) -> BTreeMap<String, usize> {
        let url = format!("{}/api/v1/audit?limit=100", self.demo.demo.service_url);
        let page = self.demo.get(&url).await;
        let mut changes = BTreeMap::new();
        for entry in page["items"].as_array().expect("entries") {
            if let Some(environment) = entry["environment"].as_str() {
                *changes.entry(environment.to_owned()).or_default() += 1;
            }
        }
        changes
    }

    pub async fn stop(self) {
        self.demo.stop().await;
    }

    /// How many events an hour all sample projects send together.
    pub async fn busy(&self, events_per_hour: u64) {
        let url = format!("{}/sandbox/traffic", self.demo.demo.gitlab_url);
        let body = json!({ "events_per_hour": events_per_hour });
        self.demo.post(&url, &body).await;
    }

    /// Lets minutes pass.
    pub async fn minutes(&self, minutes: u32) {
        self.demo.advance(f64::from(minutes) * 60.0).await;
    }

    /// Types a line; answers what it says back.
    pub async fn says(&self, user: &str, channel: &str, text: &str) -> String {
        let url = format!("{}/sandbox/type", self.demo.demo.slack_url);
        let body = json!({ "user": user, "channel": channel, "text": text });
        let typed = self.demo.post(&url, &body).await;
        assert_eq!(typed["ok"], true, "{text}: {typed}");
        self.demo.advance(0.0).await;
        typed["answer"].to_string()
    }

    /// Types a command about the rollout, after `rollout`; `FLAG` stands for the flag.
    pub async fn rollout(&self, user: &str, channel: &str, words: &str) -> String {
        let words = words.replace("FLAG", FLAG);
        self.says(user, channel, &format!("/chatops run rollout {words}"))
            .await
    }

    pub async fn begins(&self) {
        let said = self
            .rollout(
                "ops",
                "#production",
                "start FLAG --reason=\"the app is reviewed\"",
            )
            .await;
        assert!(said.contains("has begun"), "{said}");
    }

    /// How the rollout stands, by the API.
    pub async fn status(&self) -> Value {
        let url = format!("{}/api/v1/rollouts/{FLAG}", self.demo.demo.service_url);
        self.demo.get(&url).await
    }

    /// Something goes wrong with the monitoring, or nothing any more.
    pub async fn in_monitoring(&self, fault: Value) {
        let url = format!("{}/sandbox/fault", self.demo.demo.gitlab_url);
        self.demo.post(&url, &fault).await;
    }

    /// The rollout is in this stage.
    #[track_caller]
    pub fn stands(&self, stage: &str) -> impl Future<Output = ()> {
        let stage = stage.to_owned();
        async move {
            let status = self.status().await;
            assert_eq!(status["stage"], stage.as_str(), "{status:#}");
        }
    }

    /// The rollout comes to this stage's soak, once ana says that she watches.
    pub async fn reaches(&self, stage: &str) {
        let watches = "acknowledge FLAG";
        for _ in 0..4 {
            let status = self.status().await;
            if status["stage"] == stage && status["phase"] == "soaking" {
                return;
            }
            self.rollout("ana", TEAM, watches).await;
            self.minutes(1).await;
        }
        panic!("{stage} is not reached: {:#}", self.status().await);
    }

    /// Deliveries of the app that Slack refused: what each says that no other says, by its id.
    pub async fn refused_deliveries(&self) -> BTreeMap<String, String> {
        let calls = self.demo.calls("chat.postMessage").await;
        let refused = calls.iter().filter(|call| call["ok"] == false);
        let facts = refused.map(|call| {
            let args = call["args"].to_string();
            let id = between(&args, "dlv_", |c| !c.is_ascii_alphanumeric() && c != '_');
            (id, between(&args, "(step ", |c| c == ')'))
        });
        facts.collect()
    }

    /// Every delivery of the newest events.
    pub async fn deliveries(&self) -> Vec<Value> {
        let mut deliveries = Vec::new();
        let mut before = String::new();
        for _ in 0..30 {
            let url = format!(
                "{}/api/v1/events?limit=100{before}",
                self.demo.demo.service_url
            );
            let page = self.demo.get(&url).await;
            for event in page["items"].as_array().expect("events") {
                deliveries.extend(event["deliveries"].as_array().expect("deliveries").clone());
            }
            match &page["next"] {
                Value::Null => break,
                next => before = format!("&before={next}"),
            }
        }
        deliveries
    }

    /// Messages in a channel that say this.
    pub async fn told(&self, channel: &str, words: &str) -> Vec<Value> {
        let url = format!("{}/sandbox/screen", self.demo.demo.slack_url);
        let query = [("user", "ana"), ("channel", channel), ("format", "json")];
        let answer = self.demo.http.get(url).query(&query).send().await;
        let screen: Value = answer.expect("an answer").json().await.expect("JSON");
        let messages = screen["messages"].as_array().expect("messages").iter();
        messages
            .filter(|message| message.to_string().contains(words))
            .cloned()
            .collect()
    }

    /// No delivery is left for a person.
    pub async fn nothing_was_lost(&self) {
        let url = format!("{}/api/v1/dead-letters", self.demo.demo.service_url);
        let letters = self.demo.get(&url).await;
        assert_eq!(letters["items"], json!([]));
    }

    /// Does something in the sandbox's GitLab, in the project of the rollout issue.
    pub async fn happens(&self, user: &str, what: &str, options: Value) {
        let mut act = json!({ "user": user, "project": "gitlab-org/gitlab", "what": what });
        let fields = act.as_object_mut().expect("an object");
        fields.extend(options.as_object().expect("options").clone());
        self.demo.make_happen(act).await;
    }

    /// An issue's description and comments, as people read them.
    pub async fn issue(&self, iid: u64) -> (Value, String) {
        let path = format!("projects/gitlab-org%2Fgitlab/issues/{iid}");
        let issue = self.gitlab(&path).await;
        let notes = self
            .gitlab(&format!("{path}/notes?sort=asc&per_page=100"))
            .await;
        let notes = notes.as_array().expect("notes").iter();
        let said = notes.filter(|note| note["system"] == false);
        let said = said.map(|note| {
            let by = note["author"]["username"].as_str().unwrap_or_default();
            let body = note["body"].as_str().unwrap_or_default();
            format!("@{by}:\n{body}")
        });
        let description = issue["description"].as_str().unwrap_or_default().to_owned();
        let text = std::iter::once(description).chain(said);
        let text = text.collect::<Vec<_>>().join("\n\n————\n\n");
        (issue, self.shown(&text))
    }

    /// The rollout's thread as ana reads it.
    pub async fn thread(&self) -> String {
        let url = format!(
            "{}/sandbox/screen?user=ana&channel=g_manage_integrations&format=json",
            self.demo.demo.slack_url
        );
        let screen = self.demo.get(&url).await;
        let messages = screen["messages"].as_array().expect("messages");
        let root = messages
            .iter()
            .find(|message| message["text"].to_string().contains("Rollout of"));
        let root = root.expect("the card")["ts"]
            .as_str()
            .expect("a ts")
            .to_owned();
        let url = format!("{}/sandbox/screen", self.demo.demo.slack_url);
        let query = [
            ("user", "ana"),
            ("channel", TEAM),
            ("thread", &root),
            ("format", "text"),
        ];
        let answer = self.demo.http.get(url).query(&query).send().await;
        let text = answer.expect("an answer").text().await.expect("text");
        self.shown(&text)
    }

    async fn gitlab(&self, path: &str) -> Value {
        let url = format!("{}/api/v4/{path}", self.demo.demo.gitlab_url);
        let request = self.demo.http.get(&url).header(OPS.0, OPS.1);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{url}");
        answer.json().await.expect("JSON")
    }

    /// Without what differs from one run to the next.
    pub fn shown(&self, text: &str) -> String {
        let demo = &self.demo.demo;
        let mut shown = text.to_owned();
        for (url, name) in [
            (&demo.gitlab_url, "https://gitlab.test"),
            (&demo.service_url, "https://signalbox.test"),
            (&demo.slack_url, "https://slack.test"),
        ] {
            shown = shown.replace(url.as_str(), name);
            let host = |url: &str| url.split_once("://").map(|(_, host)| host.to_owned());
            if let (Some(host), Some(name)) = (host(url), host(name)) {
                shown = shown.replace(&host, &name);
            }
        }
        for prefix in ["rlt_", "aud_", "evt_", "dlv_", "-app-"] {
            shown = without_ids(&shown, prefix);
        }
        shown
    }
}

/// From this beginning up to what ends it.
fn between(text: &str, begin: &str, ends: impl Fn(char) -> bool) -> String {
    let at = text
        .find(begin)
        .unwrap_or_else(|| panic!("{begin:?} in {text}"));
    let rest = &text[at..];
    rest[..rest.find(ends).unwrap_or(rest.len())].to_owned()
}

/// Every id with this prefix as `prefix…`.
fn without_ids(text: &str, prefix: &str) -> String {
    let mut parts = text.split(prefix);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        shown.push_str(prefix);
        shown.push('…');
        shown.push_str(rest);
    }
    shown
}
