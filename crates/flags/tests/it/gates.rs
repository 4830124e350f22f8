//! Changes against a simple model of them, and what opt-outs promise.

use std::collections::BTreeSet;

use flags::{Asked, Change, Gates, Percentage, Refusal, State, apply, only_closes};
use proptest::prelude::*;

use super::{FLAG, actor, flag, group, snapshot};

/// A flag as a person would keep it on paper: what is ticked for everyone, a list of actors in
/// and a list of actors out, groups and two percentages.
#[derive(Clone, Debug, Default, PartialEq)]
struct Paper {
    everyone: bool,
    within: BTreeSet<String>,
    out: BTreeSet<String>,
    groups: BTreeSet<String>,
    actors: f64,
    time: f64,
}

impl Paper {
    fn fully_on(&self) -> bool {
        self.everyone || 100.0 <= self.time
    }

    /// `Err` when the paper says no.
    fn write(sheet: &mut Option<Self>, change: &Change) -> Result<(), ()> {
        if *change == Change::Delete {
            *sheet = None;
            return Ok(());
        }
        let paper = sheet.get_or_insert_default();
        match change {
            Change::SetBoolean(everyone) => {
                *paper = Self {
                    everyone: *everyone,
                    ..Self::default()
                }
            }
            Change::EnableActor(actor) if paper.out.contains(actor.as_str()) => return Err(()),
            Change::EnableActor(actor) => {
                paper.within.insert(actor.to_string());
            }
            Change::DisableActor(actor) => {
                paper.within.remove(actor.as_str());
            }
            Change::OptOut(actor) => {
                paper.out.insert(actor.to_string());
            }
            Change::RemoveOptOut(actor) => {
                return paper.out.remove(actor.as_str()).then_some(()).ok_or(());
            }
            Change::EnableGroup(group) => {
                paper.groups.insert(group.to_string());
            }
            Change::DisableGroup(group) => {
                paper.groups.remove(group.as_str());
            }
            Change::PercentageOfActors(_) | Change::PercentageOfTime(_) if paper.fully_on() => {
                return Err(());
            }
            Change::PercentageOfActors(share) => paper.actors = share.number(),
            Change::PercentageOfTime(share) => paper.time = share.number(),
            Change::Delete => (),
        }
        Ok(())
    }

    fn of(gates: &Gates) -> Self {
        Self {
            everyone: gates.boolean,
            within: gates.enabled_actors().map(ToString::to_string).collect(),
            out: gates
                .opted_out_actors()
                .map(|actor| actor.to_string())
                .collect(),
            groups: gates.groups.iter().map(ToString::to_string).collect(),
            actors: gates.percentage_of_actors.number(),
            time: gates.percentage_of_time.number(),
        }
    }

    /// With a draw of one half.
    fn lets_in(&self, who: &str) -> bool {
        let covered = f64::from(flags::bucket(FLAG, who)) < self.actors * 1000.0;
        let member = self.groups.contains("team") && who == "User:7";
        let open =
            self.everyone || self.within.contains(who) || covered || 50.0 < self.time || member;
        open && !self.out.contains(who)
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let actors =
        || prop::sample::select(vec!["User:1", "User:7", "Project:3", "Group:2"]).prop_map(actor);
    let groups = || prop::sample::select(vec!["team", "strangers"]).prop_map(group);
    let shares = || {
        prop::sample::select(vec![0.0, 0.001, 30.0, 64.248, 99.999, 100.0])
            .prop_map(|number| Percentage::new(number).unwrap())
    };
    let change = prop_oneof![
        any::<bool>().prop_map(Change::SetBoolean),
        actors().prop_map(Change::EnableActor),
        actors().prop_map(Change::DisableActor),
        actors().prop_map(Change::OptOut),
        actors().prop_map(Change::RemoveOptOut),
        groups().prop_map(Change::EnableGroup),
        groups().prop_map(Change::DisableGroup),
        shares().prop_map(Change::PercentageOfActors),
        shares().prop_map(Change::PercentageOfTime),
        Just(Change::Delete),
    ];
    prop::collection::vec(change, 0..10)
}

/// Makes the changes one by one, passing over those that are refused.
fn after(changes: &[Change]) -> Option<Gates> {
    changes.iter().fold(None, |gates, change| {
        apply(gates.as_ref(), std::slice::from_ref(change)).unwrap_or(gates)
    })
}

fn decide(gates: Option<&Gates>, who: &str) -> bool {
    snapshot(gates.cloned()).is_enabled(FLAG, &Asked::of(who), || 0.5)
}

const EVERYBODY: &[&str] = &["User:1", "User:7", "Project:3", "Project:9"];

proptest! {
    #[test]
    fn changes_do_what_a_sheet_of_paper_would_hold(changes in changes()) {
        let mut paper = None;
        let mut gates = None;
        for change in &changes {
            let mut next = paper.clone();
            let written = Paper::write(&mut next, change);
            let applied = apply(gates.as_ref(), std::slice::from_ref(change));
            prop_assert_eq!(applied.is_ok(), written.is_ok(), "{:?} on {:?}", change, gates);
            if let Ok(applied) = applied {
                (gates, paper) = (applied, next);
            }
            prop_assert_eq!(gates.as_ref().map(Paper::of), paper.clone());
            for who in EVERYBODY {
                let expected = paper.as_ref().is_some_and(|paper| paper.lets_in(who));
                prop_assert_eq!(decide(gates.as_ref(), who), expected, "{} {:?}", who, gates);
            }
        }
    }

    #[test]
    fn all_changes_are_made_or_none(before in changes(), changes in changes()) {
        let before = after(&before);
        let together = apply(before.as_ref(), &changes);
        let one_by_one = changes.iter().try_fold(before, |gates, change| {
            apply(gates.as_ref(), std::slice::from_ref(change))
        });
        prop_assert_eq!(together, one_by_one);
    }

    #[test]
    fn whoever_has_opted_out_stays_out(changes in changes()) {
        let who = actor("User:7");
        let gates = after(&changes);
        let out = apply(gates.as_ref(), &[Change::OptOut(who.clone())]).unwrap();
        prop_assert!(!decide(out.as_ref(), "User:7"));
        let refused = apply(out.as_ref(), &[Change::EnableActor(who.clone())]);
        prop_assert_eq!(refused, Err(Refusal::OptedOut(who.clone())));
        let back = apply(out.as_ref(), &[Change::RemoveOptOut(who)]).unwrap();
        let was_out = gates.as_ref().is_some_and(|gates| gates.opted_out_actors().any(|out| out.as_str() == "User:7"));
        if !was_out {
            prop_assert_eq!(back.unwrap_or_default(), gates.unwrap_or_default());
        }
    }

    #[test]
    fn what_only_closes_lets_nobody_in(before in changes(), changes in changes(), default in any::<bool>()) {
        let before = after(&before);
        let later = changes.iter().fold(before.clone(), |gates, change| {
            apply(gates.as_ref(), std::slice::from_ref(change)).unwrap_or(gates)
        });
        if only_closes(before.as_ref(), later.as_ref(), default) {
            let decide = |gates: Option<&Gates>, asked: &Asked<'_>| {
                let stored = |gates: &Gates| snapshot(Some(gates.clone())).is_enabled(FLAG, asked, || 0.5);
                gates.map_or(default, stored)
            };
            for who in EVERYBODY {
                for ancestors in [&[][..], &["Group:2"], &["Group:1", "Group:2"]] {
                    let asked = Asked { actor: Some(who), ancestors };
                    let (was, is) = (decide(before.as_ref(), &asked), decide(later.as_ref(), &asked));
                    prop_assert!(was || !is, "{:?} from {:?} to {:?}", asked, before, later);
                }
            }
        }
    }

    #[test]
    fn gates_survive_their_json(changes in changes()) {
        if let Some(gates) = after(&changes) {
            let json = serde_json::to_string(&gates).unwrap();
            prop_assert_eq!(serde_json::from_str::<Gates>(&json).unwrap(), gates, "{}", json);
        }
        let json = serde_json::to_string(&changes).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Change>>(&json).unwrap(), changes, "{}", json);
    }

    #[test]
    fn a_snapshot_changed_flag_by_flag_is_the_one_built_anew(changes in changes()) {
        let mut changed = snapshot(None);
        let mut gates = None;
        for (revision, change) in (2..).zip(&changes) {
            gates = apply(gates.as_ref(), std::slice::from_ref(change)).unwrap_or(gates);
            changed = changed.with(&flag(), gates.as_ref(), revision);
            prop_assert_eq!(changed.gates(FLAG), gates.as_ref());
            prop_assert_eq!(changed.knows(FLAG), gates.is_some());
            prop_assert_eq!(changed.revision(), revision);
            for who in EVERYBODY {
                let asked = Asked::of(who);
                let anew = snapshot(gates.clone()).evaluate(FLAG, &asked, || 0.5);
                prop_assert_eq!(changed.evaluate(FLAG, &asked, || 0.5), anew);
            }
        }
    }
}

#[test]
fn every_percentage_of_three_decimals_survives_its_json() {
    for thousandths in 0..=100_000_u32 {
        let share = Percentage::new(f64::from(thousandths) / 1000.0).unwrap();
        let json = serde_json::to_string(&share).unwrap();
        assert_eq!(
            serde_json::from_str::<Percentage>(&json).unwrap(),
            share,
            "{json}"
        );
        assert_eq!(share.to_string().parse(), Ok(share));
    }
}

#[test]
fn turning_off_only_closes_and_letting_in_does_not() {
    let gates = |changes: &[Change]| apply(None, changes).unwrap();
    let share = |number| Change::PercentageOfActors(Percentage::new(number).unwrap());
    let enable = |who| Change::EnableActor(actor(who));
    let out = |who| Change::OptOut(actor(who));
    let on = || Change::SetBoolean(true);
    for (before, after, expected) in [
        (vec![on()], vec![Change::SetBoolean(false)], true),
        (vec![on()], vec![share(50.0)], true),
        (vec![on()], vec![on(), out("User:1")], true),
        (vec![on(), out("User:1")], vec![on()], false),
        (
            vec![on(), out("Group:2")],
            vec![on(), out("Group:2"), enable("Project:3")],
            false,
        ),
        (vec![share(50.0)], vec![share(25.0)], true),
        (vec![share(25.0)], vec![share(50.0)], false),
        (vec![share(25.0)], vec![enable("User:1")], false),
        (vec![enable("User:1")], vec![], true),
        (vec![], vec![on()], false),
    ] {
        let (was, is) = (gates(&before), gates(&after));
        assert_eq!(
            only_closes(was.as_ref(), is.as_ref(), false),
            expected,
            "{before:?} {after:?}"
        );
    }
    // Forgetting a flag brings back a default that may be on.
    assert!(!only_closes(Some(&Gates::off()), None, true));
    assert!(only_closes(None, Some(&Gates::off()), true));
}

#[test]
fn the_state_tells_everyone_from_some() {
    let state = |change| apply(None, &[change]).unwrap().unwrap().state();
    let share = |number| Percentage::new(number).unwrap();
    assert_eq!(state(Change::SetBoolean(true)), State::On);
    assert_eq!(state(Change::PercentageOfTime(share(100.0))), State::On);
    assert_eq!(
        state(Change::PercentageOfActors(share(100.0))),
        State::Conditional
    );
    assert_eq!(state(Change::OptOut(actor("User:1"))), State::Conditional);
    assert_eq!(state(Change::SetBoolean(false)), State::Off);
}
