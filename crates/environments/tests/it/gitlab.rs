//! A GitLab that keeps flags in memory, by Flipper's rules, and knows a few projects and people.
//!
//! Like GitLab's own, its Features API finds targets by path and username, not by number.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flags::request::{Plan, Request as Asked};
use flags::{ActorId, Change, Gates};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::world::TOKEN;

pub struct GitLab {
    pub url: String,
    shared: Arc<Mutex<Kept>>,
    task: JoinHandle<()>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    Silence,
    /// It is done, and the answer is lost.
    DoneInSilence,
    Status(u16),
    WebPage,
    /// JSON that tells of no flag.
    Nonsense,
}

#[derive(Default)]
struct Kept {
    flags: BTreeMap<String, Gates>,
    /// Gates that only a console can have set.
    strange: Option<Value>,
    definitions: Option<Vec<Value>>,
    /// Features only: another Signalbox.
    lacks_directory: bool,
    calls: Vec<String>,
    /// Calls with this method fail from here on, after so many that do not.
    fault: Option<(Method, usize, Fault)>,
    asked_now: usize,
    asked_most: usize,
}

/// Projects, groups and people by number.
const PROJECTS: [(u64, &str); 3] = [
    (12, "gitlab-org/gitlab"),
    (13, "gitlab-org/gitlab-foss"),
    (14, "gitlab-com/www"),
];
const GROUPS: [(u64, &str); 2] = [(9, "gitlab-org"), (10, "gitlab-org/manage")];
const PEOPLE: [(u64, &str); 2] = [(7, "ana"), (8, "ben")];
/// Personal namespaces have numbers of their own.
const NAMESPACES: [(u64, &str); 2] = [(57, "ana"), (58, "ben")];
/// More projects than a change may name, from this number on: `many/1`, `many/2`, ….
const MANY: u64 = 1000;

type Shared = Arc<Mutex<Kept>>;

impl GitLab {
    pub async fn start() -> Self {
        let shared = Shared::default();
        shared.lock().unwrap().definitions = Some(Vec::new());
        let features = Router::new()
            .route("/features", get(list))
            .route("/features/definitions", get(definitions))
            .route("/features/{name}", post(set).delete(delete));
        let directory = Router::new()
            .route("/version", get(version))
            .route("/projects/{id}", get(project))
            .route("/groups/{id}", get(group))
            .route("/users", get(users))
            .route("/users/{id}", get(user))
            .route("/namespaces/{id}", get(namespace))
            .layer(from_fn_with_state(shared.clone(), count));
        let router = Router::new()
            .nest("/api/v4", features.merge(directory))
            .layer(from_fn_with_state(shared.clone(), receive))
            .with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.shared.lock().unwrap()
    }

    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Fails every call with this method but the next `good` ones.
    pub fn fail(&self, method: Method, good: usize, fault: Fault) {
        self.kept().fault = Some((method, good, fault));
    }

    pub fn heal(&self) {
        self.kept().fault = None;
    }

    pub fn keep(&self, flag: &str, gates: Gates) {
        self.kept().flags.insert(flag.to_owned(), gates);
    }

    pub fn gates(&self, flag: &str) -> Option<Gates> {
        self.kept().flags.get(flag).cloned()
    }

    /// `None`: a version that has no such call.
    pub fn define(&self, definitions: Option<Vec<Value>>) {
        self.kept().definitions = definitions;
    }

    pub fn add_strange(&self, feature: Value) {
        self.kept().strange = Some(feature);
    }

    pub fn become_another_signalbox(&self) {
        self.kept().lacks_directory = true;
    }

    /// What was asked to be changed since the last time: method, path and JSON.
    pub fn take_changes(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.kept().calls);
        let is_change = |call: &String| !call.starts_with("GET");
        calls.into_iter().filter(is_change).collect()
    }

    /// The most questions about people and projects that were open at a time.
    pub fn most_at_once(&self) -> usize {
        self.kept().asked_most
    }
}

impl Drop for GitLab {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Checks the token, writes the call down, and fails if it is to.
async fn receive(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    let method = parts.method.clone();
    let path = parts.uri.path().trim_start_matches("/api/v4/").to_owned();
    let line = format!("{method} {path} {}", String::from_utf8_lossy(&body));
    let fault = {
        let mut kept = shared.lock().unwrap();
        kept.calls.push(line.trim_end().to_owned());
        match &mut kept.fault {
            Some((of, 0, fault)) if *of == method => Some(*fault),
            Some((of, good, _)) if *of == method => {
                *good -= 1;
                None
            }
            _ => None,
        }
    };
    if !has_token(&parts.headers) {
        return message(StatusCode::UNAUTHORIZED, "401 Unauthorized");
    }
    let go_on = next.run(Request::from_parts(parts, Body::from(body)));
    match fault {
        None => go_on.await,
        Some(Fault::Silence) => std::future::pending().await,
        Some(Fault::DoneInSilence) => {
            go_on.await;
            std::future::pending().await
        }
        Some(Fault::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap();
            let said = status.canonical_reason().unwrap_or_default();
            message(status, &format!("{} {said}", status.as_u16()))
        }
        Some(Fault::WebPage) => axum::response::Html("<h1>Sign in</h1>").into_response(),
        Some(Fault::Nonsense) => axum::Json(json!({"flags": "many"})).into_response(),
    }
}

fn has_token(headers: &HeaderMap) -> bool {
    headers.get("private-token").is_some_and(|it| it == TOKEN)
}

fn message(status: StatusCode, text: &str) -> Response {
    (status, axum::Json(json!({"message": text}))).into_response()
}

async fn count(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    if shared.lock().unwrap().lacks_directory {
        return message(StatusCode::NOT_FOUND, "404 Not Found");
    }
    {
        let mut kept = shared.lock().unwrap();
        kept.asked_now += 1;
        kept.asked_most = kept.asked_most.max(kept.asked_now);
    }
    // Whoever else is on the way comes in meanwhile.
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    let response = next.run(request).await;
    shared.lock().unwrap().asked_now -= 1;
    response
}

async fn list(State(shared): State<Shared>) -> Response {
    let kept = shared.lock().unwrap();
    let mut features: Vec<Value> = kept
        .flags
        .iter()
        .map(|(name, gates)| feature(name, gates))
        .collect();
    features.extend(kept.strange.clone());
    axum::Json(features).into_response()
}

fn feature(name: &str, gates: &Gates) -> Value {
    json!({"name": name, "state": gates.state().name(), "definition": null, "gates": [
        {"key": "boolean", "value": gates.boolean},
        {"key": "actors", "value": gates.actors},
        {"key": "percentage_of_actors", "value": gates.percentage_of_actors},
        {"key": "percentage_of_time", "value": gates.percentage_of_time},
        {"key": "groups", "value": gates.groups},
    ]})
}

async fn definitions(State(shared): State<Shared>) -> Response {
    match &shared.lock().unwrap().definitions {
        Some(definitions) => axum::Json(definitions).into_response(),
        None => message(StatusCode::NOT_FOUND, "404 Not Found"),
    }
}

async fn set(State(shared): State<Shared>, Path(name): Path<String>, body: Bytes) -> Response {
    let body: BTreeMap<String, Value> = serde_json::from_slice(&body).unwrap();
    let text = |value: &Value| {
        let text = value.as_str().map(str::to_owned);
        text.unwrap_or_else(|| value.to_string())
    };
    let pairs: Vec<(String, String)> = body.iter().map(|(k, v)| (k.clone(), text(v))).collect();
    let pairs = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    let mut kept = shared.lock().unwrap();
    let changed = Asked::from_parameters(pairs)
        .map_err(|error| error.to_string())
        .and_then(|asked| changes(&asked, kept.lacks_directory))
        .and_then(|changes| {
            let before = kept.flags.get(&name);
            flags::apply(before, &changes).map_err(|refusal| refusal.to_string())
        });
    match changed {
        Ok(gates) => {
            let gates = gates.unwrap();
            let answer = axum::Json(feature(&name, &gates));
            kept.flags.insert(name, gates);
            (StatusCode::CREATED, answer).into_response()
        }
        Err(why) => message(StatusCode::BAD_REQUEST, &format!("400 Bad request - {why}")),
    }
}

fn changes(asked: &Asked, takes_numbers: bool) -> Result<Vec<Change>, String> {
    let plan = flags::request::plan(asked).map_err(|error| error.to_string())?;
    let verb = match plan {
        Plan::Everyone(change) => return Ok(vec![change]),
        Plan::Each(verb) => verb,
    };
    let missing = |name: &str| format!("{name} is not found!");
    let mut changes = Vec::new();
    let targets = &asked.targets;
    for name in &targets.projects {
        let project = by_name(name, project_named, takes_numbers);
        changes.push(verb.actor(ActorId::project(project.ok_or_else(|| missing(name))?)));
    }
    for name in &targets.groups {
        let group = by_name(name, |name| id_of(&GROUPS, name), takes_numbers);
        changes.push(verb.actor(ActorId::group(group.ok_or_else(|| missing(name))?)));
    }
    for name in &targets.users {
        let user = by_name(name, |name| id_of(&PEOPLE, name), takes_numbers);
        changes.push(verb.actor(ActorId::user(user.ok_or_else(|| missing(name))?)));
    }
    for name in &targets.namespaces {
        let namespace = id_of(&NAMESPACES, name).map(ActorId::user_namespace);
        let group = || id_of(&GROUPS, name).map(ActorId::group);
        let actor = namespace.or_else(group).ok_or_else(|| missing(name))?;
        changes.push(verb.actor(actor));
    }
    for name in &targets.repositories {
        project_named(name).ok_or_else(|| missing(name))?;
        changes.push(verb.actor(ActorId::repository(name)));
    }
    let group = targets.feature_group.clone();
    changes.extend(group.and_then(|group| verb.group(group)));
    Ok(changes)
}

fn by_name(name: &str, find: impl Fn(&str) -> Option<u64>, takes_numbers: bool) -> Option<u64> {
    find(name).or_else(|| name.parse().ok().filter(|_| takes_numbers))
}

fn id_of(known: &[(u64, &str)], name: &str) -> Option<u64> {
    let found = known.iter().find(|(_, known)| *known == name);
    found.map(|(id, _)| *id)
}

fn project_named(name: &str) -> Option<u64> {
    let many = || Some(MANY + name.strip_prefix("many/")?.parse::<u64>().ok()?);
    id_of(&PROJECTS, name).or_else(many)
}

async fn delete(State(shared): State<Shared>, Path(name): Path<String>) -> StatusCode {
    shared.lock().unwrap().flags.remove(&name);
    StatusCode::NO_CONTENT
}

async fn version() -> Response {
    axum::Json(json!({"version": "17.5.1-ee", "revision": "abc"})).into_response()
}

/// The one of this number or name.
fn known(known: &[(u64, &'static str)], name: &str) -> Option<(u64, String)> {
    let found = known
        .iter()
        .find(|(id, known)| known.eq_ignore_ascii_case(name) || id.to_string() == name);
    found.map(|(id, name)| (*id, (*name).to_owned()))
}

fn answer(found: Option<Value>, what: &str) -> Response {
    match found {
        Some(found) => axum::Json(found).into_response(),
        None => message(StatusCode::NOT_FOUND, &format!("404 {what} Not Found")),
    }
}

async fn project(Path(id): Path<String>) -> Response {
    let many = || {
        let number = project_named(&id).or_else(|| id.parse().ok())?;
        let place = number.checked_sub(MANY)?;
        Some((number, format!("many/{place}")))
    };
    let project = known(&PROJECTS, &id).or_else(many);
    let json =
        |(id, path): (u64, String)| json!({"id": id, "name": path, "path_with_namespace": path});
    answer(project.map(json), "Project")
}

async fn group(Path(id): Path<String>) -> Response {
    let json = |(id, path): (u64, String)| json!({"id": id, "name": path, "full_path": path});
    answer(known(&GROUPS, &id).map(json), "Group")
}

fn person((id, name): (u64, String)) -> Value {
    json!({"id": id, "username": name, "name": name})
}

async fn users(uri: axum::http::Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let name = query.strip_prefix("username=").unwrap_or_default();
    let found = PEOPLE
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(name));
    let found = found.map(|(id, name)| person((*id, (*name).to_owned())));
    axum::Json(found.into_iter().collect::<Vec<_>>()).into_response()
}

async fn user(Path(id): Path<String>) -> Response {
    let found = PEOPLE.iter().find(|(known, _)| known.to_string() == id);
    let found = found.map(|(id, name)| (*id, (*name).to_owned()));
    answer(found.map(person), "User")
}

async fn namespace(Path(id): Path<String>) -> Response {
    let json = |kind: &'static str| move |(id, path): (u64, String)| json!({"id": id, "name": path, "kind": kind, "full_path": path});
    let namespace = known(&NAMESPACES, &id).map(json("user"));
    let group = || known(&GROUPS, &id).map(json("group"));
    answer(namespace.or_else(group), "Namespace")
}
