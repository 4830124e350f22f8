//! What is noticed while a rollout is watched.

use flags::Gates;
use rollouts::evidence::{self, BeforeAfter, Rule, SampleRatio};
use rollouts::plan::By;
use rollouts::{Act, Event, HoldReason, Rollout, Wanted};

use super::driven::{Driven, deliveries, nothing_comes, nothing_fails, reading};
use super::{people_do_their_part, usual};

fn at_stage(name: &str) -> Driven {
    let mut driven = Driven::start(usual(By::Actors));
    while driven.stage() != name {
        people_do_their_part(&mut driven, 1);
    }
    people_do_their_part(&mut driven, 1);
    driven
}

fn times(driven: &Driven, is: impl Fn(&Event) -> bool) -> usize {
    driven
        .entries
        .iter()
        .filter(|entry| is(&entry.event))
        .count()
}

#[test]
fn a_silent_monitor_holds_and_the_hold_ends_when_it_answers() {
    let mut driven = at_stage("10-percent");
    driven.says = Box::new(nothing_comes);
    driven.wait(3);
    assert_eq!(driven.held(), None, "three tries are no silence yet");
    driven.wait(60);
    assert_eq!(driven.held(), Some(HoldReason::Silent));
    assert_eq!(
        times(&driven, |event| matches!(event, Event::Silent { .. })),
        1
    );
    driven.wait(60);
    assert_eq!(driven.stage(), "10-percent", "silence ends no stage");
    driven.says = Box::new(nothing_fails);
    driven.ask("ana", &Act::Acknowledge).unwrap();
    driven.wait(6);
    assert_eq!(driven.held(), None);
    assert_eq!(driven.stage(), "25-percent", "the gap was read");
}

#[test]
fn after_an_outage_the_gap_is_read_first_and_one_stage_begins_at_most() {
    let mut driven = at_stage("1-percent");
    driven.outage(5 * 60);
    let wanted = driven.rollout.readings_wanted(driven.now);
    let hour = jiff::SignedDuration::from_hours(1);
    assert!(
        wanted
            .iter()
            .all(|wanted| wanted.to.duration_since(wanted.from) <= hour)
    );
    driven.ask("ana", &Act::Acknowledge).unwrap();
    assert_eq!(driven.stage(), "10-percent");
    driven.wait(30);
    assert_eq!(driven.stage(), "10-percent");
}

#[test]
fn harm_in_the_gap_of_an_outage_is_seen_before_anything_goes_on() {
    let mut driven = at_stage("25-percent");
    driven.outage(5 * 60);
    driven.says = Box::new(|wanted, rollout| deliveries(wanted, rollout, 60.0));
    driven.pass();
    assert!(
        driven.is_over_as(rollouts::State::RolledBack),
        "{}",
        driven.log
    );
}

#[test]
fn somebody_watches_two_hours_or_the_on_call_group_is_called_once() {
    let mut driven = at_stage("100-percent");
    let calls = |driven: &Driven| times(driven, |event| *event == Event::NobodyWatches);
    assert_eq!(calls(&driven), 0);
    let (_, until) = driven.rollout.status(driven.now).watched.unwrap();
    driven
        .ask(
            "ana",
            &Act::Hold {
                reason: "lunch".to_owned(),
            },
        )
        .unwrap();
    while driven.now < until {
        driven.wait(1);
    }
    driven.wait(14);
    assert_eq!(calls(&driven), 0);
    driven.wait(2);
    assert_eq!(calls(&driven), 1, "{}", driven.log);
    driven.wait(200);
    assert_eq!(calls(&driven), 1, "once a change");
}

#[test]
fn a_wrong_split_holds_and_never_takes_back() {
    let mut plan = usual(By::Actors);
    plan.monitors[0].rule = Rule::SampleRatio(SampleRatio::default());
    let mut driven = Driven::start(plan);
    while driven.stage() != "10-percent" {
        people_do_their_part(&mut driven, 1);
    }
    driven.says = Box::new(|wanted, _| {
        let window = evidence::Window::new(
            evidence::Arm::new(0.0, 600.0),
            evidence::Arm::new(0.0, 400.0),
        );
        let _every = wanted;
        evidence::Reading::Arms(window)
    });
    people_do_their_part(&mut driven, 10);
    assert_eq!(driven.held(), Some(HoldReason::SampleRatio));
    driven.wait(60);
    assert_eq!(driven.held(), Some(HoldReason::SampleRatio));
}

#[test]
fn a_comparison_with_before_asks_for_a_day_before_the_rollout() {
    let mut plan = usual(By::Actors);
    plan.monitors[0].rule = Rule::BeforeAfter(BeforeAfter::default());
    let mut driven = Driven::start(plan);
    let started = driven.rollout.started_at;
    let before = driven.rollout.readings_wanted(driven.now);
    let [baseline] = before.as_slice() else {
        panic!("{before:?}");
    };
    assert!(matches!(baseline.what, Wanted::Baseline { .. }));
    assert_eq!(baseline.to, started);
    driven.says = Box::new(|wanted, _| match wanted.what {
        Wanted::Baseline { .. } => {
            evidence::Reading::Baseline(vec![evidence::Arm::new(1.0, 1_000.0); 100])
        }
        Wanted::Window => evidence::Reading::Everybody(evidence::Arm::new(1.0, 1_000.0)),
    });
    driven.wait(10);
    let after = driven
        .rollout
        .readings_wanted(driven.now + jiff::SignedDuration::from_mins(1));
    assert!(matches!(after[0].what, Wanted::Window), "{after:?}");
}

#[test]
fn others_who_open_the_flag_further_are_adopted_or_taken_back() {
    let production = || "production".parse().unwrap();
    let wider = |act: Act| {
        let mut driven = at_stage("10-percent");
        let mut gates = driven.production().cloned().unwrap();
        gates.actors.insert("User:9".parse().unwrap());
        driven.gates.insert(production(), Some(gates));
        driven.wait(1);
        assert_eq!(driven.held(), Some(HoldReason::Conflict));
        driven.ask("ana", &act).unwrap();
        assert_eq!(driven.held(), None);
        let nine = "User:9".parse().unwrap();
        driven.production().unwrap().actors.contains(&nine)
    };
    assert!(wider(Act::Adopt));
    assert!(!wider(Act::Restore));
}

#[test]
fn others_who_close_the_flag_are_not_fought() {
    let mut driven = at_stage("10-percent");
    driven
        .gates
        .insert("production".parse().unwrap(), Some(Gates::off()));
    driven.wait(1);
    assert_eq!(driven.held(), Some(HoldReason::Conflict));
    let said = driven.ask("ana", &Act::Restore).unwrap_err().to_string();
    assert!(said.contains("past every check"), "{said}");
    driven.ask("ana", &Act::Adopt).unwrap();
    driven.wait(60);
    assert_eq!(driven.production(), Some(&Gates::off()));
    driven.ask("ana", &Act::Resume { note: None }).unwrap();
    let share = driven.production().unwrap().percentage_of_actors.number();
    assert_eq!(share, 10.0, "the stage began again, with its checks");
}

#[test]
fn nobody_may_adopt_a_flag_that_is_open_for_all_in_the_middle_of_percentages() {
    let mut driven = at_stage("10-percent");
    driven
        .gates
        .insert("production".parse().unwrap(), Some(Gates::on()));
    driven.wait(1);
    let said = driven.ask("ana", &Act::Adopt).unwrap_err().to_string();
    assert!(said.contains("no percentage can be set any more"), "{said}");
    driven.ask("ana", &Act::RollBack { reason: None }).unwrap();
    assert_eq!(driven.production(), Some(&Gates::off()));
}

#[test]
fn a_reading_counts_once_and_in_its_turn() {
    let mut driven = at_stage("10-percent");
    driven.now += jiff::SignedDuration::from_mins(1);
    let wanted = driven.rollout.readings_wanted(driven.now).remove(0);
    let got = deliveries(&wanted, &driven.rollout, 2.0);
    let once = reading(&wanted, got, driven.now);
    let later = rollouts::Reading {
        from: once.to + jiff::SignedDuration::from_mins(5),
        to: once.to + jiff::SignedDuration::from_mins(6),
        ..once.clone()
    };
    driven.rollout.take(&later);
    driven.rollout.take(&once);
    let after = driven.rollout.monitors.clone();
    for again in [&once, &later] {
        driven.rollout.take(again);
        assert_eq!(driven.rollout.monitors, after);
    }
    let judgement = after.values().next().map(|of| of.evidence.judge()).unwrap();
    assert!(
        judgement.sentence.starts_with("2 of 400 failed"),
        "{}",
        judgement.sentence
    );
}

#[test]
fn a_soak_is_looked_at_when_a_monitor_is_due_or_once_a_minute() {
    let mut driven = at_stage("10-percent");
    driven.wait(5);
    for _ in 0..20 {
        let now = driven.now;
        let next = driven.rollout.next_look(now).unwrap();
        assert_eq!(next, now + jiff::SignedDuration::from_mins(1));
        driven.wait(1);
    }
    assert_eq!(driven.stage(), "10-percent");
}

#[test]
fn a_change_that_was_begun_is_gone_on_with_a_second_later() {
    let driven = at_stage("10-percent");
    let mut begun = driven.entries.iter();
    let intended = begun.position(|entry| matches!(entry.event, Event::Intended { .. }));
    let entries = &driven.entries[..=intended.unwrap()];
    let died = entries.last().unwrap().at;
    let rollout = Rollout::fold(driven.rollout.id.clone(), entries).unwrap();
    let next = rollout.next_look(died).unwrap();
    assert_eq!(next, died + jiff::SignedDuration::from_secs(1));
}

#[test]
fn a_rollback_that_could_only_close_says_so() {
    let gates = |actors: &[&str]| {
        let mut gates = Gates::off();
        let actors = actors.iter().map(|actor| actor.parse().unwrap());
        gates.actors.extend(actors);
        gates
    };
    let production = || "production".parse().unwrap();
    let taken_back = |others: bool| {
        let mut driven = at_stage("10-percent");
        driven
            .rollout
            .origin
            .insert(production(), Some(gates(&["User:1"])));
        let mut stands = driven.production().cloned().unwrap();
        stands.actors.insert("User:1".parse().unwrap());
        driven.gates.insert(production(), Some(stands.clone()));
        driven.rollout.left.insert(production(), Some(stands));
        if others {
            driven
                .gates
                .insert(production(), Some(gates(&["User:2", "User:3"])));
        }
        let act = Act::RollBack { reason: None };
        driven.ask("ana", &act).unwrap();
        driven.wait(1);
        let is_the_end = |entry: &&rollouts::Entry| entry.event == Event::RolledBack;
        let entry = driven.entries.iter().find(is_the_end).unwrap();
        let told = rollouts::wording::tell(&rollouts::wording::Telling {
            rollout: &driven.rollout,
            entry,
            page: None,
            on_call: None,
        });
        format!("{told:?}")
    };
    let as_before = "stands as it did before the rollout";
    let closed = "is closed for everybody on production, which is not how it stood before";
    let log = taken_back(false);
    assert!(log.contains(as_before) && !log.contains(closed), "{log}");
    let log = taken_back(true);
    assert!(log.contains(closed) && !log.contains(as_before), "{log}");
}
