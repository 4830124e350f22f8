//! The Sentry beside the GitLab sandbox: what it makes of what came in, and its faults.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sandbox::gitlab::GitLabSandbox;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::gitlab_endpoints::{answer, call};
use crate::gitlab_world::{World, options};

const KEY: &str = "5160a1b05160a1b05160a1b05160a1b0";

/// Sends an event as a kit does, and answers the status.
async fn report(sandbox: &GitLabSandbox, event: &Value) -> StatusCode {
    let item = json!({ "type": "event", "length": event.to_string().len() });
    let envelope = format!("{{}}\n{item}\n{event}\n");
    let request = Request::post("/-/sentry/api/1/envelope/")
        .header(
            "x-sentry-auth",
            format!("Sentry sentry_version=7, sentry_key={KEY}"),
        )
        .header("content-type", "application/x-sentry-envelope")
        .body(Body::from(envelope))
        .unwrap();
    answer(sandbox, request).await.0
}

async fn ask(sandbox: &GitLabSandbox, what: &str) -> (StatusCode, Value) {
    let request = Request::get(format!("/-/sentry/api/0/organizations/demo/{what}"))
        .header("authorization", "Bearer demo-sentry-token")
        .body(Body::empty())
        .unwrap();
    answer(sandbox, request).await
}

fn failure(flag: bool, at: &str) -> Value {
    json!({
        "timestamp": at,
        "level": "error",
        "environment": "production",
        "exception": { "values": [{ "type": "PostError", "value": "channel 17 is gone" }] },
        "tags": { "delivery": "dlv_1" },
        "user": { "id": "Project:7" },
        "contexts": { "flags": { "values": [{ "flag": "a_flag", "result": flag }] } },
    })
}

#[tokio::test]
async fn an_issue_shows_what_the_reports_of_one_cause_had() {
    let world = World::start().await;
    for (flag, at) in [
        (true, "2026-11-20T08:40:00Z"),
        (false, "2026-11-20T08:50:00Z"),
        (true, "2026-11-20T08:55:00Z"),
    ] {
        assert_eq!(
            report(&world.sandbox, &failure(flag, at)).await,
            StatusCode::OK
        );
    }
    let search = "issues/?query=firstSeen%3A%3E2026-11-20T08%3A30%3A00%20flags%5B%22a_flag%22%5D%3Atrue\
        &start=2026-11-20T08:45:00&end=2026-11-20T09:00:00&groupStatsPeriod=";
    let (status, found) = ask(&world.sandbox, search).await;
    assert_eq!(status, StatusCode::OK);
    insta::assert_json_snapshot!(found, @r#"
    [
      {
        "annotations": [],
        "assignedTo": null,
        "count": "2",
        "culprit": "",
        "filtered": {
          "count": "1",
          "firstSeen": "2026-11-20T08:55:00.000000Z",
          "lastSeen": "2026-11-20T08:55:00.000000Z",
          "userCount": 1
        },
        "firstSeen": "2026-11-20T08:40:00.000000Z",
        "hasSeen": false,
        "id": "1",
        "isBookmarked": false,
        "isPublic": false,
        "isSubscribed": false,
        "isUnhandled": false,
        "lastSeen": "2026-11-20T08:55:00.000000Z",
        "level": "error",
        "lifetime": {
          "count": "3",
          "firstSeen": "2026-11-20T08:40:00.000000Z",
          "lastSeen": "2026-11-20T08:55:00.000000Z",
          "userCount": 1
        },
        "logger": null,
        "metadata": {
          "type": "PostError",
          "value": "channel 17 is gone"
        },
        "numComments": 0,
        "permalink": "http://gitlab.test:7402/-/sentry/organizations/demo/issues/1/",
        "platform": "other",
        "project": {
          "id": "1",
          "name": "signalbox",
          "platform": "other",
          "slug": "signalbox"
        },
        "shareId": null,
        "shortId": "SIGNALBOX-1",
        "status": "unresolved",
        "statusDetails": {},
        "substatus": "ongoing",
        "title": "PostError: channel 17 is gone",
        "type": "error",
        "userCount": 1
      }
    ]
    "#);
}

#[tokio::test]
async fn a_chart_has_a_point_a_step_and_says_which_are_not_complete() {
    let world = World::start().await;
    for at in [
        "2026-11-20T08:50:00Z",
        "2026-11-20T08:50:59Z",
        "2026-11-20T08:59:30Z",
    ] {
        report(&world.sandbox, &failure(true, at)).await;
    }
    let chart = "events-timeseries/?dataset=errors&interval=60&start=2026-11-20T08:50:00&end=2026-11-20T09:00:00";
    let (status, chart) = ask(&world.sandbox, chart).await;
    assert_eq!(status, StatusCode::OK);
    let points = chart["timeSeries"][0]["values"].as_array().unwrap();
    let shown: Vec<String> = points
        .iter()
        .map(|point| {
            let mark = if point["incomplete"] == true { "?" } else { "" };
            format!("{}{mark}", point["value"])
        })
        .collect();
    assert_eq!(shown.join(" "), "2 0 0 0 0 0 0 0 0? 1?");
    assert_eq!(points[0]["timestamp"], 1_795_164_600_000_u64);
}

#[tokio::test]
async fn what_was_reported_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(folder.path().join("state.json"));
    let begin = || {
        let options = sandbox::gitlab::Options {
            state: state.clone(),
            ..options(3)
        };
        GitLabSandbox::new(options).unwrap()
    };
    let first = begin();
    report(&first, &failure(true, "2026-11-20T08:50:00Z")).await;
    let metric = json!({ "name": "errors_total", "labels": { "flag": "on" }, "value": 3 });
    call(&first, "POST", "/sandbox/metrics", &metric.to_string()).await;
    first.save().unwrap();
    let second = begin();
    let (_, issues) = ask(&second, "issues/?query=").await;
    assert_eq!(issues[0]["title"], "PostError: channel 17 is gone");
    let (_, metric) = call(
        &second,
        "GET",
        "/-/prometheus/api/v1/query?query=errors_total",
        "",
    )
    .await;
    assert_eq!(metric["data"]["result"][0]["value"][1], "3");
}

#[tokio::test]
async fn what_is_too_large_or_no_event_is_refused() {
    let world = World::start().await;
    let large = json!({ "message": "x".repeat(1024 * 1024) });
    assert_eq!(
        report(&world.sandbox, &large).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        report(&world.sandbox, &json!("x")).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(ask(&world.sandbox, "issues/").await.1, json!([]));
}

#[tokio::test]
async fn each_service_goes_wrong_on_its_own_and_in_its_own_words() {
    let world = World::start().await;
    let fault = |body: Value| {
        let world = &world;
        async move {
            call(&world.sandbox, "POST", "/sandbox/fault", &body.to_string())
                .await
                .0
        }
    };
    let sentry = || ask(&world.sandbox, "issues/");
    assert_eq!(
        fault(json!({ "service": "sentry", "status": 401 })).await,
        StatusCode::OK
    );
    let refused = json!({ "detail": "401 Unauthorized" });
    assert_eq!(sentry().await, (StatusCode::UNAUTHORIZED, refused));
    assert_eq!(sentry().await.0, StatusCode::OK);
    let nonsense = json!({ "service": "sentry", "body": "<html>Bad gateway</html>", "times": 0 });
    assert_eq!(fault(nonsense).await, StatusCode::OK);
    assert_eq!(sentry().await, (StatusCode::OK, Value::Null));
    let prometheus = || {
        call(
            &world.sandbox,
            "GET",
            "/-/prometheus/api/v1/query?query=up",
            "",
        )
    };
    assert_eq!(prometheus().await.0, StatusCode::OK);
    assert_eq!(
        fault(json!({ "service": "prometheus", "status": 503 })).await,
        StatusCode::OK
    );
    assert_eq!(prometheus().await.1["errorType"], "unavailable");
    assert_eq!(fault(json!({ "clear": true })).await, StatusCode::OK);
    assert_eq!(sentry().await.0, StatusCode::OK);
    for wrong in [
        json!({ "service": "pager", "status": 500 }),
        json!({ "service": "sentry", "path": "/", "status": 500 }),
        json!({ "service": "sentry", "partial": true }),
        json!({ "service": "sentry", "body": 1 }),
        json!({ "service": "sentry", "status": 99, "body": "x" }),
    ] {
        assert_eq!(
            fault(wrong.clone()).await,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn the_page_shows_errors_and_log_lines_as_text() {
    let world = World::start().await;
    let mut event = failure(true, "2026-11-20T08:50:00Z");
    event["exception"]["values"][0]["value"] = "<script>alert(1)</script>".into();
    report(&world.sandbox, &event).await;
    let document = Request::post("/-/elasticsearch/logs-app/_doc")
        .header("authorization", "ApiKey demo-grafana-token")
        .header("content-type", "application/json")
        .body(Body::from("{\"message\": \"<b>gone</b>\"}"))
        .unwrap();
    answer(&world.sandbox, document).await;
    let page = Request::get("/-/monitoring?issue=1")
        .body(Body::empty())
        .unwrap();
    let page = world.sandbox.router().oneshot(page).await.unwrap();
    let page = axum::body::to_bytes(page.into_body(), usize::MAX)
        .await
        .unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    for shown in [
        "SIGNALBOX-1",
        "&lt;script&gt;alert(1)",
        "a_flag: on",
        "&lt;b&gt;gone",
        "logs-app",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("<script>alert") && !page.contains("<b>gone"));
}
