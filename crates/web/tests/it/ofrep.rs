//! OpenFeature's remote evaluation.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use flags::{ActorId, Asked};
use futures_util::StreamExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::{ADMIN, Answer, NOW, Outside, SHOP, World};

const ALL: &str = "/ofrep/v1/evaluate/flags";
const AS_SHOP: &[(&str, &str)] = &[("Authorization", "Bearer shop-secret")];

async fn world() -> World {
    World::reaching(Outside::none()).await
}

async fn set(world: &World, flag: &str, body: Value) {
    let mut body = body;
    body["force"] = true.into();
    let answer = world
        .json("POST", &format!("/api/v4/features/{flag}"), &body)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

async fn evaluate(world: &World, flag: &str, context: &Value) -> Answer {
    let body = json!({ "context": context }).to_string();
    world.post(&format!("{ALL}/{flag}"), AS_SHOP, &body).await
}

/// Flags of every kind.
async fn flags(world: &World) {
    for (flag, body) in [
        ("on", json!({"value": true})),
        ("off", json!({"value": false})),
        (
            "named",
            json!({"value": true, "project": "12", "group": "9"}),
        ),
        ("kept_out", json!({"value": true})),
        ("kept_out", json!({"value": "opt_out", "project": "12"})),
        ("half", json!({"value": 50, "key": "percentage_of_actors"})),
        (
            "nearly_all",
            json!({"value": 99.999, "key": "percentage_of_actors"}),
        ),
        (
            "members",
            json!({"value": true, "feature_group": "gitlab_team_members"}),
        ),
        ("sometimes", json!({"value": 0.001})),
    ] {
        set(world, flag, body).await;
    }
}

#[tokio::test]
async fn a_flag_is_answered_whole() {
    let world = world().await;
    set(
        &world,
        "tidy_sidebar",
        json!({"value": true, "project": "12"}),
    )
    .await;
    let answer = evaluate(
        &world,
        "tidy_sidebar",
        &json!({"targetingKey": "Project:12"}),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(
        answer.json(),
        json!({
            "key": "tidy_sidebar",
            "value": true,
            "reason": "TARGETING_MATCH",
            "variant": "on",
            "metadata": {"environment": "production", "flagVersion": 1, "gate": "actors"}
        })
    );
}

#[tokio::test]
async fn reasons_say_which_rule_decided() {
    let world = world().await;
    flags(&world).await;
    let shop = json!({"targetingKey": "Project:12"});
    let below = json!({"targetingKey": "Project:3", "signalbox.ancestors": ["Group:1", "Group:9"]});
    for (flag, context, value, reason, gate) in [
        ("on", &shop, true, "STATIC", "boolean"),
        ("off", &shop, false, "DISABLED", "closed"),
        ("named", &shop, true, "TARGETING_MATCH", "actors"),
        ("named", &below, true, "TARGETING_MATCH", "actors"),
        (
            "named",
            &json!({"targetingKey": "Project:3"}),
            false,
            "DEFAULT",
            "closed",
        ),
        ("kept_out", &shop, false, "TARGETING_MATCH", "opted_out"),
        ("kept_out", &below, true, "STATIC", "boolean"),
        ("nearly_all", &shop, true, "SPLIT", "percentage_of_actors"),
        ("sometimes", &shop, false, "SPLIT", "closed"),
        (
            "members",
            &json!({"targetingKey": "User:7"}),
            true,
            "TARGETING_MATCH",
            "groups",
        ),
        ("members", &shop, false, "DEFAULT", "closed"),
        ("keep_cache", &shop, true, "DEFAULT", "default"),
        ("tidy_sidebar", &json!({}), false, "DEFAULT", "default"),
        (
            "on",
            &json!({"targetingKey": null, "email": {"a": [1]}}),
            true,
            "STATIC",
            "boolean",
        ),
        (
            "on",
            &json!({"targetingKey": "anything at all"}),
            true,
            "STATIC",
            "boolean",
        ),
        ("sometimes", &json!({}), false, "SPLIT", "closed"),
    ] {
        let answer = evaluate(&world, flag, context).await.json();
        let found = (
            &answer["value"],
            &answer["reason"],
            &answer["metadata"]["gate"],
        );
        assert_eq!(
            found,
            (&json!(value), &json!(reason), &json!(gate)),
            "{flag} {context}"
        );
        assert_eq!(answer["variant"], if value { "on" } else { "off" });
    }
}

#[tokio::test]
async fn what_cannot_be_evaluated_says_why_by_the_specifications_codes() {
    let world = world().await;
    flags(&world).await;
    let context = |context: Value| json!({ "context": context }).to_string();
    let shop = || context(json!({"targetingKey": "Project:12"}));
    for (flag, body, status, code) in [
        ("on", "{".to_owned(), 400, "PARSE_ERROR"),
        ("on", String::new(), 400, "PARSE_ERROR"),
        ("on", context(json!("x")), 400, "INVALID_CONTEXT"),
        (
            "on",
            context(json!({"targetingKey": 12})),
            400,
            "INVALID_CONTEXT",
        ),
        (
            "on",
            context(json!({"signalbox.ancestors": "Group:1"})),
            400,
            "INVALID_CONTEXT",
        ),
        ("named", context(json!({})), 400, "TARGETING_KEY_MISSING"),
        (
            "half",
            context(json!({"targetingKey": ""})),
            400,
            "TARGETING_KEY_MISSING",
        ),
        ("members", "{}".to_owned(), 400, "TARGETING_KEY_MISSING"),
        (
            "half",
            context(json!({"targetingKey": "12"})),
            400,
            "INVALID_CONTEXT",
        ),
        ("nothing", shop(), 404, "FLAG_NOT_FOUND"),
        ("no%20flag", shop(), 404, "FLAG_NOT_FOUND"),
        ("no/flag", shop(), 404, "FLAG_NOT_FOUND"),
    ] {
        let answer = world.post(&format!("{ALL}/{flag}"), AS_SHOP, &body).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{flag} {body}: {}",
            answer.text
        );
        let told = answer.json();
        assert_eq!(told["errorCode"], code, "{flag} {body}");
        assert_eq!(told["key"], flag.replace("%20", " "));
        assert!(told["errorDetails"].is_string());
    }
    let long = context(json!({"targetingKey": "x".repeat(70_000)}));
    let answer = world.post(&format!("{ALL}/on"), AS_SHOP, &long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.json()["errorDetails"].is_string());
}

#[tokio::test]
async fn every_role_may_evaluate_and_nobody_else() {
    let world = world().await;
    let body = r#"{"context": {}}"#;
    for (headers, status) in [
        (&[("PRIVATE-TOKEN", ADMIN)][..], 200),
        (&[("PRIVATE-TOKEN", SHOP)], 200),
        (&[("Authorization", "Bearer shop-secret")], 200),
        (&[("X-API-Key", SHOP)], 200),
        (&[("X-API-Key", "wrong")], 401),
        (&[], 401),
    ] {
        for path in [
            ALL,
            "/environments/staging/ofrep/v1/evaluate/flags",
            "/ofrep/v1/evaluate/flags/keep_cache",
        ] {
            let answer = world.post(path, headers, body).await;
            assert_eq!(answer.status.as_u16(), status, "{path} {headers:?}");
            assert_eq!(answer.json()["errorDetails"].is_string(), status == 401);
        }
    }
}

#[tokio::test]
async fn all_flags_are_answered_at_once_and_not_again_while_nothing_changes() {
    let world = world().await;
    flags(&world).await;
    let of = |key: &str| json!({"context": {"targetingKey": key}}).to_string();
    let first = world.post(ALL, AS_SHOP, &of("Project:12")).await;
    let told = first.json();
    let keys: Vec<_> = told["flags"]
        .as_array()
        .expect("flags")
        .iter()
        .map(|flag| flag["key"].as_str().expect("a key"))
        .collect();
    assert_eq!(
        keys,
        [
            "half",
            "keep_cache",
            "kept_out",
            "members",
            "named",
            "nearly_all",
            "off",
            "on",
            "sometimes",
            "tidy_sidebar"
        ]
    );
    let tag = first.headers["etag"].to_str().expect("a tag");
    let ask = async |tag: &str, body: &str| {
        world
            .post(ALL, &[AS_SHOP[0], ("If-None-Match", tag)], body)
            .await
    };
    let again = ask(tag, &of("Project:12")).await;
    assert_eq!(
        (again.status, again.text.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(again.headers["etag"], tag);
    assert_eq!(
        ask(tag, &of("Project:13")).await.status,
        StatusCode::OK,
        "another context"
    );
    set(&world, "on", json!({"value": false})).await;
    let changed = ask(tag, &of("Project:12")).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.headers["etag"], tag);
    let nobody = world.post(ALL, AS_SHOP, "{}").await.json();
    let failed = nobody["flags"]
        .as_array()
        .expect("flags")
        .iter()
        .find(|flag| flag["key"] == "half");
    assert_eq!(
        failed.expect("the flag")["errorCode"],
        "TARGETING_KEY_MISSING"
    );
}

#[tokio::test]
async fn applications_in_browsers_may_ask_from_their_own_sites() {
    let world = world().await;
    let request = Request::options(ALL)
        .header("Origin", "https://shop.example")
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "authorization,content-type",
        )
        .body(Body::empty());
    let answer = world.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let headers = [AS_SHOP[0], ("Origin", "https://shop.example")];
    let answer = world.post(ALL, &headers, "{}").await;
    assert_eq!(answer.headers["access-control-expose-headers"], "etag");
}

/// The events of a stream that has ended.
async fn heard(world: &World, path: &str, headers: &[(&str, &str)]) -> String {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = world
        .routes
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let first = tokio::time::timeout(std::time::Duration::from_secs(5), stream.next()).await;
    world.stop.cancel();
    let first = first
        .expect("an event in time")
        .expect("an event")
        .expect("bytes");
    assert!(stream.next().await.is_none(), "a stop ends the stream");
    String::from_utf8(first.to_vec()).expect("text")
}

fn stream_of(bulk: &Answer) -> String {
    let stream = &bulk.json()["eventStreams"][0];
    assert_eq!(stream["type"], "sse");
    stream["endpoint"]["requestUri"]
        .as_str()
        .expect("an address")
        .to_owned()
}

#[tokio::test]
async fn a_change_after_the_answer_is_told_on_its_stream() {
    let world = world().await;
    let bulk = world.post(ALL, AS_SHOP, "{}").await;
    set(&world, "on", json!({"value": true})).await;
    let told = heard(&world, &stream_of(&bulk), &[]).await;
    let data = told
        .lines()
        .find_map(|line| line.strip_prefix("data: "))
        .expect("data");
    let data: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["type"], "refetchEvaluation");
    assert_eq!(data["lastModified"], NOW);
    assert!(data["etag"].is_string());
    assert!(
        told.contains("event: message\n") && told.contains("id: 1\n"),
        "{told}"
    );
}

#[tokio::test]
async fn a_client_that_comes_back_hears_what_it_missed() {
    let world = world().await;
    set(&world, "on", json!({"value": true})).await;
    let bulk = world.post(ALL, AS_SHOP, "{}").await;
    set(&world, "on", json!({"value": false})).await;
    let told = heard(&world, &stream_of(&bulk), &[("Last-Event-ID", "1")]).await;
    assert!(told.contains("id: 2\n"), "{told}");
}

#[tokio::test]
async fn a_streams_secret_is_its_tokens_own_and_opens_nothing_else() {
    let world = world().await;
    let bulk = world.post(ALL, AS_SHOP, "{}").await;
    let address = stream_of(&bulk);
    let secret = address.split(['=', '&']).nth(1).expect("a secret");
    assert!(!address.contains(SHOP));
    for (path, headers) in [
        ("/ofrep/v1/events?secret=wrong", &[][..]),
        ("/ofrep/v1/events", &[]),
        ("/ofrep/v1/events", &[("PRIVATE-TOKEN", "wrong")]),
        ("/ofrep/v1/events", &[("PRIVATE-TOKEN", secret)]),
    ] {
        let answer = world.get(path, headers).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{path} {headers:?}"
        );
    }
}

#[tokio::test]
async fn streams_leave_connections_for_others() {
    let world = world().await;
    let open = async || {
        let request = Request::get("/ofrep/v1/events").header("PRIVATE-TOKEN", SHOP);
        let request = request.body(Body::empty()).expect("a request");
        let answer = world.routes.clone().oneshot(request).await;
        answer.expect("an answer")
    };
    let mut streams = Vec::new();
    for _ in 0..2_000 {
        let stream = open().await;
        assert_eq!(stream.status(), StatusCode::OK);
        streams.push(stream);
    }
    assert_eq!(open().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    streams.pop();
    assert_eq!(open().await.status(), StatusCode::OK);
}

/// A request that sets a flag to something.
fn change() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(|on| json!({"value": on})),
        (0..100_u32).prop_map(|share| json!({"value": share, "key": "percentage_of_actors"})),
        prop::collection::vec(1..9_u32, 1..4).prop_map(|ids| {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            json!({"value": true, "project": ids.join(",")})
        }),
        (1..9_u32).prop_map(|id| json!({"value": "opt_out", "project": id})),
        Just(json!({"value": true, "feature_group": "gitlab_team_members"})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_answer_is_the_engines(
        changes in prop::collection::vec((0..4_usize, change()), 0..8),
        actors in prop::collection::vec((prop::sample::select(vec!["Project", "User"]), 1..9_u32), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let world = world().await;
            let names = ["one", "two", "three", "keep_cache"];
            for (flag, mut body) in changes {
                body["force"] = true.into();
                let path = format!("/api/v4/features/{}", names[flag]);
                // A refusal leaves the flag as it was, which is as good a case.
                world.json("POST", &path, &body).await;
            }
            let (_, production) = world.environments.hosted().last().expect("production");
            for (class, id) in actors {
                let actor = format!("{class}:{id}");
                assert!(actor.parse::<ActorId>().is_ok());
                for flag in names {
                    let snapshot = production.live().load();
                    let expected = snapshot.is_enabled(flag, &Asked::of(&actor), || 0.5);
                    let known = snapshot.knows(flag);
                    drop(snapshot);
                    let answer = evaluate(&world, flag, &json!({"targetingKey": actor})).await;
                    assert_eq!(answer.status == StatusCode::OK, known);
                    assert_eq!(answer.json().get("value") == Some(&json!(true)), expected, "{flag} {actor}");
                }
            }
        });
    }
}
