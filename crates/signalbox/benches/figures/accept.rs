//! Durable accepts a second, beside a bare handler that only reads the body.

use std::net::SocketAddr;
use std::process::Command;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::Effort;
use crate::load::Found;
use crate::process::{Program, write_config};

const CONNECTIONS: usize = 64;

/// A merge request's webhook of about 6 KB, as GitLab sends them.
pub fn body() -> String {
    let description = "A sentence of the description, as long as people write them. ".repeat(8);
    let fixture = include_str!("../../../gitlab/tests/fixtures/merge_request__open.json");
    let mut webhook: serde_json::Value = serde_json::from_str(fixture).expect("a fixture");
    webhook["object_attributes"]["description"] = description.into();
    let mut text = webhook.to_string();
    // Fields that nobody reads make up most of a real one's size.
    let filler = 6_000_usize.saturating_sub(text.len());
    webhook["object_attributes"]["unread"] = "x".repeat(filler).into();
    text = webhook.to_string();
    text
}

pub async fn figures(effort: Effort) {
    println!(
        "Accepting, {CONNECTIONS} keep-alive connections, {} byte bodies",
        body().len()
    );
    println!(
        "{:<44} {:>10} {:>9} {:>9}",
        "", "requests/s", "p50 ms", "p99 ms"
    );
    let bare = bare_handler(effort).await;
    row("a bare axum handler that reads the body", bare);
    let sqlite = service(effort, None).await;
    row("durable accept, SQLite", sqlite);
    println!(
        "{:<44} {:>10.2}",
        "ratio to the bare handler",
        sqlite.per_second / bare.per_second
    );
    if let Ok(postgres) = std::env::var("SIGNALBOX_TEST_POSTGRES") {
        let found = service(effort, Some(&postgres)).await;
        row("durable accept, PostgreSQL", found);
    }
    println!();
}

fn row(what: &str, found: Found) {
    let Found {
        per_second,
        p50_ms,
        p99_ms,
    } = found;
    println!("{what:<44} {per_second:>10.0} {p50_ms:>9.2} {p99_ms:>9.2}");
}

async fn bare_handler(effort: Effort) -> Found {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = Router::new().route(
        "/gitlab/hooks/{hook}",
        post(|body: Bytes| async move { if body.is_empty() { "empty" } else { "read" } }),
    );
    let stop = CancellationToken::new();
    let serving = tokio::spawn(web::server::serve(listener, routes, stop.clone()));
    let found = load(address, effort).await;
    stop.cancel();
    let _ = serving.await;
    found
}

/// The program as it ships, in a process of its own; nobody is subscribed, so that what is
/// measured is accepting.
async fn service(effort: Effort, postgres: Option<&str>) -> Found {
    let folder = tempfile::tempdir().expect("a folder");
    let database = match postgres {
        Some(url) => url.to_owned(),
        None => format!("sqlite:{}", folder.path().join("bench.db").display()),
    };
    let config = write_config(folder.path(), "http://127.0.0.1:9", 0, &database);
    let program = Program::start(&config);
    let found = load(program.address, effort).await;
    program.stop();
    found
}

async fn load(address: SocketAddr, effort: Effort) -> Found {
    let this = std::env::current_exe().expect("this program");
    let output = tokio::task::spawn_blocking(move || {
        Command::new(this)
            .args(["--load", &address.to_string(), "/gitlab/hooks/bench"])
            .args([CONNECTIONS.to_string(), effort.seconds.to_string()])
            .output()
            .expect("the load runs")
    })
    .await
    .expect("the load");
    let text = String::from_utf8(output.stdout).expect("text");
    let numbers: Vec<f64> = text
        .split_whitespace()
        .map(|n| n.parse().expect("a number"))
        .collect();
    let [per_second, p50_ms, p99_ms] = numbers[..] else {
        panic!(
            "the load failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    };
    Found {
        per_second,
        p50_ms,
        p99_ms,
    }
}
