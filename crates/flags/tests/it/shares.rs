//! What a percentage promises: it grows by adding, it stays with its actors, and it is the share
//! of projects that it says, however deep their groups.

use flags::{Asked, Gates, Percentage};
use proptest::prelude::*;

use super::{FLAG, actor, snapshot};

const POPULATION: u64 = 20_000;

fn share(number: f64) -> Gates {
    let mut gates = Gates::off();
    gates.percentage_of_actors = Percentage::new(number).unwrap();
    gates
}

/// Whether each project of the population is enabled, asked for together with its groups.
fn enabled(gates: Gates) -> Vec<bool> {
    let snapshot = snapshot(Some(gates));
    (1..=POPULATION)
        .map(|id| {
            let project = format!("Project:{id}");
            // From none to nine groups above it, shared with many other projects.
            let groups: Vec<_> = (0..id % 10)
                .map(|depth| format!("Group:{}", depth * 7 + id % 97))
                .collect();
            let ancestors: Vec<_> = groups.iter().map(String::as_str).collect();
            let asked = Asked {
                actor: Some(&project),
                ancestors: &ancestors,
            };
            snapshot.is_enabled(FLAG, &asked, || panic!("no percentage of time is set"))
        })
        .collect()
}

fn count(enabled: impl IntoIterator<Item = bool>) -> f64 {
    let count = enabled.into_iter().filter(|enabled| *enabled).count();
    f64::from(u32::try_from(count).unwrap())
}

#[test]
fn p_percent_are_p_percent_of_projects_however_deep_their_groups() {
    for percentage in [0.1, 1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9] {
        let enabled = enabled(share(percentage));
        check(&enabled, percentage, "all");
        for depth in 0..10 {
            let of_depth = (1..=POPULATION)
                .zip(&enabled)
                .filter(|(id, _)| id % 10 == depth);
            let of_depth: Vec<_> = of_depth.map(|(_, enabled)| *enabled).collect();
            check(&of_depth, percentage, &format!("{depth} groups deep"));
        }
    }
    assert!(!enabled(share(0.0)).contains(&true));
    assert!(!enabled(share(100.0)).contains(&false));
}

/// Within four standard deviations of a fair draw. The population is fixed, so this either always
/// holds or never.
fn check(enabled: &[bool], percentage: f64, who: &str) {
    let asked = f64::from(u32::try_from(enabled.len()).unwrap());
    let p = percentage / 100.0;
    let bound = 4.0 * (asked * p * (1.0 - p)).sqrt();
    let off = (count(enabled.iter().copied()) - asked * p).abs();
    assert!(
        off <= bound,
        "{percentage} % of {who}: off by {off}, may be {bound}"
    );
}

#[test]
fn flags_choose_their_actors_independently() {
    let both = (1..=POPULATION).map(|id| {
        let project = format!("Project:{id}");
        flags::bucket("one_flag", &project) < 50_000
            && flags::bucket("other_flag", &project) < 50_000
    });
    let off = (count(both) - 5_000.0).abs();
    assert!(off < 4.0 * (20_000.0_f64 * 0.25 * 0.75).sqrt(), "{off}");
}

fn percentages() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0_u32..=100_000).prop_map(|thousandths| f64::from(thousandths) / 1000.0),
        0.0..=100.0,
    ]
}

fn actors() -> impl Strategy<Value = String> {
    prop_oneof![
        "(Project|User|Group|Ci::Runner):[1-9][0-9]{0,9}",
        "[A-Z][a-z]{1,8}:[a-zà-ÿ0-9./-]{1,30}"
    ]
}

proptest! {
    #[test]
    fn raising_a_percentage_takes_nobody_out(less in percentages(), more in percentages(), actor in actors()) {
        let (less, more) = if less <= more { (less, more) } else { (more, less) };
        let asked = Asked::of(&actor);
        let decide = |percentage| snapshot(Some(share(percentage))).is_enabled(FLAG, &asked, || 0.0);
        prop_assert!(!decide(less) || decide(more));
    }

    #[test]
    fn an_actor_stays_where_it_is(percentage in percentages(), actor in actors(), draws in prop::collection::vec(0.0..1.0, 3)) {
        let asked = Asked::of(&actor);
        let first = snapshot(Some(share(percentage)));
        let decided = first.is_enabled(FLAG, &asked, || 0.0);
        for draw in draws {
            prop_assert_eq!(first.is_enabled(FLAG, &asked, || draw), decided);
            prop_assert_eq!(snapshot(Some(share(percentage))).is_enabled(FLAG, &asked, || draw), decided);
        }
        prop_assert_eq!(decided, f64::from(flags::bucket(FLAG, &actor)) < percentage * 1000.0);
    }

    #[test]
    fn ancestors_are_asked_of_the_actors_gate_only(percentage in percentages(), actor in actors(), above in actors()) {
        let asked = Asked { actor: Some(&actor), ancestors: &[&above] };
        let alone = snapshot(Some(share(percentage))).is_enabled(FLAG, &Asked::of(&actor), || 0.0);
        prop_assert_eq!(snapshot(Some(share(percentage))).is_enabled(FLAG, &asked, || 0.0), alone);
        let mut named = share(percentage);
        named.actors.insert(self::actor(&above));
        prop_assert!(snapshot(Some(named)).is_enabled(FLAG, &asked, || 0.0));
    }
}
