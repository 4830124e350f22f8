//! GitLab and Slack in one server: it answers what a test told it to, and keeps what it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub struct Outside {
    pub url: String,
    known: Arc<Mutex<Known>>,
    said: mpsc::UnboundedReceiver<Value>,
    task: JoinHandle<()>,
}

/// What was sent to GitLab: `POST projects/acme%2Fshop/issues`, and its body; to Slack:
/// `POST /api/views.publish`. Without a token it begins with `nobody: `.
pub type Asked = (String, Value);

struct Known {
    /// Answers by call, the last one for good.
    answers: HashMap<String, VecDeque<(u16, String)>>,
    asked: Vec<Asked>,
    said: mpsc::UnboundedSender<Value>,
}

/// Where commands and clicks are answered later.
const RESPONSE: &str = "/response/1";

impl Outside {
    pub async fn start() -> Self {
        let (sender, said) = mpsc::unbounded_channel();
        let known = Arc::new(Mutex::new(Known {
            answers: HashMap::new(),
            asked: Vec::new(),
            said: sender,
        }));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&known));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            known,
            said,
            task,
        }
    }

    pub fn response_url(&self) -> String {
        format!("{}{RESPONSE}", self.url)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    /// GitLab answers so to `GET projects/acme%2Fshop`; told twice, the second time so.
    pub fn answers(&self, call: &str, body: &Value) {
        self.says(call, 200, &body.to_string());
    }

    pub fn says(&self, call: &str, status: u16, body: &str) {
        let mut known = self.known();
        let answers = known.answers.entry(call.to_owned()).or_default();
        answers.push_back((status, body.to_owned()));
    }

    /// What GitLab was asked to change.
    pub fn changes(&self) -> Vec<Asked> {
        let known = self.known();
        let changes = known.asked.iter();
        let changes = changes.filter(|(call, _)| !call.starts_with("GET "));
        changes.cloned().collect()
    }

    /// The next that is said through a response URL.
    pub async fn next_said(&mut self) -> Value {
        self.said.recv().await.unwrap()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(known): State<Arc<Mutex<Known>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut known = known.lock().unwrap();
    if uri.path() == RESPONSE {
        let said = serde_json::from_slice(&body).unwrap();
        known.said.send(said).unwrap();
        return "ok".into_response();
    }
    if uri.path() == "/oauth/token" {
        return json_of(200, granted().to_string());
    }
    let path = uri.path().trim_start_matches("/api/v4/");
    let has_token = headers.contains_key("private-token") || headers.contains_key("authorization");
    let nobody = if has_token { "" } else { "nobody: " };
    let call = format!("{nobody}{method} {path}");
    let asked = serde_json::from_slice(&body).unwrap_or(Value::Null);
    known.asked.push((call.clone(), asked));
    let Some(answers) = known.answers.get_mut(&call) else {
        return json_of(404, json!({ "message": "404 Not found" }).to_string());
    };
    let (status, body) = match answers.len() {
        1 => answers[0].clone(),
        _ => answers.pop_front().unwrap(),
    };
    json_of(status, body)
}

fn json_of(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn granted() -> Value {
    json!({
        "access_token": "access-1", "refresh_token": "refresh-1", "token_type": "Bearer",
        "expires_in": 7200, "scope": "api", "created_at": 1_767_693_600,
    })
}
