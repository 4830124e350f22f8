//! An app that a Slack sandbox can call: it notes what it is asked and answers as it is told.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::slack_world::{World, options};

/// What the app answers.
#[derive(Clone)]
pub enum Answer {
    Empty,
    Text(&'static str),
    Json(Value),
    Raw(&'static str, &'static str),
    Status(u16),
    /// The same, and no further try is welcome.
    Final(u16),
    /// This field of the JSON that was asked.
    Echo(&'static str),
    /// None, ever.
    Silence,
}

/// A request as it came.
#[derive(Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Asked {
    pub fn field(&self, name: &str) -> String {
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        let field = fields.find(|(field, _)| field == name);
        field.map(|(_, value)| value.into_owned()).unwrap()
    }

    /// The JSON in the form field `payload`.
    pub fn payload(&self) -> Value {
        serde_json::from_str(&self.field("payload")).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

#[derive(Clone)]
pub struct App {
    pub url: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl App {
    /// An app on a port of its own, and a sandbox that knows it.
    pub async fn start() -> (Self, World) {
        let app = Self::listen().await;
        let mut options = options();
        options.app_url = Some(app.url.clone());
        let world = World::with(options).await;
        (app, world)
    }

    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            answer: Arc::new(Mutex::new(Answer::Empty)),
            asked: Arc::default(),
        };
        let router = Router::new().fallback(hear).with_state(app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        app
    }

    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// The last request.
    pub fn asked(&self) -> Asked {
        self.asked.lock().unwrap().last().unwrap().clone()
    }

    /// The last request at this path.
    pub fn asked_at(&self, path: &str) -> Asked {
        let asked = self.asked.lock().unwrap();
        let mut there = asked.iter().filter(|asked| asked.path == path);
        there.next_back().unwrap().clone()
    }

    pub fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn hear(State(app): State<App>, uri: Uri, headers: HeaderMap, body: String) -> Response {
    let path = uri.path().to_owned();
    app.asked.lock().unwrap().push(Asked {
        path,
        headers,
        body,
    });
    let answer = app.answer.lock().unwrap().clone();
    match answer {
        Answer::Empty => ().into_response(),
        Answer::Text(text) => text.into_response(),
        Answer::Json(json) => axum::Json(json).into_response(),
        Answer::Raw(kind, body) => ([(CONTENT_TYPE, kind)], body).into_response(),
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::Final(status) => {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [("x-slack-no-retry", "1")]).into_response()
        }
        Answer::Echo(field) => {
            let asked = app.asked();
            let asked: Value = serde_json::from_str(&asked.body).unwrap();
            asked[field].as_str().unwrap().to_owned().into_response()
        }
        Answer::Silence => std::future::pending().await,
    }
}
