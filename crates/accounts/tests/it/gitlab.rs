//! A small GitLab: it grants, renews and revokes, and says who somebody is and what they may.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use outgoing::pkce::Verifier;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

pub const CLIENT_ID: &str = "signalbox";
pub const CLIENT_SECRET: &str = "client-s3cr3t";
pub const SERVICE_TOKEN: &str = "glpat-service";

pub struct GitLab {
    pub url: String,
    shared: Arc<Mutex<Known>>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
pub struct User {
    pub id: u64,
    pub username: &'static str,
    pub state: &'static str,
    pub is_admin: bool,
}

#[derive(Default)]
pub struct Known {
    pub users: BTreeMap<&'static str, User>,
    /// `project acme/web` or `group acme` and a user's number: their level.
    pub levels: BTreeMap<(String, u64), u32>,
    /// Answers every call with 503.
    pub is_away: bool,
    /// What was called, without secrets: `token authorization_code`, `GET user`, …
    pub calls: Vec<String>,
    pub revoked: BTreeSet<String>,
    /// Code: whose it is, and the challenge that it was asked with.
    codes: BTreeMap<String, (&'static str, String)>,
    /// Access token: whose.
    access: BTreeMap<String, &'static str>,
    /// Token that renews: whose, and the access token that it belongs to.
    refresh: BTreeMap<String, (&'static str, String)>,
    made: u64,
}

impl Known {
    fn grant(&mut self, user: &'static str) -> Value {
        self.made += 1;
        let (access, refresh) = (
            format!("access-{}", self.made),
            format!("refresh-{}", self.made),
        );
        self.access.insert(access.clone(), user);
        self.refresh.insert(refresh.clone(), (user, access.clone()));
        json!({
            "access_token": access, "refresh_token": refresh, "token_type": "Bearer",
            "expires_in": 7200, "scope": "api", "created_at": 1_790_000_000,
        })
    }

    /// Ends every grant of somebody's, as GitLab's own page does.
    pub fn revoke_all(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    pub fn count(&self, call: &str) -> usize {
        self.calls.iter().filter(|known| *known == call).count()
    }
}

impl GitLab {
    pub async fn start() -> Self {
        let users = [
            (7, "ana", false),
            (8, "ben", false),
            (9, "ops", true),
            (10, "cleo", false),
        ]
        .map(|(id, username, is_admin)| {
            let state = "active";
            (
                username,
                User {
                    id,
                    username,
                    state,
                    is_admin,
                },
            )
        });
        let known = Known {
            users: users.into_iter().collect(),
            ..Known::default()
        };
        let shared = Arc::new(Mutex::new(known));
        let router = Router::new()
            .route("/oauth/token", post(token))
            .route("/oauth/revoke", post(revoke))
            .route("/api/v4/user", get(user))
            .route("/api/v4/users/{id}", get(somebody))
            .route("/api/v4/projects/{path}/members/all/{user}", get(project))
            .route("/api/v4/groups/{path}/members/all/{user}", get(group))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.shared.lock().unwrap()
    }

    /// Says yes as somebody; gives the code and the state that a browser is sent back with.
    pub fn approves(&self, user: &'static str, asked: &Url) -> (String, String) {
        let parameters: BTreeMap<_, _> = asked.query_pairs().into_owned().collect();
        let expected = format!("{}/oauth/authorize", self.url);
        assert!(asked.as_str().starts_with(&expected), "{asked}");
        for (name, value) in [
            ("client_id", CLIENT_ID),
            ("response_type", "code"),
            ("scope", "api"),
            ("code_challenge_method", "S256"),
            ("redirect_uri", "https://box.test/auth/gitlab/callback"),
        ] {
            assert_eq!(parameters[name], value);
        }
        let mut known = self.known();
        let code = format!("code-{}", known.codes.len());
        let challenge = parameters["code_challenge"].clone();
        known.codes.insert(code.clone(), (user, challenge));
        (code, parameters["state"].clone())
    }
}

impl Drop for GitLab {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Shared = State<Arc<Mutex<Known>>>;
type Answer = (StatusCode, Json<Value>);

fn refused(error: &str) -> Answer {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error })))
}

fn away() -> Answer {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(json!({ "message": "503" })),
    )
}

async fn token(State(shared): Shared, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let mut known = shared.lock().unwrap();
    known.calls.push(format!("token {}", form["grant_type"]));
    if known.is_away {
        return away();
    }
    let id = (form["client_id"].as_str(), form["client_secret"].as_str());
    if id != (CLIENT_ID, CLIENT_SECRET) {
        return refused("invalid_client");
    }
    let user = match form["grant_type"].as_str() {
        "authorization_code" => known
            .codes
            .remove(&form["code"])
            .and_then(|(user, challenge)| {
                let verifier = Verifier::from_secret(form["code_verifier"].clone().into()).unwrap();
                (verifier.challenge() == challenge).then_some(user)
            }),
        "refresh_token" => known
            .refresh
            .remove(&form["refresh_token"])
            .map(|(user, access)| {
                known.access.remove(&access);
                user
            }),
        other => panic!("{other}"),
    };
    match user {
        Some(user) => (StatusCode::OK, Json(known.grant(user))),
        None => refused("invalid_grant"),
    }
}

async fn revoke(State(shared): Shared, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let mut known = shared.lock().unwrap();
    if known.is_away {
        return away();
    }
    let token = &form["token"];
    // As GitLab does: one record has both.
    if let Some((_, access)) = known.refresh.remove(token) {
        known.access.remove(&access);
    }
    known.access.remove(token);
    known.refresh.retain(|_, (_, access)| access != token);
    known.revoked.insert(token.clone());
    (StatusCode::OK, Json(json!({})))
}

/// Who asks, if GitLab lets them.
fn asks(known: &mut Known, call: String, headers: &HeaderMap) -> Result<User, Answer> {
    known.calls.push(call);
    if known.is_away {
        return Err(away());
    }
    let bearer = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap());
    let user = bearer
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| known.access.get(token))
        .map(|user| known.users[user].clone());
    let message = |text: &str| Json(json!({ "message": text }));
    match user {
        Some(user) if user.state == "active" => Ok(user),
        Some(_) => {
            let text = "403 Forbidden - Your account has been blocked.";
            Err((StatusCode::FORBIDDEN, message(text)))
        }
        None => Err((StatusCode::UNAUTHORIZED, message("401 Unauthorized"))),
    }
}

async fn user(State(shared): Shared, headers: HeaderMap) -> Answer {
    let mut known = shared.lock().unwrap();
    match asks(&mut known, "GET user".to_owned(), &headers) {
        Ok(user) => {
            let shown = json!({
                "id": user.id, "username": user.username, "state": user.state,
                "name": user.username.to_uppercase(), "is_admin": user.is_admin,
            });
            (StatusCode::OK, Json(shown))
        }
        Err(refused) => refused,
    }
}

/// As the service's own client sees somebody.
async fn somebody(State(shared): Shared, Path(id): Path<u64>) -> Answer {
    let known = shared.lock().unwrap();
    if known.is_away {
        return away();
    }
    match known.users.values().find(|known| known.id == id) {
        Some(user) => {
            let shown = json!({
                "id": id, "username": user.username, "name": user.username, "state": user.state,
                "is_admin": user.is_admin,
            });
            (StatusCode::OK, Json(shown))
        }
        None => (
            StatusCode::NOT_FOUND,
            Json(json!({ "message": "404 User Not Found" })),
        ),
    }
}

async fn project(state: Shared, headers: HeaderMap, path: Path<(String, u64)>) -> Answer {
    member("project", state, headers, path)
}

async fn group(state: Shared, headers: HeaderMap, path: Path<(String, u64)>) -> Answer {
    member("group", state, headers, path)
}

#[expect(clippy::needless_pass_by_value, reason = "as the extractors give it")]
fn member(
    kind: &str,
    State(shared): Shared,
    headers: HeaderMap,
    Path((path, user)): Path<(String, u64)>,
) -> Answer {
    let mut known = shared.lock().unwrap();
    let place = format!("{kind} {path}");
    let call = format!("GET {place} {user}");
    let is_service = headers
        .get("private-token")
        .is_some_and(|token| token == SERVICE_TOKEN);
    if is_service {
        known.calls.push(call);
        if known.is_away {
            return away();
        }
    } else if let Err(refused) = asks(&mut known, call, &headers) {
        return refused;
    }
    let level = known.levels.get(&(place, user));
    let Some(level) = level else {
        let message = json!({ "message": "404 Not found" });
        return (StatusCode::NOT_FOUND, Json(message));
    };
    let name = known.users.values().find(|known| known.id == user).unwrap();
    let shown = json!({
        "id": user, "username": name.username, "name": name.username, "state": name.state,
        "access_level": level,
    });
    (StatusCode::OK, Json(shown))
}
