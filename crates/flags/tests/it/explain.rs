//! An explanation says what the decision says, and why.

use flags::{
    Asked, Catalogue, Definition, FeatureGroups, GateAnswer, Gates, Percentage, Reason, Snapshot,
    Verdict,
};
use proptest::prelude::*;

use super::{FLAG, actor, flag, group};

fn gates() -> impl Strategy<Value = Gates> {
    let actors = prop::sample::subsequence(
        vec![
            "User:1",
            "User:7",
            "Project:3",
            "Group:2",
            "Project:3:opt_out",
            "Group:2:opt_out",
            "User:7:opt_out",
        ],
        0..4,
    );
    let groups = prop::sample::subsequence(vec!["team", "strangers"], 0..=2);
    let shares = || {
        prop::sample::select(vec![0.0, 0.0, 30.0, 100.0])
            .prop_map(|number| Percentage::new(number).unwrap())
    };
    (any::<bool>(), actors, groups, shares(), shares()).prop_map(
        |(boolean, actors, groups, percentage_of_actors, percentage_of_time)| Gates {
            boolean,
            actors: actors.into_iter().map(actor).collect(),
            groups: groups.into_iter().map(group).collect(),
            percentage_of_actors,
            percentage_of_time,
        },
    )
}

fn world(default: Option<bool>, gates: Option<Gates>) -> Snapshot {
    let define = |default| {
        let text = format!("name: {FLAG}\ntype: beta\ndefault_enabled: {default}\n");
        Definition::parse("flags/beta/tidy_sidebar.yml", &text).unwrap()
    };
    let catalogue: Catalogue = default.map(define).into_iter().collect();
    let groups = FeatureGroups::from([(group("team"), vec![actor("User:7")])]);
    Snapshot::build(&catalogue, &groups, gates.map(|gates| (flag(), gates)), 1)
}

const DRAWS: &[f64] = &[0.0, 0.2, 0.5, 0.999_999];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn an_explanation_agrees_with_every_decision(
        default in any::<Option<bool>>(),
        gates in prop::option::of(gates()),
        who in prop::option::of(prop::sample::select(vec!["User:1", "User:7", "Project:3", "Project:4"])),
        above in prop::sample::subsequence(vec!["Group:1", "Group:2"], 0..=2),
    ) {
        let snapshot = world(default, gates.clone());
        let asked = Asked { actor: who, ancestors: &above };
        let explanation = snapshot.explain(FLAG, &asked);
        let decided: Vec<Verdict> = DRAWS.iter().map(|draw| snapshot.evaluate(FLAG, &asked, || *draw)).collect();
        let certain = decided.iter().all(|verdict| verdict.enabled == decided[0].enabled);
        match explanation.verdict {
            Some(verdict) => {
                prop_assert!(decided.iter().all(|other| other.enabled == verdict.enabled));
                let drawn = |verdict: &Verdict| verdict.reason == Reason::PercentageOfTime;
                prop_assert!(decided.contains(&verdict) || decided.iter().all(|v| drawn(v) || v.reason == Reason::OptedOut));
            }
            None => prop_assert!(!certain, "{:?}", decided),
        }
        prop_assert_eq!(explanation.default, default);
        prop_assert_eq!(explanation.state, gates.as_ref().map(Gates::state));
        let open = explanation.gates.iter().any(|gate| match gate {
            GateAnswer::Boolean { open }
            | GateAnswer::Actors { open, .. }
            | GateAnswer::PercentageOfActors { open, .. }
            | GateAnswer::Group { open, .. } => *open,
            GateAnswer::PercentageOfTime { .. } | GateAnswer::OptedOut => false,
        });
        let out = explanation.gates.contains(&GateAnswer::OptedOut);
        let unlucky = snapshot.is_enabled(FLAG, &asked, || 1.0);
        if gates.is_some() {
            prop_assert_eq!(unlucky, open && !out);
        } else {
            prop_assert_eq!(unlucky, default == Some(true));
        }
    }
}

#[test]
fn a_flag_that_nobody_knows_is_closed() {
    let snapshot = world(None, None);
    let verdict = snapshot.evaluate("no_such_flag", &Asked::of("User:1"), || 0.0);
    assert_eq!((verdict.enabled, verdict.reason), (false, Reason::Unknown));
    assert_eq!(
        snapshot.explain("no_such_flag", &Asked::anyone()).verdict,
        Some(verdict)
    );
}

#[test]
fn stored_gates_hide_a_default_that_is_on() {
    let mut gates = Gates::off();
    gates.actors.insert(actor("User:1"));
    let snapshot = world(Some(true), Some(gates));
    assert!(snapshot.is_enabled(FLAG, &Asked::of("User:1"), || 0.0));
    assert!(!snapshot.is_enabled(FLAG, &Asked::of("User:2"), || 0.0));
    assert!(
        snapshot
            .explain(FLAG, &Asked::of("User:2"))
            .shadows_default()
    );
    let untouched = world(Some(true), None);
    assert!(untouched.is_enabled(FLAG, &Asked::of("User:2"), || 0.0));
    assert!(
        !untouched
            .explain(FLAG, &Asked::of("User:2"))
            .shadows_default()
    );
}

#[test]
fn a_percentage_of_all_time_needs_no_luck() {
    let mut gates = Gates::off();
    gates.percentage_of_time = Percentage::HUNDRED;
    let explanation = world(None, Some(gates.clone())).explain(FLAG, &Asked::anyone());
    let always = Verdict {
        enabled: true,
        reason: Reason::PercentageOfTime,
    };
    assert_eq!(explanation.verdict, Some(always));
    gates.percentage_of_time = Percentage::new(50.0).unwrap();
    assert_eq!(
        world(None, Some(gates))
            .explain(FLAG, &Asked::anyone())
            .verdict,
        None
    );
}

#[test]
fn a_project_that_is_named_stays_in_when_its_group_opts_out() {
    let mut gates = Gates::on();
    gates.actors.insert(actor("Group:2:opt_out"));
    let asked = Asked {
        actor: Some("Project:3"),
        ancestors: &["Group:9", "Group:2"],
    };
    let decide = |gates: &Gates| world(None, Some(gates.clone())).evaluate(FLAG, &asked, || 0.0);
    assert_eq!(decide(&gates).reason, Reason::OptedOut);
    gates.actors.insert(actor("Project:3"));
    assert!(decide(&gates).enabled);
    gates.actors.insert(actor("Project:3:opt_out"));
    assert_eq!(decide(&gates).reason, Reason::OptedOut);
}
