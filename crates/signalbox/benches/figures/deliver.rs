//! From the webhook to Slack: how long one takes, and how many go a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clock::{Chance, Clock};
use hdrhistogram::Histogram;
use sandbox::slack::{Limits, Options, SlackSandbox, What};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::Effort;
use crate::process::{Program, push, write_config};

const LANES: usize = 1_000;

#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark's `main`: processes share the system's time"
)]
fn sandbox(url: &str) -> SlackSandbox {
    let mut options = Options::new(Clock::new(jiff::Timestamp::now), Chance::from_seed(5));
    options.public_url = url.to_owned();
    options.limits = Limits::Off;
    SlackSandbox::new(options).expect("a sandbox")
}

pub async fn figures(effort: Effort) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let slack = sandbox(&url);
    let stop = CancellationToken::new();
    tokio::spawn(web::server::serve(listener, slack.router(), stop.clone()));
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("bench.db").display());
    let config = write_config(folder.path(), &url, LANES, &database);
    let program = Program::start(&config);
    let hook = format!("http://{}/gitlab/hooks/bench", program.address);
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");

    println!("Delivering into the Slack sandbox");
    // Once through all lanes, so that every channel exists.
    rate(&client, &hook, &slack, LANES, 0).await;
    latency(&client, &hook, &slack, effort).await;
    let messages = LANES * if effort.seconds < 2 { 2 } else { 20 };
    let per_second = rate(&client, &hook, &slack, messages, LANES).await;
    println!(
        "{:<44} {per_second:>10.0}",
        format!("deliveries/s over {LANES} lanes")
    );
    println!();
    program.stop();
    stop.cancel();
}

async fn send(client: &reqwest::Client, hook: &str, lane: usize, number: usize) {
    let answer = client
        .post(hook)
        .header("X-Gitlab-Event", "Push Hook")
        .header("X-Gitlab-Token", "bench-token")
        .header("Idempotency-Key", format!("deliver-{number}"))
        .body(push(lane, number))
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_success());
}

/// One event at a time, each in a lane of its own that is free.
async fn latency(client: &reqwest::Client, hook: &str, slack: &SlackSandbox, effort: Effort) {
    let mut histogram = Histogram::<u64>::new(3).expect("a histogram");
    let mut changes = slack.subscribe();
    for number in 0..effort.latencies {
        let began = Instant::now();
        send(client, hook, number % LANES, 10_000_000 + number).await;
        while changes.recv().await.expect("a change").what != What::Posted {}
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        histogram.record(micros).expect("within bounds");
    }
    let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1000.0;
    println!(
        "{:<44} {:>10.2} {:>9.2}",
        "event to Slack, free lanes, p50 p99 ms",
        ms(0.5),
        ms(0.99)
    );
}

/// Sends `messages` over all lanes and answers how many a second stood in Slack.
async fn rate(
    client: &reqwest::Client,
    hook: &str,
    slack: &SlackSandbox,
    messages: usize,
    from: usize,
) -> f64 {
    let mut changes = slack.subscribe();
    let began = Instant::now();
    let in_flight = Arc::new(Semaphore::new(64));
    let (client, hook) = (client.clone(), hook.to_owned());
    tokio::spawn(async move {
        for number in from..from + messages {
            let place = Arc::clone(&in_flight)
                .acquire_owned()
                .await
                .expect("a place");
            let (client, hook) = (client.clone(), hook.clone());
            tokio::spawn(async move {
                send(&client, &hook, number % LANES, number).await;
                drop(place);
            });
        }
    });
    let mut posted = 0;
    while posted < messages {
        match tokio::time::timeout(Duration::from_secs(60), changes.recv()).await {
            Ok(Ok(change)) => posted += usize::from(change.what == What::Posted),
            Ok(Err(tokio::sync::broadcast::error::RecvError::Lagged(missed))) => {
                posted += usize::try_from(missed).unwrap_or(0);
            }
            Ok(Err(_)) | Err(_) => panic!("only {posted} of {messages} messages arrived"),
        }
    }
    messages as f64 / began.elapsed().as_secs_f64()
}
