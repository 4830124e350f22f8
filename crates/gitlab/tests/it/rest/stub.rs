//! A server with prepared answers that writes down what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use futures_util::stream;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub struct Stub {
    /// `http://127.0.0.1:port`.
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    replies: Mutex<VecDeque<Reply>>,
    requests: Mutex<Vec<Request>>,
}

/// What came in.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET /api/v4/version`, with the query, followed by the JSON or the form of the body.
    pub line: String,
    /// Of the header `PRIVATE-TOKEN`.
    pub token: Option<String>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
}

/// What goes out.
pub enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Megabytes of spaces, in chunks without a length ahead.
    Endless,
    /// The first bytes of an answer, and then the end of the connection.
    BreaksOff,
    Silence,
}

impl Reply {
    pub fn json(status: u16, body: &str) -> Self {
        Self::typed(status, "application/json", body)
    }

    pub fn typed(status: u16, content_type: &str, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.to_owned(),
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

impl Stub {
    /// Gives the replies in turn.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let shared = Arc::new(Shared {
            replies: Mutex::new(replies.into_iter().collect()),
            ..Shared::default()
        });
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    /// Gives these values in turn as GitLab's JSON.
    pub async fn giving(values: impl IntoIterator<Item = Value>) -> Self {
        let replies = values
            .into_iter()
            .map(|value| Reply::json(200, &value.to_string()));
        Self::start(replies).await
    }

    /// Gives this reply after the ones before it.
    pub fn will(&self, reply: Reply) {
        self.shared.replies.lock().unwrap().push_back(reply);
    }

    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The requests' lines without `/api/v4`.
    pub fn lines(&self) -> Vec<String> {
        let requests = self.requests();
        requests
            .iter()
            .map(|request| request.line.replacen(" /api/v4/", " ", 1))
            .collect()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut line = format!("{method} {uri}");
    if !body.is_empty() {
        line += " ";
        line += &match serde_json::from_slice::<Value>(&body) {
            Ok(body) => body.to_string(),
            Err(_) => String::from_utf8(body.to_vec()).unwrap(),
        };
    }
    let header = |name: &str| {
        let value = headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    shared.requests.lock().unwrap().push(Request {
        line,
        token: header("private-token"),
        authorization: header("authorization"),
    });
    let reply = shared.replies.lock().unwrap().pop_front();
    match reply {
        Some(Reply::Answer {
            status,
            headers,
            body,
        }) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Some(Reply::Endless) => {
            let chunk = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1_000_000]));
            Response::new(Body::from_stream(stream::repeat_with(chunk)))
        }
        Some(Reply::BreaksOff) => {
            let parts = [
                Ok(Bytes::from_static(b"{\"id\": 1,")),
                Err(std::io::Error::other("the end of it")),
            ];
            Response::new(Body::from_stream(stream::iter(parts)))
        }
        Some(Reply::Silence) => std::future::pending().await,
        None => Response::builder()
            .status(StatusCode::IM_A_TEAPOT)
            .body(Body::from(r#"{"message":"no reply is prepared"}"#))
            .unwrap(),
    }
}
