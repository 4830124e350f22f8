//! The page Slack: what the app is for, and the way to connect a project.

use axum::http::StatusCode;

use crate::pages::{HOSTILE, assert_harmless};
use crate::pages_flags::assert_says;
use crate::world::World;
use crate::world::people::Home;

#[tokio::test]
async fn everybody_is_told_what_the_app_is_for_and_where_to_sign_in() {
    let home = Home::closed().await;
    let page = home.browser().get("/slack").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(&page, &["GitLab in Slack", "Sign in with GitLab"]);
    assert!(page.text.contains("/auth/gitlab?return_to=%2Fslack"));
    assert!(!page.text.contains("gitlab-org"), "{}", page.text);
    let page = World::start().await.page("/slack").await;
    assert_says(&page, &["Nobody can sign in here yet"]);
}

#[tokio::test]
async fn a_maintainer_sees_their_projects_and_a_developer_the_way_to_become_one() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    let page = ana.get("/slack").await;
    assert_says(&page, &["Choose a project", "gitlab-org/gitlab"]);
    let page = ana.get("/slack?text=no-such-project").await;
    assert_says(&page, &["No project that you maintain is called so."]);
    let ben = home.browser_of("ben").await;
    let page = ben.get("/slack").await;
    assert!(!page.text.contains("/slack?project=gitlab-org/gitlab"));
    assert_says(&page, &["you need the role Maintainer"]);
    assert_eq!(
        ben.get("/slack?project=gitlab-org/gitlab").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_administrator_finds_any_project_by_its_path() {
    let home = Home::closed().await;
    let ops = home.browser_of("ops").await;
    let page = ops.get("/slack?text=gitlab-org/gitlab").await;
    assert!(page.text.contains("/slack?project=gitlab-org/gitlab"));
    let page = ops.get("/slack?text=nobody/knows").await;
    assert_says(&page, &["No project that you maintain is called so."]);
}

#[tokio::test]
async fn a_chosen_project_is_connected_to_a_workspace_with_one_button() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    let page = ana.get("/slack?project=gitlab-org/gitlab").await;
    assert_says(
        &page,
        &["Which workspace hears of gitlab-org/gitlab?", "T0DEMO"],
    );
    let there = "/workspaces/T0DEMO/projects/gitlab-org/gitlab";
    assert_eq!(ana.post(there, "").await.location(), there);
    let page = ana.get("/slack").await;
    assert_says(&page, &["Connected already gitlab-org/gitlab"]);
}

#[tokio::test]
async fn what_is_searched_for_stays_text() {
    let home = Home::closed().await;
    let ops = home.browser_of("ops").await;
    for hostile in HOSTILE {
        let text: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let page = ops.get(&format!("/slack?text={text}")).await;
        assert_eq!(page.status, StatusCode::OK, "{hostile}");
        assert_harmless(&page.text, hostile);
    }
}
