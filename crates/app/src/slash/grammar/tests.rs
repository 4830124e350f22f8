use super::*;

struct Ours;

impl Links for Ours {
    fn project(&self, url: &str) -> Option<String> {
        let path = url.strip_prefix("https://gitlab.example/")?;
        (!path.contains("/-/")).then(|| path.to_owned())
    }

    fn issue(&self, url: &str) -> Option<(String, u64)> {
        let path = url.strip_prefix("https://gitlab.example/")?;
        let (project, iid) = path.split_once("/-/issues/")?;
        Some((project.to_owned(), iid.parse().ok()?))
    }

    fn merge_request(&self, _: &str) -> Option<(String, u64)> {
        None
    }

    fn pipeline(&self, _: &str) -> Option<(String, u64)> {
        None
    }
}

fn read(text: &str) -> Result<Invocation, String> {
    parse(text, &Ours).map_err(|why| why.to_string())
}

#[test]
fn a_project_stands_before_the_command_in_the_reference_or_nowhere() {
    for (text, project, of_reference) in [
        ("a/b issue show 12", Some("a/b"), None),
        ("shop issue show #12", Some("shop"), None),
        ("issue show 12", None, None),
        ("Issue  Show 12", None, None),
        ("issue show a/b#12", None, Some("a/b")),
        (
            "issue show https://gitlab.example/a/b/-/issues/12",
            None,
            Some("a/b"),
        ),
        (
            "https://gitlab.example/a/b issue show 12",
            Some("a/b"),
            None,
        ),
    ] {
        let read = read(text).unwrap();
        assert_eq!(read.command.name, "issue show", "{text}");
        assert_eq!(read.project.as_deref(), project, "{text}");
        assert_eq!(read.given.project(), of_reference, "{text}");
        assert_eq!(read.given.number("#ISSUE"), 12, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_with_what_to_type() {
    for (text, expected) in [
        (
            "a/b issue show",
            "`#ISSUE` is missing; type `[PROJECT] issue show #ISSUE`",
        ),
        (
            "a/b issue show twelve",
            "`twelve` is no `#ISSUE`; type `[PROJECT] issue show #ISSUE`",
        ),
        (
            "issue show 1 2",
            "`2` is more than it takes; type `[PROJECT] issue show #ISSUE`",
        ),
        ("hlep", "there is no command `hlep`; did you mean `help`?"),
    ] {
        assert_eq!(read(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn nothing_typed_asks_for_help() {
    assert_eq!(read("  ").unwrap().command.name, "help");
}

#[test]
fn no_line_breaks_the_reader() {
    proptest::proptest!(|(text in ".{0,200}")| {
        let _ = parse(&text, &Ours);
    });
}
