//! Every way that a small rollout can go, as far as nothing new can happen any more: every act of
//! a person at every point, every answer of monitors and checks, changes by others, a driver that
//! dies after each of its steps, and a second one that comes late with what it had decided.
//!
//! Moments are told apart by what they mean (before or after the end of the soak, due or not), so
//! the states are finite. What must never be so is looked at after every single step.

mod acts;
mod explore;
mod invariants;
mod key;
mod node;
mod pass;
mod plan;
mod surroundings;
mod world;
mod writes;

use explore::explore;
use world::Mutation;

#[test]
fn nothing_that_people_monitors_and_crashes_do_breaks_a_promise() {
    let found = explore(Mutation::None, disturbances());
    println!(
        "model: {} states, {} transitions, {} rollbacks tried, longest way {} steps",
        found.states, found.transitions, found.rollbacks, found.depth
    );
    if let Some(broken) = found.broken {
        panic!("{broken}");
    }
    assert!(10_000 < found.states, "{} states", found.states);
    // Every end was reached, and every reason for a hold.
    assert_eq!(found.ends, "cancelled, completed, rolled back");
    assert_eq!(
        found.holds,
        "Blocked, Conflict, Manual, Regression, Silent, WeakEvidence, WentBack"
    );
}

/// How many things go otherwise than planned, at the most, on one way.
fn disturbances() -> u32 {
    let given = std::env::var("SIGNALBOX_MODEL_DISTURBANCES");
    given.map_or(2, |given| given.parse().unwrap())
}

#[track_caller]
fn check(mutation: Mutation, promise: &str) {
    let found = explore(mutation, 1);
    let broken = found.broken.unwrap_or_else(|| {
        panic!("{mutation:?} was not caught in {} states", found.states);
    });
    assert!(broken.contains(promise), "{mutation:?}: {broken}");
    println!("model: {mutation:?} caught after {} states", found.states);
}

#[test]
fn a_driver_that_skips_a_precondition_is_caught() {
    check(
        Mutation::SkipPrecondition,
        "no change without its preconditions",
    );
}

#[test]
fn a_driver_that_applies_twice_is_caught() {
    check(Mutation::ApplyTwice, "no change is made twice");
}

#[test]
fn a_driver_that_misses_an_audit_entry_is_caught() {
    check(
        Mutation::MissAudit,
        "no change without an entry of the audit",
    );
}

#[test]
fn a_store_without_a_fence_is_caught() {
    check(
        Mutation::NoFence,
        "a driver that comes late changes nothing",
    );
}
