//! The pages: what they show, to whom, and what they never let through.

use axum::http::StatusCode;
use store::OpenOptions;
use web::Access;

use crate::letters::{arrive, dead_letter, die, message, raw_event};
use crate::world::{ADMIN, World, push};

pub const OWN_PAGE: &[(&str, &str)] = &[("Sec-Fetch-Site", "same-origin"), ("Accept", "text/html")];

/// What would run, load or break out, if it were ever written as it is.
pub const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover=alert(1) x='",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}<!--",
];

/// As it has to be written in a page.
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '"' | '\'' => out.push_str(&format!("&#{};", u32::from(character))),
            other => out.push(other),
        }
    }
    out
}

/// No element, attribute, comment or address that only text from outside can have brought.
#[track_caller]
pub fn assert_harmless(page: &str, what: &str) {
    let lower = page.to_lowercase();
    assert_eq!(lower.matches("<script").count(), 1, "{what}: {page}");
    for bad in [
        "<img src=x",
        "<svg onload",
        "<!--",
        "style=",
        "href=\"javascript",
        "' onmouseover",
        "\"><img src=x",
    ] {
        assert!(!lower.contains(bad), "{what}: {bad} in {page}");
    }
}

#[tokio::test]
async fn text_from_outside_stays_text_in_every_field_of_every_page() {
    for hostile in HOSTILE {
        let world = World::demo().await;
        raw_event(&world, 1, hostile, hostile, None).await;
        die(&world, message(hostile), hostile, hostile).await;
        raw_event(&world, 2, hostile, hostile, Some(hostile)).await;
        let events = world.get("/api/v1/events", &[]).await.json();
        let escaped = escape(hostile);
        let mut pages = vec![
            "/".to_owned(),
            "/?ignored=shown".to_owned(),
            "/dead-letters".to_owned(),
        ];
        for event in events["items"].as_array().expect("items") {
            pages.push(format!("/events/{}", event["id"].as_str().expect("an id")));
        }
        assert_eq!(pages.len(), 5, "both events have a page");
        for path in &pages {
            let page = world.page(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert_harmless(&page.text, &format!("{hostile} on {path}"));
            assert!(
                page.text.contains(&escaped),
                "{hostile} is shown on {path}: {}",
                page.text
            );
        }
        let query: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/?text={query}"),
            format!("/?project={query}"),
            format!("/?kind={query}"),
            format!("/?{query}=1"),
            format!("/events/{query}"),
            format!("/{query}"),
            format!("/dead-letters?before={query}"),
        ] {
            let page = world.page(&path).await;
            assert!(
                page.text.starts_with("<!DOCTYPE html>"),
                "{path}: {}",
                page.text
            );
            assert_harmless(&page.text, &path);
        }
    }
}

#[tokio::test]
async fn every_page_lets_only_our_own_files_run() {
    let world = World::demo().await;
    let (event, _) = dead_letter(&world).await;
    for path in [
        "/",
        "/dead-letters",
        &format!("/events/{event}"),
        "/nowhere",
        "/events/evt_no",
    ] {
        let page = world.page(path).await;
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for (piece, why) in [
            ("<main id=\"main\"", "landmark"),
            ("class=\"skip\" href=\"#main\"", "skip link"),
            ("<html lang=\"en\"", "language"),
        ] {
            assert!(page.text.contains(piece), "{path} has no {why}");
        }
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
    }
    for (path, kind) in [
        ("/assets/signalbox.css", "text/css"),
        ("/assets/signalbox.js", "text/javascript"),
        ("/assets/signalbox.svg", "image/svg+xml"),
        ("/assets/icons.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ] {
        let file = world.page(path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert_eq!(file.headers["content-type"], kind, "{path}");
        assert_eq!(file.headers["x-content-type-options"], "nosniff", "{path}");
    }
}

#[tokio::test]
async fn people_get_a_page_of_what_went_wrong_and_programs_json() {
    let world = World::demo().await;
    for (path, status, words) in [
        ("/nowhere", 404, "Nothing here"),
        ("/events/evt_nothing", 404, "Nothing here"),
        ("/?kind=pushes", 400, "is not a kind of event"),
        ("/?page=2", 400, "unknown field"),
        ("/dead-letters?before=x", 400, "That was not understood"),
        ("/dead-letters/replays", 405, "button"),
    ] {
        let page = world.page(path).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        assert!(page.text.contains(words), "{path}: {}", page.text);
        assert!(page.text.contains("href=\"/\""), "{path} leads back");
        if status != 405 {
            let answer = world.get(path, &[]).await;
            assert_eq!(answer.status.as_u16(), status, "{path}");
            assert!(answer.json()["error"].is_string(), "{path}");
        }
    }
    for path in [
        "/api/v1/nothing",
        "/api/v1/events/evt_no",
        "/gitlab/hooks/other",
    ] {
        let answer = world.page(path).await;
        assert!(!answer.text.contains("<html"), "{path} is for programs");
    }
}

#[tokio::test]
async fn a_closed_service_asks_who_is_there() {
    let world = World::with(
        OpenOptions::default(),
        Access::administrator(Some(ADMIN.into())),
    )
    .await;
    let page = world.page("/").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.headers.contains_key("www-authenticate"));
    assert!(page.text.contains("Who is there?"), "{}", page.text);
    let known = world
        .get("/", &[("Accept", "text/html"), ("PRIVATE-TOKEN", ADMIN)])
        .await;
    assert_eq!(known.status, StatusCode::OK);
}

#[tokio::test]
async fn a_button_works_from_its_own_page_alone() {
    let world = World::demo().await;
    let (_, delivery) = dead_letter(&world).await;
    let one = format!("/deliveries/{delivery}/replays");
    for path in [one.as_str(), "/dead-letters/replays"] {
        for (headers, status) in [
            (vec![("Sec-Fetch-Site", "cross-site")], 403),
            (vec![("Sec-Fetch-Site", "same-site")], 403),
            (vec![("Origin", "null"), ("Host", "signalbox.test")], 403),
            (vec![], 401),
        ] {
            let mut all = vec![("Accept", "text/html")];
            all.extend(headers);
            let answer = world.post(path, &all, "").await;
            assert_eq!(answer.status.as_u16(), status, "{path} {all:?}");
        }
    }
    assert_eq!(
        world.store.counts().await.expect("counts").dead,
        1,
        "it is still dead"
    );
    let done = world.post(&one, OWN_PAGE, "").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(done.headers["location"], "/dead-letters");
    assert!(
        world
            .page("/dead-letters")
            .await
            .text
            .contains("There are none.")
    );
    let again = world.post(&one, OWN_PAGE, "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(
        again.text.contains("That is over already"),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn what_had_nothing_to_tell_is_counted_and_shown_on_demand() {
    let world = World::demo().await;
    raw_event(&world, 1, "told to all", "acme/web", None).await;
    raw_event(
        &world,
        2,
        "told to nobody",
        "acme/web",
        Some("nobody wants it"),
    )
    .await;
    let page = world.page("/").await.text;
    assert!(
        page.contains("told to all") && !page.contains("told to nobody"),
        "{page}"
    );
    assert!(page.contains("<b>2</b><span>accepted</span>"), "{page}");
    assert!(page.contains("<b>1</b><span>ignored</span>"), "{page}");
    for path in ["/?ignored=shown", "/?outcome=ignored"] {
        let page = world.page(path).await.text;
        assert!(
            page.contains("told to nobody") && page.contains("nobody wants it"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn the_list_keeps_its_filter_from_page_to_page() {
    let world = World::demo().await;
    for number in 0..5 {
        raw_event(
            &world,
            number,
            &format!("find me {number}"),
            "acme/web & co",
            None,
        )
        .await;
    }
    raw_event(&world, 9, "another", "acme/web & co", None).await;
    let first = world
        .page("/?kind=push&text=find&project=acme%2Fweb+%26+co&outcome=waiting&limit=3")
        .await
        .text;
    for piece in [
        "find me 4",
        "find me 2",
        "value=\"find\"",
        "<option value=\"push\" selected>",
        "name=\"project\" value=\"acme/web &#38; co\"",
        "name=\"outcome\" value=\"waiting\"",
    ] {
        assert!(first.contains(piece), "{piece}: {first}");
    }
    assert!(
        !first.contains("find me 1") && !first.contains("another"),
        "{first}"
    );
    let (_, rest) = first
        .split_once("class=\"button\" href=\"")
        .expect("an older page");
    let next = rest
        .split('"')
        .next()
        .expect("an address")
        .replace("&#38;", "&");
    let second = world.page(&next).await.text;
    assert!(
        second.contains("find me 1") && second.contains("find me 0"),
        "{next}: {second}"
    );
    assert!(
        !second.contains("find me 2") && !second.contains("another"),
        "{next}: {second}"
    );
}

#[tokio::test]
async fn an_empty_log_says_what_to_do() {
    let world = World::demo().await;
    let page = world.page("/").await.text;
    assert!(page.contains("Nothing has happened yet."), "{page}");
    assert!(
        page.contains("in three steps") && page.contains("http://gitlab.test"),
        "{page}"
    );
    let page = world.page("/?kind=push").await.text;
    assert!(page.contains("Nothing in the log is like that."), "{page}");
    let closed = World::start().await;
    let page = closed.get("/", &[("PRIVATE-TOKEN", ADMIN)]).await.text;
    assert!(
        !page.contains("in three steps"),
        "only a demo has places to begin at: {page}"
    );
}

#[tokio::test]
async fn an_events_page_shows_its_way_and_leads_to_slack() {
    let world = World::demo().await;
    let answer = world.webhook(&[], &push("main")).await;
    let event = answer.json()["event"].as_str().expect("an id").to_owned();
    let path = format!("/events/{event}");
    assert!(world.page(&path).await.text.contains("not yet"));
    arrive(&world).await;
    let page = world.page(&path).await.text;
    for piece in [
        "<b>Accepted</b>",
        "12 ms later",
        "<b>Delivered</b>",
        "http://slack.test/?channel=C0WEB",
        "1790000000.000100",
    ] {
        assert!(page.contains(piece), "{piece}: {page}");
    }
    let elsewhere = World::start().await;
    let answer = elsewhere.webhook(&[], &push("main")).await;
    let event = answer.json()["event"].as_str().expect("an id").to_owned();
    arrive(&elsewhere).await;
    let page = elsewhere
        .get(&format!("/events/{event}"), &[("PRIVATE-TOKEN", ADMIN)])
        .await;
    assert!(
        page.text
            .contains("https://app.slack.com/client/T0DEMO/C0WEB"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_dead_letter_says_what_it_would_have_said() {
    let world = World::demo().await;
    let (event, _) = dead_letter(&world).await;
    for path in ["/dead-letters", &format!("/events/{event}")] {
        let page = world.page(path).await.text;
        for piece in [
            "Ada pushed to main",
            "channel #web was archived",
            "unarchive #web or choose another channel",
            "Send it again",
        ] {
            assert!(page.contains(piece), "{piece} on {path}: {page}");
        }
    }
}
