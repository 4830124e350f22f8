//! What evaluating a flag over OFREP costs: `cargo bench -p web --bench ofrep`.
//!
//! Once through the routes alone, and once over keep-alive connections from a process of its own,
//! so that the server's processor time can be told from the load's. Times are printed, never
//! asserted; `SIGNALBOX_BENCH_QUICK=1` makes it short.

mod load;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "tests need more of it")]
mod world;

use std::process::Command;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::post;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use world::{Outside, SHOP, World};

const CONNECTIONS: &str = "32";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, address, path, body, connections, seconds] = &arguments[..]
        && mode == "--load"
    {
        let seconds = Duration::from_secs(seconds.parse().expect("a number"));
        let connections = connections.parse().expect("a number");
        println!("{}", load::run(address, path, body, connections, seconds));
        return;
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let seconds = if std::env::var_os("SIGNALBOX_BENCH_QUICK").is_some() {
        1
    } else {
        6
    };
    // One thread: what is counted is one core's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(figures(seconds));
}

async fn figures(seconds: u64) {
    let world = World::reaching(Outside::none()).await;
    for (flag, body) in [
        ("on", json!({"value": true, "force": true})),
        (
            "half",
            json!({"value": 50, "key": "percentage_of_actors", "force": true}),
        ),
    ] {
        world
            .json("POST", &format!("/api/v4/features/{flag}"), &body)
            .await;
    }
    println!("Evaluating one flag over OFREP, one server thread ({seconds} s each)");
    println!(
        "{:<26} {:>14} {:>12} {:>22}",
        "", "routes only us", "requests/s", "per CPU second of ours"
    );
    let body = r#"{"context":{"targetingKey":"Project:12","plan":"gold"}}"#;
    let bare = Router::new().route(
        "/ofrep/v1/evaluate/flags/{*key}",
        post(|body: Bytes| async move { if body.is_empty() { "empty" } else { "read" } }),
    );
    row("a handler that only reads", bare, "on", body, seconds).await;
    for (what, flag) in [
        ("boolean", "on"),
        ("percentage of actors", "half"),
        ("default", "keep_cache"),
    ] {
        row(what, world.routes.clone(), flag, body, seconds).await;
    }
}

async fn row(what: &str, routes: Router, flag: &str, body: &str, seconds: u64) {
    let path = format!("/ofrep/v1/evaluate/flags/{flag}");
    let alone = routes_only(&routes, &path, body, seconds).await;
    let (per_second, per_cpu) = over_loopback(routes, &path, body, seconds).await;
    println!("{what:<26} {alone:>14.2} {per_second:>12.0} {per_cpu:>22.0}");
}

/// Microseconds a request through the routes, without any connection.
async fn routes_only(routes: &Router, path: &str, body: &str, seconds: u64) -> f64 {
    let until = Instant::now() + Duration::from_secs(seconds.div_ceil(3));
    let began = Instant::now();
    let mut count = 0_u32;
    while Instant::now() < until {
        let request = Request::post(path)
            .header("Content-Type", "application/json")
            .header("Authorization", format!("Bearer {SHOP}"))
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let answer = routes.clone().oneshot(request).await.expect("an answer");
        assert!(answer.status().is_success());
        count += 1;
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}

/// Requests a second, and for each second of processor time that this process took.
async fn over_loopback(routes: Router, path: &str, body: &str, seconds: u64) -> (f64, f64) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let stop = CancellationToken::new();
    let serving = tokio::spawn(web::server::serve(listener, routes, stop.clone()));
    let this = std::env::current_exe().expect("this program");
    let arguments = [
        "--load",
        &address,
        path,
        body,
        CONNECTIONS,
        &seconds.to_string(),
    ]
    .map(str::to_owned);
    let before = cpu_seconds();
    let (sender, finished) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || sender.send(Command::new(this).args(arguments).output()));
    let output = finished.await.expect("the load").expect("the load runs");
    let took = cpu_seconds() - before;
    stop.cancel();
    serving.await.expect("a stop");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    let count: f64 = text
        .trim()
        .parse()
        .unwrap_or_else(|_| panic!("{text} {complained}"));
    (count / seconds as f64, count / took)
}

/// Processor time of this process so far, in hundredths of a second as Linux counts it.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells of processes");
    let after_name = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<f64> = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse().expect("a number"))
        .collect();
    fields.iter().sum::<f64>() / 100.0
}
