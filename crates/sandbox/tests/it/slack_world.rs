//! A Slack sandbox on a free port, and calls to it.

use std::time::Duration;

use clock::{Chance, Clock};
use jiff::Timestamp;
use sandbox::slack::{Options, Running, SlackSandbox};
use serde_json::{Value, json};

use crate::gitlab_world::http;

pub struct World {
    pub running: Running,
    pub clock: Clock,
    pub token: &'static str,
    http: reqwest::Client,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Said {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The error, or `ok`.
    pub fn outcome(&self) -> &str {
        if self.body["ok"] == json!(true) {
            "ok"
        } else {
            self.body["error"].as_str().unwrap_or("?")
        }
    }
}

/// 2026-11-20 09:00 UTC, and it stands still unless moved.
fn morning() -> Timestamp {
    Timestamp::from_second(1_795_165_200).unwrap()
}

pub fn options() -> Options {
    Options::new(Clock::new(morning), Chance::from_seed(7))
}

impl World {
    pub async fn start() -> Self {
        Self::with(options()).await
    }

    pub async fn with(options: Options) -> Self {
        let clock = options.clock.clone();
        let running = SlackSandbox::start(options).await.unwrap();
        Self {
            running,
            clock,
            token: "xoxb-demo",
            http: http(),
        }
    }

    /// The same with another token.
    pub fn with_token(mut self, token: &'static str) -> Self {
        self.token = token;
        self
    }

    /// A call with a JSON body.
    pub async fn call(&self, method: &str, args: Value) -> Said {
        let request = self.http.post(format!("{}/api/{method}", self.running.url));
        let request = request.header("content-type", "application/json; charset=utf-8");
        said(request.bearer_auth(self.token).body(args.to_string())).await
    }

    /// A call with a form, as reading methods want it.
    pub async fn form(&self, method: &str, args: &[(&str, &str)]) -> Said {
        let request = self.http.post(format!("{}/api/{method}", self.running.url));
        said(request.bearer_auth(self.token).form(args)).await
    }

    /// A request of any shape.
    pub fn request(&self, verb: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(verb, format!("{}{path}", self.running.url))
    }

    pub async fn get(&self, path: &str) -> Said {
        said(self.request(reqwest::Method::GET, path)).await
    }

    /// A scripting endpoint.
    pub async fn sandbox(&self, what: &str, body: Value) -> Said {
        let request = self.request(reqwest::Method::POST, &format!("/sandbox/{what}"));
        said(
            request
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
        .await
    }

    /// Posts a text and gives its `ts`.
    pub async fn post(&self, channel: &str, text: &str) -> String {
        let said = self
            .call(
                "chat.postMessage",
                json!({ "channel": channel, "text": text }),
            )
            .await;
        assert_eq!(said.outcome(), "ok", "{said:?}");
        said.body["ts"].as_str().unwrap().to_owned()
    }

    /// What ana sees of a channel.
    pub async fn screen(&self, channel: &str) -> Value {
        let path = format!("/sandbox/screen?user=ana&channel={channel}&format=json");
        self.get(&path).await.body["messages"].take()
    }

    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

pub async fn said(request: reqwest::RequestBuilder) -> Said {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    Said {
        status,
        headers,
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}
