//! A server that gives the answers of a script, one a request, and remembers the requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use tokio::task::JoinHandle;

pub struct Server {
    pub url: String,
    play: Arc<Mutex<Play>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Play {
    answers: VecDeque<Answer>,
    requests: Vec<String>,
    headers: Vec<HeaderMap>,
}

/// A status, header lines such as `retry-after: 30`, and a body.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    pub fn new(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Server {
    /// A server that, when its script is over, never answers.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let play = Arc::new(Mutex::new(Play {
            answers: answers.into_iter().collect(),
            requests: Vec::new(),
            headers: Vec::new(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&play));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, play, task }
    }

    /// The only request that came: method and path, credentials, body.
    pub fn request(&self) -> String {
        let play = self.play.lock().unwrap();
        assert_eq!(play.requests.len(), 1, "{:#?}", play.requests);
        play.requests[0].clone()
    }

    /// A header of the only request.
    pub fn header(&self, name: &str) -> String {
        let play = self.play.lock().unwrap();
        play.headers[0][name].to_str().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(play): State<Arc<Mutex<Play>>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let credentials = head.headers.get("authorization");
    let credentials = credentials.map_or("no credentials", |value| value.to_str().unwrap());
    let body = String::from_utf8_lossy(&body);
    let shown = format!("{} {}\n{credentials}\n{body}", head.method, head.uri);
    let next = {
        let mut play = play.lock().unwrap();
        play.requests.push(shown);
        play.headers.push(head.headers);
        play.answers.pop_front()
    };
    let Some(answer) = next else {
        return std::future::pending().await;
    };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}
