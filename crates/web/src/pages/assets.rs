//! The pages' own files, part of the program.

use axum::Router;
use axum::http::header;
use axum::routing::{MethodRouter, get};

pub(super) fn router() -> Router {
    Router::new()
        .route(
            "/assets/signalbox.css",
            file("text/css", include_str!("../../assets/signalbox.css")),
        )
        .route(
            "/assets/signalbox.js",
            file("text/javascript", include_str!("../../assets/signalbox.js")),
        )
        .route("/assets/signalbox.svg", logo())
        // Where browsers look that were told of no icon.
        .route("/favicon.ico", logo())
        .route(
            "/assets/icons.svg",
            file("image/svg+xml", include_str!("../../assets/icons.svg")),
        )
}

fn logo() -> MethodRouter {
    file("image/svg+xml", include_str!("../../assets/signalbox.svg"))
}

fn file(kind: &'static str, text: &'static str) -> MethodRouter {
    get(move || async move {
        (
            [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "public, max-age=300"),
            ],
            text,
        )
    })
}
