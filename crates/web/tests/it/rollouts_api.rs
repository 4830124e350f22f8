//! `/api/v1/rollouts`: how they stand, and what is asked of them.

use accounts::Scope;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::people::Home;
use crate::world::rollouts::Played;
use crate::world::{ADMIN, Answer, World};

const AS_ADMIN: &[(&str, &str)] = &[("PRIVATE-TOKEN", ADMIN)];
const HERE: &str = "/api/v1/rollouts/tidy_sidebar";

async fn ask(world: &World, act: &str, body: Value) -> Answer {
    world.json("POST", &format!("{HERE}/{act}"), &body).await
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: &str, part: &str) {
    let told = answer.json();
    assert_eq!(answer.status.as_u16(), status, "{told}");
    assert_eq!(told["error"], code, "{told}");
    let message = told["message"].as_str().expect("a message");
    assert!(message.contains(part), "{message}");
}

#[tokio::test]
async fn a_rollout_is_tried_begun_and_told_by_its_flag_and_by_its_id() {
    let world = World::start().await;
    let plans = world.get("/api/v1/rollouts/plans", AS_ADMIN).await.json();
    assert_eq!(plans["items"][1]["flag"], "tidy_sidebar");
    assert_eq!(plans["items"][1]["stages"][1]["name"], "25-percent");
    assert!(plans["items"][0]["problems"][0].is_string(), "{plans}");
    assert_refused(
        &world.get(HERE, AS_ADMIN).await,
        404,
        "unknown_rollout",
        "start one first",
    );
    let dry = json!({"flag": "tidy_sidebar", "dry_run": true});
    let tried = world.json("POST", "/api/v1/rollouts", &dry).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    assert!(
        tried.json()["text"]
            .as_str()
            .expect("a text")
            .contains("25-percent")
    );
    let start = json!({"flag": "tidy_sidebar", "reason": "as planned", "as": "mina"});
    let begun = world.json("POST", "/api/v1/rollouts", &start).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let begun = begun.json();
    for (field, expected) in [
        ("flag", json!("tidy_sidebar")),
        ("state", json!("running")),
        ("stage", json!("non-production")),
        ("percentage", json!(0.0)),
        ("started_by", json!("mina")),
    ] {
        assert_eq!(begun[field], expected, "{field}");
    }
    let again = world.json("POST", "/api/v1/rollouts", &start).await;
    assert_refused(&again, 422, "not_started", "has a rollout already");
    let by_flag = world.get(HERE, AS_ADMIN).await.json();
    let by_id = format!("/api/v1/rollouts/{}", begun["id"].as_str().expect("an id"));
    assert_eq!(world.get(&by_id, AS_ADMIN).await.json(), by_flag);
    let listed = world
        .get("/api/v1/rollouts?open=true", AS_ADMIN)
        .await
        .json();
    assert_eq!(listed["items"], json!([by_flag]));
    let over = world
        .get("/api/v1/rollouts?open=false&flag=tidy_sidebar", AS_ADMIN)
        .await;
    assert_eq!(over.json()["items"], json!([]));
}

#[tokio::test]
async fn acts_are_asked_with_their_words_and_refused_with_a_code_and_a_remedy() {
    let world = World::start().await;
    Played::begin(&world).await.reaches_a_quarter().await;
    for (act, body, status, code, part) in [
        (
            "hold",
            json!({}),
            422,
            "reason_missing",
            "why it should be held",
        ),
        (
            "hold",
            json!({"evidence": "x"}),
            400,
            "bad_act",
            "takes no such thing",
        ),
        ("hold", json!({"reason": 7}), 400, "bad_act", "invalid type"),
        ("back", json!({}), 422, "bad_act", "to is missing"),
        (
            "back",
            json!({"to": "nowhere"}),
            422,
            "unknown_stage",
            "`non-production`",
        ),
        (
            "tick",
            json!({"item": "x", "evidence": "y"}),
            422,
            "unknown_item",
            "there is `qa`",
        ),
        (
            "override",
            json!({"what": "x", "reason": "y"}),
            422,
            "unknown_item",
            "there is `",
        ),
        (
            "link",
            json!({"link": "thread", "url": "https://x.example"}),
            422,
            "bad_act",
            "is none of",
        ),
        ("resume", json!({}), 409, "not_now", "it is not held"),
        (
            "approve",
            json!({"as": "cleo"}),
            403,
            "forbidden",
            "whom the plan names",
        ),
        ("fly", json!({}), 404, "unknown_act", "nobody can ask"),
    ] {
        assert_refused(&ask(&world, act, body).await, status, code, part);
    }
    let held = ask(&world, "hold", json!({"reason": "wait", "as": "ana"})).await;
    assert_eq!(held.status, StatusCode::OK, "{}", held.text);
    let held = held.json();
    assert_eq!(held["rollout"]["state"], "held");
    assert_eq!(held["events"][0]["event"], "held");
    assert_eq!(
        ask(&world, "resume", json!({})).await.json()["rollout"]["state"],
        "running"
    );
    let back = ask(&world, "rollback", json!({"reason": "enough"}))
        .await
        .json();
    assert_eq!(back["rollout"]["state"], "rolling_back");
    let history = world
        .get(&format!("{HERE}/history?after=6"), AS_ADMIN)
        .await
        .json();
    let entries = history["items"].as_array().expect("entries").iter();
    let kinds: Vec<_> = entries.map(|entry| &entry["event"]["event"]).collect();
    assert_eq!(kinds, ["held", "resumed", "rollback_began"]);
    assert_eq!(
        history["items"][0]["by"],
        json!({"name": "ana", "through": "api"})
    );
}

#[tokio::test]
async fn a_history_and_readings_come_in_parts_that_follow_each_other() {
    let world = World::start().await;
    let played = Played::begin(&world).await;
    played.reaches_a_quarter().await;
    played
        .reads(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (4.0, 0.0), (5.0, 0.0)])
        .await;
    let walk = async |path: &str, next: &str| {
        let (mut all, mut at) = (Vec::new(), String::new());
        loop {
            let page = world
                .get(&format!("{HERE}/{path}{at}"), AS_ADMIN)
                .await
                .json();
            all.extend(page["items"].as_array().expect("items").clone());
            match &page["next"] {
                Value::Null => return all,
                Value::String(text) => at = format!("&{next}={text}"),
                number => at = format!("&{next}={number}"),
            }
            assert!(all.len() < 50, "it ends");
        }
    };
    let entries = walk("history?limit=2", "after").await;
    let numbers: Vec<_> = entries
        .iter()
        .map(|entry| entry["number"].as_u64())
        .collect();
    assert_eq!(numbers, (1..=6).map(Some).collect::<Vec<_>>());
    let readings = walk("readings?limit=3", "since").await;
    let failed =
        |reading: &Value| reading["reading"]["got"]["arms"]["treatment"]["failed"].as_f64();
    let failed: Vec<_> = readings.iter().filter_map(failed).collect();
    assert_eq!(failed, [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert!(readings[4]["judgement"]["e_bad"].as_f64() > Some(1.0));
    let none = world
        .get(&format!("{HERE}/readings?monitor=apdex"), AS_ADMIN)
        .await;
    assert_eq!(none.json(), json!({"items": [], "next": null}));
    let bad = world
        .get(&format!("{HERE}/readings?monitor=No%20One"), AS_ADMIN)
        .await;
    assert_refused(&bad, 400, "bad_filter", "monitor");
}

#[tokio::test]
async fn a_token_asks_what_its_scope_allows_and_never_approves_for_its_owner() {
    let home = Home::closed().await;
    Played::begin(&home.world).await.reaches_a_quarter().await;
    let token = async |scope: Scope| {
        let ops = home.browser_of("ops").await;
        let form = format!("name=rollouts&days=7&scope={}", scope.name());
        let page = ops.post("/account/tokens", &form).await;
        let (_, rest) = page.text.split_once("<code>sbx_").expect("a token");
        format!("sbx_{}", rest.split('<').next().unwrap_or_default())
    };
    let post = async |token: &str, act: &str, body: &str| {
        let headers = [
            ("PRIVATE-TOKEN", token),
            ("Content-Type", "application/json"),
        ];
        home.world
            .post(&format!("{HERE}/{act}"), &headers, body)
            .await
    };
    let reads = token(Scope::Read).await;
    assert_refused(
        &post(&reads, "hold", r#"{"reason":"x"}"#).await,
        403,
        "forbidden",
        "scope flags",
    );
    let flags = token(Scope::Flags).await;
    assert_refused(
        &post(&flags, "approve", "").await,
        403,
        "forbidden",
        "scope admin",
    );
    let named = post(&flags, "hold", r#"{"reason":"x","as":"ana"}"#).await;
    assert_refused(&named, 400, "bad_act", "speaks for others");
    let held = post(&flags, "hold", r#"{"reason":"x"}"#).await;
    assert_eq!(held.status, StatusCode::OK, "{}", held.text);
}
