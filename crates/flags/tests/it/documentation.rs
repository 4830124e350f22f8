//! `docs/flags.md` says what the code does.

use flags::{Definition, FlagType, nearest};

const PAGE: &str = include_str!("../../../../docs/flags.md");

#[test]
fn the_example_of_a_definition_is_one_without_a_warning() {
    let example = PAGE
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let definition = Definition::parse("flags/beta/tidy_sidebar.yml", example).unwrap();
    assert_eq!(definition.write(), example);
    let today = "2026-01-31".parse().unwrap();
    assert_eq!(definition.warnings(today), Vec::<String>::new());
}

#[test]
fn the_table_of_types_is_the_one_of_the_code() {
    for flag_type in FlagType::ALL {
        let begins = format!("| `{flag_type}` |");
        let row = PAGE.lines().find(|line| line.starts_with(&begins));
        let cells: Vec<_> = row.unwrap_or(&begins).split('|').map(str::trim).collect();
        let yes = |yes| if yes { "yes" } else { "no" };
        let lifespan = match flag_type.lifespan() {
            Some(months) => format!("{months} months"),
            None => "for good".to_owned(),
        };
        assert_eq!(
            cells[3],
            yes(flag_type.may_be_enabled_by_default()),
            "{flag_type}"
        );
        assert_eq!(
            cells[4],
            yes(flag_type.needs_a_rollout_issue()),
            "{flag_type}"
        );
        assert!(cells[5].starts_with(&lifespan), "{flag_type}: {lifespan}");
    }
}

#[test]
fn the_example_of_a_misspelt_key_is_recognized() {
    assert_eq!(
        nearest("rolout_issue_url", ["rollout_issue_url"]),
        ["rollout_issue_url"]
    );
}
