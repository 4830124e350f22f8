//! API tokens that people make on their account's page.

use axum::http::StatusCode;

use crate::pages_flags::assert_says;
use crate::world::Answer;
use crate::world::people::{Browser, Home};

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("{start} in {text}"));
    rest.split(end).next().unwrap_or_default()
}

/// Makes a token; gives its secret and its id.
async fn make(browser: &Browser<'_>, scopes: &str) -> (String, String) {
    let form = format!("name=deploys&days=30{scopes}");
    let page = browser.post("/account/tokens", &form).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_says(&page, &["deploys is made.", "it is not shown again"]);
    let secret = format!("sbx_{}", between(&page.text, "<code>sbx_", "<"));
    let id = between(&page.text, "/account/tokens/tok_", "/");
    (secret, format!("tok_{id}"))
}

async fn asks(home: &Home, method: &str, path: &str, secret: &str) -> Answer {
    let headers = [
        ("PRIVATE-TOKEN", secret),
        ("Content-Type", "application/json"),
    ];
    match method {
        "GET" => home.world.get(path, &headers).await,
        "POST" => home.world.post(path, &headers, "{}").await,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_token_is_shown_once_and_is_good_for_what_it_was_made_for() {
    let home = Home::closed().await;
    let ops = home.browser_of("ops").await;
    let (read, _) = make(&ops, "&scope=read").await;
    let (evaluate, _) = make(&ops, "&scope=evaluate").await;
    let (flags, _) = make(&ops, "&scope=flags").await;
    let (admin, _) = make(&ops, "&scope=admin").await;
    let page = ops.get("/account").await;
    assert!(!page.text.contains("sbx_"), "{}", page.text);
    for (method, path, statuses) in [
        ("GET", "/api/v1/events", [200, 403, 403, 200]),
        ("POST", "/ofrep/v1/evaluate/flags", [403, 200, 200, 200]),
        ("GET", "/api/v4/features", [403, 403, 200, 200]),
        ("POST", "/api/v1/commands", [403, 403, 400, 400]),
        ("POST", "/api/v1/dead-letters/replays", [403, 403, 403, 201]),
        (
            "GET",
            "/api/v4/projects/gitlab-org%2Fgitlab/integrations",
            [403, 403, 403, 200],
        ),
    ] {
        let secrets = [&read, &evaluate, &flags, &admin];
        for (secret, status) in secrets.into_iter().zip(statuses) {
            let answer = asks(&home, method, path, secret).await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{method} {path}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn what_a_program_changes_is_its_owners_doing() {
    let home = Home::closed().await;
    let mina = home.browser_of("mina").await;
    let (secret, _) = make(&mina, "&scope=flags").await;
    let headers = [
        ("PRIVATE-TOKEN", secret.as_str()),
        ("Content-Type", "application/json"),
    ];
    let body = r#"{"value": true}"#;
    let answer = home
        .world
        .post("/api/v4/features/tidy_sidebar", &headers, body)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_says(&mina.get("/audit").await, &["tidy_sidebar", "mina"]);
    // Nor is it anybody else's, whom it may name.
    let body = r#"{"text": "feature set tidy_sidebar false", "as": "somebody-else"}"#;
    let answer = home.world.post("/api/v1/commands", &headers, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["ok"], true, "{}", answer.text);
    let audit = mina.get("/audit").await;
    assert!(!audit.text.contains("somebody-else"), "{}", audit.text);
}

#[tokio::test]
async fn a_token_is_revoked_by_its_owner_alone() {
    let home = Home::closed().await;
    let (ops, ana) = (home.browser_of("ops").await, home.browser_of("ana").await);
    let (secret, id) = make(&ops, "&scope=read").await;
    let revoke = format!("/account/tokens/{id}/revocations");
    assert_eq!(
        ana.post(&revoke, "").await.status,
        StatusCode::NOT_FOUND,
        "another's"
    );
    assert_eq!(
        asks(&home, "GET", "/api/v1/events", &secret).await.status,
        StatusCode::OK
    );
    assert_eq!(ops.post(&revoke, "").await.location(), "/account#tokens");
    let refused = asks(&home, "GET", "/api/v1/events", &secret).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        ops.post(&revoke, "").await.status,
        StatusCode::NOT_FOUND,
        "once"
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_made_leaves_the_form_filled() {
    let home = Home::closed().await;
    let mina = home.browser_of("mina").await;
    for (form, status, why) in [
        ("name=deploys&days=30", 422, "choose at least one scope"),
        ("name=+&days=30&scope=read", 422, "a name"),
        (
            "name=deploys&days=30&scope=admin",
            422,
            "what the scope admin is for",
        ),
        (
            "name=deploys&days=9999&scope=read",
            400,
            "choose one of those",
        ),
        (
            "name=deploys&days=30&scope=root",
            400,
            "no scope of a token",
        ),
    ] {
        let page = mina.post("/account/tokens", form).await;
        assert_eq!(page.status.as_u16(), status, "{form}");
        assert!(page.text.contains(why), "{form}: {}", page.text);
        let keeps_name = page.text.contains("value=\"deploys\"");
        assert_eq!(
            keeps_name,
            status == 422 && form.contains("deploys"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn whoever_may_do_nothing_can_make_no_token() {
    let home = Home::closed().await;
    let ben = home.browser_of("ben").await;
    let page = ben.get("/account").await;
    assert_says(&page, &["A token may do no more than you"]);
    for scope in ["read", "evaluate", "flags", "admin"] {
        let form = format!("name=deploys&days=30&scope={scope}");
        let page = ben.post("/account/tokens", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{scope}");
        assert!(!page.text.contains("sbx_"), "{}", page.text);
    }
}
