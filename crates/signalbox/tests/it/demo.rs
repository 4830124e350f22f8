//! What the demo promises: its names, its ports, its clock, and that `--data` keeps everything.

use std::collections::BTreeSet;
use std::path::Path;

use clock::Chance;
use sandbox::slack::{Options as SlackOptions, SlackSandbox};
use serde_json::{Value, json};
use signalbox::ambient::Ambient;
use signalbox::demo::{self, Demo, Options, Place, Telling};

use crate::process;
use crate::world::{self, Engine, World, push};

/// A demo in this process, on free ports, with a clock that stands still.
pub struct RunningDemo {
    demo: Demo,
    http: reqwest::Client,
    chance: Chance,
}

impl RunningDemo {
    pub async fn start(data: Option<&Path>, story: Telling) -> Self {
        Self::start_at(data, story, Place::Here(listener().await)).await
    }

    async fn start_at(data: Option<&Path>, story: Telling, slack: Place) -> Self {
        process::install_tls();
        let chance = Chance::from_seed(77);
        let options = Options {
            listener: listener().await,
            slack,
            gitlab: Place::Here(listener().await),
            data: data.map(Path::to_owned),
            story,
            metrics: world::metrics(),
            ambient: Ambient {
                clock: world::standing_clock(),
                chance: chance.clone(),
            },
        };
        Self {
            demo: Demo::start(options).await.expect("a demo"),
            http: process::client(),
            chance,
        }
    }

    pub async fn stop(self) {
        self.demo.stop().await;
    }

    /// Sends a webhook to the demo's hook; answers the event's id.
    pub async fn webhook(&self, event: &str, body: Vec<u8>) -> String {
        let url = format!("{}/gitlab/hooks/demo", self.demo.service_url);
        let key = format!("{:x}", self.chance.next_u128());
        let request = self.http.post(url).header("X-Gitlab-Event", event);
        let answer = request
            .header("X-Gitlab-Token", "demo-hook-secret")
            .header("Idempotency-Key", key)
            .body(body)
            .send()
            .await
            .expect("an answer");
        assert!(answer.status().is_success(), "{event}: {}", answer.status());
        let answer: Value = answer.json().await.expect("JSON");
        let id = answer["event"].as_str().expect("an event");
        assert!(id.starts_with("evt_"), "{id}");
        id.to_owned()
    }

    /// Moves the clock of everything.
    pub async fn advance(&self, seconds: f64) {
        self.advance_at(&self.demo.slack_url, seconds).await;
    }

    /// The same, asked of one of the sandboxes; answers its time.
    async fn advance_at(&self, sandbox: &str, seconds: f64) -> String {
        let body = json!({ "advance": seconds });
        let answer = self.post(&format!("{sandbox}/sandbox/clock"), &body).await;
        answer["now"].as_str().expect("a time").to_owned()
    }

    /// Makes something happen in the GitLab sandbox, and lets everything due run.
    async fn make_happen(&self, what: Value) -> Value {
        let url = format!("{}/sandbox/do", self.demo.gitlab_url);
        let done = self.post(&url, &what).await;
        self.advance(0.0).await;
        done
    }

    /// One event's way, as everyone may read it.
    pub async fn event(&self, id: &str) -> Value {
        self.get(&format!("{}/api/v1/events/{id}", self.demo.service_url))
            .await
    }

    /// The log, newest first.
    async fn events(&self) -> Vec<Value> {
        let url = format!("{}/api/v1/events?limit=100", self.demo.service_url);
        let page = self.get(&url).await;
        page["items"].as_array().expect("a list").clone()
    }

    /// What the app called in Slack.
    pub async fn calls(&self, method: &str) -> Vec<Value> {
        let url = format!("{}/sandbox/calls?method={method}", self.demo.slack_url);
        let answer = self.get(&url).await;
        answer["calls"].as_array().expect("calls").clone()
    }

    /// Whether ana sees a message there.
    pub async fn shows(&self, channel: &Value, ts: &Value) -> bool {
        let channel = channel.as_str().expect("a channel");
        let url = format!(
            "{}/sandbox/screen?user=ana&channel={channel}&format=json",
            self.demo.slack_url
        );
        let screen = self.get(&url).await;
        let messages = screen["messages"].as_array().expect("messages");
        messages.iter().any(|message| message["ts"] == *ts)
    }

    /// What ana sees of a channel.
    async fn screen(&self, channel: &str) -> String {
        let url = format!("{}/sandbox/screen", self.demo.slack_url);
        let query = [("user", "ana"), ("channel", channel), ("format", "text")];
        let answer = self.http.get(url).query(&query).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{channel}");
        answer.text().await.expect("text")
    }

    /// The texts of a channel's messages.
    async fn messages(&self, channel: &str) -> Vec<String> {
        let url = format!(
            "{}/sandbox/screen?user=ana&channel={channel}&format=json",
            self.demo.slack_url
        );
        let screen = self.get(&url).await;
        let messages = screen["messages"].as_array().expect("messages");
        let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
        messages.iter().map(text).collect()
    }

    /// A page of the GitLab sandbox.
    async fn page(&self, path: &str) -> String {
        let url = format!("{}{path}", self.demo.gitlab_url);
        let answer = self.http.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("text")
    }

    /// How many messages had no words of their own, in this process.
    pub async fn fallbacks(&self) -> u64 {
        let url = format!("{}/metrics", self.demo.service_url);
        let answer = self.http.get(url).send().await.expect("an answer");
        let metrics = answer.text().await.expect("text");
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("signalbox_fallback_messages_total "));
        line.map_or(0, |count| count.parse().expect("a count"))
    }

    async fn status(&self, path: &str) -> u16 {
        let url = format!("{}{path}", self.demo.service_url);
        let answer = self.http.get(url).send().await.expect("an answer");
        answer.status().as_u16()
    }

    async fn get(&self, url: &str) -> Value {
        let answer = self.http.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{url}");
        answer.json().await.expect("JSON")
    }

    async fn post(&self, url: &str, body: &Value) -> Value {
        let answer = self.http.post(url).json(body).send().await;
        let answer = answer.expect("an answer");
        let (status, answer) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, 200, "{url}: {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }
}

async fn listener() -> tokio::net::TcpListener {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    listener.expect("a free port")
}

fn push_by_ana(project: &str) -> Value {
    json!({ "user": "ana", "project": project, "what": "push" })
}

#[tokio::test]
async fn a_quiet_demo_starts_with_nothing_sent() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    assert_eq!(demo.status("/readyz").await, 200);
    assert_eq!(demo.status("/").await, 200);
    assert_eq!(demo.events().await, Vec::<Value>::new());
    assert_eq!(demo.calls("chat.postMessage").await, Vec::<Value>::new());
    demo.advance(3600.0).await;
    assert_eq!(demo.events().await, Vec::<Value>::new());
    demo.stop().await;
}

#[tokio::test]
async fn a_told_story_begins_with_a_morning_that_was_delivered_and_goes_on() {
    let demo = RunningDemo::start(None, Telling::Told).await;
    // The first step of what follows the morning is due at once.
    demo.advance(0.0).await;
    let morning = demo.events().await;
    assert!(20 < morning.len(), "{} events", morning.len());
    for event in &morning {
        let outcome = event["outcome"].as_str().expect("an outcome");
        assert!(["delivered", "ignored"].contains(&outcome), "{event:#}");
    }
    assert!(
        demo.calls("chat.postMessage")
            .await
            .iter()
            .all(|call| call["status"] == 200)
    );
    demo.advance(600.0).await;
    assert!(morning.len() < demo.events().await.len(), "the day goes on");
    demo.stop().await;
}

#[tokio::test]
async fn a_project_gets_a_channel_of_its_own_on_first_use() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    demo.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    assert!(
        demo.screen("#p-gitlab-org-gitlab")
            .await
            .contains("pushed to branch")
    );
    let system = json!({ "user": "ana", "project": "gitlab-org/gitlab", "what": "system" });
    demo.make_happen(system).await;
    assert!(demo.screen("#p-instance").await.contains("Signalbox"));
    demo.stop().await;
}

#[tokio::test]
async fn an_event_has_the_shape_that_others_rely_on() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    let push = push("acme/web", 1);
    let id = demo
        .webhook(push.event, push.body.to_string().into_bytes())
        .await;
    demo.advance(0.0).await;
    let event = demo.event(&id).await;
    let keys = |value: &Value| -> BTreeSet<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let set = |keys: &[&str]| {
        keys.iter()
            .map(|&key| key.to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert!(keys(&event).is_superset(&set(&["id", "kind", "outcome", "reason", "deliveries"])));
    assert_eq!(event["id"], id);
    assert_eq!(
        (&event["kind"], &event["outcome"]),
        (&json!("push"), &json!("delivered"))
    );
    assert_eq!(event["reason"], Value::Null);
    let delivery = &event["deliveries"][0];
    assert!(keys(delivery).is_superset(&set(&["channel", "state", "via", "ts"])));
    assert_eq!(delivery["channel"], "#p-acme-web");
    assert_eq!(
        (&delivery["state"], &delivery["via"]),
        (&json!("sent"), &json!("app"))
    );
    assert!(demo.shows(&delivery["channel_id"], &delivery["ts"]).await);
    demo.stop().await;
}

#[tokio::test]
async fn the_names_that_scripts_rely_on_are_there() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    for channel in [
        "#general",
        "#production",
        "#g_manage_integrations",
        "#support_gitlab-com",
        "#staging",
    ] {
        demo.screen(channel).await;
    }
    for (token, person, bot) in [
        ("xoxb-demo", "signalbox", true),
        ("xoxp-demo", "admin", false),
    ] {
        let url = format!("{}/api/auth.test", demo.demo.slack_url);
        let answer = demo.http.post(url).bearer_auth(token).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        assert_eq!(
            (&answer["team_id"], &answer["user"]),
            (&json!("T0DEMO"), &json!(person))
        );
        assert_eq!(answer["bot_id"].is_string(), bot);
    }
    for user in ["ana", "ben", "ops"] {
        let url = format!("{}/api/v4/user", demo.demo.gitlab_url);
        let request = demo
            .http
            .get(url)
            .header("PRIVATE-TOKEN", format!("glpat-demo-{user}"));
        let answer: Value = request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        assert_eq!(answer["username"], user);
    }
    let replays = format!("{}/api/v1/dead-letters/replays", demo.demo.service_url);
    for (token, status) in [("demo-admin-token", 201), ("another", 401)] {
        let request = demo.http.post(&replays).header("PRIVATE-TOKEN", token);
        assert_eq!(request.send().await.expect("an answer").status(), status);
    }
    let hook = format!("{}/gitlab/hooks/{}", demo.demo.service_url, demo::HOOK);
    let request = demo
        .http
        .post(&hook)
        .header("X-Gitlab-Token", "another")
        .body("{}");
    assert_eq!(request.send().await.expect("an answer").status(), 401);
    demo.stop().await;
}

#[tokio::test]
async fn either_sandbox_moves_the_clock_of_everything() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    let (slack, gitlab) = (demo.demo.slack_url.clone(), demo.demo.gitlab_url.clone());
    let began = demo.advance_at(&slack, 0.0).await;
    assert_eq!(demo.advance_at(&gitlab, 0.0).await, began);
    let later = demo.advance_at(&gitlab, 90.0).await;
    assert_eq!(demo.advance_at(&slack, 0.0).await, later);
    assert!(began < later);
    demo.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    assert_eq!(demo.events().await[0]["received_at"], later);
    // Ten messages in another lane: four at once, six with the seconds that pass.
    let before = demo.calls("chat.postMessage").await.len();
    for change in 1..=10 {
        let push = push("acme/web", change);
        demo.webhook(push.event, push.body.to_string().into_bytes())
            .await;
    }
    demo.advance_at(&slack, 0.0).await;
    let posted = async || {
        let calls = demo.calls("chat.postMessage").await;
        calls[before..]
            .iter()
            .filter(|call| call["ok"] == true)
            .count()
    };
    assert_eq!(posted().await, 4);
    demo.advance_at(&gitlab, 6.0).await;
    assert_eq!(posted().await, 10);
    demo.stop().await;
}

#[tokio::test]
async fn data_is_kept_over_a_restart_on_other_ports() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = RunningDemo::start(Some(folder.path()), Telling::Quiet).await;
    let mut opened = push_by_ana("gitlab-org/gitlab");
    opened["what"] = json!("open_issue");
    opened["title"] = json!("Keep me");
    let opened = first.make_happen(opened).await;
    let issue = format!("/gitlab-org/gitlab/-/issues/{}", opened["iid"]);
    assert!(first.page(&issue).await.contains("Keep me"), "{opened:#}");
    first.advance(3600.0).await;
    first.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    first.advance(60.0).await;
    let events = first.events().await;
    let messages = first.messages("p-gitlab-org-gitlab").await;
    assert!(messages.iter().any(|message| message.contains("Keep me")));
    first.stop().await;

    let second = RunningDemo::start(Some(folder.path()), Telling::Quiet).await;
    assert_eq!(second.events().await, events);
    assert_eq!(second.messages("p-gitlab-org-gitlab").await, messages);
    assert!(second.page(&issue).await.contains("Keep me"));
    // What happens now goes to where the service listens now, and is not held up by what was.
    second.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    let newest = &second.events().await[0];
    assert_eq!(newest["outcome"], "delivered", "{newest:#}");
    second.stop().await;
}

#[tokio::test]
async fn a_slack_elsewhere_is_used_as_it_is() {
    let clock = world::standing_clock();
    let options = SlackOptions::new(clock, Chance::from_seed(5));
    let elsewhere = SlackSandbox::start(options).await.expect("a sandbox");
    let url = elsewhere.url.parse().expect("a URL");
    let demo = RunningDemo::start_at(None, Telling::Quiet, Place::Elsewhere(url)).await;
    assert_eq!(demo.demo.slack_url, elsewhere.url);
    let url = format!("{}/sandbox/do", demo.demo.gitlab_url);
    demo.post(&url, &push_by_ana("gitlab-org/gitlab")).await;
    demo.advance_at(&demo.demo.gitlab_url, 0.0).await;
    assert!(
        demo.screen("#p-gitlab-org-gitlab")
            .await
            .contains("pushed to branch")
    );
    demo.stop().await;
    let still_there = elsewhere
        .sandbox
        .with_workspace(|workspace| workspace.channel_called("p-gitlab-org-gitlab").is_some());
    assert!(still_there, "the sandbox elsewhere outlives the demo");
}

#[tokio::test]
async fn a_service_is_ready_only_when_its_start_state_is_loaded() {
    let world = World::on(Engine::Memory).await;
    let loading = world.start_service().await;
    let url = format!("http://{}/readyz", loading.address());
    let asked = || async {
        let answer = process::client().get(&url).send().await.expect("an answer");
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.expect("JSON"),
        )
    };
    let (status, answer) = asked().await;
    assert_eq!(status, 503);
    assert_eq!(answer["reason"], "the service is starting or stopping");
    loading.ready();
    assert_eq!(asked().await, (200, json!({ "ready": true })));
    loading.stop().await;
    world.end().await;
}
