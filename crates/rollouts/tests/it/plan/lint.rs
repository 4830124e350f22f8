//! What the linter says of a plan that can be read.

use std::collections::{BTreeMap, BTreeSet};

use rollouts::plan::{Defined, Facts, Provider, Weight};

use super::{definition, read, usual};

/// Puts something else into the usual plan and says what the linter then says beside the usual.
#[track_caller]
fn check(change: &[(&str, &str)], expected: &[&str]) {
    check_with(&Facts::default(), change, expected);
}

#[track_caller]
fn check_with(facts: &Facts<'_>, change: &[(&str, &str)], expected: &[&str]) {
    let usual = usual().to_yaml();
    let mut text = usual.clone();
    for (from, to) in change {
        assert!(text.contains(from), "no {from:?} in {text}");
        text = text.replacen(from, to, 1);
    }
    let said = |text: &str, facts: &Facts<'_>| -> Vec<String> {
        let file = read(text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
        let words = |(weight, problem): (Weight, flags::Problem)| {
            let mark = match weight {
                Weight::Refused => "refused",
                Weight::Warning => "warning",
            };
            format!(
                "{mark} {}: {}",
                problem.key.unwrap_or_default(),
                problem.message
            )
        };
        file.lint(facts).into_iter().map(words).collect()
    };
    let always = said(&usual, &Facts::default());
    let mut said = said(&text, facts);
    said.retain(|line| !always.contains(line));
    assert_eq!(said, expected);
}

#[test]
fn a_verification_takes_a_day_and_a_percentage_a_quarter_of_an_hour() {
    check(
        &[("verification: 1d", "verification: 23h59m59s")],
        &[
            "refused stages.verification.verification: is 23h59m59s; the verification takes at least a day (1d)",
        ],
    );
    check(
        &[("percentage: 25\n    soak: 1h", "percentage: 25")],
        &[
            "refused stages.25-percent.soak: is missing: a percentage is watched for at least 15m before the next stage",
        ],
    );
    check(
        &[(
            "percentage: 25\n    soak: 1h",
            "percentage: 25\n    soak: 14m",
        )],
        &["refused stages.25-percent.soak: is 14m; a percentage is watched for at least 15m"],
    );
    check(
        &[
            ("verification: 1d", "verification: 24h"),
            ("soak: 30m", "soak: 15m"),
        ],
        &[],
    );
}

#[test]
fn percentages_rise() {
    check(
        &[("percentage: 25", "percentage: 10")],
        &["refused stages.25-percent.percentage: is 10 after 10; percentages rise"],
    );
    check(
        &[("percentage: 1\n", "percentage: 0\n")],
        &[
            "refused stages.1-percent.percentage: is 0, which opens the flag for nobody; leave the stage out",
        ],
    );
}

#[test]
fn stages_come_in_their_order() {
    check(
        &[
            ("  - name: verification\n    verification: 1d\n\n", ""),
            (
                "name: non-production",
                "name: verification\n    verification: 1d\n  - name: non-production",
            ),
        ],
        &[
            "refused stages.verification.name: has no stage before it that opens the flag for everyone (`set: true`)",
            "refused stages.non-production.name: is about environments without customers, which come before the verification (`verification`)",
            "refused stages.first-actors.name: is about named actors, which come before the verification (`verification`)",
            "refused stages.preparation.name: is about checklists, which come before the verification (`verification`)",
            "refused stages.1-percent.name: is about percentages, which come before the verification (`verification`)",
            "refused stages.10-percent.name: is about percentages, which come before the verification (`verification`)",
            "refused stages.25-percent.name: is about percentages, which come before the verification (`verification`)",
            "refused stages.50-percent.name: is about percentages, which come before the verification (`verification`)",
            "refused stages.75-percent.name: is about percentages, which come before the verification (`verification`)",
            "refused stages.100-percent.name: is about percentages, which come before the verification (`verification`)",
            "refused stages.global.name: is about everyone, which come before the verification (`verification`)",
        ],
    );
    check(
        &[("  - name: verification\n    verification: 1d\n\n", "")],
        &[
            "refused stages.clean-up.name: has no stage before it that verifies for a day (`verification: 1d`)",
        ],
    );
    check(
        &[(
            "name: verification\n    verification: 1d",
            "name: again\n    set: true\n  - name: verification\n    verification: 1d",
        )],
        &["refused stages.again.name: opens the flag for everyone as another stage does"],
    );
}

#[test]
fn names_are_unique_and_known() {
    check(
        &[("name: 25-percent", "name: 10-percent")],
        &["refused stages.10-percent.name: is the name of another stage, too"],
    );
    check(
        &[(
            "percentage: 25",
            "percentage: 25\n    monitors: [deliverys]",
        )],
        &[
            "refused stages.25-percent.monitors: has deliverys, which is not there; did you mean deliveries?",
            "warning stages.25-percent.monitors: has no monitor that may hold it; shadows only tell",
        ],
    );
    check(
        &[("item: qa-production", "item: qa-non-production")],
        &[
            "refused stages.first-actors.verify: has qa-non-production, which is something else elsewhere",
        ],
    );
}

#[test]
fn the_configuration_knows_environments_endpoints_groups_and_channels() {
    let environments: BTreeMap<_, _> = [
        ("dev", false),
        ("staging", false),
        ("gov", true),
        ("production", true),
    ]
    .map(|(name, is_production)| (name.parse().unwrap(), is_production))
    .into();
    let facts = Facts {
        environments: Some(environments),
        endpoints: Some(BTreeSet::from(["ops".to_owned()])),
        groups: Some(BTreeSet::new()),
        channels: Some(
            ["#g_user_interface", "#production"]
                .map(|name| name.parse().unwrap())
                .into(),
        ),
        providers: Some(
            Provider::ALL
                .into_iter()
                .filter(|of| *of != Provider::Elasticsearch)
                .collect(),
        ),
        ..Facts::default()
    };
    check_with(
        &facts,
        &[(
            "require: [deployed]",
            "require: [deployed, {item: gate, http: opps, path: /ready}]",
        )],
        &[
            "refused owners.on_call: has sre-oncall, and none is configured",
            "refused channels.support: has #support, which is not there; there is #g_user_interface, #production",
            "refused monitors.log-errors.source: is elasticsearch, which is not configured (`[monitors] elasticsearch`)",
            "refused stages.non-production.environments: has staging-ref, which is not there; did you mean staging?",
            "refused stages.non-production.require: has opps, which is not there; did you mean ops?",
            "warning production: leaves out gov",
        ],
    );
}

#[test]
fn a_flag_that_is_on_has_nothing_to_roll_out() {
    let mut on = definition();
    on.default_enabled = true;
    let refused = "refused flag: is enabled by default already: there is nothing to roll out; set default_enabled to false in its definition first";
    for (defined, expected) in [
        (Defined::As(&on), &[refused][..]),
        (Defined::As(&definition()), &[]),
        (
            Defined::Nowhere,
            &["refused flag: tidy_sidebar has no definition; `signalbox flag new` writes one"],
        ),
    ] {
        let facts = Facts {
            definition: defined,
            ..Facts::default()
        };
        check_with(&facts, &[], expected);
    }
}

#[test]
fn two_arms_are_compared_only_where_there_are_two() {
    check(
        &[("flag: tidy_sidebar", "flag: tidy_sidebar\nby: time")],
        &[
            "refused monitors.deliveries.rule: is arms, which compares two arms, but `by: time` has none: every actor has the flag at one evaluation and not at the next; use before-after or limit",
            "refused monitors.sentry-errors.rule: is arms, which compares two arms, but `by: time` has none: every actor has the flag at one evaluation and not at the next; use before-after or limit",
            "refused monitors.log-errors.rule: is arms, which compares two arms, but `by: time` has none: every actor has the flag at one evaluation and not at the next; use before-after or limit",
        ],
    );
    check(
        &[(
            "name: global\n    set: true",
            "name: global\n    set: true\n    monitors: [deliveries]",
        )],
        &[
            "warning stages.global.monitors: has only monitors that compare those with the flag and those without, of whom there are none here; add a before-after, limit or new-issues one",
            "warning stages.global.monitors: has deliveries, which compares two arms; here it says nothing",
        ],
    );
}

#[test]
fn a_monitor_is_judged_by_a_rule_that_can() {
    check(
        &[(
            "    source: deliveries\n    rule: arms",
            "    source: deliveries\n    rule: new-issues",
        )],
        &[
            "refused monitors.deliveries.rule: is new-issues, but what this asks of deliveries can be judged by arms, before-after, limit, sample-ratio",
        ],
    );
    check(
        &[(
            "    source: deliveries\n    rule: arms",
            "    source: prometheus\n    value: up\n    rule: arms",
        )],
        &[
            "refused monitors.deliveries.rule: is arms, but what this asks of prometheus can be judged by before-after, limit",
        ],
    );
    check(
        &[(
            "    source: deliveries\n    rule: arms",
            "    source: deliveries\n    rule: arms\n    tolerated: 0.5\n    harm: 0.4\n    beta: 0.9\n    min_exposures: -1\n    interval: 5s",
        )],
        &[
            "refused monitors.deliveries.tolerated: lies between 1 and 100",
            "refused monitors.deliveries.harm: lies between `tolerated` (0.5) and 100",
            "refused monitors.deliveries.beta: is a probability up to 0.5",
            "refused monitors.deliveries.min_exposures: is a count of exposures",
            "refused monitors.deliveries.interval: is 5s; it lies between 10s and 1h",
        ],
    );
}

#[test]
fn somebody_watches_and_not_too_many() {
    let shadow = "rule: arms\n    shadow: true";
    check(
        &[
            ("rule: new-issues", "rule: new-issues\n    shadow: true"),
            (
                "    source: deliveries\n    rule: arms",
                &format!("    source: deliveries\n    {shadow}"),
            ),
            (
                "    project: shop\n    rule: arms",
                &format!("    project: shop\n    {shadow}"),
            ),
            (
                "labels.feature_flag_states\n    rule: arms",
                &format!("labels.feature_flag_states\n    {shadow}"),
            ),
        ],
        &["warning monitors: hold nothing: there are none but shadows, which only tell"],
    );
    check(
        &[("percentage: 25\n", "percentage: 25\n    monitors: []\n")],
        &["warning stages.25-percent.monitors: has no monitor that may hold it; shadows only tell"],
    );
    let more: String = (0..5)
        .map(|n| format!("  - name: more-{n}\n    source: deliveries\n    rule: arms\n"))
        .collect();
    check(
        &[("monitors:\n", &format!("monitors:\n{more}"))],
        &[
            "warning monitors: are 9: each gets a 9th of the false alarms that a rollout may have, so that a hold needs evidence of 450; fewer see harm sooner",
        ],
    );
}

#[test]
fn a_monitor_has_time_to_see_something() {
    for (timing, expected) in [
        ("interval: 10m", None),
        ("interval: 10m\n    lag: 5m", None),
        (
            "lag: 2h",
            Some("refused monitors.deliveries.lag: is 2h; an hour is the longest"),
        ),
    ] {
        let to = format!("    source: deliveries\n    {timing}");
        check(&[("    source: deliveries", &to)], expected.as_slice());
    }
    check(
        &[
            (
                "    source: deliveries",
                "    source: deliveries\n    interval: 10m\n    lag: 6m",
            ),
            ("    users: [ana]\n    soak: 15m", "    users: [ana]"),
        ],
        &[
            "refused stages.global.soak: is too short for deliveries, which is asked every 10m and learns of things 6m late",
        ],
    );
}

#[test]
fn approvals_are_possible() {
    check(
        &[("# Does it need", "approval:\n  by: [ana]\n\n# Does it need")],
        &[
            "refused stages.1-percent.approvals: is 1, but `approval.by` has only 0 who may approve (not the owner's own)",
            "refused stages.global.approvals: is 1, but `approval.by` has only 0 who may approve (not the owner's own)",
        ],
    );
    check(
        &[(
            "# Does it need",
            "approval:\n  by: [ana]\n  own: true\n\n# Does it need",
        )],
        &[],
    );
    check(
        &[(
            "# Does it need",
            "approval:\n  by: [ana, ben]\n\n# Does it need",
        )],
        &[],
    );
}

#[test]
fn a_flag_is_deleted_only_after_its_removal() {
    check(
        &[(
            "require: [removal-merged, removal-deployed, removal-released]",
            "require: [removal-merged]",
        )],
        &[
            "refused stages.clean-up.require: lacks removal-deployed: a flag is deleted only when no code asks for it any more",
        ],
    );
    check(
        &[("require: [deployed]", "require: [deployed, removal-merged]")],
        &[
            "refused stages.non-production.require: has removal-merged, which only a clean-up can wait for",
        ],
    );
}

#[test]
fn what_nobody_can_answer_is_refused_unless_it_is_optional() {
    let nobody = Facts {
        providers: Some(BTreeSet::new()),
        deployments: Some(BTreeSet::new()),
        ..Facts::default()
    };
    let require = "require: [deployed, no-incident, no-change-lock, healthy, on-call]\n\nmonitors: []\n\nstages:\n  - name: all\n    set: true\n    soak: 15m\n";
    let yaml = usual().to_yaml();
    let head = yaml
        .split("# What holds before each change")
        .next()
        .unwrap();
    let said = |more: &str| -> Vec<String> {
        let file = read(&format!("{head}{more}{require}")).unwrap();
        let found = file.plan.lint(&nobody).into_iter();
        found
            .filter(|one| one.weight == Weight::Refused)
            .map(|one| format!("{}: {}", one.part, one.message))
            .filter(|line| line.contains("nobody can answer") || line.starts_with("optional"))
            .collect()
    };
    let otherwise = "or take it out, or name it in `optional` to go without";
    let expected = |id: &str, why: &str| {
        format!("stages.all.require: nobody can answer `{id}` of all: configure {why}; {otherwise}")
    };
    let all = [
        expected("deployed", "`chatops.code.projects`"),
        expected(
            "no-incident",
            "`chatops.checks.incidents` or `[monitors] pagerduty or opsgenie`",
        ),
        expected("healthy", "`chatops.checks.health`"),
        expected("on-call", "`[monitors] pagerduty or opsgenie`"),
    ];
    assert_eq!(said(""), all);
    let optional = "optional: [deployed, no-incident, healthy, on-call]\n";
    assert_eq!(said(optional), [""; 0]);
    assert_eq!(
        said("optional: [deployed, no-incident, healthy, on-call, removal-merged, publish]\n"),
        [
            "optional: has publish, which Signalbox does not find out by itself",
            "optional: has removal-merged: a flag is deleted only when no code asks for it any more",
        ]
    );
}

#[test]
fn the_usual_plan_has_only_what_can_be_answered() {
    let definition = definition();
    for providers in [
        BTreeSet::new(),
        BTreeSet::from([Provider::GitLab]),
        BTreeSet::from([Provider::GitLab, Provider::Code, Provider::Sentry]),
        BTreeSet::from(Provider::ALL),
    ] {
        let facts = Facts {
            definition: Defined::As(&definition),
            providers: Some(providers.clone()),
            ..Facts::default()
        };
        let mut plan = usual();
        plan.links.docs_merge_request = None;
        let refused = |plan: &rollouts::Plan| -> usize {
            let text = plan.to_yaml();
            let found = read(&text).unwrap().lint(&facts);
            found.iter().filter(|one| one.0 == Weight::Refused).count()
        };
        assert_ne!(refused(&plan), 0, "the documentation is not known");
        let left_out = plan.leave_out_unasked(&facts);
        assert_eq!(refused(&plan), 0, "{}", plan.to_yaml());
        let is_whole = providers.len() == Provider::ALL.len();
        let why = "`documentation`: name it (`links.docs_merge_request`)";
        assert_eq!(left_out == [why], is_whole, "{left_out:?}");
        assert!(left_out.contains(&why.to_owned()));
    }
}

#[test]
fn what_a_precondition_needs_is_asked_for() {
    check(
        &[
            (
                "  merge_request: https://gitlab.example/acme/shop/-/merge_requests/12\n",
                "",
            ),
            ("milestone: '17.2'\n", ""),
            ("  on_call: sre-oncall\n", ""),
        ],
        &[
            "refused milestone: nobody can answer `removal-released` of clean-up: name it (`milestone`); or name it in `optional`, to clean up without waiting for the release",
            "warning milestone: is missing: the milestone that the issue is to have; `milestone` of preparation needs it",
            "warning owners.on_call: is missing: who is called when nobody watches; `watched` of first-actors needs it",
        ],
    );
    check(
        &[(
            "# change_management:\n#   new_service: false",
            "change_management:\n  new_service: true",
        )],
        &[
            "warning links.change_issue: is missing: a change management issue is needed: it enables a service that was not there before",
        ],
    );
}
