//! The monitoring beside the GitLab sandbox: Prometheus, Grafana and Elasticsearch.

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
