use super::*;

fn request(parameters: &[(&str, &str)]) -> Request {
    Request::from_parameters(parameters.iter().copied()).unwrap()
}

#[track_caller]
fn check(parameters: &[(&str, &str)], expected: &str) {
    let planned = match plan(&request(parameters)) {
        Ok(plan) => format!("{plan:?}"),
        Err(refusal) => refusal.to_string(),
    };
    assert_eq!(planned, expected, "{parameters:?}");
}

#[test]
fn values_for_everyone_are_on_off_or_a_percentage() {
    for on in ["true", "100", "100.0"] {
        check(&[("value", on)], "Everyone(SetBoolean(true))");
        check(
            &[("value", on), ("key", "percentage_of_actors")],
            "Everyone(SetBoolean(true))",
        );
    }
    for off in ["false", "0", "0.0"] {
        check(&[("value", off)], "Everyone(SetBoolean(false))");
        check(
            &[("value", off), ("key", "percentage_of_time")],
            "Everyone(SetBoolean(false))",
        );
    }
    let time = "Everyone(PercentageOfTime(Percentage(25.5)))";
    check(&[("value", "25.5")], time);
    check(&[("value", "25.5"), ("key", "")], time);
    check(&[("value", "25.5"), ("key", "percentage_of_time")], time);
    check(
        &[("value", "25.5"), ("key", "percentage_of_actors")],
        "Everyone(PercentageOfActors(Percentage(25.5)))",
    );
    check(
        &[("value", "0.00"), ("key", "percentage_of_actors")],
        "Everyone(PercentageOfActors(Percentage(0.0)))",
    );
}

#[test]
fn values_for_targets_are_on_off_or_an_opt_out() {
    for (value, verb) in [
        ("true", "Enable"),
        ("100", "Enable"),
        ("100.0", "Enable"),
        ("false", "Disable"),
        ("0", "Disable"),
        ("0.0", "Disable"),
        ("opt_out", "OptOut"),
        ("remove_opt_out", "RemoveOptOut"),
    ] {
        for target in ["user", "group", "namespace", "project", "repository"] {
            check(&[("value", value), (target, "a")], &format!("Each({verb})"));
        }
        check(
            &[("value", value), ("feature_group", "gitlab_team_members")],
            &format!("Each({verb})"),
        );
    }
}

#[test]
fn what_means_nothing_is_refused_in_words_that_say_what_would() {
    check(&[], "value is missing");
    check(&[("value", "")], "value is missing");
    for value in ["on", "TRUE", " true", "101", "-1", "1e1", "5%"] {
        check(
            &[("value", value)],
            &format!("{value:?} is not a percentage: give true, false or a number from 0 to 100"),
        );
    }
    check(
        &[("value", "opt_out")],
        "cannot opt out without a target: name a user, project, group, namespace or repository",
    );
    check(
        &[("value", "25"), ("key", "boolean")],
        "cannot set \"boolean\" to \"25\": the key is percentage_of_actors or percentage_of_time",
    );
    check(
        &[("value", "25"), ("project", "a/b,c/d"), ("user", "ana")],
        "cannot set the flag to \"25\" for user ana, project a/b and c/d: \
         for single targets give true, false, opt_out or remove_opt_out",
    );
    check(
        &[
            ("value", "true"),
            ("key", "percentage_of_actors"),
            ("user", "ana"),
            ("feature_group", "team"),
        ],
        "key, user, feature_group are mutually exclusive",
    );
}

#[test]
fn an_opt_out_passes_feature_groups_over() {
    let team = || "team".parse::<GroupName>().unwrap();
    assert_eq!(
        Verb::Enable.group(team()),
        Some(Change::EnableGroup(team()))
    );
    assert_eq!(
        Verb::Disable.group(team()),
        Some(Change::DisableGroup(team()))
    );
    assert_eq!(Verb::OptOut.group(team()), None);
    assert_eq!(Verb::RemoveOptOut.group(team()), None);
}

#[test]
fn names_are_trimmed_and_counted_once() {
    assert_eq!(
        Targets::names(" acme/shop,, acme/web ,acme/shop,"),
        ["acme/shop", "acme/web"]
    );
    assert!(
        request(&[("value", "true"), ("user", " , ")])
            .targets
            .is_empty()
    );
    let refused = Request::from_parameters([("feature_group", "no such group")]).unwrap_err();
    assert!(refused.is_about_parameters());
    assert!(refused.to_string().starts_with("feature_group is invalid"));
}

#[test]
fn a_request_survives_its_parameters_and_its_json() {
    let requests = [
        request(&[("value", "true")]),
        request(&[("value", "0.5"), ("key", "percentage_of_actors")]),
        request(&[
            ("value", "opt_out"),
            ("user", "ana"),
            ("group", "acme"),
            ("namespace", "ben,acme"),
            ("project", "acme/shop, 12"),
            ("repository", "acme/shop.git"),
            ("feature_group", "team"),
            ("force", "true"),
        ]),
    ];
    for request in requests {
        let parameters: Vec<_> = request.parameters().collect();
        let again = Request::from_parameters(
            parameters
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        assert_eq!(again, Ok(request.clone()));
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request);
    }
}
