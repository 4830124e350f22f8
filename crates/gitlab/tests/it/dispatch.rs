//! How the kind of a webhook is found, and what is not a webhook at all.

use domain::EventKind;
use domain::event::What;
use gitlab::{KNOWN_KINDS, NotAnObject, Webhook};
use serde_json::json;

use crate::fixtures::named;

#[track_caller]
fn parse(header: Option<&str>, body: &str) -> Webhook {
    gitlab::parse(header, body.as_bytes()).unwrap()
}

#[track_caller]
fn reason(header: Option<&str>, body: &str) -> String {
    parse(header, body).outcome.unwrap_err().to_string()
}

#[test]
fn the_body_speaks_before_the_header() {
    let push = named("push__update").text();
    for header in [
        None,
        Some("Push Hook"),
        Some("Issue Hook"),
        Some("System Hook"),
        Some("?"),
    ] {
        let webhook = parse(header, &push);
        assert_eq!(
            (webhook.kind, webhook.name.as_str()),
            (EventKind::Push, "push"),
            "{header:?}"
        );
    }
}

#[test]
fn the_header_speaks_for_a_body_that_names_no_kind() {
    for known in KNOWN_KINDS {
        for header in known.headers {
            let webhook = parse(Some(header), "{}");
            assert!(webhook.outcome.is_err(), "{header}");
            assert!(
                KNOWN_KINDS
                    .iter()
                    .any(|it| it.kind == webhook.kind && it.headers.contains(header)),
                "{header} is filed under {}",
                webhook.kind,
            );
        }
    }
    let mut note = named("note__on_issue").value();
    note.as_object_mut().unwrap().remove("object_kind");
    note.as_object_mut().unwrap().remove("event_type");
    let note = note.to_string();
    assert_eq!(parse(Some("Note Hook"), &note).kind, EventKind::Note);
    assert_eq!(parse(Some("note hook "), &note).kind, EventKind::Note);
    assert_eq!(
        parse(Some("Confidential Note Hook"), &note).kind,
        EventKind::ConfidentialNote
    );
}

#[test]
fn fields_speak_when_nothing_else_does() {
    for (name, kind) in [
        ("push__update", EventKind::Push),
        ("tag_push__create", EventKind::TagPush),
        ("job__failed", EventKind::Job),
        ("pipeline__failed", EventKind::Pipeline),
        ("deployment__success", EventKind::Deployment),
        ("wiki_page__create", EventKind::WikiPage),
    ] {
        let mut body = named(name).value();
        body.as_object_mut().unwrap().remove("object_kind");
        body.as_object_mut().unwrap().remove("event_name");
        assert_eq!(
            parse(Some("System Hook"), &body.to_string()).kind,
            kind,
            "{name}"
        );
        assert_eq!(parse(None, &body.to_string()).kind, kind, "{name}");
    }
}

#[test]
fn a_kind_nobody_knows_is_an_event_with_its_name() {
    let webhook = parse(
        Some("Merge Train Hook"),
        r#"{"object_kind": "merge_train"}"#,
    );
    assert_eq!(
        (webhook.kind, webhook.name.as_str()),
        (EventKind::Other, "merge_train")
    );
    let What::Unknown(unknown) = webhook.outcome.unwrap().what else {
        panic!()
    };
    assert_eq!(unknown.name, "merge_train");

    assert_eq!(
        parse(Some("Merge Train Hook"), "{}").name,
        "Merge Train Hook"
    );
    assert_eq!(parse(None, "{}").name, "unnamed");
    assert_eq!(
        parse(Some("System Hook"), r#"{"event_name": "new"}"#).name,
        "new"
    );
    assert_eq!(
        parse(None, r#"{"object_kind": 7, "event_name": null}"#).name,
        "7"
    );
    let long = json!({"object_kind": "a\nb".repeat(500)}).to_string();
    assert_eq!(parse(None, &long).name, "a");
    let long = json!({"object_kind": "é".repeat(500)}).to_string();
    assert_eq!(parse(None, &long).name.chars().count(), 100);
}

#[test]
fn the_name_may_stand_anywhere_and_the_known_one_counts() {
    let body =
        r#"{"ref": "refs/heads/a", "nested": {"object_kind": "note"}, "event_name": "push"}"#;
    assert_eq!(parse(None, body).kind, EventKind::Push);
    let body = r#"{"event_name": "expiring_access_token", "object_attributes": {"name": "a"}}"#;
    assert_eq!(parse(None, body).kind, EventKind::AccessToken);
    let body = r#"{"event_name": "something", "object_kind": "push", "ref": "refs/heads/a"}"#;
    assert_eq!(parse(None, body).kind, EventKind::Push);
}

#[test]
fn a_known_kind_that_lacks_what_it_needs_names_the_field() {
    for (body, expected) in [
        (r#"{"object_kind": "push"}"#, "ref is missing"),
        (r#"{"object_kind": "push", "ref": null}"#, "ref is null"),
        (r#"{"object_kind": "push", "ref": " "}"#, "ref is empty"),
        (
            r#"{"object_kind": "push", "ref": ["a"]}"#,
            "ref is a list, which cannot be used",
        ),
        (
            r#"{"object_kind": "issue"}"#,
            "object_attributes is missing",
        ),
        (
            r#"{"object_kind": "issue", "object_attributes": {}}"#,
            "object_attributes.iid is missing",
        ),
        (
            r#"{"object_kind": "issue", "object_attributes": "x"}"#,
            "object_attributes is a text that cannot be used",
        ),
        (
            r#"{"object_kind": "issue", "object_attributes": {"iid": "x"}}"#,
            "object_attributes.iid is a text that cannot be used",
        ),
        (
            r#"{"object_kind": "issue", "object_attributes": {"iid": -1}}"#,
            "object_attributes.iid is a number that cannot be used",
        ),
        (
            r#"{"object_kind": "issue", "object_attributes": {"iid": {}}}"#,
            "object_attributes.iid is an object that cannot be used",
        ),
        (
            r#"{"object_kind": "issue", "object_attributes": {"iid": true}}"#,
            "object_attributes.iid is true or false, which says nothing here",
        ),
    ] {
        assert_eq!(reason(None, body), expected);
    }
}

#[test]
fn what_is_ignored_is_still_filed_and_placed() {
    let mut note = named("confidential_note__internal").value();
    note.as_object_mut().unwrap().remove("object_attributes");
    let webhook = parse(Some("Confidential Note Hook"), &note.to_string());
    assert_eq!(webhook.kind, EventKind::ConfidentialNote);
    assert_eq!(webhook.project_path.as_deref(), Some("acme/shop"));
    assert_eq!(webhook.title, "note: object_attributes is missing");
    assert_eq!(webhook.outcome.unwrap_err().field, "object_attributes");
}

#[test]
fn what_is_no_json_object_is_refused() {
    for body in [
        "",
        " ",
        "null",
        "[]",
        "[{}]",
        "7",
        "\"push\"",
        "{",
        "{\"a\"}",
        "{} {}",
        "{},",
        "nul",
        "{'a':1}",
        "\u{feff}{}",
        r#"{"object_kind": "push", "ref": "refs/heads/a""#,
        r#"{"object_kind": "push", "ref": "\ud800"}"#,
    ] {
        let error = gitlab::parse(Some("Push Hook"), body.as_bytes()).unwrap_err();
        assert!(
            matches!(error, NotAnObject::NotJson(_)),
            "{body:?}: {error}"
        );
        assert!(
            error
                .to_string()
                .starts_with("the body is not a JSON object: "),
            "{error}"
        );
    }
    let error = gitlab::parse(None, b"{\"a\": \"\xff\"}").unwrap_err();
    assert!(matches!(error, NotAnObject::NotUtf8(_)), "{error}");
}

#[test]
fn depth_is_no_danger() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let body = format!(
        r#"{{"object_kind": "push", "ref": "refs/heads/a", "x": {}}}"#,
        deep(100_000)
    );
    assert_eq!(parse(None, &body).kind, EventKind::Push);
    let body = format!(r#"{{"object_kind": "push", "ref": {}}}"#, deep(100_000));
    let error = gitlab::parse(None, body.as_bytes()).unwrap_err();
    assert!(matches!(error, NotAnObject::TooDeep), "{error}");
}

#[test]
fn of_a_field_that_stands_twice_the_last_counts() {
    let body = r#"{"object_kind": "push", "ref": "refs/heads/a", "ref": "refs/heads/b"}"#;
    let What::Push(push) = parse(None, body).outcome.unwrap().what else {
        panic!()
    };
    assert_eq!(push.name, "b");
}

#[test]
fn a_title_is_one_short_line() {
    let mut note = named("note__on_issue").value();
    note["object_attributes"]["note"] = json!(format!("a\n\n\u{7}b  c {}", "ü".repeat(500)));
    let title = parse(None, &note.to_string()).title;
    assert_eq!(title.chars().count(), 200);
    assert!(title.starts_with("comment on #42: a b c üüü"), "{title}");
    assert!(title.ends_with("ü…"), "{title}");
}
