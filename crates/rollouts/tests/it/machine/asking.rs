//! What people ask, and what they are told.

use domain::Role;
use rollouts::plan::{By, OnBreach};
use rollouts::{Act, ActRefused, Asker, CheckOutcome, Event, HoldReason, Overridden, State, ask};

use super::driven::{Driven, author, deliveries};
use super::{people_do_their_part, tick, usual};

fn started() -> Driven {
    Driven::start(usual(By::Actors))
}

fn at_stage(name: &str) -> Driven {
    let mut driven = started();
    while driven.stage() != name {
        people_do_their_part(&mut driven, 1);
        assert!(driven.held().is_none(), "{}", driven.log);
    }
    people_do_their_part(&mut driven, 1);
    driven
}

fn hold(reason: &str) -> Act {
    Act::Hold {
        reason: reason.to_owned(),
    }
}

fn overriding(what: Overridden) -> Act {
    Act::Override {
        what,
        reason: "known and harmless".to_owned(),
    }
}

#[track_caller]
fn refused(driven: &Driven, who: &str, roles: &[Role], act: &Act) -> String {
    let asker = Asker {
        author: author(who),
        known: true,
        roles: roles.iter().copied().collect(),
    };
    let refused = ask(&driven.rollout, act, &asker, driven.now);
    refused
        .map(|events| format!("{events:?}"))
        .unwrap_err()
        .to_string()
}

#[test]
fn a_role_is_needed_for_everything_but_what_those_do_whom_the_plan_names() {
    let driven = started();
    for act in [
        Act::Advance,
        hold("wait"),
        Act::RollBack { reason: None },
        tick("qa-non-production"),
    ] {
        let said = refused(&driven, "eve", &[Role::Viewer, Role::Approver], &act);
        assert!(said.contains("the role operator"), "{said}");
    }
    let approve = Act::Approve { note: None };
    let said = refused(&driven, "eve", &[Role::Operator], &approve);
    assert!(said.contains("the role approver"), "{said}");
}

#[test]
fn whom_the_plan_names_watches_and_ticks_without_a_role_if_it_is_really_them() {
    let mut plan = usual(By::Actors);
    plan.people.watcher = Some("dora".parse().unwrap());
    plan.people.managers = vec!["ben".parse().unwrap()];
    plan.approval.people = vec!["cleo".parse().unwrap()];
    let driven = Driven::start(plan);
    let may = |name: &str, known: bool, act: &Act| {
        let asker = Asker {
            author: author(name),
            known,
            roles: [].into(),
        };
        ask(&driven.rollout, act, &asker, driven.now).is_ok()
    };
    for act in [Act::Acknowledge, tick("qa-non-production")] {
        for name in ["ana", "dora", "ben", "cleo"] {
            assert!(may(name, true, &act), "{name} {act:?}");
            assert!(!may(name, false, &act), "a name alone is nobody: {name}");
        }
        assert!(!may("eve", true, &act), "{act:?}");
    }
    assert!(!may("ben", true, &hold("wait")));
    assert!(!may("ben", true, &Act::Approve { note: None }));
}

#[test]
fn whoever_started_it_does_not_approve_it() {
    let mut plan = usual(By::Actors);
    plan.stages.drain(..3);
    plan.stages[0].approvals = 2;
    let mut driven = Driven::start(plan);
    assert_eq!(driven.stage(), "1-percent");
    let approve = || Act::Approve { note: None };
    assert_eq!(driven.ask("ana", &approve()), Err(ActRefused::OwnApproval));
    driven.ask("ben", &approve()).unwrap();
    let again = driven.ask("ben", &approve()).unwrap_err().to_string();
    assert_eq!(again, "you approved this stage already");
    driven.ask("ana", &Act::Acknowledge).unwrap();
    assert_eq!(driven.production(), None);
    driven.ask("eve", &approve()).unwrap();
    assert!(driven.production().is_some());
}

#[test]
fn a_failing_check_waits_and_is_asked_again_every_minute() {
    let mut driven = started();
    driven.checks.insert("no-incident", CheckOutcome::Fails);
    people_do_their_part(&mut driven, 40);
    assert_eq!(driven.stage(), "first-actors");
    assert_eq!(driven.production(), None);
    let entries = driven.entries.len();
    driven.asked.clear();
    driven.wait(5);
    assert_eq!(driven.entries.len(), entries, "nothing new is said");
    let asked = driven.asked.iter().filter(|id| *id == "no-incident");
    assert_eq!(asked.count(), 5);
    let waiting = driven.rollout.status(driven.now).waiting_for;
    assert_eq!(waiting[0].words, "no incident is active: as found");
    driven.checks.clear();
    driven.wait(1);
    assert!(driven.production().is_some());
}

#[test]
fn a_check_that_does_not_answer_is_no_pass() {
    let mut driven = Driven::begin(usual(By::Actors));
    driven.checks.insert("deployed", CheckOutcome::Silent);
    driven.wait(10);
    assert!(driven.gates.values().all(Option::is_none));
    let what = Overridden::Precondition("deployed".to_owned());
    driven.ask("ana", &overriding(what)).unwrap();
    assert!(driven.gates.values().any(Option::is_some));
}

#[test]
fn advancing_skips_neither_the_soak_nor_the_evidence() {
    let mut driven = at_stage("1-percent");
    let said = driven.ask("ana", &Act::Advance).unwrap_err().to_string();
    assert!(said.contains("the soak ends at"), "{said}");
    driven.ask("ana", &overriding(Overridden::Soak)).unwrap();
    driven.wait(1);
    assert_eq!(driven.held(), Some(HoldReason::WeakEvidence));
    let said = driven.ask("ana", &Act::Resume { note: None }).unwrap_err();
    assert!(said.to_string().contains("override the evidence"), "{said}");
    driven
        .ask("ana", &overriding(Overridden::Evidence))
        .unwrap();
    assert_eq!(driven.stage(), "10-percent");
}

#[test]
fn an_overridden_monitor_begins_anew_and_takes_twice_as_much() {
    let mut driven = at_stage("50-percent");
    driven.says = Box::new(|wanted, rollout| deliveries(wanted, rollout, 4.0));
    while driven.held().is_none() {
        driven.wait(1);
    }
    assert_eq!(driven.held(), Some(HoldReason::Regression));
    let name: rollouts::plan::MonitorName = "deliveries".parse().unwrap();
    let limit = |driven: &Driven| {
        let judgement = driven.rollout.monitors[&name].evidence.judge();
        judgement.limits.hold.unwrap()
    };
    let before = limit(&driven);
    assert!(driven.ask("ana", &Act::Resume { note: None }).is_err());
    driven
        .ask("ana", &overriding(Overridden::Monitor(name.clone())))
        .unwrap();
    assert_eq!(driven.held(), None);
    assert_eq!(limit(&driven), 2.0 * before);
    while driven.held().is_none() {
        driven.wait(1);
    }
    assert_eq!(
        driven.held(),
        Some(HoldReason::Regression),
        "it is heeded again"
    );
}

#[test]
fn going_back_closes_and_waits_for_somebody() {
    let mut driven = at_stage("10-percent");
    let share = |driven: &Driven| driven.production().unwrap().percentage_of_actors.number();
    assert_eq!(share(&driven), 10.0);
    let to = "1-percent".parse().unwrap();
    driven.ask("ana", &Act::Back { to, reason: None }).unwrap();
    assert_eq!(share(&driven), 1.0);
    assert_eq!(driven.held(), Some(HoldReason::WentBack));
    driven.wait(120);
    assert_eq!(share(&driven), 1.0);
    driven.ask("ana", &Act::Resume { note: None }).unwrap();
    driven.ask("ana", &Act::Acknowledge).unwrap();
    driven.wait(1);
    assert_eq!(share(&driven), 10.0);
}

#[test]
fn a_breach_goes_back_one_stage_where_the_plan_says_so() {
    let mut plan = usual(By::Actors);
    plan.on_breach = OnBreach::Back;
    let mut driven = Driven::start(plan);
    while driven.stage() != "25-percent" {
        people_do_their_part(&mut driven, 1);
    }
    driven.says = Box::new(|wanted, rollout| deliveries(wanted, rollout, 200.0));
    people_do_their_part(&mut driven, 10);
    assert_eq!(driven.stage(), "10-percent", "{}", driven.log);
    assert_eq!(driven.held(), Some(HoldReason::WentBack));
    assert_eq!(
        driven.production().unwrap().percentage_of_actors.number(),
        10.0
    );
}

#[test]
fn what_could_not_be_made_is_tried_again_less_and_less_often() {
    let mut driven = Driven::begin(usual(By::Actors));
    driven.refusal = Some("staging is down".to_owned());
    driven.pass();
    driven.wait(60);
    let tries = driven
        .entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::NotApplied { .. }));
    assert_eq!(tries.count(), 6, "after 0, 1, 3, 7, 15 and 31 minutes");
    assert_eq!(driven.held(), Some(HoldReason::Blocked));
    driven.refusal = None;
    driven.ask("ana", &Act::Resume { note: None }).unwrap();
    assert!(driven.gates.values().any(Option::is_some));
}

#[test]
fn what_is_over_is_over() {
    let mut driven = at_stage("first-actors");
    driven.ask("ana", &Act::RollBack { reason: None }).unwrap();
    assert!(driven.is_over_as(State::RolledBack));
    assert_eq!(driven.production(), None);
    let said = driven
        .ask("ana", &hold("too late"))
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("is over (rolled back); start a new one"),
        "{said}"
    );
}

#[test]
fn reasons_are_given_and_names_are_known() {
    let driven = started();
    let roles = [Role::Operator];
    for (act, expected) in [
        (hold(" "), "the reason is empty; say why it should be held"),
        (
            Act::Back {
                to: "5-percent".parse().unwrap(),
                reason: None,
            },
            "the plan has no stage `5-percent`; it has `non-production`, `first-actors`, \
             `preparation`, `1-percent`, `10-percent`, `25-percent`, `50-percent`, `75-percent`, \
             `100-percent`, `global`, `verification`, `clean-up`",
        ),
        (
            tick("qa"),
            "nothing here is called `qa`; there is `qa-non-production`, `qa-production`, \
             `version-history`, `breaking-changes`",
        ),
        (
            overriding(Overridden::Precondition("watched".to_owned())),
            "nothing here is called `watched`; there is `deployed`, `qa-non-production`",
        ),
        (Act::Adopt, "nobody else changed the flag"),
        (Act::Resume { note: None }, "it is not held"),
    ] {
        assert_eq!(refused(&driven, "ana", &roles, &act), expected);
    }
}
