use super::*;
use proptest::prelude::*;

#[track_caller]
fn refused(path: &str, text: &str, expected: &[&str]) {
    let problems = Definition::parse(path, text).unwrap_err();
    let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(lines, expected, "{text}");
}

const FULL: &str = "\
---
name: tidy_sidebar
description: Folds the sidebar
feature_issue_url: https://gitlab.example.com/acme/shop/-/issues/1
introduced_by_url: https://gitlab.example.com/acme/shop/-/merge_requests/2
rollout_issue_url: https://gitlab.example.com/acme/shop/-/issues/3
milestone: '17.2'
log_state_changes: true
group: group::editor
type: beta
default_enabled: true
intended_to_rollout_by: 2026-01-31
";

#[test]
fn a_definition_is_written_as_it_was_read() {
    let definition = Definition::parse("flags/beta/tidy_sidebar.yml", FULL).unwrap();
    assert_eq!(definition.flag_type, FlagType::Beta);
    assert!(definition.default_enabled);
    assert_eq!(definition.log_state_changes, Some(true));
    let written = definition.write();
    assert_eq!(written, FULL.replace("2026-01-31", "'2026-01-31'"));
}

#[test]
fn a_definition_needs_a_name_a_type_and_a_default() {
    let least = "name: run_jobs\ntype: ops\ndefault_enabled: false\nmilestone:\n";
    let definition = Definition::parse("config/feature_flags/ops/run_jobs.yml", least).unwrap();
    assert_eq!(definition.milestone, None);
    refused(
        "flags/ops/x.yml",
        "group: group::editor\nname:\ntype: ''\n",
        &[
            "flags/ops/x.yml:2: name: is missing",
            "flags/ops/x.yml:3: type: is missing",
            "flags/ops/x.yml:1: default_enabled: is missing; give true or false",
        ],
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_checks() {
    refused(
        "flags/wip/tidy_sidebar.yml",
        "\
nmae: x
name: tidy__sidebar
type: bta
milestone: 17.2
default_enabled: yes
rollout_issue_url: issues/3
group: 5
type: wip
intended_to_rollout_by: soon
log_state_changes: [true]
description: {a: b}
teams: x
",
        &[
            "flags/wip/tidy_sidebar.yml:1: nmae: is no key of a definition; did you mean name?",
            "flags/wip/tidy_sidebar.yml:8: type: is given twice, first in line 3",
            "flags/wip/tidy_sidebar.yml:12: teams: is no key of a definition; those are name, \
             description, feature_issue_url, introduced_by_url, rollout_issue_url, milestone, \
             log_state_changes, group, type, default_enabled, intended_to_rollout_by",
            "flags/wip/tidy_sidebar.yml:2: name: is \"tidy__sidebar\"; a name is lower-case words \
             and digits joined by single underscores, at most 255 characters",
            "flags/wip/tidy_sidebar.yml:3: type: \"bta\" is no type of flags; did you mean beta?",
            "flags/wip/tidy_sidebar.yml:4: milestone: is a text; put it in quotes: '17.2'",
            "flags/wip/tidy_sidebar.yml:5: default_enabled: is true or false without quotes, not \"yes\"",
            "flags/wip/tidy_sidebar.yml:11: description: is a text, not a mapping",
            "flags/wip/tidy_sidebar.yml:6: rollout_issue_url: is an address that begins with https://",
            "flags/wip/tidy_sidebar.yml:10: log_state_changes: is true or false, not a list",
            "flags/wip/tidy_sidebar.yml:7: group: is a text; put it in quotes: '5'",
            "flags/wip/tidy_sidebar.yml:9: intended_to_rollout_by: is a date such as 2026-01-31",
        ],
    );
}

#[test]
fn the_path_says_the_type_and_the_name() {
    let text = "type: beta\nname: tidy_sidebar\ndefault_enabled: false\n";
    for path in ["beta/tidy_sidebar.yml", "/srv/flags/beta/tidy_sidebar.yml"] {
        assert!(Definition::parse(path, text).is_ok(), "{path}");
    }
    refused(
        "flags/wip/sidebar.yml",
        text,
        &[
            "flags/wip/sidebar.yml:2: name: is tidy_sidebar, but the file is named sidebar.yml",
            "flags/wip/sidebar.yml:1: type: is beta, but the file is in the folder wip",
        ],
    );
    refused(
        "tidy_sidebar.yml",
        text,
        &["tidy_sidebar.yml:1: type: is beta, but the file is in no folder"],
    );
    refused(
        "flags/beta/tidy_sidebar.yaml",
        text,
        &[
            "flags/beta/tidy_sidebar.yaml:1: is no path of a definition; that ends in <type>/<name>.yml",
        ],
    );
}

#[test]
fn a_type_says_whether_a_flag_may_begin_enabled() {
    for flag_type in FlagType::ALL {
        let text = format!("name: a\ntype: {flag_type}\ndefault_enabled: true\n");
        let path = format!("flags/{flag_type}/a.yml");
        let expected = matches!(
            flag_type,
            FlagType::Beta | FlagType::Ops | FlagType::Development
        );
        match Definition::parse(&path, &text) {
            Ok(_) => assert!(expected, "{flag_type}"),
            Err(problems) => {
                assert!(!expected, "{flag_type}");
                assert_eq!(
                    problems.first().map(Problem::to_string),
                    Some(format!(
                        "{path}:3: default_enabled: may not be true for a flag of type {flag_type}"
                    ))
                );
            }
        }
    }
}

#[test]
fn names_are_lower_case_words() {
    for (name, good) in [
        ("a", true),
        ("tidy_sidebar_2", true),
        ("2fa", true),
        ("_a", false),
        ("a_", false),
        ("a__b", false),
        ("A", false),
        ("a-b", false),
        ("run_x_A::B", false),
        ("\"a\\nb\"", false),
    ] {
        let text = format!("name: {name}\ntype: ops\ndefault_enabled: false\n");
        let read = Definition::parse(&format!("ops/{name}.yml"), &text);
        assert_eq!(read.is_ok(), good, "{name}");
    }
}

#[test]
fn a_file_that_is_no_yaml_is_one_problem() {
    refused(
        "ops/a.yml",
        "- a\n",
        &["ops/a.yml:1: is not a list of `key: value` lines"],
    );
    refused("ops/a.yml", "", &["ops/a.yml:1: is empty"]);
}

#[test]
fn warnings_say_what_the_documentation_asks_for() {
    let today: jiff::civil::Date = "2026-02-01".parse().unwrap();
    let full = Definition::parse("flags/beta/tidy_sidebar.yml", FULL).unwrap();
    assert_eq!(
        full.warnings(today),
        ["intended_to_rollout_by: 2026-01-31 has passed"]
    );
    let least = "name: disable_bar_mvc\ntype: development\ndefault_enabled: false\ngroup: editor\n";
    let least = Definition::parse("development/disable_bar_mvc.yml", least).unwrap();
    assert_eq!(
        least.warnings(today),
        [
            "description: is missing",
            "introduced_by_url: is missing",
            "milestone: is missing",
            "group: is written group::<name>",
            "name: leave _mvc out, the flag will outlive the phase",
            "name: a flag that disables is read twice; say hide, remove or disallow",
            "type: development is deprecated; choose gitlab_com_derisk, wip, beta or ops",
        ]
    );
}

fn texts() -> impl Strategy<Value = Option<String>> {
    let odd = prop_oneof![
        "[ -~]{1,40}",
        any::<String>(),
        prop::sample::select(vec![
            "yes",
            "null",
            "~",
            "1e3",
            "0x1f",
            "1_000",
            ".inf",
            "- a",
            "a: b",
            "a #b",
            "'",
            "\"",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "2026-01-31",
            "a\nb",
            "\u{2028}",
            "\u{feff}a",
            "group::x",
            "a:",
            "|",
            ">",
            "?",
            "? a",
            "--- a",
            "...",
            "12:30",
            "\u{85}",
            "a\\b",
        ])
        .prop_map(str::to_owned),
    ];
    prop::option::of(odd.prop_filter("says something", |text| !text.trim().is_empty()))
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_again(
        name in "[a-z0-9]{1,5}(_[a-z0-9]{1,5}){0,3}",
        description in texts(),
        group in texts(),
        milestone in prop::option::of("[0-9]{1,2}\\.[0-9]{1,2}"),
        log_state_changes in any::<Option<bool>>(),
        flag_type in prop::sample::select(FlagType::ALL),
        default_enabled in any::<bool>(),
    ) {
        let definition = Definition {
            name: name.parse().unwrap(),
            description,
            feature_issue_url: None,
            introduced_by_url: Some("https://gitlab.example.com/a/-/merge_requests/1#note_2".into()),
            rollout_issue_url: None,
            milestone,
            log_state_changes,
            flag_type,
            group,
            default_enabled: default_enabled && flag_type.may_be_enabled_by_default(),
            intended_to_rollout_by: Some("2026-01-31".into()),
        };
        let written = definition.write();
        let read = Definition::parse(&format!("flags/{flag_type}/{name}.yml"), &written);
        prop_assert_eq!(read, Ok(definition), "{}", written);
    }

    #[test]
    fn no_text_upsets_the_reader(text in any::<String>(), lines in "([a-z_]{1,6}: ?[\\[\\]{}&*!|>'\"%@a-c0-9 ]{0,8}\n){0,6}") {
        let _ = Definition::parse("flags/ops/a.yml", &text);
        let _ = Definition::parse("flags/ops/a.yml", &lines);
    }
}
