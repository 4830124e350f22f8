//! Browsers that were lured, that come back with somebody else's state, or that use a link again.

use serde_json::{Value, json};

use super::logs::Log;
use crate::demo::running::RunningDemo;
use crate::slack_app::browser::{Browser, between, find};
use crate::slack_app::person::Person;

const SESSION: &str = "signalbox_session";

/// Where Slack sends the browser of whoever allows the app in Acme.
async fn allowed(demo: &RunningDemo, url: &str) -> String {
    let body = json!({ "workspace": "T0ACME", "user": "dana", "url": url });
    let place = format!("{}/sandbox/install", demo.demo.slack_url);
    let answer = demo.post(&place, &body).await;
    answer["location"].as_str().expect("a place").to_owned()
}

/// The link that somebody in Slack is given.
async fn link_of(person: &Person<'_>) -> String {
    let answer = person.types("#general", "/gitlab link").await;
    let url = find(&answer, "url").and_then(Value::as_str);
    url.expect("a link").to_owned()
}

#[tokio::test]
async fn an_installation_is_finished_once_and_by_the_browser_that_began_it() {
    let (log, _guard) = Log::of_this_thread();
    let demo = RunningDemo::of_the_app().await;
    let (ana, thief) = (
        Browser::of(&demo, "ana").await,
        Browser::of(&demo, "ben").await,
    );
    thief.get("/slack/install?project=gitlab-org/gitlab").await;
    let begun = ana.get("/slack/install?project=gitlab-org/gitlab").await;
    let back = allowed(&demo, &begun.location.expect("Slack")).await;
    log.take();
    let page = thief.get(&back).await;
    assert_eq!(page.status, 403, "{}", page.body);
    assert!(log.take().contains("came back from Slack and was refused"));
    assert!(
        page.body.contains("not begun in this browser"),
        "{}",
        page.body
    );
    for secret in ["xox", "Acme", "T0ACME"] {
        assert!(!page.body.contains(secret), "{secret}: {}", page.body);
    }
    let page = ana.get(&back).await;
    assert_eq!(page.status, 403, "what a thief has tried is over");
    let page = ana.get("/workspaces/T0ACME").await;
    assert_eq!(page.status, 404, "nothing was installed: {}", page.body);

    let begun = ana.get("/slack/install?project=gitlab-org/gitlab").await;
    let back = allowed(&demo, &begun.location.expect("Slack")).await;
    let page = ana.get(&back).await;
    let there = page.location.expect("a page");
    assert!(
        there.contains("/workspaces/T0ACME/projects/gitlab-org"),
        "{there}"
    );
    assert_eq!(ana.get(&back).await.status, 403, "twice");
    for made_up in [
        "",
        "?code=a",
        "?code=a&state=b",
        "?error=access_denied&state=b",
    ] {
        let page = ana.get(&format!("/slack/oauth/callback{made_up}")).await;
        assert_eq!(page.status, 403, "{made_up}: {}", page.body);
    }
    demo.stop().await;
}

#[tokio::test]
async fn a_link_is_good_once_and_for_ten_minutes_and_in_one_browser() {
    let (log, _guard) = Log::of_this_thread();
    let demo = RunningDemo::of_the_app().await;
    let ana = Person::new(&demo, "ana");
    let browser = Browser::of(&demo, "ana").await;
    // Somebody else's browser comes back with the state.
    let link = link_of(&ana).await;
    let page = browser.post(&link, &[("answer", "authorize")]).await;
    let onward = between(&page.body, "url=", "\"").expect("GitLab's address");
    let onward = onward.replace("&amp;", "&").replace("&#38;", "&");
    let back = browser.authorize("ana", &onward).await;
    let thief = Browser::of(&demo, "ben").await;
    log.take();
    let page = thief.get(&back).await;
    assert_eq!(page.status, 403, "{}", page.body);
    assert!(log.take().contains("came back from GitLab and was refused"));
    assert!(!page.body.contains("T0DEMO"), "{}", page.body);
    assert_eq!(browser.get(&back).await.status, 403, "over");
    let answer = ana.types("#general", "/gitlab whoami").await;
    assert!(answer.to_string().contains("ink"), "not linked: {answer}");

    // Used, then used again.
    let link = link_of(&ana).await;
    let page = browser.post(&link, &[("answer", "authorize")]).await;
    let onward = between(&page.body, "url=", "\"").expect("GitLab's address");
    let onward = onward.replace("&amp;", "&").replace("&#38;", "&");
    let back = browser.authorize("ana", &onward).await;
    let page = browser.get(&back).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(browser.get(&back).await.status, 403, "the state, twice");
    assert_eq!(browser.get(&link).await.status, 410, "the link, twice");
    let page = browser.post(&link, &[("answer", "authorize")]).await;
    assert_eq!(page.status, 410, "{}", page.body);

    // Too late.
    let ben = Person::new(&demo, "ben");
    let link = link_of(&ben).await;
    demo.advance(601.0).await;
    let browser = Browser::of(&demo, "ben").await;
    assert_eq!(browser.get(&link).await.status, 410);
    let page = browser.post(&link, &[("answer", "authorize")]).await;
    assert_eq!(page.status, 410, "{}", page.body);
    demo.stop().await;
}

#[tokio::test]
async fn a_session_that_was_put_into_a_browser_is_not_the_one_that_signs_in() {
    let demo = RunningDemo::of_the_app().await;
    let made_up = "A".repeat(43);
    let victim = Browser::new(&demo);
    victim.set_cookie(SESSION, &made_up);
    victim.sign_in("ops", "/account").await;
    let own = victim.cookie(SESSION).expect("a session");
    assert_ne!(own, made_up);
    let thief = Browser::new(&demo);
    thief.set_cookie(SESSION, &made_up);
    assert_eq!(thief.get("/account").await.status, 401);

    // The thief's own session, put into the victim's browser, is over when the victim signs in.
    let thief = Browser::of(&demo, "ben").await;
    let planted = thief.cookie(SESSION).expect("a session");
    let victim = Browser::new(&demo);
    victim.set_cookie(SESSION, &planted);
    victim.sign_in("ops", "/account").await;
    assert_ne!(victim.cookie(SESSION), Some(planted));
    assert_eq!(thief.get("/account").await.status, 401);
    assert!(victim.get("/account").await.body.contains("@ops"));
    demo.stop().await;
}

#[tokio::test]
async fn whoever_comes_back_too_late_is_not_let_in() {
    let demo = RunningDemo::of_the_app().await;
    let ana = Browser::of(&demo, "ana").await;
    let visitor = Browser::new(&demo);
    let asked = visitor.get("/auth/gitlab").await.location.expect("GitLab");
    let begun = ana.get("/slack/install?project=gitlab-org/gitlab").await;
    demo.advance(601.0).await;
    let back = visitor.authorize("ana", &asked).await;
    assert_eq!(visitor.get(&back).await.status, 403);
    assert_eq!(visitor.cookie(SESSION), None);
    let back = allowed(&demo, &begun.location.expect("Slack")).await;
    assert_eq!(ana.get(&back).await.status, 403);
    demo.stop().await;
}

#[tokio::test]
async fn a_form_that_another_page_sends_is_refused_and_logged() {
    let (log, _guard) = Log::of_this_thread();
    let demo = RunningDemo::of_the_app().await;
    let ops = Browser::of(&demo, "ops").await;
    let page = Browser::of(&demo, "ben").await.get("/account").await;
    let foreign = between(&page.body, "name=\"csrf\" value=\"", "\"").expect("a token");
    for (path, field) in [
        ("/auth/sign-outs", ("everywhere", "1")),
        ("/account/tokens", ("scope", "admin")),
        ("/workspaces/T0DEMO/removals", ("confirmed", "yes")),
        (
            "/workspaces/T0DEMO/projects/gitlab-org/gitlab",
            ("alias", "mine"),
        ),
        ("/projects/gitlab-org/gitlab/-/slack", ("active", "true")),
    ] {
        for token in [None, Some(("csrf", "")), Some(("csrf", foreign))] {
            log.take();
            let fields: Vec<_> = [Some(field), token].into_iter().flatten().collect();
            let page = ops.post_bare(path, &fields).await;
            assert_eq!(page.status, 403, "{path} {token:?}: {}", page.body);
            assert!(log.take().contains("none of our pages has sent"), "{path}");
        }
    }
    assert_eq!(ops.get("/account").await.status, 200, "still signed in");
    demo.stop().await;
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let demo = RunningDemo::of_the_app().await;
    let ana = Browser::of(&demo, "ana").await;
    let (service, slack, gitlab) = (
        demo.demo.service_url.clone(),
        demo.demo.slack_url.clone(),
        demo.demo.gitlab_url.clone(),
    );
    let evil = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "%2f%2fevil.example",
        "%5Cevil.example",
        "/%09//evil.example",
        "/%0d%0aLocation:%20https://evil.example",
        "/%00//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "%20//evil.example",
    ];
    for wish in evil {
        for path in [
            "/auth/gitlab?return_to=",
            "/slack/install?project=",
            "/slack?project=",
            "/slack/install?workspace=",
        ] {
            let page = ana.get(&format!("{path}{wish}")).await;
            let location = page.location.unwrap_or_default();
            let is_known = ["/", &service, &slack, &gitlab]
                .iter()
                .any(|known| location.starts_with(known) && !location.starts_with("//"));
            assert!(is_known || location.is_empty(), "{path}{wish}: {location}");
            if path.starts_with("/auth") {
                assert_eq!(page.status, 400, "{wish}: {}", page.body);
            }
        }
    }
    demo.stop().await;
}
