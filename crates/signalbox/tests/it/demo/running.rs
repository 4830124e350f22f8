//! A demo in this process, as scripts use it: over HTTP.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clock::Chance;
use serde_json::{Value, json};
use signalbox::ambient::Ambient;
use signalbox::config::Transport;
use signalbox::demo::{Demo, Options, Place, Speaking, Telling, Traffic};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::{process, world};

/// A demo in this process, on free ports, with a clock that stands still.
pub struct RunningDemo {
    pub demo: Demo,
    pub http: reqwest::Client,
    chance: Chance,
    /// Whether whoever typed is told at once that it takes long.
    impatient: watch::Sender<bool>,
}

impl RunningDemo {
    /// One that begins as the rollout does: the old integration speaks.
    pub async fn start(data: Option<&Path>, story: Telling) -> Self {
        let slack = Place::Here(listener().await);
        Self::start_at(data, story, slack, Speaking::Webhook).await
    }

    /// A quiet one whose rollouts wait no longer than this for a monitor's answer.
    pub async fn with_monitors_within(patience: Duration) -> Self {
        let slack = Place::Here(listener().await);
        let options = Self::options(None, Telling::Quiet, slack, Speaking::Webhook).await;
        Self::run(Options {
            monitors_within: patience,
            ..options
        })
        .await
    }

    /// A quiet one in which the app speaks from the start.
    pub async fn of_the_app() -> Self {
        let slack = Place::Here(listener().await);
        Self::start_at(None, Telling::Quiet, slack, Speaking::App).await
    }

    /// A quiet one that Slack reaches so.
    pub async fn over(transport: Transport) -> Self {
        Self::speaking_over(Speaking::Webhook, transport).await
    }

    /// The same, in which the app speaks from the start.
    pub async fn of_the_app_over(transport: Transport) -> Self {
        Self::speaking_over(Speaking::App, transport).await
    }

    async fn speaking_over(speaking: Speaking, transport: Transport) -> Self {
        let slack = Place::Here(listener().await);
        let options = Self::options(None, Telling::Quiet, slack, speaking).await;
        let demo = Self::run(Options {
            transport,
            ..options
        })
        .await;
        demo.heard_by_slack(transport).await;
        demo
    }

    /// Waits until the service has its line to Slack.
    async fn heard_by_slack(&self, transport: Transport) {
        if transport == Transport::Http {
            return;
        }
        loop {
            let calls = self.calls("apps.connections.open").await;
            if calls.iter().any(|call| call["ok"] == true) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    pub async fn start_at(
        data: Option<&Path>,
        story: Telling,
        slack: Place,
        speaking: Speaking,
    ) -> Self {
        Self::run(Self::options(data, story, slack, speaking).await).await
    }

    async fn options(
        data: Option<&Path>,
        story: Telling,
        slack: Place,
        speaking: Speaking,
    ) -> Options {
        process::install_tls();
        Options {
            listener: listener().await,
            slack,
            gitlab: Place::Here(listener().await),
            data: data.map(Path::to_owned),
            story,
            rollout: Traffic::Quiet,
            speaking,
            transport: Transport::Http,
            patience: signalbox::service::slack::patience(),
            monitors_within: driver::Sources::default().patience,
            metrics: world::metrics(),
            ambient: Ambient {
                clock: world::standing_clock(),
                chance: Chance::from_seed(77),
            },
        }
    }

    /// Stops everything and starts it again from what it kept, at the same addresses.
    pub async fn starts_again(self, data: &Path) -> Self {
        let at = [
            &self.demo.service_url,
            &self.demo.slack_url,
            &self.demo.gitlab_url,
        ];
        let [service, slack, gitlab] = at.map(|url| url.trim_start_matches("http://").to_owned());
        self.stop().await;
        let at = [
            bind(&service).await,
            bind(&slack).await,
            bind(&gitlab).await,
        ];
        Self::run_again(data, at).await
    }

    /// The same, at other addresses.
    pub async fn starts_elsewhere(self, data: &Path) -> Self {
        // Taken while the old ones are, so that they are others.
        let at = [listener().await, listener().await, listener().await];
        self.stop().await;
        Self::run_again(data, at).await
    }

    async fn run_again(data: &Path, [service, slack, gitlab]: [TcpListener; 3]) -> Self {
        let slack = Place::Here(slack);
        let options = Self::options(Some(data), Telling::Quiet, slack, Speaking::Webhook).await;
        Self::run(Options {
            listener: service,
            gitlab: Place::Here(gitlab),
            ..options
        })
        .await
    }

    async fn run(options: Options) -> Self {
        let chance = options.ambient.chance.clone();
        let (impatient, _) = watch::channel(false);
        let options = Options {
            patience: patience(&impatient),
            ..options
        };
        Self {
            demo: Demo::start(options).await.expect("a demo"),
            http: process::client(),
            chance,
            impatient,
        }
    }

    /// Lets whoever types be told at once that it takes long; else they wait for the answer.
    pub fn impatient(&self, impatient: bool) {
        self.impatient.send_replace(impatient);
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
    pub async fn advance_at(&self, sandbox: &str, seconds: f64) -> String {
        let body = json!({ "advance": seconds });
        let answer = self.post(&format!("{sandbox}/sandbox/clock"), &body).await;
        answer["now"].as_str().expect("a time").to_owned()
    }

    /// Makes something happen in the GitLab sandbox, and lets everything due run.
    pub async fn make_happen(&self, what: Value) -> Value {
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
    pub async fn events(&self) -> Vec<Value> {
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
    pub async fn screen(&self, channel: &str) -> String {
        let url = format!("{}/sandbox/screen", self.demo.slack_url);
        let query = [("user", "ana"), ("channel", channel), ("format", "text")];
        let answer = self.http.get(url).query(&query).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{channel}");
        answer.text().await.expect("text")
    }

    /// The texts of a channel's messages.
    pub async fn messages(&self, channel: &str) -> Vec<String> {
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
    pub async fn page(&self, path: &str) -> String {
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

    pub async fn status(&self, path: &str) -> u16 {
        let url = format!("{}{path}", self.demo.service_url);
        let answer = self.http.get(url).send().await.expect("an answer");
        answer.status().as_u16()
    }

    pub async fn get(&self, url: &str) -> Value {
        let answer = self.http.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{url}");
        answer.json().await.expect("JSON")
    }

    pub async fn post(&self, url: &str, body: &Value) -> Value {
        let answer = self.http.post(url).json(body).send().await;
        let answer = answer.expect("an answer");
        let (status, answer) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, 200, "{url}: {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }
}

/// Waits for no time of its own: only until somebody says that it was long enough.
fn patience(impatient: &watch::Sender<bool>) -> app::Patience {
    let impatient = impatient.clone();
    Arc::new(move || {
        let mut impatient = impatient.subscribe();
        Box::pin(async move {
            // The sender lives in here, so that there is always one.
            let _ = impatient.wait_for(|impatient| *impatient).await;
        })
    })
}

async fn listener() -> TcpListener {
    bind("127.0.0.1:0").await
}

async fn bind(address: &str) -> TcpListener {
    let listener = TcpListener::bind(address).await;
    listener.unwrap_or_else(|error| panic!("{address}: {error}"))
}
