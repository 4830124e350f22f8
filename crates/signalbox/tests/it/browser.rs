//! The pages in a real browser: a demo in this process, and the checks of `tests/browser`.
//!
//! `SIGNALBOX_CLIENTS` names the folder that `tests/clients/setup.sh` filled. Without it, or
//! without Chromium, nothing is looked at, and the test says so.

use std::path::{Path, PathBuf};
use std::process::Command;

use signalbox::ambient::Ambient;
use signalbox::demo::{Demo, Options, Place, Speaking, Telling, Traffic};
use tokio::net::TcpListener;

use crate::{process, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_hold_in_a_browser() {
    let (Some(clients), Some(chromium)) = (clients(), chromium()) else {
        println!("browser absent: run make test");
        return;
    };
    process::install_tls();
    let demo = Demo::start(Options {
        listener: listener().await,
        slack: Place::Here(listener().await),
        gitlab: Place::Here(listener().await),
        data: None,
        story: Telling::Quiet,
        rollout: Traffic::Quiet,
        speaking: Speaking::Webhook,
        transport: signalbox::config::Transport::Http,
        patience: signalbox::service::slack::patience(),
        monitors_within: driver::Sources::default().patience,
        metrics: world::metrics(),
        ambient: Ambient::of_this_machine().expect("randomness"),
    })
    .await
    .expect("a demo");
    let mut node = Command::new(node(&clients));
    node.arg(clients.join("browser/run.mjs"))
        .env("SIGNALBOX_URL", &demo.service_url)
        .env("SLACK_SANDBOX_URL", &demo.slack_url)
        .env("GITLAB_SANDBOX_URL", &demo.gitlab_url)
        .env("CHROMIUM", chromium);
    let ended = tokio::task::spawn_blocking(move || node.status());
    let ended = ended.await.expect("the wait").expect("node: run make test");
    demo.stop().await;
    assert!(
        ended.success(),
        "the browser's checks say above what is wrong"
    );
}

/// The folder that holds the checks beside the packages that they need.
fn clients() -> Option<PathBuf> {
    let clients = PathBuf::from(std::env::var_os("SIGNALBOX_CLIENTS")?);
    let set_up = clients.join("browser/run.mjs").exists();
    set_up.then_some(clients)
}

/// The set-up brings its own where the system's is too old.
fn node(clients: &Path) -> PathBuf {
    let own = clients.join("node-runtime/bin/node");
    if own.exists() { own } else { "node".into() }
}

fn chromium() -> Option<&'static Path> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
        .into_iter()
        .map(Path::new)
        .find(|path| path.exists())
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}
