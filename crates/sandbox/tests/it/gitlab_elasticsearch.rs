//! The Elasticsearch beside the GitLab sandbox: what it finds, and what it refuses.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::gitlab_endpoints::{answer, call};
use crate::gitlab_world::World;

async fn ask(world: &World, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(format!("/-/elasticsearch{path}"))
        .header("authorization", "ApiKey demo-grafana-token")
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    answer(&world.sandbox, request).await
}

async fn count(world: &World, query: Value) -> (StatusCode, Value) {
    let body = json!({ "query": query }).to_string();
    ask(world, "POST", "/logs-*/_count", &body).await
}

/// Four lines, one a minute up to the sandbox's present, every other one an error.
async fn lines() -> World {
    let world = World::start().await;
    let mut bulk = String::new();
    for number in 0..4 {
        let action = json!({ "create": { "_index": "logs-app", "_id": number.to_string() } });
        let line = json!({
            "@timestamp": format!("2026-11-20T08:5{}:00Z", 6 + number),
            "log.level": if number % 2 == 0 { "error" } else { "info" },
            "labels": { "flags": ["a_flag:1"], "project": number },
        });
        bulk.push_str(&format!("{action}\n{line}\n"));
    }
    let (status, written) = ask(&world, "POST", "/_bulk", &bulk).await;
    assert_eq!(
        (status, &written["errors"]),
        (StatusCode::OK, &json!(false))
    );
    world
}

#[tokio::test]
async fn a_window_and_a_query_in_words_count_what_they_should() {
    let world = lines().await;
    for (words, expected) in [
        ("log.level:error", 1),
        ("labels.flags:\"a_flag:1\"", 2),
        ("NOT log.level:error", 1),
        ("labels.project:>2 OR log.level:error", 2),
    ] {
        let window = json!({ "range": { "@timestamp": { "gte": "now-3m/m", "lt": "2026-11-20T08:59:00Z" } } });
        let words_query =
            json!({ "query_string": { "query": words, "allow_leading_wildcard": false } });
        let query = json!({ "bool": { "filter": [window, words_query] } });
        let (status, found) = count(&world, query).await;
        assert_eq!(status, StatusCode::OK, "{words}: {found}");
        let whole = json!({ "total": 1, "successful": 1, "skipped": 0, "failed": 0 });
        let expected = if words.starts_with("labels.project") {
            1
        } else {
            expected
        };
        assert_eq!(
            found,
            json!({ "count": expected, "_shards": whole }),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_bad_query_is_refused_in_elasticsearchs_words() {
    let world = lines().await;
    let query = json!({ "query_string": { "query": "log.level:error AND" } });
    let (status, refused) = count(&world, query).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    insta::assert_json_snapshot!(refused, @r#"
    {
      "error": {
        "failed_shards": [
          {
            "index": "logs-app",
            "node": "sandbox",
            "reason": {
              "caused_by": {
                "reason": "Cannot parse 'log.level:error AND': Encountered \"<EOF>\" at line 1, column 19.",
                "type": "parse_exception"
              },
              "index": "logs-app",
              "index_uuid": "logsappAAAAAAAAAAAAAAA",
              "reason": "Failed to parse query [log.level:error AND]",
              "type": "query_shard_exception"
            },
            "shard": 0
          }
        ],
        "grouped": true,
        "phase": "query",
        "reason": "all shards failed",
        "root_cause": [
          {
            "index": "logs-app",
            "index_uuid": "logsappAAAAAAAAAAAAAAA",
            "reason": "Failed to parse query [log.level:error AND]",
            "type": "query_shard_exception"
          }
        ],
        "type": "search_phase_execution_exception"
      },
      "status": 400
    }
    "#);
    for (query, reason) in [
        (json!({ "regexp": { "a": "b" } }), "unknown query [regexp]"),
        (
            json!({ "term": { "a": { "value": 1, "colour": 2 } } }),
            "[term] query does not support [colour]",
        ),
        (
            json!({ "query_string": { "query": "a", "fuzziness": 1 } }),
            "[query_string] query does not support [fuzziness]",
        ),
        (
            json!({ "bool": { "must": [{ "bool": { "any": [] } }] } }),
            "[1:1] [bool] unknown field [any]",
        ),
        (json!({}), "query malformed, empty clause found"),
        (
            json!([]),
            "[_na] query malformed, must start with start_object",
        ),
        (
            json!({ "range": { "@timestamp": { "gte": "soon" } } }),
            "all shards failed",
        ),
    ] {
        let (status, refused) = count(&world, query.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(refused["error"]["reason"], reason, "{query}");
    }
}

#[tokio::test]
async fn a_search_that_failed_in_part_says_so() {
    let world = lines().await;
    let fault = json!({ "service": "elasticsearch", "partial": true }).to_string();
    let (status, _) = call(&world.sandbox, "POST", "/sandbox/fault", &fault).await;
    assert_eq!(status, StatusCode::OK);
    let (status, found) = count(&world, json!({ "match_all": {} })).await;
    assert_eq!((status, &found["count"]), (StatusCode::OK, &json!(2)));
    assert_eq!(found["_shards"]["failed"], 1);
    assert_eq!(
        found["_shards"]["failures"][0]["reason"]["type"],
        "es_rejected_execution_exception"
    );
    let (_, whole) = count(&world, json!({ "match_all": {} })).await;
    assert_eq!(
        (&whole["count"], &whole["_shards"]["failed"]),
        (&json!(4), &json!(0))
    );
}

#[tokio::test]
async fn a_media_type_that_is_not_json_is_not_taken() {
    let world = World::start().await;
    let request = |kind: &'static str| {
        Request::post("/-/elasticsearch/logs/_doc")
            .header("authorization", "ApiKey demo-grafana-token")
            .header("content-type", kind)
            .body(Body::from("{}"))
            .unwrap()
    };
    for (kind, expected) in [
        ("text/plain", StatusCode::NOT_ACCEPTABLE),
        (
            "application/vnd.elasticsearch+json;compatible-with=9",
            StatusCode::NOT_ACCEPTABLE,
        ),
        (
            "application/vnd.elasticsearch+json; compatible-with=8",
            StatusCode::CREATED,
        ),
        ("application/json; charset=utf-8", StatusCode::CREATED),
    ] {
        assert_eq!(
            answer(&world.sandbox, request(kind)).await.0,
            expected,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn one_bad_line_of_a_bulk_leaves_the_others() {
    let world = World::start().await;
    let bulk = "{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}\n{\"index\":{\"_id\":\"2\"}}\n{\"n\":\"many\"}\n\
        {\"create\":{\"_id\":\"1\"}}\n{\"n\":2}\n{\"delete\":{\"_id\":\"1\"}}\n{\"delete\":{\"_id\":\"3\"}}\n";
    let (status, answer) = ask(&world, "POST", "/numbers/_bulk?refresh=true", bulk).await;
    assert_eq!((status, &answer["errors"]), (StatusCode::OK, &json!(true)));
    let items = answer["items"].as_array().unwrap().iter();
    let statuses: Vec<u64> = items
        .map(|item| {
            item.as_object().unwrap().values().next().unwrap()["status"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(statuses, [201, 400, 409, 200, 404]);
    for (bulk, reason) in [
        (
            "{\"index\":{}}\n{}",
            "The bulk request must be terminated by a newline [\\n]",
        ),
        (
            "{\"index\":{}}\n",
            "Validation Failed: 1: source is missing;",
        ),
        (
            "{\"merge\":{}}\n{}\n",
            "Malformed action/metadata line [1], expected field [create], [delete], [index] or [update] but found [merge]",
        ),
    ] {
        let (status, refused) = ask(&world, "POST", "/numbers/_bulk", bulk).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bulk}");
        assert_eq!(refused["error"]["reason"], reason);
    }
}
