//! Signing in with GitLab and out again, and whose forms are taken.

use axum::http::StatusCode;

use crate::pages::assert_harmless;
use crate::pages_flags::assert_says;
use crate::world::people::Home;

const REPLAY_ALL: &str = "/dead-letters/replays";

#[tokio::test]
async fn somebody_signs_in_and_every_page_knows_them() {
    let home = Home::open().await;
    let browser = home.browser();
    let page = browser.get("/projects?text=a").await;
    let sign_in = "/auth/gitlab?return_to=%2Fprojects%3Ftext%3Da";
    assert!(
        page.text.contains(&format!("href=\"{sign_in}\"")),
        "{}",
        page.text
    );
    let asked = browser.get(sign_in).await;
    let cookie = asked.headers["set-cookie"].to_str().expect("text");
    assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let back = home.sign_in.approves("ben", asked.location()).await;
    let answer = browser.get(&back).await;
    assert_eq!(answer.location(), "/projects?text=a");
    let cookie = answer.headers["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("signalbox_session="), "{cookie}");
    assert!(
        cookie.ends_with("Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let page = browser.get("/projects").await;
    assert!(!page.text.contains("Sign in with GitLab"), "{}", page.text);
    assert!(page.text.contains("href=\"/account\""), "{}", page.text);
    let page = browser.get("/account").await;
    assert_says(&page, &["@ben in GitLab", "You signed in here"]);
    assert_harmless(&page.text, "the account");
}

#[tokio::test]
async fn a_browser_that_did_not_begin_a_sign_in_cannot_end_it() {
    let home = Home::open().await;
    let (victim, thief) = (home.browser(), home.browser());
    thief.get("/auth/gitlab").await;
    let asked = victim.get("/auth/gitlab").await;
    let back = home.sign_in.approves("ana", asked.location()).await;
    let check = |answer: &crate::world::Answer, why: &str| {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}");
        assert!(answer.text.contains("begin again"), "{}", answer.text);
        let sets_session = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|set| set.as_bytes().starts_with(b"signalbox_session"));
        assert!(!sets_session, "{why}");
    };
    check(&thief.get(&back).await, "stolen");
    check(&victim.get(&back).await, "used up by the thief");
    let asked = victim.get("/auth/gitlab").await;
    let back = home.sign_in.approves("ana", asked.location()).await;
    assert_eq!(victim.get(&back).await.status, StatusCode::SEE_OTHER);
    check(&victim.get(&back).await, "replayed");
    check(
        &victim.get("/auth/gitlab/callback?code=a&state=b").await,
        "made up",
    );
    check(
        &home
            .browser()
            .get("/auth/gitlab/callback?error=access_denied")
            .await,
        "nothing",
    );
}

#[tokio::test]
async fn whoever_says_no_at_gitlab_is_told_so_and_not_signed_in() {
    let home = Home::open().await;
    let browser = home.browser();
    let asked = browser.get("/auth/gitlab").await;
    let (_, state) = asked.location().split_once("state=").expect("a state");
    let state = state.split('&').next().unwrap_or_default();
    let back = format!("/auth/gitlab/callback?error=access_denied&state={state}");
    let answer = browser.get(&back).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_says(&answer, &["you have not let Signalbox in at GitLab"]);
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let home = Home::open().await;
    for wish in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "%2F%2Fevil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "",
    ] {
        let path = format!("/auth/gitlab?return_to={wish}");
        let answer = home.browser().get(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wish}");
        assert!(!answer.headers.contains_key("location"), "{wish}");
    }
}

#[tokio::test]
async fn forms_of_the_signed_in_carry_the_sessions_own_token() {
    let home = Home::open().await;
    let (ana, ben) = (home.browser_of("ana").await, home.browser_of("ben").await);
    let (own, foreign) = (ana.csrf().await, ben.csrf().await);
    let form = |token: &str| format!("csrf={token}");
    for (form, headers, status) in [
        (form(&own), vec![], 303),
        (String::new(), vec![], 403),
        (form(""), vec![], 403),
        (form(&foreign), vec![], 403),
        (form(&own[1..]), vec![], 403),
        (form(&own), vec![("Sec-Fetch-Site", "cross-site")], 403),
        (form(&own), vec![("Sec-Fetch-Site", "same-site")], 403),
        (String::new(), vec![("X-CSRF-Token", own.as_str())], 303),
        (String::new(), vec![("X-CSRF-Token", foreign.as_str())], 403),
    ] {
        let answer = ana.post_bare(REPLAY_ALL, &form, &headers).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{form:?} {headers:?}: {}",
            answer.text
        );
    }
    let visitor = home.browser().post_bare(REPLAY_ALL, "", &[]).await;
    assert_eq!(
        visitor.status,
        StatusCode::SEE_OTHER,
        "open to everyone on its own pages"
    );
}

#[tokio::test]
async fn every_form_of_the_pages_carries_the_token() {
    let home = Home::open().await;
    crate::letters::dead_letter(&home.world).await;
    let ana = home.browser_of("ana").await;
    let csrf = format!("name=\"csrf\" value=\"{}\"", ana.csrf().await);
    for path in [
        "/account",
        "/dead-letters",
        "/projects/acme/web",
        "/instance",
        "/flags/tidy_sidebar",
    ] {
        let page = ana.get(path).await;
        let forms = page.text.matches("method=\"post\"").count();
        assert!(0 < forms, "{path}");
        assert_eq!(
            page.text.matches(&csrf).count(),
            forms,
            "{path}: {}",
            page.text
        );
    }
    let page = home.browser().get("/dead-letters").await;
    assert!(!page.text.contains("csrf"), "nobody is signed in");
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_worth_nothing() {
    let home = Home::closed().await;
    let browser = home.browser_of("ops").await;
    let elsewhere = home.browser_of("ops").await;
    let stolen = browser.jar.lock().expect("the jar").clone();
    let answer = browser.post("/auth/sign-outs", "").await;
    assert_eq!(answer.location(), "/");
    assert!(
        !browser
            .jar
            .lock()
            .expect("the jar")
            .contains_key("signalbox_session")
    );
    *browser.jar.lock().expect("the jar") = stolen.clone();
    assert_eq!(browser.get("/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        elsewhere.get("/").await.status,
        StatusCode::OK,
        "another browser"
    );

    let again = home.browser_of("ops").await;
    again.post("/auth/sign-outs", "everywhere=1").await;
    assert_eq!(
        elsewhere.get("/").await.status,
        StatusCode::UNAUTHORIZED,
        "everywhere"
    );
}

#[tokio::test]
async fn a_closed_service_offers_to_sign_in_and_asks_programs_for_a_token() {
    let home = Home::closed().await;
    let browser = home.browser();
    for path in ["/", "/flags", "/account", "/projects/acme/web"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(
            page.text.contains("/auth/gitlab?return_to=%2F"),
            "{path}: {}",
            page.text
        );
        assert!(!page.headers.contains_key("www-authenticate"), "{path}");
    }
    let answer = home.world.get("/api/v1/events", &[]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.headers.contains_key("www-authenticate"));
}
