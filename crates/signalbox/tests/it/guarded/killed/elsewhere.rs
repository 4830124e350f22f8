//! An environment's flags, kept by somebody who can be made to say nothing at the worst moment.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What whoever changes a flag meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// An answer.
    Well,
    /// Nothing was done, and nothing is said.
    BeforeTheChange,
    /// It was done, and nothing is said.
    AfterTheChange,
}

/// Speaks GitLab's Features API.
pub struct Elsewhere {
    pub url: String,
    kept: Kept,
}

#[derive(Clone)]
struct Kept {
    mood: Arc<Mutex<Mood>>,
    flags: Arc<Mutex<Vec<Value>>>,
    left_waiting: Arc<Semaphore>,
}

impl Elsewhere {
    pub async fn start() -> Self {
        let kept = Kept {
            mood: Arc::new(Mutex::new(Mood::Well)),
            flags: Arc::default(),
            left_waiting: Arc::new(Semaphore::new(0)),
        };
        let router = Router::new()
            .route("/api/v4/features", get(list))
            .route("/api/v4/features/{name}", post(set))
            .with_state(kept.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, kept }
    }

    pub fn becomes(&self, mood: Mood) {
        *locked(&self.kept.mood) = mood;
    }

    /// Waits until somebody is left without an answer.
    pub async fn leaves_somebody_waiting(&self) {
        let waiting = self.kept.left_waiting.acquire().await;
        waiting.expect("it is never closed").forget();
    }

    /// The flags that there are, with their gates.
    pub fn flags(&self) -> Value {
        locked(&self.kept.flags).clone().into()
    }
}

async fn list(State(kept): State<Kept>) -> Json<Value> {
    Json(locked(&kept.flags).clone().into())
}

async fn set(State(kept): State<Kept>, Path(name): Path<String>) -> Response {
    let mood = *locked(&kept.mood);
    let flag = json!({
        "name": name, "state": "on", "gates": [{ "key": "boolean", "value": true }],
        "definition": null,
    });
    if mood != Mood::BeforeTheChange {
        let mut flags = locked(&kept.flags);
        flags.retain(|known| known["name"] != flag["name"]);
        flags.push(flag.clone());
    }
    if mood != Mood::Well {
        kept.left_waiting.add_permits(1);
        return std::future::pending().await;
    }
    Json(flag).into_response()
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
