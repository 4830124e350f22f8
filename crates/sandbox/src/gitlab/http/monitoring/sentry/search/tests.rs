use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

fn seen() -> Seen {
    Seen {
        first: "2026-11-20T08:30:00Z".parse().unwrap(),
        last: "2026-11-20T08:59:00Z".parse().unwrap(),
        times: 12,
    }
}

fn event() -> ErrorEvent {
    let tags = [
        ("level", "error"),
        ("release", "v1.2"),
        ("user", "id:7"),
        ("project", "acme/shop"),
    ];
    ErrorEvent {
        id: "a".repeat(32),
        issue: 4,
        project: 1,
        at: seen().last,
        title: "PostError: channel gone".to_owned(),
        message: "channel gone".to_owned(),
        tags: tags.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        flags: BTreeMap::from([("a_flag".to_owned(), true)]),
    }
}

fn issue() -> ErrorIssue {
    ErrorIssue {
        id: 4,
        project: 1,
        number: 1,
        cause: String::new(),
        title: event().title,
        kind: String::new(),
        value: String::new(),
        culprit: "Deliver in deliver".to_owned(),
        level: "error".to_owned(),
        logger: None,
        platform: "other".to_owned(),
        status: IssueStatus::Unresolved,
        first_seen: seen().first,
        last_seen: seen().last,
        count: 12,
    }
}

#[track_caller]
fn check(text: &str, among: Among, expected: Result<bool, &str>) {
    let found = Search::read(text, among, now());
    let found = found.map(|search| search.fits(&issue(), seen(), &event()));
    assert_eq!(
        found.map_err(|refused| refused.1),
        expected.map_err(str::to_owned),
        "{text}"
    );
}

#[test]
fn issues_are_found_by_their_state_and_when_they_were_seen() {
    for (text, expected) in [
        ("", true),
        ("is:unresolved", true),
        ("is:resolved", false),
        ("!is:unresolved", false),
        ("is:unassigned", true),
        ("firstSeen:>2026-11-20T08:00:00", true),
        ("firstSeen:>2026-11-20T08:30:00.000Z", false),
        ("firstSeen:>=2026-11-20T08:30:00+00:00", true),
        ("firstSeen:-1h", true),
        ("firstSeen:-10m", false),
        ("age:+10m", true),
        ("lastSeen:<2026-11-20T09:00:00", true),
        ("firstSeen:2026-11-20", true),
        ("timesSeen:>10", true),
        ("times_seen:12", true),
        ("issue:SIGNALBOX-1", true),
    ] {
        check(text, Among::Issues, Ok(expected));
    }
}

#[test]
fn events_are_found_by_flags_tags_and_words() {
    for (text, expected) in [
        ("flags[\"a_flag\"]:true", true),
        ("flags[a_flag]:false", false),
        ("!flags[\"a_flag\"]:true", false),
        ("has:flags[\"other\"]", false),
        ("level:error release:v1.*", true),
        ("release:[v1.1, \"v1.2\"]", true),
        ("release:v1", false),
        ("tags[project]:acme/shop", true),
        ("project:signalbox", true),
        ("has:user !has:dist", true),
        ("user:\"id:7\"", true),
        ("user.id:7", false),
        ("dist:\"\"", true),
        ("channel gone", true),
        ("\"Channel Gone\"", true),
        ("gone channel", false),
        ("Deliver", true),
        ("timestamp:>2026-11-20T08:58:00", true),
        ("id:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true),
    ] {
        check(text, Among::Events, Ok(expected));
    }
    check(
        "level:warning OR (level:error AND has:user)",
        Among::Events,
        Ok(true),
    );
    check(
        "level:error level:warning OR has:dist",
        Among::Events,
        Ok(false),
    );
}

#[test]
fn what_is_no_search_is_refused_in_sentrys_words() {
    let said = |problem: &str| format!("Error parsing search query: {problem}");
    for (text, among, problem) in [
        (
            "is:lovely",
            Among::Issues,
            "Invalid value for \"is\" search, valid values are assigned, ignored, resolved, unassigned, unresolved",
        ),
        (
            "is:unresolved",
            Among::Events,
            "is: queries are not supported in this search.",
        ),
        ("release:", Among::Issues, "Empty string after 'release:'"),
        (
            "firstSeen:>soon",
            Among::Issues,
            "firstSeen: Invalid date: soon. Expected +/-duration (e.g. +1h) or ISO 8601-like (e.g. 2026-11-20T08:30:00).",
        ),
        (
            "level:a OR level:b",
            Among::Issues,
            "Boolean statements containing \"OR\" or \"AND\" are not supported in this search",
        ),
        (
            "(level:a",
            Among::Events,
            "Parse error at '' (column 9): unclosed parenthesis",
        ),
        (
            "level:a OR",
            Among::Events,
            "Condition is missing on the right side of 'OR' operator",
        ),
        (
            "count():>5",
            Among::Events,
            "this sandbox knows no functions in a search: count()",
        ),
        (
            "assigned:me",
            Among::Issues,
            "this sandbox does not know assigned",
        ),
        (
            "flags[\"a\":true",
            Among::Events,
            "Parse error at '[\"a\":true' (column 6): unclosed bracket",
        ),
        (
            "release:\"v1",
            Among::Events,
            "Parse error at '\"v1' (column 9): unclosed quotation",
        ),
    ] {
        check(text, among, Err(&said(problem)));
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_search_panic(text in r#"([a-z:!\[\]"\\,()<>=*é -]|is:|has:|firstSeen:|flags| OR | AND ){0,40}"#) {
        for among in [Among::Issues, Among::Events] {
            if let Ok(search) = Search::read(&text, among, now()) {
                search.fits(&issue(), seen(), &event());
            }
        }
    }
}
