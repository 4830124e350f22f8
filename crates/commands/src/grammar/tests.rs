use proptest::prelude::*;

use crate::command::{Argument, Command, Count, Kind};

use super::*;

const fn argument(name: &'static str, kind: Kind, count: Count) -> Argument {
    Argument { name, kind, count }
}

const fn command(
    name: &'static str,
    arguments: &'static [Argument],
    options: &'static [Opt],
) -> Command {
    Command {
        name,
        aliases: &[],
        summary: "",
        arguments,
        options,
        has_environments: !options.is_empty(),
        examples: &[],
        run: |_, _| Box::pin(async { Err(crate::answer::Refused("only read".to_owned())) }),
    }
}

static COMMANDS: &[Command] = &[
    command(
        "feature set",
        &[
            argument("FLAG", Kind::Flag, Count::One),
            argument("VALUE", Kind::Text, Count::One),
        ],
        &[
            Opt::Project,
            Opt::User,
            Opt::Actors,
            Opt::Random,
            Opt::Reason,
            Opt::IgnoreProductionCheck,
        ],
    ),
    command("feature list", &[], &[Opt::Match]),
    command(
        "auto_deploy status",
        &[argument("SHA", Kind::Text, Count::Any)],
        &[],
    ),
    command(
        "release check",
        &[
            argument("URL", Kind::Text, Count::One),
            argument("MILESTONE", Kind::Text, Count::Maybe),
        ],
        &[],
    ),
    command("help", &[argument("COMMAND", Kind::Text, Count::Any)], &[]),
];

fn environments() -> Vec<(String, String)> {
    [
        ("staging", "gstg"),
        ("staging-ref", "gstg-ref"),
        ("production", "gprd"),
    ]
    .map(|(name, short)| (name.to_owned(), short.to_owned()))
    .to_vec()
}

fn read(text: &str) -> Result<Invocation, BadInput> {
    let environments = environments();
    parse(
        text,
        &Vocabulary {
            commands: COMMANDS,
            environments: &environments,
        },
    )
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let read = read(text).map(|invocation| invocation.to_string());
    assert_eq!(
        read.unwrap_or_else(|error| format!("! {error}")),
        expected,
        "{text:?}"
    );
}

#[test]
fn a_line_is_understood_however_it_was_typed() {
    let expected = "feature set a_b true --project=x/y,z/w --staging";
    for text in [
        "run feature set a_b true --project=x/y,z/w --staging",
        "gitlab run feature set --project=x/y,z/w a_b true --staging",
        "/chatops run feature set --project x/y,z/w --staging a_b true",
        "feature set --staging `a_b` true --project=x/y, z/w",
        "`run feature set a_b true —project=x/y —project=z/w –staging`",
        "Run\nFeature  set\n a_b true\u{a0}--PROJECT=x/y,,z/w --gstg",
        "run feature set “a_b” 'true' --project=“x/y”,“z/w” --staging --staging",
    ] {
        check(text, expected);
    }
}

#[test]
fn colons_that_chat_took_for_an_emoji_are_mended() {
    let expected = "feature set run_x_Some::Worker true";
    for name in [
        "run_x_Some::Worker",
        r"run_x_Some:\:Worker",
        "run_x_Some:Worker:",
        ":run_x_Some::Worker:",
        "`run_x_Some::Worker`",
    ] {
        check(&format!("feature set {name} true"), expected);
    }
    check("feature set `a:b` true", "feature set \"a:b\" true");
}

#[test]
fn what_cannot_be_understood_is_said_in_one_line() {
    for (text, expected) in [
        (
            "run feature st x true",
            "! there is no command `feature st`; did you mean `feature set` or `feature list`?",
        ),
        (
            "run frobnicate",
            "! there is no command `frobnicate`; `help` lists all there are",
        ),
        (
            "run feature set x",
            "! VALUE is missing: `feature set FLAG VALUE`",
        ),
        (
            "run feature set x true so",
            "! `so` is left over: `feature set FLAG VALUE`; quote a text that has spaces",
        ),
        (
            "run feature set x true --stagign",
            "! there is no option `--stagign`; did you mean `--staging`?",
        ),
        (
            "run feature set x true --zebra",
            "! there is no option `--zebra`",
        ),
        (
            "run feature list --actors",
            "! `feature list` does not take `--actors`; it takes `--match` or `--ENVIRONMENT`",
        ),
        (
            "run auto_deploy status --staging",
            "! `auto_deploy status` does not take `--staging`; it takes `--help`",
        ),
        (
            "run feature set x true --project",
            "! `--project` needs a value: `--project=PATHS`",
        ),
        (
            "run feature set x true --project --staging",
            "! `--project` needs a value: `--project=PATHS`",
        ),
        (
            "run feature set x true --project=,",
            "! `--project` needs a value: `--project=PATHS`",
        ),
        (
            "run feature set x true --actors=5",
            "! `--actors` takes no value",
        ),
        (
            "run feature set x true --staging=1",
            "! `--staging` takes no value",
        ),
        (
            "run feature list --match=a --match=b",
            "! `--match` is given twice",
        ),
        (
            "run feature set x true --reason \"a b",
            "! the quote that begins at `\"a b` is not closed",
        ),
        (
            "run feature set x <rollout-percentage> --actors",
            "! `<rollout-percentage>` stands for a number from 0 to 100; put one there, such as 25",
        ),
        (
            "run auto_deploy status <merge-commit-of-your-feature>",
            "! `<merge-commit-of-your-feature>` stands for the commit of your merged change; put its SHA there, \
             or the merge request's address",
        ),
        (
            "run feature set --user=<your-username> x true",
            "! `<your-username>` stands for your GitLab user name; put it there, or me",
        ),
        (
            "run release check <merge-request-url> <milestone>",
            "! `<merge-request-url>` stands for a merge request; put its address there, such as \
             https://gitlab.example.com/group/project/-/merge_requests/1",
        ),
        (
            "run release check x <milestone>",
            "! `<milestone>` stands for a version; put it there, such as 15.8",
        ),
        (
            "run feature set <my thing> true",
            "! `<my thing>` stands for a value of yours; put it there, without the brackets",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn half_a_command_and_no_command_are_a_question_for_help() {
    check("", "help");
    check("run", "help");
    check("gitlab", "help");
    check("feature", "help feature");
    check("run feature help", "help feature");
    check("run feature set --help", "feature set --help");
    check("feature set x -h", "feature set --help");
}

#[test]
fn a_negative_number_is_a_value_and_not_an_option() {
    check("feature set x -1", "feature set x -1");
}

#[test]
fn a_long_line_is_refused() {
    let many = (0..101)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(",");
    check(
        &format!("feature set x true --project={many}"),
        "! `--project` takes at most 100 values",
    );
    check(
        &"x".repeat(10_000),
        "! a command can be 8000 bytes long, this one is longer",
    );
}

#[test]
fn words_that_a_shell_cut_are_read_as_they_stand() {
    let line = line(&[
        "feature",
        "set",
        "x",
        "true",
        "--reason=it's \"new\"",
        "--user=<a-b>",
    ]);
    assert_eq!(
        line,
        r#"feature set x true "--reason=it's \"new\"" "--user=<a-b>""#
    );
    let line = super::line(&[
        "feature",
        "set",
        "x",
        "true",
        "--reason",
        "it's \"new\" \\o/",
    ]);
    assert_eq!(
        read(&line).unwrap().value(Opt::Reason),
        Some("it's \"new\" \\o/")
    );
}

#[test]
fn a_word_that_was_begun_is_completed() {
    let environments = environments();
    let vocabulary = Vocabulary {
        commands: COMMANDS,
        environments: &environments,
    };
    for (words, expected) in [
        (&["fea"][..], "feature"),
        (&["feature", ""], "set list"),
        (&["feature", "set", "x", "--p"], "--project --production"),
        (
            &["feature", "list", "--"],
            "--match --staging --staging-ref --production",
        ),
        (&["auto_deploy", "status", "--"], ""),
        (&[], ""),
    ] {
        assert_eq!(
            completions(words, &vocabulary).join(" "),
            expected,
            "{words:?}"
        );
    }
}

fn any_text() -> impl Strategy<Value = String> {
    "[^<\\p{C}\\p{Z}][^<\\p{C}\\p{Z} ]{0,3}( [^<\\p{C}\\p{Z}-]{1,6}){0,3}"
}

fn any_invocation() -> impl Strategy<Value = Invocation> {
    let options = (
        proptest::option::of(proptest::collection::btree_set(
            "[a-zA-Z0-9/._“'-]{1,8}",
            1..4,
        )),
        proptest::option::of(any_text()),
        any::<bool>(),
        proptest::sample::subsequence(vec!["staging", "staging-ref", "production"], 0..=3),
    );
    (
        "[a-z_:.\\-A-Z0-9]{1,20}",
        "[a-z0-9.][a-z0-9.%,'\"\\\\]{0,6}",
        options,
    )
        .prop_filter(
            "an argument that begins with a dash is an option",
            |(flag, ..)| !flag.starts_with('-'),
        )
        .prop_map(|(flag, value, (projects, reason, actors, environments))| {
            let mut options = BTreeMap::new();
            if let Some(projects) = projects {
                options.insert(Opt::Project, projects.into_iter().collect());
            }
            if let Some(reason) = reason {
                options.insert(Opt::Reason, vec![reason]);
            }
            if actors {
                options.insert(Opt::Actors, Vec::new());
            }
            Invocation {
                command: &COMMANDS[0],
                arguments: vec![flag, value],
                options,
                environments: environments.into_iter().map(str::to_owned).collect(),
                wants_help: false,
            }
        })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(invocation in any_invocation()) {
        let printed = invocation.to_string();
        prop_assert_eq!(read(&printed), Ok(invocation), "{}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused_in_one_line(text in "\\PC{0,60}|[-—–`'\"“”<>=,: a-z\\\\\n]{0,60}") {
        if let Err(error) = read(&format!("feature set {text}")) {
            let said = error.to_string();
            prop_assert!(!said.contains('\n') && said.len() < 2_000, "{}", said);
        }
    }

    #[test]
    fn words_of_a_shell_survive(words in proptest::collection::vec("[^\\p{C}]{0,8}", 0..5)) {
        let read: Vec<String> = lexer::words(&line(&words)).unwrap().into_iter().map(|word| word.text).collect();
        let spaced = |c: char| if c.is_whitespace() { ' ' } else { c };
        let words: Vec<String> = words.iter().map(|word| word.chars().map(spaced).collect()).collect();
        prop_assert_eq!(read, words);
    }
}
