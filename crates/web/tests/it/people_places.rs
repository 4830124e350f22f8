//! What people who are signed in may see and change, as GitLab and the roles say.

use axum::http::StatusCode;

use crate::pages_flags::assert_says;
use crate::world::people::{Browser, Home};

const SETTINGS: &str = "/-/gitlab-slack-application";
const FORM: &str = "active=true&push_events=true&push_channel=%23web";

async fn saves(browser: &Browser<'_>, place: &str) -> StatusCode {
    browser
        .post(&format!("{place}{SETTINGS}"), FORM)
        .await
        .status
}

#[tokio::test]
async fn whoever_may_change_a_place_in_gitlab_may_change_its_integrations() {
    let home = Home::closed().await;
    let (ana, ben) = (home.browser_of("ana").await, home.browser_of("ben").await);
    let ops = home.browser_of("ops").await;
    let project = "/projects/gitlab-org/gitlab";
    assert_eq!(
        saves(&ana, project).await,
        StatusCode::SEE_OTHER,
        "a maintainer"
    );
    assert_eq!(
        saves(&ben, project).await,
        StatusCode::FORBIDDEN,
        "a developer"
    );
    assert_eq!(
        saves(&ana, "/groups/gitlab-org").await,
        StatusCode::FORBIDDEN,
        "no owner"
    );
    assert_eq!(saves(&ana, "/instance").await, StatusCode::FORBIDDEN);
    assert_eq!(
        saves(&ana, "/projects/nobody/knows").await,
        StatusCode::FORBIDDEN
    );
    for place in [project, "/groups/gitlab-org", "/instance"] {
        assert_eq!(
            saves(&ops, place).await,
            StatusCode::SEE_OTHER,
            "an administrator, {place}"
        );
    }
    let page = ops.get("/audit").await;
    assert_says(
        &page,
        &["gitlab-org/gitlab GitLab for Slack app", "ana on a page"],
    );
}

#[tokio::test]
async fn a_place_is_seen_by_viewers_and_by_whoever_may_change_it() {
    let home = Home::closed().await;
    let mut seen = Vec::new();
    for user in ["ana", "ben", "cleo", "mina", "ops"] {
        let browser = home.browser_of(user).await;
        for path in ["/", "/projects/gitlab-org/gitlab", "/groups/gitlab-org"] {
            let status = browser.get(path).await.status.as_u16();
            seen.push(format!("{user} {path} {status}"));
        }
    }
    assert_eq!(
        seen,
        [
            "ana / 403",
            "ana /projects/gitlab-org/gitlab 200",
            "ana /groups/gitlab-org 403",
            "ben / 403",
            "ben /projects/gitlab-org/gitlab 403",
            "ben /groups/gitlab-org 403",
            "cleo / 200",
            "cleo /projects/gitlab-org/gitlab 200",
            "cleo /groups/gitlab-org 200",
            "mina / 200",
            "mina /projects/gitlab-org/gitlab 200",
            "mina /groups/gitlab-org 200",
            "ops / 200",
            "ops /projects/gitlab-org/gitlab 200",
            "ops /groups/gitlab-org 200",
        ]
    );
}

#[tokio::test]
async fn flags_are_changed_by_operators_and_letters_sent_again_by_administrators() {
    let home = Home::closed().await;
    let change = "value=true&environment=staging&reason=as+planned";
    for (user, changes, sends_again) in [
        ("ben", 403, 403),
        ("cleo", 403, 403),
        ("mina", 200, 403),
        ("ops", 200, 303),
    ] {
        let browser = home.browser_of(user).await;
        let answer = browser.post("/flags/tidy_sidebar/changes", change).await;
        assert_eq!(answer.status.as_u16(), changes, "{user}: {}", answer.text);
        let answer = browser.post("/dead-letters/replays", "").await;
        assert_eq!(
            answer.status.as_u16(),
            sends_again,
            "{user}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn whom_gitlab_blocks_may_do_nothing_here_either() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    home.sign_in.blocks("ana").await;
    let answer = ana.get("/projects/gitlab-org/gitlab").await;
    assert!(
        matches!(
            answer.status,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED
        ),
        "{}",
        answer.text
    );
    let browser = home.browser();
    let asked = browser.get("/auth/gitlab").await;
    assert!(asked.location().contains("/oauth/authorize"));
}

#[tokio::test]
async fn the_integrations_api_takes_maintainers_and_tells_others_nothing() {
    let home = Home::closed().await;
    let (ana, ben) = (home.browser_of("ana").await, home.browser_of("ben").await);
    let path = "/api/v4/projects/gitlab-org%2Fgitlab/integrations";
    assert_eq!(ana.get(path).await.status, StatusCode::OK);
    assert_eq!(ben.get(path).await.status, StatusCode::NOT_FOUND, "may not");
    assert_eq!(
        home.browser().get(path).await.status,
        StatusCode::UNAUTHORIZED
    );
    let unknown = "/api/v4/projects/nobody%2Fknows/integrations";
    assert_eq!(ana.get(unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn in_the_demo_everybody_may_and_whoever_is_signed_in_is_named() {
    let home = Home::open().await;
    let ben = home.browser_of("ben").await;
    assert_eq!(
        saves(&ben, "/projects/acme/web").await,
        StatusCode::SEE_OTHER
    );
    let visitor = home.browser();
    let path = format!("/projects/acme/shop{SETTINGS}");
    let answer = visitor.post_bare(&path, FORM, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/audit").await;
    assert_says(&page, &["ben on a page", "visitor on a page"]);
}
