//! A Sentry that never answers.

use std::sync::Arc;

use axum::Router;
use monitors::sentry::{Dsn, Reporter};
use serde_json::json;
use signalbox::errors::ErrorsSetup;
use tokio::sync::Semaphore;

use crate::lanes::changes;
use crate::process;
use crate::world::{Engine, Plan, World, posting_fault, push};

/// Takes a permit for each answer; nobody is answered before there is one.
async fn sentry(answers: &Arc<Semaphore>, asked: &Arc<Semaphore>) -> Reporter {
    process::install_tls();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (answers, asked) = (Arc::clone(answers), Arc::clone(asked));
    let router = Router::new().fallback(move || {
        let (answers, asked) = (Arc::clone(&answers), Arc::clone(&asked));
        async move {
            asked.add_permits(1);
            let _ = answers.acquire().await;
            "{}"
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let dsn = format!("http://0123456789abcdef0123456789abcdef@{address}/1");
    let dsn: Dsn = dsn.parse().expect("a DSN");
    let forever = monitors::Timeouts {
        total: std::time::Duration::from_secs(3_600),
        ..monitors::Timeouts::default()
    };
    let http = monitors::http_client(dsn.base_url(), forever).expect("a client");
    Reporter::new(http, &dsn).expect("a reporter")
}

#[tokio::test]
async fn no_message_waits_for_a_slow_sentry() {
    let (answers, asked) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let reporter = sentry(&answers, &asked).await;
    let world = World::telling(Plan::on(Engine::Memory), move || ErrorsSetup {
        sentry: Some(reporter.clone()),
        ..ErrorsSetup::default()
    })
    .await;
    let once = json!({ "error": "is_archived", "times": 1 });
    world.fault(posting_fault("general", &once)).await;
    world.gitlab(push("acme/web", 1)).await;
    asked.acquire().await.expect("a report").forget();
    // While Sentry has not answered, the same lane and others go on.
    world.gitlab(push("acme/web", 2)).await;
    world.gitlab(push("acme/api", 3)).await;
    world.until_shown("#general", 1).await;
    world.until_shown("#production", 1).await;
    assert_eq!(world.changes("#general"), changes([2]));
    assert_eq!(asked.available_permits(), 0);
    answers.add_permits(1);
    world.settle().await;
    world.end_with_dead(1).await;
}
