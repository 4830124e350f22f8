//! The GitLab sandbox as an OAuth provider, and what its tokens and people may do.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sandbox::gitlab::GitLabSandbox;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;
use url::Url;

use crate::gitlab_endpoints::call;
use crate::gitlab_world::World;

const CALLBACK: &str = "http://127.0.0.1:7400/auth/gitlab/callback";
const VERIFIER: &str = "a-verifier-that-nobody-guesses-0123456789abcd";

struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Seen {
    fn header(&self, name: header::HeaderName) -> String {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    }

    fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        Url::parse(&self.header(header::LOCATION)).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

async fn send(sandbox: &GitLabSandbox, request: Request<Body>) -> Seen {
    let response = sandbox.router().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    Seen {
        status,
        headers,
        text,
    }
}

async fn get(sandbox: &GitLabSandbox, path: &str, cookie: &str) -> Seen {
    let request = Request::get(path).header(header::COOKIE, cookie);
    send(sandbox, request.body(Body::empty()).unwrap()).await
}

async fn post(sandbox: &GitLabSandbox, path: &str, cookie: &str, form: &[(&str, &str)]) -> Seen {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    send(sandbox, request).await
}

/// The address that an application sends people to, with these fields changed or, when they are
/// empty, left out.
fn authorize(changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut fields = vec![
        ("client_id", "demo-signalbox"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("state", "s t&te"),
        ("scope", "api"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!("/oauth/authorize?{query}")
}

/// Where the person's browser is sent when they authorize.
async fn approved(sandbox: &GitLabSandbox, user: &str, path: &str) -> Url {
    let body = json!({ "user": user, "url": format!("http://gitlab.test:7402{path}") });
    let (status, answer) = call(sandbox, "POST", "/sandbox/authorize", &body.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    Url::parse(answer["location"].as_str().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(known, _)| known == name);
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

async fn token(sandbox: &GitLabSandbox, changes: &[(&str, &str)]) -> Seen {
    let mut fields = vec![
        ("client_id", "demo-signalbox"),
        ("client_secret", "demo-gitlab-client-secret"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    fields.extend(changes);
    post(sandbox, "/oauth/token", "", &fields).await
}

/// Tokens that act for this person.
async fn tokens_of(sandbox: &GitLabSandbox, user: &str, scope: &str) -> Value {
    let back = approved(sandbox, user, &authorize(&[("scope", scope)])).await;
    let answer = token(sandbox, &[("code", &parameter(&back, "code"))]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

async fn api(sandbox: &GitLabSandbox, method: &str, path: &str, token: &Value) -> Seen {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v4{path}"))
        .header(
            "authorization",
            format!("Bearer {}", token.as_str().unwrap()),
        )
        .body(Body::empty())
        .unwrap();
    send(sandbox, request).await
}

#[tokio::test]
async fn a_person_signs_in_once_and_then_only_authorizes() {
    let world = World::start().await;
    let sandbox = &world.sandbox;
    let path = authorize(&[]);
    let first = get(sandbox, &path, "").await;
    assert!(first.text.contains("choose who you are"), "{}", first.text);
    let form = [("user", "ben"), ("return_to", path.as_str())];
    let signed_in = post(sandbox, "/users/sign_in", "", &form).await;
    assert_eq!(signed_in.header(header::LOCATION), path);
    let cookie = signed_in.header(header::SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let cookie = cookie.split(';').next().unwrap().to_owned();

    let asked = get(sandbox, &path, &cookie).await;
    assert!(asked.text.contains("Authorize Signalbox"), "{}", asked.text);
    assert!(asked.text.contains("Ben Berger"));
    let policy = asked.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.ends_with("form-action 'self' http://127.0.0.1:7400"),
        "{policy}"
    );
    let fields = hidden(&asked.text);
    let decide = |decision: &'static str, cookie: String| {
        let mut form: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        form.push(("decision", decision));
        let form: Vec<(String, String)> = form
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        async move {
            let form: Vec<(&str, &str)> =
                form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            post(sandbox, "/oauth/authorize", &cookie, &form).await
        }
    };
    let back = decide("authorize", cookie.clone()).await.location();
    assert!(back.as_str().starts_with(CALLBACK));
    assert_eq!(parameter(&back, "state"), "s t&te");
    let made = token(sandbox, &[("code", &parameter(&back, "code"))])
        .await
        .json();
    let me = api(sandbox, "GET", "/user", &made["access_token"])
        .await
        .json();
    assert_eq!(me["username"], "ben");
    assert_eq!(me["is_admin"], Value::Null);

    let back = decide("cancel", cookie.clone()).await.location();
    assert_eq!(parameter(&back, "error"), "access_denied");
    assert_eq!(parameter(&back, "state"), "s t&te");
    let forged = decide("authorize", "gitlab_sandbox_session=other".to_owned()).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let out = post(sandbox, "/users/sign_out", &cookie, &[("return_to", "/")]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    let again = get(sandbox, &path, &cookie).await;
    assert!(again.text.contains("choose who you are"));
}

/// The hidden fields of the form that decides.
fn hidden(page: &str) -> Vec<(String, String)> {
    let form = page.split("action=\"/oauth/authorize\"").nth(1).unwrap();
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    inputs
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            let (value, _) = rest.split_once('"').unwrap();
            (name.to_owned(), value.replace("&amp;", "&"))
        })
        .collect()
}

#[tokio::test]
async fn a_wrong_request_is_refused_where_nobody_can_be_misled() {
    let world = World::start().await;
    for (changes, status) in [
        ([("client_id", "other")], 401),
        (
            [("redirect_uri", "https://evil.test/auth/gitlab/callback")],
            400,
        ),
    ] {
        let page = get(&world.sandbox, &authorize(&changes), "").await;
        assert_eq!(page.status.as_u16(), status, "{}", page.text);
        assert!(page.text.contains("An error has occurred"));
    }
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("scope", "api sudo")], "invalid_scope"),
        ([("code_challenge", "")], "invalid_request"),
        (
            [("code_challenge_method", "plain")],
            "invalid_code_challenge_method",
        ),
    ] {
        let back = get(&world.sandbox, &authorize(&changes), "")
            .await
            .location();
        assert_eq!(parameter(&back, "error"), error);
        assert_eq!(parameter(&back, "state"), "s t&te");
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_and_for_who_asked() {
    let world = World::start().await;
    let sandbox = &world.sandbox;
    let code = || async {
        let back = approved(sandbox, "ana", &authorize(&[])).await;
        parameter(&back, "code")
    };
    for (changes, status, error) in [
        ([("client_secret", "wrong")], 401, "invalid_client"),
        ([("code_verifier", "wrong")], 400, "invalid_grant"),
        (
            [("redirect_uri", "http://127.0.0.1:1/auth/gitlab/callback")],
            400,
            "invalid_grant",
        ),
        ([("grant_type", "password")], 400, "unsupported_grant_type"),
    ] {
        let code = code().await;
        let refused = token(sandbox, &[changes[0], ("code", &code)]).await;
        assert_eq!(refused.status.as_u16(), status, "{changes:?}");
        assert_eq!(refused.json()["error"], error);
    }
    assert_eq!(token(sandbox, &[]).await.json()["error"], "invalid_request");
    let good = code().await;
    assert_eq!(
        token(sandbox, &[("code", &good)]).await.status,
        StatusCode::OK
    );
    let again = token(sandbox, &[("code", &good)]).await;
    assert_eq!(again.json()["error"], "invalid_grant");
    let late = code().await;
    world.clock.advance(Duration::from_secs(600));
    assert_eq!(
        token(sandbox, &[("code", &late)]).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn tokens_expire_are_refreshed_once_and_can_be_revoked() {
    let world = World::start().await;
    let sandbox = &world.sandbox;
    let made = tokens_of(sandbox, "ops", "api").await;
    assert_eq!(made["token_type"], "Bearer");
    assert_eq!(made["expires_in"], 7_200);
    let me = api(sandbox, "GET", "/user", &made["access_token"])
        .await
        .json();
    assert_eq!(
        (&me["username"], &me["is_admin"]),
        (&json!("ops"), &json!(true))
    );
    world.clock.advance(Duration::from_secs(7_200));
    let late = api(sandbox, "GET", "/user", &made["access_token"]).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(late.json()["error"], "invalid_token");
    let refresh = |token_of: Value| async move {
        let token_of = token_of.as_str().unwrap().to_owned();
        let changes = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token_of.as_str()),
        ];
        token(sandbox, &changes).await
    };
    let next = refresh(made["refresh_token"].clone()).await.json();
    let info = |token: Value| async move {
        let request = Request::get("/oauth/token/info").header(
            "authorization",
            format!("Bearer {}", token.as_str().unwrap()),
        );
        send(sandbox, request.body(Body::empty()).unwrap()).await
    };
    let told = info(next["access_token"].clone()).await.json();
    assert_eq!(told["scope"], json!(["api"]));
    assert_eq!(told["application"]["uid"], "demo-signalbox");
    let twice = refresh(made["refresh_token"].clone()).await;
    assert_eq!(twice.json()["error"], "invalid_grant");
    let by_access = refresh(next["access_token"].clone()).await;
    assert_eq!(by_access.json()["error"], "invalid_grant");

    let access = next["access_token"].as_str().unwrap();
    let stranger = [("token", access), ("client_id", "x")];
    let stranger = post(sandbox, "/oauth/revoke", "", &stranger).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    let revoked = [
        ("token", access),
        ("client_id", "demo-signalbox"),
        ("client_secret", "demo-gitlab-client-secret"),
    ];
    let revoked = post(sandbox, "/oauth/revoke", "", &revoked).await;
    assert_eq!(
        (revoked.status, revoked.json()),
        (StatusCode::OK, json!({}))
    );
    let over = api(sandbox, "GET", "/user", &next["access_token"])
        .await
        .json();
    assert!(
        over["error_description"]
            .as_str()
            .unwrap()
            .starts_with("Token was revoked")
    );
    assert_eq!(
        info(next["access_token"].clone()).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        refresh(next["refresh_token"].clone()).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_token_does_what_its_scope_and_its_person_may() {
    let world = World::start().await;
    let sandbox = &world.sandbox;
    let reader = tokens_of(sandbox, "ana", "read_api").await;
    let issues = "/projects/gitlab-org%2Fgitlab/issues";
    let read = api(sandbox, "GET", issues, &reader["access_token"]).await;
    assert_eq!(read.status, StatusCode::OK);
    let write = api(sandbox, "POST", issues, &reader["access_token"]).await;
    assert_eq!(write.json()["error"], "insufficient_scope");
    assert_eq!(write.status, StatusCode::FORBIDDEN);
    let unknown = api(sandbox, "GET", "/user", &json!("nothing")).await;
    assert_eq!(unknown.json(), json!({ "message": "401 Unauthorized" }));
}

#[tokio::test]
async fn a_blocked_person_is_told_so_in_gitlabs_words() {
    let world = World::start().await;
    let sandbox = &world.sandbox;
    let bens = tokens_of(sandbox, "ben", "api").await;
    let set = |state: &'static str| async move {
        let body = json!({ "user": "ben", "state": state }).to_string();
        call(sandbox, "POST", "/sandbox/people", &body).await.0
    };
    for (state, said) in [
        ("blocked", "403 Forbidden - Your account has been blocked."),
        (
            "deactivated",
            "403 Forbidden - Your account has been deactivated by your administrator. Please log \
             back in from a web browser to reactivate your account at http://gitlab.test:7402",
        ),
    ] {
        assert_eq!(set(state).await, StatusCode::OK);
        let refused = api(sandbox, "GET", "/user", &bens["access_token"]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(refused.json(), json!({ "message": said }));
    }
    let ana = tokens_of(sandbox, "ana", "api").await;
    let found = api(sandbox, "GET", "/users?username=ben", &ana["access_token"]).await;
    assert_eq!(found.json()[0]["state"], "deactivated");
    let form = [("user", "ben"), ("return_to", "//evil.test")];
    let back = post(sandbox, "/users/sign_in", "", &form).await;
    assert_eq!(
        back.header(header::LOCATION),
        "/",
        "signing in makes it active again"
    );
    let me = api(sandbox, "GET", "/user", &bens["access_token"]).await;
    assert_eq!(me.status, StatusCode::OK);
    assert_eq!(set("blocked").await, StatusCode::OK);
    let refused = post(sandbox, "/users/sign_in", "", &form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("Your account has been blocked."));
    assert_eq!(set("asleep").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn sign_ins_outlive_the_sandbox_and_no_secret_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gitlab.json");
    let options = || {
        let mut options = crate::gitlab_world::options(1);
        options.state = Some(file.clone());
        options
    };
    let first = World::with(options()).await;
    let made = tokens_of(&first.sandbox, "ana", "api").await;
    first.sandbox.save().unwrap();
    let saved = std::fs::read_to_string(&file).unwrap();
    for secret in ["access_token", "refresh_token"] {
        assert!(!saved.contains(made[secret].as_str().unwrap()), "{secret}");
    }
    let second = World::with(options()).await;
    let me = api(&second.sandbox, "GET", "/user", &made["access_token"]).await;
    assert_eq!(me.json()["username"], "ana");
}
