//! How soon a changed flag is seen.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use flags::{Asked, Gates, Live};

use crate::growth::with_flags;
use crate::ours::key;
use crate::timing::Effort;

const FLAG: &str = "flag_number_8";

/// Nanoseconds since a change began.
struct Change {
    /// From here on whoever asks gets the new answer.
    published: u64,
    /// A thread that asks without pause has got it. Where the machine has more to do than cores
    /// to do it on, this is how long that thread waited for its turn.
    seen: u64,
}

pub fn figures(effort: Effort) {
    println!(
        "Microseconds until a changed flag is published, and until a thread that asks without \
         pause has seen it"
    );
    println!(
        "{:>10} {:>10} {:>12} {:>10} {:>10} {:>12} {:>10}",
        "flags", "its actors", "published", "p99", "worst", "seen", "p99"
    );
    for (flags, actors) in [(10, 0), (1_000, 0), (100_000, 0), (1_000, 1_000)] {
        let changes = watch(flags, actors, effort.changes);
        let [published, published_p99, worst] =
            [0.5, 0.99, 1.0].map(|share| at(share, changes.iter().map(|change| change.published)));
        let [seen, seen_p99] =
            [0.5, 0.99].map(|share| at(share, changes.iter().map(|change| change.seen)));
        println!(
            "{flags:>10} {actors:>10} {published:>12.1} {published_p99:>10.1} {worst:>10.1} \
             {seen:>12.1} {seen_p99:>10.1}"
        );
    }
    println!();
}

/// The share's quantile, in microseconds.
fn at(share: f64, nanos: impl Iterator<Item = u64>) -> f64 {
    let mut nanos: Vec<_> = nanos.collect();
    nanos.sort_unstable();
    nanos[((nanos.len() - 1) as f64 * share) as usize] as f64 / 1_000.0
}

/// Turns the flag off and on; a second thread notes when its answer changes.
fn watch(flags: usize, actors: u64, changes: usize) -> Vec<Change> {
    let live = Live::new(with_flags(flags));
    let mut off = Gates::off();
    off.actors = (0..actors).map(flags::ActorId::user).collect();
    let mut on = off.clone();
    on.boolean = true;
    let started = Instant::now();
    let now = || u64::try_from(started.elapsed().as_nanos()).expect("less than 500 years");
    let seen_at = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let (reader, seen_at, now) = (live.clone(), &seen_at, &now);
        scope.spawn(move || {
            let ask = || {
                let snapshot = reader.load();
                snapshot.is_enabled(FLAG, &Asked::of("Project:1"), || 0.5)
            };
            for change in 0..changes {
                while ask() == change.is_multiple_of(2) {
                    std::hint::spin_loop();
                }
                seen_at.store(now(), Ordering::Release);
            }
        });
        let make = |change: usize| {
            let gates = if change.is_multiple_of(2) { &off } else { &on };
            seen_at.store(0, Ordering::Release);
            let began = now();
            assert!(live.publish_flag(&key(FLAG), Some(gates), change as u64 + 2));
            let published = now() - began;
            let seen = loop {
                match seen_at.load(Ordering::Acquire) {
                    0 => std::thread::yield_now(),
                    seen => break seen - began,
                }
            };
            Change { published, seen }
        };
        (0..changes).map(make).collect()
    })
}
