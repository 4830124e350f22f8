//! The usual plan, stepped by hand.

mod asking;
mod driven;
mod told;
mod watching;

use driven::{Driven, deliveries};
use flags::FlagKey;
use insta::assert_snapshot;
use rollouts::plan::{Basics, By, Plan, Watching, standard};
use rollouts::{Act, State};

/// The usual plan of a flag that Signalbox asks itself.
fn usual(by: By) -> Plan {
    let flag: FlagKey = "integration_slack_app_notifications".parse().unwrap();
    let first = flags::request::Targets {
        projects: vec!["gitlab-org/gitlab".to_owned()],
        ..flags::request::Targets::default()
    };
    let basics = Basics {
        owner: "ana".parse().unwrap(),
        channel: "#g_manage_integrations".parse().unwrap(),
        production_channel: None,
        support_channel: None,
        on_call: Some("sre-oncall".parse().unwrap()),
        by,
        non_production: vec!["staging".parse().unwrap()],
        production: vec!["production".parse().unwrap()],
        first,
        approvals: 1,
        items: Vec::new(),
        project: None,
        watched: Watching {
            deliveries: true,
            ..Watching::default()
        },
    };
    standard(&flag, None, &basics)
}

fn tick(item: &str) -> Act {
    Act::Tick {
        item: item.parse().unwrap(),
        evidence: "seen on staging".to_owned(),
    }
}

/// What people do when it is their turn, and nothing else, for at most so many minutes.
fn people_do_their_part(driven: &mut Driven, minutes: i64) {
    for _minute in 0..minutes {
        if driven.rollout.is_over() || driven.held().is_some() {
            return;
        }
        let offers = driven.rollout.status(driven.now).may;
        for offer in offers {
            match (offer.act.as_str(), &offer.about) {
                ("acknowledge", _) => driven.ask("ana", &Act::Acknowledge).unwrap(),
                ("approve", _) => driven.ask("ben", &Act::Approve { note: None }).unwrap(),
                ("tick", Some(item)) => driven.ask("ben", &tick(item)).unwrap(),
                _others => (),
            }
        }
        driven.wait(1);
    }
}

#[test]
fn a_good_run_goes_from_staging_to_the_end_of_the_flag() {
    let mut driven = Driven::start(usual(By::Actors));
    people_do_their_part(&mut driven, 3 * 24 * 60);
    assert!(driven.is_over_as(State::Completed), "{}", driven.log);
    assert!(driven.gates.values().all(Option::is_none));
    assert_snapshot!(driven.log);
}

#[test]
fn a_bad_run_is_taken_back_by_itself_before_many_have_failed() {
    let mut driven = Driven::start(usual(By::Actors));
    driven.says = Box::new(|wanted, rollout| {
        let is_bad = rollout.stage == 5 && rollout.in_force == Some(5);
        deliveries(wanted, rollout, if is_bad { 3.0 } else { 0.0 })
    });
    people_do_their_part(&mut driven, 3 * 24 * 60);
    assert!(driven.held().is_some(), "{}", driven.log);
    driven.wait(20);
    assert!(driven.is_over_as(State::RolledBack), "{}", driven.log);
    assert_eq!(driven.production(), None);
    assert_snapshot!(driven.log);
}

#[test]
fn a_flag_without_an_actor_rolls_out_by_time() {
    let mut plan = usual(By::Time);
    plan.monitors.clear();
    let mut driven = Driven::start(plan);
    while driven.stage() != "10-percent" {
        people_do_their_part(&mut driven, 1);
    }
    people_do_their_part(&mut driven, 1);
    let gates = driven.production().unwrap();
    assert_eq!(gates.percentage_of_time.number(), 10.0);
    assert!(gates.percentage_of_actors.is_zero());
}
