//! The stopwatch.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// Decisions in a round.
    pub decisions: usize,
    /// Changes whose way is watched.
    pub changes: usize,
}

impl Effort {
    pub fn from_environment() -> Self {
        if std::env::var_os("SIGNALBOX_BENCH_QUICK").is_some() {
            Self {
                rounds: 5,
                decisions: 10_000,
                changes: 50,
            }
        } else {
            Self {
                rounds: 200,
                decisions: 50_000,
                changes: 2_000,
            }
        }
    }
}

/// Nanoseconds a call, as the slowest thread of the best round had it.
pub fn nanos(effort: Effort, threads: usize, decide: impl Fn(usize) -> bool + Sync) -> f64 {
    let barrier = Barrier::new(threads);
    let run = |offset: usize| {
        let rounds = (0..effort.rounds).map(|_| {
            barrier.wait();
            let started = Instant::now();
            for at in 0..effort.decisions {
                black_box(decide(black_box(offset + at)));
            }
            started.elapsed()
        });
        rounds.collect::<Vec<_>>()
    };
    let by_thread: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || run(thread * 511)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().expect("a round"))
            .collect()
    });
    let best = (0..effort.rounds)
        .filter_map(|round| by_thread.iter().map(|rounds| rounds[round]).max())
        .min()
        .expect("a round");
    best.as_nanos() as f64 / effort.decisions as f64
}
