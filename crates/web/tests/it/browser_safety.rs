//! Who may read and who may change things.

use axum::http::StatusCode;
use store::OpenOptions;
use web::Access;

use crate::world::{ADMIN, World};

const REPLAY_ALL: &str = "/api/v1/dead-letters/replays";

#[tokio::test]
async fn without_the_administrators_token_everything_is_closed() {
    let world = World::start().await;
    for path in [
        "/api/v1/events",
        "/api/v1/events/evt_x",
        "/api/v1/dead-letters",
        "/",
    ] {
        for headers in [&[][..], &[("PRIVATE-TOKEN", "guess")]] {
            let answer = world.get(path, headers).await;
            assert_eq!(
                answer.status,
                StatusCode::UNAUTHORIZED,
                "{path} {headers:?}"
            );
            assert!(answer.headers.contains_key("www-authenticate"), "{path}");
        }
    }
    assert_eq!(
        world.post(REPLAY_ALL, &[], "").await.status,
        StatusCode::UNAUTHORIZED
    );
    let known = world
        .post(REPLAY_ALL, &[("PRIVATE-TOKEN", ADMIN)], "")
        .await;
    assert_eq!(known.status, StatusCode::CREATED);
}

#[tokio::test]
async fn an_open_service_lets_everyone_read_and_only_its_own_pages_change_things() {
    let access = Access::administrator(Some(ADMIN.into())).open_to_readers();
    let world = World::with(OpenOptions::default(), access).await;
    assert_eq!(
        world.get("/api/v1/events", &[]).await.status,
        StatusCode::OK
    );
    for (headers, status) in [
        (vec![], 401),
        (vec![("Sec-Fetch-Site", "same-origin")], 201),
        (vec![("Sec-Fetch-Site", "cross-site")], 403),
        (
            vec![("Sec-Fetch-Site", "cross-site"), ("PRIVATE-TOKEN", ADMIN)],
            403,
        ),
        (
            vec![
                ("Origin", "https://evil.example"),
                ("Host", "signalbox.example"),
            ],
            403,
        ),
        (
            vec![
                ("Origin", "https://signalbox.example"),
                ("Host", "signalbox.example"),
            ],
            201,
        ),
    ] {
        let answer = world.post(REPLAY_ALL, &headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
    }
}
