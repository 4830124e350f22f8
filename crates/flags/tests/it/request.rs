//! The decision table of GitLab's Features API, against a model that is the table itself.

use flags::Change;
use flags::request::{Plan, Request, Targets, Verb, plan};
use proptest::prelude::*;

/// One line of the table: whether there are targets, the values, and what is done.
const TABLE: &[(bool, &[&str], &str)] = &[
    (true, &["true", "100", "100.0"], "enable each"),
    (true, &["false", "0", "0.0"], "disable each"),
    (true, &["opt_out"], "opt out each"),
    (true, &["remove_opt_out"], "remove each opt-out"),
    (false, &["true", "100", "100.0"], "on"),
    (false, &["false", "0", "0.0"], "off"),
];

fn model(value: &str, key: Option<&str>, targets: &Targets) -> String {
    let named = !targets.is_empty();
    if named && key.is_some() {
        return "400".to_owned();
    }
    let line = TABLE
        .iter()
        .find(|(with, values, _)| *with == named && values.contains(&value));
    if let Some((_, _, done)) = line {
        return (*done).to_owned();
    }
    let mut parts = value.splitn(2, '.');
    let is_number = parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    let number = value
        .parse::<f64>()
        .ok()
        .filter(|number| is_number && *number <= 100.0);
    match (named, number, key) {
        (false, Some(number), Some("percentage_of_actors")) => format!("actors {number}"),
        (false, Some(number), Some("percentage_of_time") | None) => format!("time {number}"),
        _ => "400".to_owned(),
    }
}

fn planned(request: &Request) -> String {
    match plan(request) {
        Err(_) => "400".to_owned(),
        Ok(Plan::Each(Verb::Enable)) => "enable each".to_owned(),
        Ok(Plan::Each(Verb::Disable)) => "disable each".to_owned(),
        Ok(Plan::Each(Verb::OptOut)) => "opt out each".to_owned(),
        Ok(Plan::Each(Verb::RemoveOptOut)) => "remove each opt-out".to_owned(),
        Ok(Plan::Everyone(Change::SetBoolean(true))) => "on".to_owned(),
        Ok(Plan::Everyone(Change::SetBoolean(false))) => "off".to_owned(),
        Ok(Plan::Everyone(Change::PercentageOfActors(share))) => format!("actors {share}"),
        Ok(Plan::Everyone(Change::PercentageOfTime(share))) => format!("time {share}"),
        Ok(Plan::Everyone(other)) => format!("{other:?}"),
    }
}

fn values() -> impl Strategy<Value = String> {
    let words = vec![
        "true",
        "false",
        "0",
        "0.0",
        "00",
        "0.00",
        "100",
        "100.0",
        "100.00",
        "100.001",
        "25",
        "25.5",
        "opt_out",
        "remove_opt_out",
        "True",
        "on",
        "",
        " ",
        "-1",
        "+5",
        "1e1",
        ".5",
        "5.",
        "1.2.3",
        "abc",
        "٣",
        "inf",
        "NaN",
    ];
    prop_oneof![
        prop::sample::select(words).prop_map(str::to_owned),
        "[0-9]{1,3}(\\.[0-9]{1,4})?",
        "\\PC{0,8}",
    ]
}

fn targets() -> impl Strategy<Value = Targets> {
    let names = || prop::collection::vec("[a-z0-9/._-]{1,12}", 0..3);
    let group = prop::option::of("[a-z_]{1,12}".prop_map(|name| name.parse().unwrap()));
    let some = (names(), names(), names(), names(), names(), group).prop_map(
        |(users, groups, namespaces, projects, repositories, feature_group)| Targets {
            users,
            groups,
            namespaces,
            projects,
            repositories,
            feature_group,
        },
    );
    prop_oneof![Just(Targets::default()), some]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn requests_mean_what_the_table_says(
        value in values(),
        key in prop::option::of(prop::sample::select(vec!["percentage_of_actors", "percentage_of_time", "boolean"])),
        targets in targets(),
    ) {
        let expected = model(&value, key, &targets);
        let request = Request { value, key: key.map(str::to_owned), targets };
        prop_assert_eq!(planned(&request), expected, "{:?}", request);
    }

    #[test]
    fn a_list_holds_each_name_once(list in "[a-c ,]{0,20}") {
        let names = Targets::names(&list);
        for name in &names {
            prop_assert!(!name.is_empty() && name.trim() == name);
            prop_assert_eq!(names.iter().filter(|other| *other == name).count(), 1);
        }
        let again = Targets::names(&names.join(","));
        prop_assert_eq!(again, names);
    }
}
