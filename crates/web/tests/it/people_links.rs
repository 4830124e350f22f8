//! The page on which somebody says that a Slack account is theirs.

use axum::http::StatusCode;

use crate::pages::{HOSTILE, assert_harmless, escape};
use crate::pages_flags::assert_says;
use crate::world::people::{Browser, Home};

/// Where a page sends the browser on to.
fn onward(page: &str) -> String {
    let (_, rest) = page
        .split_once("http-equiv=\"refresh\" content=\"0; url=")
        .expect("onward");
    let there = rest.split('"').next().unwrap_or_default();
    there.replace("&amp;", "&").replace("&#38;", "&")
}

async fn authorizes(home: &Home, browser: &Browser<'_>, user: &str, link: &str) -> String {
    let page = browser.post(link, "answer=authorize").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    home.sign_in.approves(user, &onward(&page.text)).await
}

#[tokio::test]
async fn a_link_leads_through_signing_in_to_a_linked_account() {
    let home = Home::closed().await;
    let link = home.link_of("U0BEN").await;
    let browser = home.browser();
    let sign_in = browser.get(&link).await;
    assert!(
        sign_in
            .location()
            .starts_with("/auth/gitlab?return_to=%2Flink%2F")
    );
    let asked = browser.get(sign_in.location()).await;
    let back = home.sign_in.approves("ben", asked.location()).await;
    assert_eq!(
        browser.get(&back).await.location(),
        link,
        "back to the link"
    );
    let page = browser.get(&link).await;
    assert_says(
        &page,
        &[
            "Link these accounts?",
            "ben U0BEN in the workspace T0DEMO",
            "@ben",
            "Authorize",
        ],
    );
    let back = authorizes(&home, &browser, "ben", &link).await;
    let answer = browser.get(&back).await;
    assert_eq!(answer.location(), "/account?linked=T0DEMO/U0BEN");
    let page = browser.get(answer.location()).await;
    assert_says(&page, &["ben in the workspace T0DEMO is linked", "Unlink"]);
    let again = browser.get(&link).await;
    assert_eq!(again.status, StatusCode::GONE, "it works once");
    assert_says(&again, &["ask for another one in Slack"]);
}

#[tokio::test]
async fn a_denied_link_is_over() {
    let home = Home::closed().await;
    let link = home.link_of("U0BEN").await;
    let ben = home.browser_of("ben").await;
    let page = ben.post(&link, "answer=deny").await;
    assert_says(&page, &["Nothing was linked"]);
    assert_eq!(
        ben.post(&link, "answer=authorize").await.status,
        StatusCode::GONE
    );
    assert_says(
        &ben.get("/account").await,
        &["None. Type /gitlab link in Slack"],
    );
}

#[tokio::test]
async fn a_link_that_is_over_or_made_up_leads_nowhere() {
    let home = Home::closed().await;
    let link = home.link_of("U0BEN").await;
    let ben = home.browser_of("ben").await;
    let csrf = ben.csrf().await;
    home.world
        .clock
        .advance(std::time::Duration::from_secs(600));
    for path in [
        link.as_str(),
        "/link/guess",
        &format!("/link/{}", "x".repeat(5000)),
    ] {
        assert_eq!(ben.get(path).await.status, StatusCode::GONE, "{path}");
        assert_eq!(
            home.browser().get(path).await.status,
            StatusCode::GONE,
            "{path}"
        );
        let form = format!("answer=authorize&csrf={csrf}");
        let answer = ben.post_bare(path, &form, &[]).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
    }
}

#[tokio::test]
async fn nobody_can_be_made_to_link_by_another_page() {
    let home = Home::closed().await;
    let link = home.link_of("U0EVE").await;
    let ben = home.browser_of("ben").await;
    let csrf = ben.csrf().await;
    for (form, headers) in [
        ("answer=authorize".to_owned(), vec![]),
        (
            format!(
                "answer=authorize&csrf={}",
                home.browser_of("ana").await.csrf().await
            ),
            vec![],
        ),
        (
            format!("answer=authorize&csrf={csrf}"),
            vec![("Sec-Fetch-Site", "cross-site")],
        ),
    ] {
        let answer = ben.post_bare(&link, &form, &headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form} {headers:?}");
    }
    let visitor = home
        .browser()
        .post_bare(&link, "answer=authorize", &[])
        .await;
    assert_eq!(visitor.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_who_is_somebody_else_at_gitlab_is_told_and_not_linked() {
    let home = Home::closed().await;
    let link = home.link_of("U0BEN").await;
    let ben = home.browser_of("ben").await;
    let back = authorizes(&home, &ben, "ana", &link).await;
    let answer = ben.get(&back).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_says(&answer, &["you are ben here and ana in GitLab"]);
    assert_says(&ben.get("/account").await, &["None. Type"]);
}

#[tokio::test]
async fn an_account_is_unlinked_by_its_owner_alone() {
    let home = Home::closed().await;
    let link = home.link_of("U0BEN").await;
    let (ana, ben) = (home.browser_of("ana").await, home.browser_of("ben").await);
    let back = authorizes(&home, &ben, "ben", &link).await;
    ben.get(&back).await;
    let unlink = "/account/links/T0DEMO/U0BEN/removals";
    assert_eq!(
        ana.post(unlink, "").await.status,
        StatusCode::NOT_FOUND,
        "another's"
    );
    assert_eq!(ben.post(unlink, "").await.location(), "/account#slack");
    assert_eq!(
        ben.post(unlink, "").await.status,
        StatusCode::NOT_FOUND,
        "over"
    );
    assert_says(&ben.get("/account").await, &["None. Type"]);
}

#[tokio::test]
async fn names_from_slack_stay_text() {
    let home = Home::closed().await;
    let ben = home.browser_of("ben").await;
    let accounts = home.world.access.accounts().expect("accounts");
    let workspace = "T0DEMO".parse().expect("a workspace");
    for hostile in HOSTILE {
        let link = accounts.begin_link(&workspace, "U0BEN", hostile).await;
        let page = ben.get(link.expect("a link").path()).await;
        assert_harmless(&page.text, hostile);
        assert!(
            page.text.contains(&escape(hostile)),
            "{hostile}: {}",
            page.text
        );
    }
}
