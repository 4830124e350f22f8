//! What tells two states apart. Moments count by what they mean, ids not at all.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use rollouts::{CheckOutcome, Intended, Point, Rollout, State};

use super::pass::{Doing, Late};
use super::plan::MINUTE;
use super::world::World;

pub(crate) fn key(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    told(world).hash(&mut hasher);
    hasher.finish()
}

pub(crate) fn told(world: &World) -> String {
    let mut told = String::with_capacity(600);
    let rollout = &world.rollout;
    match rollout.state {
        State::RolledBack | State::Completed | State::Cancelled => {
            write!(told, "{:?} {:?}", rollout.state, world.gates).unwrap();
        }
        State::RollingBack => {
            write!(told, "rolling back {:?}", rollout.taken_down).unwrap();
            write_flag(&mut told, world);
        }
        State::Running | State::Held => {
            write_state(&mut told, rollout, world.now);
            write_watching(&mut told, rollout, world.now);
            write_flag(&mut told, world);
        }
    }
    if let Some(late) = &world.late {
        write_late(&mut told, late, world.now);
    }
    if !rollout.is_over() {
        write!(told, " {}", world.disturbances).unwrap();
    }
    told
}

fn write_state(told: &mut String, rollout: &Rollout, now: Timestamp) {
    let hold = rollout.hold.as_ref().map(|hold| hold.reason);
    let overridden = rollout.overridden.iter().map(|record| record.what.name());
    let overridden: BTreeSet<_> = overridden.collect();
    let ticks: Vec<_> = rollout.ticks.keys().map(|item| item.as_str()).collect();
    let approvals = rollout.approvals.len();
    write!(
        told,
        "{hold:?} {} {:?} {:?} {overridden:?} {ticks:?} {approvals} {:?}",
        rollout.stage, rollout.point, rollout.in_force, rollout.restoring,
    )
    .unwrap();
    // What was answered is asked for again when it matters; only how soon may differ.
    if hold.is_none() && rollout.point == Point::Asking {
        let checks = rollout.checks.values();
        let all_hold = checks
            .map(|of| of.outcome)
            .all(|of| of == CheckOutcome::Holds);
        let needs_approval = rollout.stage == 3 && all_hold;
        let waits = if needs_approval { MINUTE * 5 } else { MINUTE };
        let is_early = rollout.asked_at.is_some_and(|at| now < at + waits);
        write!(told, "{needs_approval} {is_early}").unwrap();
    }
}

fn write_watching(told: &mut String, rollout: &Rollout, now: Timestamp) {
    if rollout.point == Point::Watching {
        let record = rollout.stages.get(rollout.stage);
        let soak = record.and_then(|record| record.soak_until);
        write!(told, " soak {}", ahead(soak, now, 1)).unwrap();
    }
    for watched in rollout.monitors.values() {
        let tried = watched.trouble.as_ref().map(|(at, _)| *at);
        let silent = watched.silent.is_some();
        write!(
            told,
            " {} {silent} {}",
            watched.failures.min(4),
            behind(tried, now, 1)
        )
        .unwrap();
        if rollout.in_force.is_some() {
            let judgement = watched.evidence.judge();
            let judged = (judgement.verdict, judgement.severity);
            let read = behind(watched.read_to, now, 1);
            write!(told, " {judged:?} {read}").unwrap();
        }
    }
    if let Some(watch) = &rollout.watch {
        let live = watch.until.is_some_and(|until| now < until);
        let due = watch.asked_at + MINUTE * 15 <= now;
        let needed = watch
            .needed_until
            .is_some_and(|until| watch.asked_at < until);
        let called = watch.called || !needed;
        write!(told, " watch {live} {called} {}", due && !called && !live).unwrap();
    }
}

fn write_flag(told: &mut String, world: &World) {
    let rollout = &world.rollout;
    write!(
        told,
        " {:?} {:?} {:?} {:?} {:?}",
        world.gates, rollout.left, rollout.origin, rollout.outside, rollout.unsure
    )
    .unwrap();
    if let Some(intended) = &rollout.intended {
        write_intended(told, intended, world);
    }
}

fn write_intended(told: &mut String, intended: &Intended, world: &World) {
    let parts: Vec<_> = intended
        .change
        .parts
        .iter()
        .map(|part| {
            let is_made = world.made.contains_key(&part.entry);
            (&part.environment, &part.act, is_made)
        })
        .collect();
    let retry = intended.retry.as_ref();
    let waits = retry.is_some_and(|(at, _)| world.now < *at);
    let is_good = !intended.interrupted || intended.change.closes;
    let age = behind(Some(intended.at), world.now, 2);
    let age = if is_good && !intended.change.closes {
        age
    } else {
        String::new()
    };
    write!(
        told,
        " {:?} {is_good} {age} {waits} {parts:?}",
        intended.purpose
    )
    .unwrap();
}

fn write_late(told: &mut String, late: &Late, now: Timestamp) {
    let age = behind(Some(late.at), now, 2);
    match &late.what {
        Doing::Record(events) => {
            let is_applied = events
                .iter()
                .any(|event| matches!(event, rollouts::Event::Applied { .. }));
            write!(told, " late record {is_applied} {age}").unwrap();
        }
        Doing::Write(part) => {
            write!(
                told,
                " late write {} {:?} {age}",
                part.environment, part.act
            )
            .unwrap();
        }
    }
}

/// Minutes from there to now, as far as they make a difference.
fn behind(moment: Option<Timestamp>, now: Timestamp, most: i64) -> String {
    minutes(moment.map(|moment| now.duration_since(moment)), most)
}

/// Minutes from now to there.
fn ahead(moment: Option<Timestamp>, now: Timestamp, most: i64) -> String {
    minutes(moment.map(|moment| moment.duration_since(now)), most)
}

fn minutes(duration: Option<SignedDuration>, most: i64) -> String {
    match duration {
        None => "-".to_owned(),
        Some(duration) => duration.as_mins().clamp(-1, most).to_string(),
    }
}
