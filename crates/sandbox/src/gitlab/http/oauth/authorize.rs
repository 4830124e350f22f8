//! `/oauth/authorize`: a person is asked whether the application may act for them.
//!
//! What is wrong with the application or its address is said on the page, because nobody may be
//! sent to an address that is not registered; anything else is said to the application.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use url::Url;

use super::{CLIENT, NAME, SCOPES, is_registered};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::http::frame;
use crate::gitlab::http::html::{Safe, query};
use crate::gitlab::http::secret;
use crate::gitlab::http::session::{self, Visitor};
use crate::gitlab::world::{Code, User};

type Fields = BTreeMap<String, String>;

/// An application's request that can be put to a person.
struct Asked {
    redirect: Url,
    redirect_uri: String,
    state: Option<String>,
    scope: String,
    challenge: String,
}

/// Why a request is put to nobody.
enum Problem {
    /// Said on the page.
    Here(StatusCode, &'static str),
    /// Said to the application, at this address.
    There(Url),
}

impl Asked {
    fn of(fields: &Fields, service_url: Option<&str>) -> Result<Self, Problem> {
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if field("client_id") != CLIENT {
            let said = "Client authentication failed due to unknown client, no client \
                authentication included, or unsupported authentication method.";
            return Err(Problem::Here(StatusCode::UNAUTHORIZED, said));
        }
        let uri = field("redirect_uri");
        let redirect = Url::parse(uri).ok();
        let Some(redirect) = redirect.filter(|_| is_registered(uri, service_url)) else {
            let said = "The redirect URI included is not valid.";
            return Err(Problem::Here(StatusCode::BAD_REQUEST, said));
        };
        let scope = match field("scope") {
            "" => SCOPES[0],
            given => given,
        };
        let asked = Self {
            redirect,
            redirect_uri: uri.to_owned(),
            state: fields.get("state").cloned(),
            scope: scope.to_owned(),
            challenge: field("code_challenge").to_owned(),
        };
        match asked.problem(field("response_type"), field("code_challenge_method")) {
            None => Ok(asked),
            Some((error, description)) => Err(Problem::There(asked.refused(error, description))),
        }
    }

    fn problem(&self, response_type: &str, method: &str) -> Option<(&'static str, &'static str)> {
        if response_type != "code" {
            let said = "The authorization server does not support this response type.";
            return Some(("unsupported_response_type", said));
        }
        if self.scope.split(' ').any(|scope| !SCOPES.contains(&scope)) {
            let said = "The requested scope is invalid, unknown, or malformed.";
            return Some(("invalid_scope", said));
        }
        if self.challenge.len() != 43 {
            return Some(("invalid_request", "Code challenge is required."));
        }
        if method != "S256" {
            let said = "The code challenge method must be S256.";
            return Some(("invalid_code_challenge_method", said));
        }
        None
    }

    fn back(&self, with: &[(&str, &str)]) -> Url {
        let mut url = self.redirect.clone();
        {
            let mut pairs = url.query_pairs_mut();
            pairs.extend_pairs(with);
            if let Some(state) = &self.state {
                pairs.append_pair("state", state);
            }
        }
        url
    }

    fn refused(&self, error: &str, description: &str) -> Url {
        self.back(&[("error", error), ("error_description", description)])
    }

    fn denied(&self) -> Url {
        let said = "The resource owner or authorization server denied the request.";
        self.refused("access_denied", said)
    }

    /// The address that hands the application a code.
    fn granted(&self, sandbox: &GitLabSandbox, user_id: u64) -> Url {
        let code = secret::new(&sandbox.options().chance);
        let mut state = sandbox.lock();
        state.world.sign_ins.add_code(Code {
            hash: secret::hash(&code),
            client: CLIENT.to_owned(),
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            scope: self.scope.clone(),
            user_id,
            at: sandbox.options().clock.now(),
        });
        state.unsaved = true;
        self.back(&[("code", &code)])
    }
}

/// `GET /oauth/authorize`: who is not signed in chooses who they are first.
pub(super) async fn show(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Response {
    let asked = match Asked::of(&fields, sandbox.options().service_url.as_deref()) {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let pairs = fields.iter();
    let pairs = pairs.map(|(name, value)| format!("{}={}", query(name), query(value)));
    let here = format!("/oauth/authorize?{}", pairs.collect::<Vec<_>>().join("&"));
    let page = match &visitor.user {
        Some(user) => page(&asked, &fields, user, &visitor.form_token(), &here),
        None => session::page(&sandbox.lock().world, &here, None),
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self' {}",
        asked.redirect.origin().ascii_serialization(),
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
}

fn page(asked: &Asked, fields: &Fields, user: &User, token: &str, here: &str) -> String {
    let hidden: String = fields
        .iter()
        .map(|(name, value)| {
            let (name, value) = (Safe(name), Safe(value));
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        })
        .collect();
    let scopes: String = asked.scope.split(' ').map(scope_line).collect();
    let main = format!(
        "<p><b>{NAME}</b> wants to use the GitLab sandbox as <b>{name}</b> (@{username}).</p>\
         <h2>It will be able to</h2><ul>{scopes}</ul>\
         <p class=\"about\">You go on to <b>{origin}</b>.</p>\
         <form method=\"post\" action=\"/oauth/authorize\" class=\"row\">{hidden}\
         <input type=\"hidden\" name=\"form_token\" value=\"{token}\">\
         <button class=\"primary\" name=\"decision\" value=\"authorize\">Authorize {NAME}</button>\
         <button name=\"decision\" value=\"cancel\">Cancel</button></form>",
        name = Safe(&user.name),
        username = Safe(&user.username),
        origin = Safe(&asked.redirect.origin().ascii_serialization()),
    );
    let title = format!("Authorize {NAME}");
    frame::page(&title, &frame::corner(Some(user), here), &main)
}

fn scope_line(scope: &str) -> String {
    let says = match scope {
        "api" => "read and change everything that you can",
        "read_api" => "read everything that you can",
        "read_user" => "read your profile",
        _ => "know who you are",
    };
    format!("<li><code>{}</code>: {says}</li>", Safe(scope))
}

/// `POST /oauth/authorize`: what the person decided.
pub(super) async fn decide(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Response {
    let asked = match Asked::of(&fields, sandbox.options().service_url.as_deref()) {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let own = fields.get("form_token") == Some(&visitor.form_token());
    let Some(user) = visitor.user.filter(|_| own) else {
        let said = "Your session is over. Go back to the application and begin again.";
        return Problem::Here(StatusCode::FORBIDDEN, said).into_response();
    };
    let decision = fields.get("decision").map(String::as_str);
    let to = match decision {
        Some("authorize") => asked.granted(&sandbox, user.id),
        _ => asked.denied(),
    };
    Redirect::to(to.as_str()).into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::There(url) => Redirect::to(url.as_str()).into_response(),
            Self::Here(status, said) => {
                let main = format!("<p class=\"notice bad\" role=\"alert\">{}</p>", Safe(said));
                let page = frame::page("An error has occurred", "", &main);
                (status, Html(page)).into_response()
            }
        }
    }
}

/// `POST /sandbox/authorize` `{"user", "url"}`: the person authorizes what the address asks for;
/// answers where their browser is sent.
pub(in crate::gitlab::http) async fn approve(
    State(sandbox): State<GitLabSandbox>,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let refused = |field: &str, error: &str| {
        let answer = json!({ "ok": false, "error": error, "field": field });
        (StatusCode::BAD_REQUEST, Json(answer))
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let user = body["user"].as_str().unwrap_or_default();
    let user = sandbox.lock().world.user_named(user).cloned();
    let Some(user) = user else {
        return refused("user", "nobody has this name");
    };
    if let Some(refusal) = user.state.refusal(&sandbox.options().public_url) {
        return refused("user", &refusal);
    }
    let url = body["url"].as_str().and_then(|url| Url::parse(url).ok());
    let Some(url) = url.filter(|url| url.path() == "/oauth/authorize") else {
        return refused("url", "url must be an address of /oauth/authorize");
    };
    let fields: Fields = url.query_pairs().into_owned().collect();
    let location = match Asked::of(&fields, sandbox.options().service_url.as_deref()) {
        Ok(asked) => asked.granted(&sandbox, user.id),
        Err(Problem::There(url)) => url,
        Err(Problem::Here(_, said)) => return refused("url", said),
    };
    let answer = json!({ "ok": true, "location": location.as_str() });
    (StatusCode::OK, Json(answer))
}
