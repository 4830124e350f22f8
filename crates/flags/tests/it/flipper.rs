//! Decisions equal those that Ruby's Flipper made (`tests/flipper/vectors.rb` asks it).

use std::path::Path;
use std::process::Command;

use flags::{Asked, Change, Gates, Percentage, Refusal, apply, bucket};
use serde::Deserialize;

use super::{actor, group, named, snapshot};

#[derive(Deserialize)]
struct Vectors {
    asked: Vec<Option<String>>,
    shares: Vec<(String, String, f64, bool)>,
    gates: Vec<Row>,
}

/// A flag after some steps.
#[derive(Deserialize)]
struct Row {
    steps: Vec<String>,
    stored: bool,
    state: String,
    boolean: bool,
    actors: Vec<String>,
    groups: Vec<String>,
    percentage_of_actors: f64,
    percentage_of_time: f64,
    /// For each of those who are asked for.
    enabled: Vec<bool>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../vectors/flipper.json")).unwrap()
}

#[test]
fn percentages_cover_the_actors_that_flipper_covers() {
    let rows = vectors().shares;
    assert!(3_500 < rows.len());
    for (flag, actor, share, expected) in rows {
        let mut gates = Gates::off();
        gates.percentage_of_actors = Percentage::new(share).unwrap();
        let snapshot = named(&flag, Some(gates));
        let enabled = snapshot.is_enabled(&flag, &Asked::of(&actor), || 0.0);
        assert_eq!(
            enabled,
            expected,
            "{flag} {actor} {share} {}",
            bucket(&flag, &actor)
        );
    }
}

#[test]
fn changes_leave_the_gates_that_flipper_leaves() {
    let Vectors { asked, gates, .. } = vectors();
    let mut refused = 0;
    for row in gates {
        let mut stored = None;
        let steps = row.steps.iter().map(|step| change(step));
        let outcome = steps.into_iter().try_for_each(|change| {
            stored = apply(stored.as_ref(), &[change])?;
            Ok::<(), Refusal>(())
        });
        match outcome {
            Ok(()) => same(&row, stored, &asked),
            // GitLab's rule, not Flipper's.
            Err(Refusal::PercentageOfActorsOnEnabled | Refusal::PercentageOfTimeOnEnabled) => {
                refused += 1;
            }
            Err(refusal) => panic!("{:?}: {refusal}", row.steps),
        }
    }
    assert!((100..300).contains(&refused), "{refused}");
}

fn same(row: &Row, stored: Option<Gates>, asked: &[Option<String>]) {
    assert_eq!(stored.is_some(), row.stored, "{:?}", row.steps);
    let gates = stored.clone().unwrap_or_default();
    assert_eq!(gates.state().name(), row.state, "{:?}", row.steps);
    assert_eq!(gates.boolean, row.boolean, "{:?}", row.steps);
    let actors: Vec<_> = gates.actors.iter().map(|actor| actor.as_str()).collect();
    assert_eq!(actors, row.actors, "{:?}", row.steps);
    let groups: Vec<_> = gates.groups.iter().map(|group| group.as_str()).collect();
    assert_eq!(groups, row.groups, "{:?}", row.steps);
    let shares = (gates.percentage_of_actors, gates.percentage_of_time);
    let shares = (shares.0.number(), shares.1.number());
    let expected = (row.percentage_of_actors, row.percentage_of_time);
    assert_eq!(shares, expected, "{:?}", row.steps);
    let snapshot = snapshot(stored);
    for (actor, expected) in asked.iter().zip(&row.enabled) {
        let asked = Asked {
            actor: actor.as_deref(),
            ancestors: &[],
        };
        let enabled = snapshot.is_enabled(super::FLAG, &asked, || 0.5);
        assert_eq!(enabled, *expected, "{:?} {actor:?}", row.steps);
    }
}

fn change(step: &str) -> Change {
    let share = |number| Percentage::new(number).unwrap();
    match step {
        "on" => Change::SetBoolean(true),
        "off" => Change::SetBoolean(false),
        "actor" => Change::EnableActor(actor("User:1")),
        "no_actor" => Change::DisableActor(actor("User:1")),
        "group" => Change::EnableGroup(group("team")),
        "no_group" => Change::DisableGroup(group("team")),
        "unknown_group" => Change::EnableGroup(group("strangers")),
        "actors_0" => Change::PercentageOfActors(share(0.0)),
        "actors_30" => Change::PercentageOfActors(share(30.0)),
        "actors_100" => Change::PercentageOfActors(share(100.0)),
        "time_0" => Change::PercentageOfTime(share(0.0)),
        "time_100" => Change::PercentageOfTime(share(100.0)),
        "delete" => Change::Delete,
        other => panic!("unknown step {other}"),
    }
}

#[test]
fn the_vectors_are_what_flipper_decides_today() {
    let installed = Command::new("ruby")
        .args(["-e", "require 'flipper'"])
        .output();
    if !installed.is_ok_and(|ruby| ruby.status.success()) {
        println!("ruby-flipper absent");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/flipper/vectors.rb");
    let check = Command::new("ruby")
        .arg(script)
        .arg("--check")
        .output()
        .unwrap();
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stderr)
    );
}
