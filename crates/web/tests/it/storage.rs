//! Storage that is full: 503 and not ready, and nothing half done.

use axum::http::StatusCode;
use store::OpenOptions;
use web::Access;

use crate::world::{ADMIN, World, push};

#[tokio::test]
async fn full_storage_is_503_and_not_ready() {
    let options = OpenOptions {
        sqlite_max_pages: Some(200),
        ..OpenOptions::default()
    };
    let world = World::with(options, Access::administrator(Some(ADMIN.into()))).await;
    assert_eq!(world.get("/readyz", &[]).await.status, StatusCode::OK);
    let mut stored = 0;
    let refused = loop {
        let key = format!("fill-{stored}");
        let answer = world
            .webhook(&[("Idempotency-Key", &key)], &push("main"))
            .await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        stored += 1;
        assert!(stored < 100_000, "the limit does not hold");
    };
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.json()["error"], "storage_unavailable");
    assert_eq!(
        world.store.counts().await.expect("counts").events(),
        stored,
        "nothing half done"
    );
    let ready = world.get("/readyz", &[]).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["ready"], false);
    assert_eq!(
        world.get("/healthz", &[]).await.status,
        StatusCode::OK,
        "it is alive all the same"
    );
}
