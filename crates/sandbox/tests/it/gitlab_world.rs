//! A GitLab sandbox with a receiver that records every webhook.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use clock::{Chance, Clock};
use jiff::Timestamp;
use sandbox::gitlab::{Do, Done, GitLabSandbox, Hook, Options};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A webhook as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: Value,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// `object_kind`, or `event_name` of what has none.
    pub fn kind(&self) -> &str {
        self.body["object_kind"]
            .as_str()
            .or(self.body["event_name"].as_str())
            .unwrap_or_default()
    }
}

#[derive(Clone)]
struct Receiver {
    received: Arc<Mutex<Vec<Received>>>,
    answer: Arc<Mutex<StatusCode>>,
}

pub struct World {
    pub sandbox: GitLabSandbox,
    pub clock: Clock,
    receiver: Receiver,
}

/// 2026-11-20 09:00 UTC, and it stands still unless moved.
fn morning() -> Timestamp {
    Timestamp::from_second(1_795_165_200).unwrap()
}

/// A client that needs no TLS provider of the process: webhooks here are plain HTTP.
pub fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

pub fn options(seed: u64) -> Options {
    let clock = Clock::new(morning);
    let mut options = Options::new(clock, Chance::from_seed(seed), http());
    options.public_url = "http://gitlab.test:7402".to_owned();
    options
}

impl World {
    pub async fn start() -> Self {
        Self::with(options(1)).await
    }

    pub async fn with(mut options: Options) -> Self {
        let receiver = Receiver {
            received: Arc::default(),
            answer: Arc::new(Mutex::new(StatusCode::OK)),
        };
        let app = Router::new()
            .route("/gitlab/hooks/demo", post(receive))
            .with_state(receiver.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "http://{}/gitlab/hooks/demo",
            listener.local_addr().unwrap()
        );
        tokio::spawn(async move { axum::serve(listener, app).await });
        options.hooks.push(Hook::new(url, "demo-hook-secret"));
        let clock = options.clock.clone();
        let sandbox = GitLabSandbox::new(options).unwrap();
        Self {
            sandbox,
            clock,
            receiver,
        }
    }

    pub async fn ana(&self, what: Do) -> Done {
        let said = format!("{what:?}");
        self.sandbox
            .perform(what)
            .await
            .unwrap_or_else(|error| panic!("{said}: {error}"))
    }

    /// What arrived since the last time this was asked.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.receiver.received.lock().unwrap())
    }

    pub fn receiver_answers(&self, status: StatusCode) {
        *self.receiver.answer.lock().unwrap() = status;
    }
}

/// ana does it in gitlab-org/gitlab.
pub fn ana(what: &str) -> Do {
    Do::new("ana", "gitlab-org/gitlab", what)
}

async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, axum::Json<Value>) {
    let number = {
        let mut received = receiver.received.lock().unwrap();
        received.push(Received {
            headers,
            body: serde_json::from_slice(&body).unwrap(),
        });
        received.len()
    };
    let status = *receiver.answer.lock().unwrap();
    (
        status,
        axum::Json(json!({ "event": format!("evt_{number}") })),
    )
}
