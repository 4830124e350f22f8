//! The monitoring beside the GitLab sandbox: Prometheus, Grafana and Elasticsearch's documents.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::gitlab_endpoints::{answer, call};
use crate::gitlab_world::{World, ana};

async fn query(world: &World, query: &str) -> (StatusCode, Value) {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let path = format!("/-/prometheus/api/v1/query?query={query}");
    call(&world.sandbox, "GET", &path, "").await
}

async fn write(
    world: &World,
    (method, path): (&str, &str),
    token: &str,
    body: &Value,
) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", token)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    answer(&world.sandbox, request).await
}

#[tokio::test]
async fn services_are_well_until_somebody_says_otherwise() {
    let world = World::start().await;
    let (status, all) = query(&world, "gitlab_service_ok").await;
    assert_eq!(
        (status, &all["status"]),
        (StatusCode::OK, &json!("success"))
    );
    assert_eq!(all["data"]["resultType"], "vector");
    let result = all["data"]["result"].as_array().unwrap();
    assert!(result.len() >= 3 && result.iter().all(|series| series["value"][1] == "1"));
    assert_eq!(result[0]["value"][0], 1_795_165_200.0);
    let down = "gitlab_service_ok{env=\"gprd\"} == 0";
    assert_eq!(query(&world, down).await.1["data"]["result"], json!([]));
    world
        .ana(
            ana("service_health")
                .with("service", "web")
                .with("value", 0),
        )
        .await;
    assert!(world.take().is_empty());
    let result = query(&world, down).await.1["data"]["result"].clone();
    let metric = json!({
        "__name__": "gitlab_service_ok", "env": "gprd", "environment": "production",
        "service": "web", "stage": "main",
    });
    assert_eq!(
        result,
        json!([{ "metric": metric, "value": [1_795_165_200.0, "0"] }])
    );
    world
        .ana(ana("service_health").with("value", "absent"))
        .await;
    let web = query(&world, "gitlab_service_ok{service=\"web\"}").await.1;
    assert_eq!(web["data"]["result"], json!([]));
    let (status, wrong) = query(&world, "gitlab_service_ok{").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        (&wrong["status"], &wrong["errorType"]),
        (&json!("error"), &json!("bad_data"))
    );
    let form = Request::post("/-/prometheus/api/v1/query")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(
            "query=gitlab_service_ok%7Bservice%3D%22api%22%7D",
        ))
        .unwrap();
    let (_, posted) = answer(&world.sandbox, form).await;
    assert_eq!(posted["data"]["result"][0]["metric"]["service"], "api");
}

#[tokio::test]
async fn annotations_are_kept_and_found_by_their_tags() {
    let world = World::start().await;
    let path = "/-/grafana/api/annotations";
    let token = "Bearer demo-grafana-token";
    for (text, tags) in [
        ("one", ["gprd", "feature-flag"]),
        ("two", ["gstg", "feature-flag"]),
    ] {
        let body = json!({ "text": text, "tags": tags, "time": 1_795_165_200_123_u64 });
        let (status, answer) = write(&world, ("POST", path), token, &body).await;
        assert_eq!(
            (status, &answer["message"]),
            (StatusCode::OK, &json!("Annotation added"))
        );
        assert!(answer["id"].is_u64());
    }
    let get = |query: &'static str| {
        let world = &world;
        async move {
            let path = format!("/-/grafana/api/annotations?{query}");
            let (_, found) = write(world, ("GET", &path), token, &Value::Null).await;
            let found = found.as_array().unwrap().iter();
            found
                .map(|one| one["text"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(get("tags=feature-flag").await, ["two", "one"]);
    assert_eq!(get("tags=feature-flag&tags=gprd").await, ["one"]);
    assert_eq!(
        get("tags=gstg&tags=gprd&matchAny=true&limit=1").await,
        ["two"]
    );
    assert!(get("to=1795165200122").await.is_empty());
    let (_, all) = call(&world.sandbox, "GET", "/sandbox/annotations", "").await;
    assert_eq!(all["annotations"][0]["time"], 1_795_165_200_123_u64);
    let empty = json!({ "tags": ["x"] });
    assert_eq!(
        write(&world, ("POST", path), token, &empty).await.0,
        StatusCode::BAD_REQUEST
    );
    let body = json!({ "text": "x" });
    for wrong in ["", "Bearer x", "demo-grafana-token"] {
        let (status, answer) = write(&world, ("POST", path), wrong, &body).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer["message"], "Invalid API key");
    }
}

#[tokio::test]
async fn a_document_under_its_own_id_is_there_once() {
    let world = World::start().await;
    let token = "ApiKey demo-grafana-token";
    let body = json!({ "type": "chatops", "feature_name": "x" });
    let put = ("PUT", "/-/elasticsearch/events-gprd/_doc/chg_1");
    let (status, first) = write(&world, put, token, &body).await;
    assert_eq!(
        (status, &first["result"]),
        (StatusCode::CREATED, &json!("created"))
    );
    let (status, second) = write(&world, put, token, &body).await;
    assert_eq!((status, &second["_version"]), (StatusCode::OK, &json!(2)));
    let once = (
        "POST",
        "/-/elasticsearch/events-gprd/_doc/chg_1?op_type=create",
    );
    let (status, conflict) = write(&world, once, token, &body).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let kind = "version_conflict_engine_exception";
    assert_eq!(conflict["error"]["type"], kind);
    let add = ("POST", "/-/elasticsearch/events-gstg/_doc");
    let (status, added) = write(&world, add, token, &body).await;
    assert_eq!(
        (status, &added["_index"]),
        (StatusCode::CREATED, &json!("events-gstg"))
    );
    let (_, all) = call(&world.sandbox, "GET", "/sandbox/documents", "").await;
    assert_eq!(all["documents"].as_array().unwrap().len(), 2);
    let (_, some) = call(
        &world.sandbox,
        "GET",
        "/sandbox/documents?index=events-gprd",
        "",
    )
    .await;
    assert_eq!(some["documents"][0]["_source"], body);
    assert_eq!(
        write(&world, add, "", &body).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, refused) = write(&world, add, token, &json!([1])).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(refused["error"]["type"], "document_parsing_exception");
}

/// The errors so far, with the flag and without.
async fn errors(world: &World, on: u32, off: u32) {
    let sample = |flag: &str, value: u32| json!({ "name": "errors_total", "labels": { "flag": flag }, "value": value });
    let samples = json!([sample("on", on), sample("off", off)]).to_string();
    let (status, _) = call(&world.sandbox, "POST", "/sandbox/metrics", &samples).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn what_scripts_set_is_computed_over_the_sandboxs_clock() {
    let world = World::start().await;
    for minute in 0..6 {
        errors(&world, 100 + 10 * minute, 100 + 2 * minute).await;
        world.clock.advance(Duration::from_secs(60));
    }
    errors(&world, 160, 112).await;
    let value = |answer: &Value| answer["data"]["result"][0]["value"][1].clone();
    for (text, expected) in [
        ("sum(increase(errors_total{flag=\"on\"}[5m]))", "50"),
        ("sum(increase(errors_total{flag!=\"on\"}[5m]))", "10"),
        ("sum(increase(errors_total[5m])) > 100 or vector(0)", "0"),
        ("errors_total{flag=\"on\"}", "160"),
    ] {
        let (status, answer) = query(&world, text).await;
        assert_eq!(
            (status, value(&answer)),
            (StatusCode::OK, json!(expected)),
            "{text}: {answer}"
        );
    }
    let (_, scalar) = query(&world, "scalar(sum(errors_total)) / 2").await;
    assert_eq!(
        scalar["data"],
        json!({ "resultType": "scalar", "result": [1_795_165_560.0, "136"] })
    );
    let range = "/-/prometheus/api/v1/query_range?query=errors_total%7Bflag%3D%22off%22%7D\
        &start=2026-11-20T09:00:00Z&end=1795165560&step=2m";
    let (status, matrix) = call(&world.sandbox, "GET", range, "").await;
    assert_eq!(
        (status, &matrix["data"]["resultType"]),
        (StatusCode::OK, &json!("matrix"))
    );
    let values = matrix["data"]["result"][0]["values"].as_array().unwrap();
    let values: Vec<&str> = values
        .iter()
        .map(|point| point[1].as_str().unwrap())
        .collect();
    assert_eq!(values, ["100", "104", "108", "112"]);
    world.clock.advance(Duration::from_secs(600));
    let (_, stale) = query(&world, "errors_total").await;
    assert_eq!(stale["data"]["result"], json!([]));
}

#[tokio::test]
async fn a_question_that_prometheus_would_refuse_is_refused() {
    let world = World::start().await;
    for (path, error) in [
        ("query?query=up&colour=red", "unknown parameter \"colour\""),
        (
            "query?query=up&time=soon",
            "invalid parameter \"time\": cannot parse \"soon\" to a valid timestamp",
        ),
        (
            "query_range?query=up&end=1&step=1",
            "invalid parameter \"start\": cannot parse \"\" to a valid timestamp",
        ),
        (
            "query_range?query=up&start=2&end=1&step=1",
            "invalid parameter \"end\": end timestamp must not be before start time",
        ),
        (
            "query_range?query=up&start=1&end=99999&step=1",
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
        ),
    ] {
        let path = format!("/-/prometheus/api/v1/{path}");
        let (status, refused) = call(&world.sandbox, "GET", &path, "").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(
            (&refused["errorType"], &refused["error"]),
            (&json!("bad_data"), &json!(error))
        );
    }
    let (status, failed) = query(&world, "gitlab_service_ok + on").await;
    assert_eq!(
        (status, &failed["data"]["result"]),
        (StatusCode::OK, &json!([]))
    );
    for wrong in [
        json!({ "name": "1x", "value": 1 }),
        json!({ "name": "x", "value": "much" }),
        json!({ "name": "x", "value": 1, "labels": { "a": 1 } }),
        json!({ "name": "gitlab_service_ok", "value": 1 }),
        json!({ "name": "x", "value": 1, "at": 3 }),
        json!("x"),
    ] {
        let (status, _) = call(
            &world.sandbox,
            "POST",
            "/sandbox/metrics",
            &wrong.to_string(),
        )
        .await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}
