//! Every figure that the documents quote, printed in one run on one machine.
//!
//! `make bench`, or `cargo bench -p signalbox --bench figures`. `SIGNALBOX_BENCH_QUICK=1` makes
//! each part short, to see that it runs; `SIGNALBOX_BENCH_ONLY=app` runs one part alone. Times are
//! printed, never asserted.

mod accept;
mod app;
mod deliver;
mod load;
mod process;
mod render;
mod rollouts;

use std::time::Duration;

/// How long and how much each part measures.
#[derive(Clone, Copy)]
pub struct Effort {
    pub seconds: u64,
    pub waiting: usize,
    pub latencies: usize,
    pub starts: usize,
}

fn effort() -> Effort {
    if std::env::var_os("SIGNALBOX_BENCH_QUICK").is_some() {
        Effort {
            seconds: 1,
            waiting: 2_000,
            latencies: 50,
            starts: 3,
        }
    } else {
        Effort {
            seconds: 8,
            waiting: 100_000,
            latencies: 1_000,
            starts: 20,
        }
    }
}

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if let [_, mode, address, path, connections, seconds] = &arguments[..]
        && mode == "--load"
    {
        let connections = connections.parse().expect("a number");
        let seconds = seconds.parse().expect("a number");
        runtime.block_on(load::run(
            address,
            path,
            connections,
            seconds,
            &accept::body(),
        ));
        return;
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let effort = effort();
    println!(
        "Figures of this machine, one run ({} s a load)\n",
        effort.seconds
    );
    let only = std::env::var("SIGNALBOX_BENCH_ONLY").ok();
    let is_wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if is_wanted("render") {
        render::figures();
    }
    runtime.block_on(async {
        if is_wanted("accept") {
            accept::figures(effort).await;
        }
        if is_wanted("deliver") {
            deliver::figures(effort).await;
        }
        if is_wanted("process") {
            process::figures(effort).await;
        }
        if is_wanted("app") {
            app::figures(effort).await;
        }
        if is_wanted("rollouts") {
            rollouts::figures(effort).await;
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
}
