//! Real Bolt apps, for Node and for Python, that the sandbox reaches by HTTP and over sockets.
//!
//! Each script starts its app, does as people do, and says what it checked. `SIGNALBOX_CLIENTS`
//! names the folder with Bolt, as in `slack_clients`.

use std::path::Path;
use std::process::Command;

use crate::slack_clients::{clients, python, run, scripts};

fn node(clients: &Path, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(scripts().join("node").join(script));
    command.env("BOLT", clients.join("node/node_modules/@slack/bolt"));
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bolt_app_for_node_works_unchanged_over_http_and_over_a_socket() {
    let Some(clients) = clients() else { return };
    for transport in ["http", "socket"] {
        let mut command = node(&clients, "bolt_app.mjs");
        command.env("TRANSPORT", transport);
        run(command).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bolts_installer_for_node_installs_in_another_workspace() {
    let Some(clients) = clients() else { return };
    run(node(&clients, "bolt_install.mjs")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bolt_app_for_python_works_unchanged_over_http_and_over_a_socket() {
    let Some(clients) = clients() else { return };
    for transport in ["http", "socket"] {
        let mut command = python(&clients, "bolt_both.py");
        command.env("TRANSPORT", transport);
        run(command).await;
    }
}
