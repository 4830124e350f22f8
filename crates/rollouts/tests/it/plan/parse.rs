//! What cannot be read is told with its line, its key and the remedy, all at once.

use rollouts::plan::StageKind;

use super::{read, usual};

/// A small plan, into which mistakes are put.
const SMALL: &str = "\
flag: tidy_sidebar
owners:
  channel: '#g_ui'
  individual: ana
stages:
  - name: staging
    set: true
    environments: [staging]
  - name: some
    percentage: 25
    soak: 15m
  - name: everyone
    set: true
";

#[test]
fn a_small_plan_needs_thirteen_lines() {
    let plan = read(SMALL).unwrap().plan;
    let kinds: Vec<_> = plan.stages.iter().map(|stage| &stage.kind).collect();
    assert!(matches!(
        kinds.as_slice(),
        [
            StageKind::NonProduction,
            StageKind::Percentage(_),
            StageKind::Global
        ]
    ));
    assert_eq!(plan.stages[1].environments[0].as_str(), "production");
    assert_eq!(plan.stages[1].soak.as_mins(), 15);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = "\
flag: tidy_sidebar
tilte: x
milestone: 17.2
by: actor
owners:
  channel: #g_ui
  individual: '@ana'
  managers: ben
links:
  merge_request: !12
  feature_issue: javascript:alert(1)
require: [deployd, no-incident, no-incident, 7, {do: x}]
on_breach: off
on_breach: hold
stages:
  - name: Non Production
    set: false
    environments: [staging, production]
  - percentage: 25%
    soak: 15
    users: [ana]
    monitors: [a, a]
  - name: x
    set: true
    percentage: 1
    approvals: 1.5
  - name: y
    checklist: [milestone, {item: docs, do: read}, {item: gate, http: ops, pointer: /a}]
    soak: 1d
  - name: z
    verification: 1 day
  - just words
  - name: projects
    set: true
    projects: ['a/b,c/d', ok/ok]
    by_hand: 'yes'
monitors:
  - name: m
    source: sentry
    index: logs
    rule: limit
    tolerated: 2
  - name: n
    source: prometheus
    rule: arms
    errors: x
  - name: o
    source: http
    rule: limit
    above: 1
    below: 2
";
    insta::assert_snapshot!(read(text).unwrap_err().join("\n"));
}

#[test]
fn what_is_no_plan_at_all_is_one_problem() {
    for (text, expected) in [
        ("", "1: is empty"),
        ("- a\n", "1: is not a list of `key: value` lines"),
        (
            "flag: &a b\n",
            "1: owners: is missing: who is behind the rollout",
        ),
        ("stages: []\n", "1: flag: is missing: the flag's name"),
    ] {
        let problems = read(text).unwrap_err();
        assert_eq!(
            problems.first().map(String::as_str),
            Some(expected),
            "{text:?}"
        );
    }
}

#[test]
fn a_plan_is_named_after_its_flag() {
    let problems = read(&SMALL.replace("tidy_sidebar", "other")).unwrap_err();
    assert_eq!(
        problems,
        ["1: flag: is other, so the file is named other.rollout.yml, not tidy_sidebar.rollout.yml"]
    );
}

#[test]
fn what_is_too_much_is_refused() {
    let repeated = |what: &str, count: usize| what.repeat(count);
    let stage = "  - name: x\n    set: true\n";
    let many_stages = format!("{SMALL}{}", repeated(stage, 50));
    let names = format!(
        "    users: [{}]\n",
        (0..101).map(|n| format!("u{n}, ")).collect::<String>()
    );
    let many_names = format!("{SMALL}{names}");
    let deep = format!("{SMALL}title: {}{}\n", "[".repeat(20), "]".repeat(20));
    let long = format!("{SMALL}title: {}\n", "x".repeat(70_000));
    for (text, expected) in [
        (many_stages, "5: stages: has 53 items, more than 50"),
        (
            many_names,
            "14: stages.everyone.users: has 101 items, more than 100",
        ),
        (deep, "14: is nested too deeply"),
        (long, "1: is longer than 65536 bytes"),
    ] {
        assert_eq!(read(&text).unwrap_err().first().unwrap(), expected);
    }
    let broken: String = (0..300).map(|n| format!("key{n}: 1\n")).collect();
    assert_eq!(read(&broken).unwrap_err().len(), 100);
}

#[test]
fn a_finding_has_the_line_of_its_part_or_of_what_that_is_in() {
    let file = read(&usual().to_yaml()).unwrap();
    let text = usual().to_yaml();
    let line = |needle: &str| text.lines().position(|line| line.contains(needle)).unwrap() + 1;
    assert_eq!(
        file.line("stages.25-percent.percentage"),
        line("percentage: 25")
    );
    assert_eq!(
        file.line("stages.25-percent.monitors"),
        line("- name: 25-percent")
    );
    assert_eq!(file.line("stages.nowhere"), line("stages:"));
    assert_eq!(file.line("nothing.of.this"), 1);
}

#[test]
fn a_value_that_is_not_there_is_no_zero_unless_the_plan_says_so() {
    use rollouts::plan::Empty;
    let head = "flag: tidy_sidebar\nowners: {channel: '#g', individual: ana}\nstages:\n  - {name: all, set: true, soak: 15m}\nmonitors:\n";
    for (source, expected) in [
        ("source: deliveries, rule: arms", Empty::Zero),
        ("source: sentry, rule: new-issues", Empty::Zero),
        (
            "source: elasticsearch, index: logs, query: 'level:error', rule: arms",
            Empty::Zero,
        ),
        (
            "source: prometheus, value: error_ratio, rule: limit, above: 1",
            Empty::Hold,
        ),
        (
            "source: http, endpoint: ops, path: /a, errors: /b, rule: limit, above: 1",
            Empty::Hold,
        ),
        (
            "source: prometheus, value: errors, rule: limit, above: 1, empty: zero",
            Empty::Zero,
        ),
    ] {
        let file = read(&format!("{head}  - {{name: one, {source}}}\n")).unwrap();
        assert_eq!(file.plan.monitors[0].empty, expected, "{source}");
        let again = read(&file.plan.to_yaml()).unwrap();
        assert_eq!(again.plan.monitors[0].empty, expected, "{source}");
    }
}
