//! Signing in to the sandbox's pages: no password, just a choice of people.

use axum::Router;
use axum::extract::{Form, FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::convert::Infallible;

use super::frame;
use super::html::Safe;
use super::secret;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{PersonState, User, World};

/// Cookies know no ports, and the service has cookies of its own on the same host.
const COOKIE: &str = "gitlab_sandbox_session";

pub(super) fn router() -> Router<GitLabSandbox> {
    Router::new()
        .route("/users/sign_in", get(show).post(sign_in))
        .route("/users/sign_out", post(sign_out))
}

/// Who looks at a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Visitor {
    pub user: Option<User>,
    /// The secret of the session's cookie.
    secret: Option<String>,
}

impl Visitor {
    /// What a form must carry to be this visitor's own.
    pub fn form_token(&self) -> String {
        let secret = self.secret.as_deref().unwrap_or_default();
        secret::hash(&format!("form {secret}"))
    }
}

impl FromRequestParts<GitLabSandbox> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        sandbox: &GitLabSandbox,
    ) -> Result<Self, Self::Rejection> {
        let Some(secret) = cookie(&parts.headers) else {
            return Ok(Self::default());
        };
        let state = sandbox.lock();
        let user = state.world.sign_ins.session(&secret::hash(&secret));
        let user = user.and_then(|id| state.world.user(id)).cloned();
        let may = |user: &User| user.state == PersonState::Active;
        Ok(Self {
            user: user.filter(may),
            secret: Some(secret),
        })
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SignIn {
    user: String,
    return_to: String,
}

/// `GET /users/sign_in`
async fn show(State(sandbox): State<GitLabSandbox>, Query(asked): Query<SignIn>) -> Html<String> {
    Html(page(&sandbox.lock().world, &asked.return_to, None))
}

/// `POST /users/sign_in`
async fn sign_in(State(sandbox): State<GitLabSandbox>, Form(asked): Form<SignIn>) -> Response {
    let mut state = sandbox.lock();
    let mut users = state.world.users.iter_mut();
    let Some(user) = users.find(|user| user.username == asked.user) else {
        let page = page(
            &state.world,
            &asked.return_to,
            Some("Nobody has this name."),
        );
        return (StatusCode::NOT_FOUND, Html(page)).into_response();
    };
    // Whoever was deactivated is active again by signing in, as in GitLab.
    if user.state == PersonState::Deactivated {
        user.state = PersonState::Active;
    }
    let (id, refusal) = (user.id, user.state.refusal(&sandbox.options().public_url));
    if let Some(refusal) = refusal {
        let page = page(&state.world, &asked.return_to, Some(&refusal));
        return (StatusCode::FORBIDDEN, Html(page)).into_response();
    }
    let secret = secret::new(&sandbox.options().chance);
    let sign_ins = &mut state.world.sign_ins;
    sign_ins.begin_session(secret::hash(&secret), id);
    state.unsaved = true;
    let cookie = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax");
    let to = own_path(&asked.return_to);
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// `POST /users/sign_out`
async fn sign_out(
    State(sandbox): State<GitLabSandbox>,
    headers: HeaderMap,
    Form(asked): Form<SignIn>,
) -> Response {
    if let Some(secret) = cookie(&headers) {
        let mut state = sandbox.lock();
        let sign_ins = &mut state.world.sign_ins;
        sign_ins.end_session(&secret::hash(&secret));
        state.unsaved = true;
    }
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    let to = own_path(&asked.return_to);
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// The path when it is one of this sandbox, else the first page.
fn own_path(path: &str) -> &str {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n', '\t']);
    if own { path } else { "/" }
}

/// The page where people choose who they are.
pub(super) fn page(world: &World, return_to: &str, problem: Option<&str>) -> String {
    let people: String = world.users.iter().map(person).collect();
    let problem = problem.map_or_else(String::new, |problem| {
        format!(
            "<p class=\"notice bad\" role=\"alert\">{}</p>",
            Safe(problem)
        )
    });
    let main = format!(
        "<p class=\"about\">Nobody needs a password here: choose who you are.</p>{problem}\
         <form method=\"post\" action=\"/users/sign_in\" class=\"choices\">\
         <input type=\"hidden\" name=\"return_to\" value=\"{}\">{people}</form>",
        Safe(return_to),
    );
    frame::page("Sign in", "", &main)
}

fn person(user: &User) -> String {
    let state = match user.state {
        PersonState::Active => String::new(),
        PersonState::Blocked | PersonState::Deactivated => {
            format!(" <span class=\"badge\">{}</span>", user.state.name())
        }
    };
    format!(
        "<button name=\"user\" value=\"{0}\" class=\"choice\">\
         <img src=\"/uploads/-/system/user/avatar/{1}/avatar.png\" alt=\"\" width=\"24\" height=\"24\">\
         <span><b>{2}</b> <small>@{0}, {3}</small>{state}</span></button>",
        Safe(&user.username),
        user.id,
        Safe(&user.name),
        Safe(&user.role),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_back_to_paths_of_the_sandbox_only() {
        assert_eq!(own_path("/oauth/authorize?a=b"), "/oauth/authorize?a=b");
        for elsewhere in [
            "",
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/a\r\nb",
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
