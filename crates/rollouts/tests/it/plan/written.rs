//! A plan written is the plan read.

use proptest::prelude::*;
use rollouts::plan::{By, Facts, Precondition, Source, Weight, parse_duration, standard};

use super::{FLAG, basics, definition, read, usual};

#[test]
fn the_usual_plan_is_read_as_it_was_written() {
    let mut without_anything = basics();
    without_anything.by = By::Time;
    without_anything.first = flags::request::Targets::default();
    without_anything.production = vec!["gov".parse().unwrap(), "com".parse().unwrap()];
    without_anything.watched = rollouts::plan::Watching::default();
    without_anything.project = None;
    without_anything.approvals = 0;
    let flag = FLAG.parse().unwrap();
    for plan in [
        usual(),
        standard(&flag, Some(&definition()), &without_anything),
        standard(&flag, None, &without_anything),
    ] {
        let text = plan.to_yaml();
        match read(&text) {
            Ok(file) => assert_eq!(file.plan, plan, "{text}"),
            Err(problems) => panic!("{problems:#?}\n{text}"),
        }
    }
}

#[test]
fn the_usual_plan_is_refused_nothing() {
    let file = read(&usual().to_yaml()).unwrap();
    let refused: Vec<_> = file
        .lint(&Facts::default())
        .into_iter()
        .filter(|(weight, _)| *weight == Weight::Refused)
        .collect();
    assert_eq!(refused, []);
}

#[test]
fn the_usual_plan_reads_like_the_rollout_issue() {
    insta::assert_snapshot!(usual().to_yaml());
}

#[test]
fn the_usual_plan_is_warned_of_what_nobody_has_said_yet() {
    let file = read(&usual().to_yaml()).unwrap();
    let lines: Vec<String> = file
        .lint(&Facts::default())
        .into_iter()
        .map(|(weight, problem)| {
            format!("{weight:?} {}: {}", problem.key.unwrap(), problem.message)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// Whatever people write: several lines, quotes, colons, characters that YAML minds.
fn words() -> impl Strategy<Value = String> {
    let odd = "[ -~\n\t'\":#|>&*!%@`{}\\[\\]\u{85}\u{2028}\u{feff}\u{0}é漢\r]{1,40}";
    odd.prop_filter("a text says something", |text| !text.trim().is_empty())
}

proptest! {
    #[test]
    fn whatever_a_plan_says_is_read_as_it_was_written(
        texts in proptest::collection::vec(words(), 8),
        names in proptest::collection::btree_set("[a-z0-9_./:@#-]{1,12}", 0..30),
        share in 0.001_f64..100.0,
        seconds in 1_i64..7_776_000,
        by_hand: bool,
        no_conditions: bool,
    ) {
        let mut plan = usual();
        plan.prose.summary = texts[0].clone();
        plan.prose.expectations = texts[1].clone();
        plan.prose.testing = texts[2].clone();
        plan.people.team = texts[3].clone();
        plan.milestone = Some(texts[4].clone());
        for stage in &mut plan.stages {
            stage.soak = if stage.soak.is_zero() { stage.soak } else {
                jiff::SignedDuration::from_secs(seconds)
            };
            stage.by_hand = by_hand;
            match &mut stage.kind {
                rollouts::plan::StageKind::Percentage(of) if stage.name.as_str() == "25-percent" => {
                    *of = flags::Percentage::new(share).unwrap();
                    if no_conditions {
                        stage.preconditions.clear();
                        stage.monitors = Some(Vec::new());
                    }
                }
                rollouts::plan::StageKind::Named(actors) => {
                    actors.0.projects = names.iter().cloned().collect();
                    actors.0.users = vec!["ana".to_owned()];
                }
                _ => (),
            }
            for item in &mut stage.preconditions {
                if let Precondition::Manual { text, .. } = item {
                    text.clone_from(&texts[5]);
                }
            }
        }
        for monitor in &mut plan.monitors {
            if let Source::Elasticsearch { query, distinct, .. } = &mut monitor.source {
                query.clone_from(&texts[6]);
                *distinct = Some(texts[7].clone());
            }
        }
        let text = plan.to_yaml();
        match read(&text) {
            Ok(file) => prop_assert_eq!(file.plan, plan, "{}", text),
            Err(problems) => prop_assert!(false, "{problems:#?}\n{text}"),
        }
    }

    #[test]
    fn a_damaged_plan_is_refused_and_nothing_worse(
        at in 0_usize..4_000,
        cut in 0_usize..60,
        put in "[ -~\n]{0,12}",
    ) {
        let text: Vec<char> = usual().to_yaml().chars().collect();
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        let damaged: String = text[..at].iter().copied().chain(put.chars()).chain(text[end..].iter().copied()).collect();
        if let Ok(file) = read(&damaged) {
            let found = file.lint(&Facts::default());
            let lines = damaged.lines().count();
            prop_assert!(found.iter().all(|(_, problem)| problem.line <= lines));
        }
    }

    #[test]
    fn durations_are_read_as_they_were_written(seconds in 0_i64..=7_776_000) {
        let duration = jiff::SignedDuration::from_secs(seconds);
        let text = rollouts::plan::write_duration(duration);
        prop_assert_eq!(parse_duration(&text), Ok(duration));
    }
}
