//! What deciding a flag costs: beside Unleash's engine and Ruby's Flipper, with more flags, with
//! more actors, and how soon a change is seen.
//!
//! `cargo run --release`. `SIGNALBOX_BENCH_QUICK=1` makes each part short, to see that it runs.
//! Times are printed, never asserted. Each is the best of many short rounds, for every
//! participant alike, so that whatever else the machine does counts least.

mod cases;
mod flipper;
mod growth;
mod ours;
mod timing;
mod unleash;
mod visible;

use cases::CASES;
use timing::{Effort, nanos};

fn main() {
    let effort = Effort::from_environment();
    beside(effort);
    growth::figures(effort);
    visible::figures(effort);
}

/// One line for each case and number of threads, the same flags in all three.
fn beside(effort: Effort) {
    let ours = ours::engine();
    let unleash = unleash::engine();
    let actors = cases::asked();
    let flipper = flipper::run();
    println!("Nanoseconds a decision (best of {} rounds)", effort.rounds);
    println!(
        "{:<22} {:>7} {:>10} {:>20} {:>7} {:>14} {:>7}",
        "flag", "threads", "signalbox", "unleash-yggdrasil", "times", "Ruby Flipper", "times"
    );
    for case in CASES {
        for threads in [1, 2] {
            let us = nanos(effort, threads, |at| {
                ours::decide(&ours, case.flag, actors.get(at))
            });
            let them = nanos(effort, threads, |at| {
                unleash::decide(&unleash, case.flag, actors.get(at))
            });
            let ruby = flipper.get(&(case.name.to_owned(), threads)).copied();
            println!(
                "{:<22} {threads:>7} {us:>10.1} {them:>20.1} {:>7} {:>14} {:>7}",
                case.name,
                times(Some(them), us),
                ruby.map_or("absent".to_owned(), |ruby| format!("{ruby:.0}")),
                times(ruby, us),
            );
        }
    }
    println!();
}

fn times(other: Option<f64>, ours: f64) -> String {
    other.map_or(String::new(), |other| format!("{:.1}", other / ours))
}
