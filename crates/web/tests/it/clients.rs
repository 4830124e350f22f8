//! The real clients against the service: `python-gitlab`, gitbeaker, and OpenFeature's providers
//! for Python, Node and browsers.
//!
//! `SIGNALBOX_CLIENTS` names the folder that `tests/clients/setup.sh` filled. Without it these
//! tests say so and pass; with it a client that is not there fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use clock::Chance;
use flags::Asked;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::{Outside, World};

fn clients() -> Option<PathBuf> {
    let clients = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from);
    if clients.is_none() {
        println!("official clients absent: run make test");
    }
    clients
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/clients")
        .join(name)
}

fn python(clients: &Path, name: &str) -> Command {
    let mut command = Command::new(clients.join("venv/bin/python"));
    command.arg(script("python").join(name));
    command
}

fn node(clients: &Path, name: &str) -> Command {
    let runtime = clients.join("node-runtime/bin/node");
    let node = if runtime.exists() {
        runtime
    } else {
        "node".into()
    };
    let mut command = Command::new(node);
    command.arg(script("node").join(name));
    command.env("NODE", clients.join("node"));
    command
}

/// Runs a client's script against the served world; it prints what it checked.
async fn run(world: World, mut command: Command) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = web::server::serve(listener, world.routes.clone(), world.stop.clone());
    let serving = tokio::spawn(serving);
    command.env("SERVICE_URL", url);
    for proxy in [
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(proxy);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output
        .expect("the script")
        .expect("the client's interpreter is there: run tests/clients/setup.sh");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    world.stop.cancel();
    serving.await.expect("a stop");
}

/// Flags of every kind, and some at random; with them what the engine decides of those.
async fn evaluated() -> (World, String) {
    let world = World::reaching(Outside::none()).await;
    for (flag, body) in [
        ("on", json!({"value": true})),
        ("off", json!({"value": false})),
        (
            "named",
            json!({"value": true, "project": "12", "group": "9"}),
        ),
        (
            "nearly_all",
            json!({"value": 99.999, "key": "percentage_of_actors"}),
        ),
        ("stored_only", json!({"value": true})),
    ] {
        set(&world, flag, body).await;
    }
    let chance = Chance::from_seed(15);
    let mut rows = Vec::new();
    for number in 0..12 {
        let flag = format!("random_{number}");
        let share = chance.below(100_000);
        set(
            &world,
            &flag,
            json!({"value": share as f64 / 1000.0, "key": "percentage_of_actors"}),
        )
        .await;
        let named = chance.below(20);
        set(&world, &flag, json!({"value": true, "project": named})).await;
        set(
            &world,
            &flag,
            json!({"value": "opt_out", "user": chance.below(20)}),
        )
        .await;
        for _ in 0..10 {
            let class = if chance.below(2) == 0 {
                "Project"
            } else {
                "User"
            };
            rows.push((flag.clone(), format!("{class}:{}", chance.below(20))));
        }
    }
    let (_, production) = world.environments.hosted().last().expect("production");
    let snapshot = production.live().load();
    let decided: Vec<Value> = rows
        .iter()
        .map(|(flag, actor)| {
            json!([
                flag,
                actor,
                snapshot.is_enabled(flag, &Asked::of(actor), || 0.5)
            ])
        })
        .collect();
    let expected = Value::from(decided).to_string();
    assert!(expected.contains("true") && expected.contains("false"));
    drop(snapshot);
    (world, expected)
}

async fn set(world: &World, flag: &str, mut body: Value) {
    body["force"] = true.into();
    let path = format!("/api/v4/features/{flag}");
    let answer = world.json("POST", &path, &body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_gitlab_works_unchanged() {
    let Some(clients) = clients() else { return };
    let world = World::reaching(Outside::none()).await;
    run(world, python(&clients, "features_client.py")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gitbeaker_works_unchanged() {
    let Some(clients) = clients() else { return };
    let world = World::reaching(Outside::none()).await;
    run(world, node(&clients, "features.mjs")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_provider_evaluates_as_the_engine_does() {
    let Some(clients) = clients() else { return };
    let (world, expected) = evaluated().await;
    let mut command = python(&clients, "ofrep_provider.py");
    command.env("EXPECTED", expected);
    run(world, command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_providers_evaluate_as_the_engine_does() {
    let Some(clients) = clients() else { return };
    let (world, expected) = evaluated().await;
    let mut command = node(&clients, "ofrep.mjs");
    command.env("EXPECTED", expected);
    run(world, command).await;
}
