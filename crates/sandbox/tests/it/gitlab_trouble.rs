//! Outages and slowness of the GitLab sandbox, as a script asks for them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use futures_util::FutureExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use crate::gitlab_endpoints::call;
use crate::gitlab_rest::api;
use crate::gitlab_world::World;

async fn fault(world: &World, body: serde_json::Value) -> StatusCode {
    call(&world.sandbox, "POST", "/sandbox/fault", &body.to_string())
        .await
        .0
}

#[tokio::test]
async fn requests_below_a_path_fail_as_often_as_asked() {
    let world = World::start().await;
    let user = || api(&world.sandbox, "ana", (Method::GET, "/user"), None);
    let outage = json!({ "path": "/api/v4/user", "status": 503, "times": 2 });
    assert_eq!(fault(&world, outage).await, StatusCode::OK);
    assert_eq!(user().await.status, StatusCode::SERVICE_UNAVAILABLE);
    let other = api(&world.sandbox, "ana", (Method::GET, "/version"), None).await;
    assert_eq!(other.status, StatusCode::OK);
    assert_eq!(user().await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(user().await.status, StatusCode::OK);

    let limited = json!({ "path": "*", "status": 429, "retry_after": 7, "times": 0 });
    assert_eq!(fault(&world, limited).await, StatusCode::OK);
    for _ in 0..3 {
        let limited = user().await;
        assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(limited.headers["retry-after"], "7");
    }
    assert_eq!(
        fault(&world, json!({ "clear": true })).await,
        StatusCode::OK
    );
    assert_eq!(user().await.status, StatusCode::OK);
    for wrong in [
        json!({ "status": 500 }),
        json!({ "path": "api", "status": 500 }),
        json!({ "path": "*" }),
        json!({ "path": "*", "status": 200 }),
        json!({ "path": "*", "status": 500, "hang": true }),
        json!({ "path": "*", "status": 500, "colour": "red" }),
    ] {
        assert_eq!(
            fault(&world, wrong.clone()).await,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_request_hangs_until_faults_are_cleared_or_its_delay_is_over() {
    let world = World::start().await;
    let request = || {
        let request = Request::get("/api/v4/user").header("PRIVATE-TOKEN", "glpat-demo-ana");
        let request = request.body(Body::empty()).unwrap();
        Box::pin(world.sandbox.router().oneshot(request))
    };
    fault(&world, json!({ "path": "*", "hang": true })).await;
    let mut hanging = request();
    assert!((&mut hanging).now_or_never().is_none());
    fault(&world, json!({ "clear": true })).await;
    assert_eq!(hanging.await.unwrap().status(), StatusCode::OK);

    fault(&world, json!({ "path": "*", "delay_ms": 2500 })).await;
    let mut slow = request();
    assert!((&mut slow).now_or_never().is_none());
    world.clock.advance(Duration::from_millis(2500));
    assert_eq!(slow.await.unwrap().status(), StatusCode::OK);
}
