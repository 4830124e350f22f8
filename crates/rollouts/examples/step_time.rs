//! Measures how long a rollout's next step takes to decide, without anything outside.
//!
//! `cargo run --release -p rollouts --example step_time`

use std::time::{Duration, Instant};

use flags::FlagKey;
use flags::request::Targets;
use jiff::{SignedDuration, Timestamp};
use rollouts::evidence::{self, Arm, HardLimit, Rule, Window, Worse};
use rollouts::plan::{Basics, By, Logs, Plan, Watching, standard};
use rollouts::{
    Author, Entry, Event, Reading, Rollout, Situation, Step, Through, WantedReading, next_step,
};

const ROLLOUTS: usize = 1_000;
const WINDOWS: usize = 60;

fn main() {
    let started: Timestamp = "2026-11-30T09:00:00Z".parse().expect("a moment");
    let mut rollouts: Vec<Rollout> = (0..ROLLOUTS)
        .map(|number| at_a_quarter(number, started))
        .collect();
    let monitors = rollouts.first().map_or(0, |of| of.plan.monitors.len());
    println!("{ROLLOUTS} rollouts at 25 %, {monitors} monitors each, {WINDOWS} checks");
    let mut taking = Vec::new();
    let mut deciding = Vec::new();
    let mut telling = Vec::new();
    for window in 1..=WINDOWS {
        let minutes = i64::try_from(window).expect("few windows");
        let now = started + SignedDuration::from_mins(minutes);
        for rollout in &mut rollouts {
            let wanted = rollout.readings_wanted(now);
            let before = Instant::now();
            for wanted in &wanted {
                rollout.take(&reading(wanted, now));
            }
            taking.push(before.elapsed());
            let before = Instant::now();
            let step = next_step(rollout, &Situation::default(), now);
            deciding.push(before.elapsed());
            let before = Instant::now();
            let status = rollout.status(now);
            telling.push(before.elapsed());
            assert!(!matches!(step, Step::Over) && !status.monitors.is_empty());
        }
    }
    print("the next step", &mut deciding);
    print("the readings of a check, taken", &mut taking);
    print("the whole status", &mut telling);
}

fn print(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 1_000).copied();
    let shown = |time: Option<Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e6);
    println!(
        "{what:<32} median {:>7.1} us, p99 {:>7.1} us, p99.9 {:>7.1} us",
        shown(at(500)),
        shown(at(990)),
        shown(at(999)),
    );
}

fn at_a_quarter(number: usize, at: Timestamp) -> Rollout {
    let plan = plan(number);
    let quarter = plan
        .stages
        .iter()
        .position(|stage| stage.name.as_str() == "25-percent");
    let quarter = quarter.expect("the usual plan has it");
    let production = plan
        .stages
        .get(quarter)
        .map(|stage| stage.environments.clone());
    let production = production.unwrap_or_default();
    let id = format!("rlt_{number}").parse().expect("an id");
    let started = Event::Started {
        plan: Box::new(plan),
        origin: production.iter().map(|of| (of.clone(), None)).collect(),
        reason: None,
    };
    let entered = Event::Entered;
    let events = [started, Event::Advanced { to: quarter }, entered];
    let entries: Vec<Entry> = (1..)
        .zip(events)
        .map(|(number, event)| Entry {
            number,
            at,
            by: Author {
                name: "ana".to_owned(),
                through: Through::Shell,
            },
            event,
        })
        .collect();
    Rollout::fold(id, &entries).expect("it begins with its start")
}

fn plan(number: usize) -> Plan {
    let flag: FlagKey = format!("tidy_sidebar_{number}")
        .parse()
        .expect("a flag's name");
    let basics = Basics {
        owner: "ana".parse().expect("a user name"),
        channel: "#g_sidebar".parse().expect("a channel"),
        production_channel: None,
        support_channel: None,
        on_call: None,
        by: By::Actors,
        non_production: vec!["staging".parse().expect("an environment")],
        production: vec!["production".parse().expect("an environment")],
        first: Targets::default(),
        approvals: 1,
        items: Vec::new(),
        project: None,
        watched: Watching {
            deliveries: true,
            sentry: true,
            sentry_project: None,
            elasticsearch: Some(Logs::default()),
        },
    };
    let mut plan = standard(&flag, None, &basics);
    let limit = plan
        .monitors
        .first()
        .map(|monitor| rollouts::plan::Monitor {
            name: "error-ratio".parse().expect("a monitor's name"),
            rule: Rule::HardLimit(HardLimit::new(0.05, Worse::Higher)),
            ..monitor.clone()
        });
    plan.monitors.extend(limit);
    plan
}

fn reading(wanted: &WantedReading, at: Timestamp) -> Reading {
    let got = match wanted.monitor.as_str() {
        "sentry-new-issues" => evidence::Reading::Issues(Vec::new()),
        "error-ratio" => evidence::Reading::Value {
            value: 0.001,
            requests: Some(4_000.0),
        },
        _counting => {
            evidence::Reading::Arms(Window::new(Arm::new(1.0, 1_000.0), Arm::new(3.0, 3_000.0)))
        }
    };
    Reading {
        monitor: wanted.monitor.clone(),
        from: wanted.from,
        to: wanted.to,
        at,
        got,
        why: None,
    }
}
