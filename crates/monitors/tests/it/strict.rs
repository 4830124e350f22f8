//! A double that takes what a product's documentation lists and refuses everything else, in that
//! product's words.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use serde_json::Value;
use tokio::task::JoinHandle;

/// A product, as far as we use it.
#[derive(Clone, Copy)]
pub struct Product {
    /// Headers that every request must have.
    pub headers: &'static [(&'static str, &'static str)],
    pub calls: &'static [Call],
    /// Its words for a refusal.
    pub refuse: fn(&str) -> Value,
}

/// A documented call.
#[derive(Clone, Copy)]
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    /// All parameters that its documentation lists, not only ours.
    pub parameters: &'static [&'static str],
    pub answer: fn(&Asked) -> Result<Given, String>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// A recorded answer.
pub struct Given {
    pub body: Value,
    pub link: Option<&'static str>,
}

impl Given {
    pub fn json(body: Value) -> Result<Self, String> {
        Ok(Self { body, link: None })
    }
}

impl Asked {
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.query.iter().filter(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a parameter that must be there once.
    pub fn one(&self, name: &str) -> Result<&str, String> {
        match self.all(name).as_slice() {
            [value] => Ok(value),
            values => Err(format!("{name} is there {} times", values.len())),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

pub struct Strict {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Strict {
    pub async fn start(product: Product) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = (product, Arc::clone(&asked));
        let router = Router::new().fallback(answer).with_state(state);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked, task }
    }

    /// What was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The parameters of the only request.
    pub fn parameters(&self) -> BTreeMap<String, Vec<String>> {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:#?}");
        let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in asked[0].query.clone() {
            parameters.entry(name).or_default().push(value);
        }
        parameters
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Play = (Product, Arc<Mutex<Vec<Asked>>>);

async fn answer(State((product, all)): State<Play>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let asked = Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: reqwest::Url::parse(&format!("http://double/?{query}"))
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect(),
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    };
    let given = check(product, &asked).and_then(|call| (call.answer)(&asked));
    all.lock().unwrap().push(asked);
    let (status, link, body) = match given {
        Ok(given) => (200, given.link, given.body),
        Err(reason) => (400, None, (product.refuse)(&reason)),
    };
    let mut response = Response::builder().status(status);
    response = response.header("content-type", "application/json");
    if let Some(link) = link {
        response = response.header("link", link);
    }
    response.body(Body::from(body.to_string())).unwrap()
}

fn check(product: Product, asked: &Asked) -> Result<Call, String> {
    for (name, expected) in product.headers {
        let found = asked
            .headers
            .get(*name)
            .map(|value| value.to_str().unwrap());
        if found != Some(*expected) {
            return Err(format!("the header {name} is {found:?}"));
        }
    }
    let call = product
        .calls
        .iter()
        .find(|call| call.method == asked.method && call.path == asked.path)
        .ok_or_else(|| format!("no call {} {}", asked.method, asked.path))?;
    let unknown = |(name, _): &&(String, String)| !call.parameters.contains(&name.as_str());
    match asked.query.iter().find(unknown) {
        Some((name, _)) => Err(format!("unknown parameter {name}")),
        None => Ok(*call),
    }
}
