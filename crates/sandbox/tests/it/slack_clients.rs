//! The official clients against the sandbox: Python `slack_sdk`, Node `@slack/web-api` 8 and 7 and
//! `@slack/webhook`; and a Bolt app that the sandbox calls.
//!
//! `SIGNALBOX_CLIENTS` names the folder that `tests/clients/setup.sh` filled. Without it these
//! tests say so and pass; with it a client that is not there fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clock::{Chance, Clock};
use jiff::Timestamp;
use sandbox::slack::{Options, SlackSandbox};

/// A clock that runs: the clients wait in real time where a retry is what is tested. It begins in
/// the past, so that a client that compares it with its own can move it on.
fn running_clock() -> Clock {
    Clock::new(|| {
        static BEGAN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        let elapsed = BEGAN.get_or_init(std::time::Instant::now).elapsed();
        Timestamp::from_second(1_700_000_000).unwrap() + elapsed
    })
}

pub fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients")
}

pub fn clients() -> Option<PathBuf> {
    let clients = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from);
    if clients.is_none() {
        println!("official clients absent: run make test");
    }
    clients
}

/// Runs a client's script against a fresh sandbox; it prints what it checked.
pub async fn run(mut command: Command) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let running = SlackSandbox::start(Options::new(running_clock(), Chance::from_seed(7)));
    let running = running.await.unwrap();
    command.env("SLACK_URL", &running.url);
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
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap();
    show(&output.expect("the client's interpreter is there: run tests/clients/setup.sh"));
}

fn show(output: &Output) {
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    println!("{said}");
    assert!(output.status.success(), "{said}\n{complained}");
}

pub fn python(clients: &Path, script: &str) -> Command {
    let mut command = Command::new(clients.join("venv/bin/python"));
    command.arg(scripts().join("python").join(script));
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_works_unchanged() {
    let Some(clients) = clients() else { return };
    run(python(&clients, "web_client.py")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_asynchronous_python_client_works_unchanged() {
    let Some(clients) = clients() else { return };
    run(python(&clients, "async_web_client.py")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_clients_work_unchanged() {
    let Some(clients) = clients() else { return };
    for package in ["@slack/web-api", "web-api-7"] {
        let mut command = Command::new("node");
        command.arg(scripts().join("node/web_client.mjs"));
        command.env("WEB_API", clients.join("node/node_modules").join(package));
        run(command).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_webhook_clients_work_unchanged() {
    let Some(clients) = clients() else { return };
    run(python(&clients, "webhook_client.py")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_webhook_client_works_unchanged() {
    let Some(clients) = clients() else { return };
    let mut command = Command::new("node");
    command.arg(scripts().join("node/webhook.mjs"));
    command.env("WEBHOOK", clients.join("node/node_modules/@slack/webhook"));
    run(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bolt_app_takes_the_sandboxs_commands_unchanged() {
    let Some(clients) = clients() else { return };
    run(python(&clients, "bolt_app.py")).await;
}

#[test]
fn messages_pass_the_python_clients_own_models() {
    let Some(clients) = clients() else { return };
    let check = |lines: &str| {
        let mut command = python(&clients, "validate_blocks.py");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), lines).unwrap();
        command
            .stdin(std::fs::File::open(file.path()).unwrap())
            .output()
            .unwrap()
    };
    let good = r#"{"text":"a","blocks":[{"type":"divider"}],"attachments":[{"color":"good","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"b"}}]}]}"#;
    let output = check(&format!("{good}\n{good}\n"));
    show(&output);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "2 messages pass slack_sdk's models"
    );
    let long = "a".repeat(151);
    let bad = format!(
        r#"{{"text":"a","blocks":[{{"type":"header","text":{{"type":"plain_text","text":"{long}"}}}}]}}"#
    );
    let output = check(&format!("{good}\n{bad}\n"));
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("line 2"),
        "{output:?}"
    );
}
