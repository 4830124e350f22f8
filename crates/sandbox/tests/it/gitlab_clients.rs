//! Clients of GitLab's REST API against the sandbox: Python `python-gitlab`, Node
//! `@gitbeaker/rest`; and those of the monitoring beside it: Python `elasticsearch` and
//! `sentry-sdk`.
//!
//! `SIGNALBOX_CLIENTS` names the folder that `tests/clients/setup.sh` filled. Without it these
//! tests say so and pass; with it a client that is not there fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::gitlab::GitLabSandbox;

use crate::gitlab_world::options;

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients")
}

fn clients() -> Option<PathBuf> {
    let clients = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from);
    if clients.is_none() {
        println!("official clients absent: run make test");
    }
    clients
}

/// Runs a client's script against a fresh sandbox; it prints what it checked.
async fn run(mut command: Command) {
    let running = GitLabSandbox::start(options(7)).await.unwrap();
    command.env("GITLAB_URL", &running.url);
    for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(proxy);
        command.env_remove(proxy.to_uppercase());
    }
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .expect("the client's interpreter is there: run tests/clients/setup.sh");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{complained}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_gitlab_reads_and_writes_every_family() {
    let Some(clients) = clients() else { return };
    let mut command = Command::new(clients.join("venv/bin/python"));
    command.arg(scripts().join("python/gitlab_client.py"));
    run(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gitbeaker_reads_and_writes_every_family() {
    let Some(clients) = clients() else { return };
    let mut command = Command::new("node");
    command.arg(scripts().join("node/gitlab_client.mjs"));
    command.env("CLIENTS", clients);
    run(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn elasticsearchs_own_client_writes_counts_and_searches() {
    let Some(clients) = clients() else { return };
    let mut command = Command::new(clients.join("venv/bin/python"));
    command.arg(scripts().join("python/elasticsearch_client.py"));
    run(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_sentrys_own_kit_reports_can_be_asked_for() {
    let Some(clients) = clients() else { return };
    let mut command = Command::new(clients.join("venv/bin/python"));
    command.arg(scripts().join("python/sentry_client.py"));
    run(command).await;
}
