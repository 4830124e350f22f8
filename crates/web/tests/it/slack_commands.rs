//! Commands that people type in Slack.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::world::flags::SIGNING_SECRET;
use crate::world::{Answer, NOW, Outside, World};

const COMMANDS: &str = "/slack/commands";

/// The form of a command.
fn form(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
        bytes.collect::<String>()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    pairs.join("&")
}

fn typed(user: &str, channel: &str, text: &str, trigger: &str, host: &str) -> String {
    let response_url = format!("{host}/commands/T0DEMO/1/SECRET");
    form(&[
        ("token", "never-trusted"),
        ("team_id", "T0DEMO"),
        ("channel_id", "C0CHANNEL"),
        ("channel_name", channel),
        ("user_id", "U0SOMEBODY"),
        ("user_name", user),
        ("command", "/chatops"),
        ("text", text),
        ("response_url", &response_url),
        ("trigger_id", trigger),
    ])
}

/// As `ops` in `#production`, with Slack's own address for answers.
fn line(text: &str, trigger: &str) -> String {
    typed(
        "ops",
        "production",
        text,
        trigger,
        "https://hooks.slack.com",
    )
}

async fn send(world: &World, secret: &str, at: i64, body: &str) -> Answer {
    let signature = slack::signature::sign(&secret.into(), at, body.as_bytes());
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Slack-Request-Timestamp", &at.to_string()),
        ("X-Slack-Signature", &signature),
    ];
    world.post(COMMANDS, &headers, body).await
}

async fn signed(world: &World, body: &str) -> Answer {
    send(world, SIGNING_SECRET, NOW, body).await
}

#[tokio::test]
async fn a_command_changes_a_flag_and_answers_the_channel() {
    let world = World::start().await;
    let answer = signed(
        &world,
        &line("run feature set tidy_sidebar true --staging", "1"),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    let told = answer.json();
    assert_eq!(told["response_type"], "in_channel", "{told}");
    let staging = world.environments.named("staging").expect("staging");
    let record = staging
        .get(&"tidy_sidebar".parse().expect("a flag"))
        .await
        .expect("an answer");
    assert!(record.gates.expect("stored").boolean);
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    let author = serde_json::to_value(&audit.entries[0].note.author).expect("JSON");
    assert_eq!(
        author["origin"],
        json!({
            "from": "slack", "workspace": "T0DEMO", "user": "U0SOMEBODY", "channel": "#production"
        })
    );
}

#[tokio::test]
async fn a_refusal_is_for_who_asked() {
    let world = World::start().await;
    for (user, channel, text) in [
        (
            "ops",
            "production",
            "run feature set tidy_sidebra true --staging",
        ),
        (
            "stranger",
            "production",
            "run feature set tidy_sidebar true --staging",
        ),
        ("ops", "general", "run feature set tidy_sidebar true"),
        ("ops", "production", "run nonsense"),
    ] {
        let body = typed(user, channel, text, text, "https://hooks.slack.com");
        let told = signed(&world, &body).await.json();
        assert_eq!(told["response_type"], "ephemeral", "{text}: {told}");
        assert_ne!(told["text"], "");
    }
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    let changed = audit.entries.iter().filter(|entry| entry.refused.is_none());
    assert_eq!(changed.count(), 0);
}

#[tokio::test]
async fn another_workspaces_people_are_not_ours_whatever_they_are_called() {
    let world = World::start().await;
    let body = line("run feature set tidy_sidebar true --staging", "1");
    let body = body.replace(
        &form(&[("team_id", "T0DEMO")]),
        &form(&[("team_id", "T0OTHER")]),
    );
    let told = signed(&world, &body).await.json();
    assert_eq!(told["response_type"], "ephemeral", "{told}");
    let text = told["text"].as_str().expect("text");
    assert!(text.contains("not set up for this workspace"), "{told}");
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    assert!(audit.entries.is_empty());
}

#[tokio::test]
async fn only_slacks_own_requests_are_taken() {
    let world = World::start().await;
    let body = line("run help", "1");
    for (secret, at, status) in [
        (SIGNING_SECRET, NOW, 200),
        ("next-signing-secret", NOW - 299, 200),
        (SIGNING_SECRET, NOW - 301, 401),
        (SIGNING_SECRET, NOW + 301, 401),
        ("another-secret", NOW, 401),
    ] {
        let answer = send(&world, secret, at, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{secret} {at}");
    }
    let unsigned = world.post(COMMANDS, &[], &body).await;
    assert_eq!(unsigned.status, StatusCode::UNAUTHORIZED);
    let long = format!("{body}&more={}", "x".repeat(200_000));
    assert_eq!(
        signed(&world, &long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let twice = format!("{body}&user_id=U0OTHER");
    assert_eq!(signed(&world, &twice).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_check_of_the_address_is_answered_and_nothing_in_it_is_done() {
    let world = World::start().await;
    let body = format!(
        "{}&ssl_check=1",
        line("run feature set tidy_sidebar true --staging", "1")
    );
    let answer = world.post(COMMANDS, &[], &body).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    assert!(audit.entries.is_empty());
}

#[tokio::test]
async fn a_command_that_comes_twice_runs_once() {
    let world = World::start().await;
    let body = line(
        "run feature set tidy_sidebar true --staging",
        "13345224609.738474920",
    );
    assert_ne!(signed(&world, &body).await.text, "");
    let again = signed(&world, &body).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::OK, ""));
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    assert_eq!(audit.entries.len(), 1);
}

#[tokio::test]
async fn the_apps_other_command_says_what_there_is() {
    let world = World::start().await;
    let body = line("help", "1").replace(
        &form(&[("command", "/chatops")]),
        &form(&[("command", "/gitlab")]),
    );
    let told = signed(&world, &body).await.json();
    assert_eq!(told["response_type"], "ephemeral");
    assert!(told.to_string().contains("/chatops run help"), "{told}");
}

/// Slack's addresses for later answers, and a GitLab that answers when it is let.
#[derive(Clone)]
struct Elsewhere {
    posts: watch::Sender<Vec<(String, Value)>>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
    let_go: Arc<Notify>,
}

impl Elsewhere {
    async fn start() -> (Self, String) {
        let elsewhere = Self {
            posts: watch::Sender::new(Vec::new()),
            statuses: Arc::default(),
            let_go: Arc::default(),
        };
        let routes = Router::new().fallback(answer).with_state(elsewhere.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (elsewhere, url)
    }

    /// What was posted, once there are so many posts.
    async fn posted(&self, count: usize) -> Vec<(String, Value)> {
        let mut posts = self.posts.subscribe();
        let enough = posts.wait_for(|posts| count <= posts.len());
        let enough = tokio::time::timeout(std::time::Duration::from_secs(20), enough).await;
        enough.expect("posts in time").expect("posts").clone()
    }
}

async fn answer(
    State(elsewhere): State<Elsewhere>,
    uri: Uri,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    if uri.path().starts_with("/api/v4/") {
        elsewhere.let_go.notified().await;
        // Whoever asks next need not wait again.
        elsewhere.let_go.notify_one();
        return (StatusCode::OK, Json(json!([])));
    }
    let status = elsewhere
        .statuses
        .lock()
        .expect("a lock")
        .pop_front()
        .unwrap_or(200);
    let body = serde_json::from_slice(&body).expect("JSON");
    elsewhere
        .posts
        .send_modify(|posts| posts.push((uri.path().to_owned(), body)));
    let answer = json!({"ok": status == 200, "channel": "C0CHANNEL", "ts": "1.000001", "message_ts": "1.000001"});
    (
        StatusCode::from_u16(status).expect("a status"),
        Json(answer),
    )
}

/// A world in which nobody has any patience, with a GitLab that has all of it.
async fn slow_world() -> (World, Elsewhere, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (elsewhere, url) = Elsewhere::start().await;
    let http = slack::http_client(&url, Default::default()).expect("a client");
    let gitlab = gitlab::rest::Client::new(http, &url, &"glpat-x".into()).expect("a client");
    let world = World::reaching(Outside {
        gitlab: Some(gitlab),
        slack: format!("{url}/api/"),
        patience: Arc::new(|| Box::pin(async {})),
        ..Outside::none()
    })
    .await;
    (world, elsewhere, url)
}

#[tokio::test]
async fn a_slow_command_is_answered_at_once_and_again_when_it_is_done() {
    let (world, elsewhere, url) = slow_world().await;
    let text = "run feature set tidy_sidebar true --staging --project=acme/web";
    let first = signed(&world, &typed("ops", "production", text, "1", &url))
        .await
        .json();
    assert_eq!(first["response_type"], "in_channel", "{first}");
    assert!(elsewhere.posts.borrow().is_empty());
    elsewhere.let_go.notify_one();
    let posts = elsewhere.posted(1).await;
    let (path, last) = posts.last().expect("a post");
    assert_eq!(path, "/commands/T0DEMO/1/SECRET");
    assert_ne!(last["text"], first["text"]);
    world.tasks.close();
    world.tasks.wait().await;
}

#[tokio::test]
async fn a_late_answer_that_slack_refuses_is_posted_by_the_app() {
    let (world, elsewhere, url) = slow_world().await;
    // The news is told where the answer went, then the answer is refused.
    elsewhere
        .statuses
        .lock()
        .expect("a lock")
        .extend([200, 404]);
    // GitLab's answer is none, so the command is refused, which only who asked may see.
    let text = "run feature set tidy_sidebar true --staging --project=acme/web";
    signed(&world, &typed("ops", "production", text, "1", &url)).await;
    elsewhere.let_go.notify_one();
    world.tasks.close();
    world.tasks.wait().await;
    let posts = elsewhere.posts.borrow().clone();
    let paths: Vec<&str> = posts.iter().map(|(path, _)| path.as_str()).collect();
    let address = "/commands/T0DEMO/1/SECRET";
    assert_eq!(paths, [address, address, "/api/chat.postEphemeral"]);
    assert_eq!(posts[0].1["replace_original"], true);
    assert_eq!(posts[2].1["user"], "U0SOMEBODY");
}

#[tokio::test]
async fn one_person_has_few_commands_at_a_time_and_keeps_nobody_else_from_theirs() {
    let (world, elsewhere, url) = slow_world().await;
    let text = "run feature set tidy_sidebar true --staging --project=acme/web";
    let first = async |user: &str, trigger: &str| {
        let body = typed("ops", "production", text, trigger, &url).replace(
            &form(&[("user_id", "U0SOMEBODY")]),
            &form(&[("user_id", user)]),
        );
        signed(&world, &body).await.json()
    };
    for trigger in ["1", "2", "3", "4", "5"] {
        let told = first("U0SOMEBODY", trigger).await;
        assert_eq!(told["response_type"], "in_channel", "{told}");
    }
    let told = first("U0SOMEBODY", "6").await;
    assert_eq!(told["response_type"], "ephemeral", "{told}");
    assert!(
        told["text"]
            .as_str()
            .expect("text")
            .contains("still being run"),
        "{told}"
    );
    let told = first("U0OTHER", "7").await;
    assert_eq!(told["response_type"], "in_channel", "{told}");
    elsewhere.let_go.notify_one();
    world.tasks.close();
    world.tasks.wait().await;
    let told = first("U0SOMEBODY", "8").await;
    assert_eq!(told["response_type"], "in_channel", "{told}");
    world.tasks.wait().await;
}
