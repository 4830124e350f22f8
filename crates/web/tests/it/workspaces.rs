//! The pages of workspaces and of their projects: who sees them, and what their buttons do.

use axum::http::StatusCode;
use serde_json::json;

use crate::pages_flags::assert_says;
use crate::world::people::{Browser, Home};

const PROJECT: &str = "gitlab-org/gitlab";
const DEMO: &str = "/workspaces/T0DEMO/projects/gitlab-org/gitlab";
const ACME: &str = "/workspaces/T0ACME/projects/gitlab-org/gitlab";

/// The app is in Acme, too, with the project connected there.
async fn acme() -> Home {
    let home = Home::beside_slack().await;
    {
        let ana = home.browser_of("ana").await;
        let asked = ana.get(&format!("/slack/install?project={PROJECT}")).await;
        let back = home.slack_sends_back(asked.location(), json!({})).await;
        assert_eq!(ana.get(&back).await.location(), ACME);
    }
    home
}

async fn says(browser: &Browser<'_>, path: &str, expected: &[&str]) {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    assert_says(&page, expected);
}

#[tokio::test]
async fn a_connected_project_is_renamed_begins_to_tell_and_is_taken_away() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    assert_eq!(ana.post(DEMO, "alias=&channel=").await.location(), DEMO);
    assert_eq!(ana.post(DEMO, "alias=shop").await.location(), DEMO);
    says(
        &ana,
        DEMO,
        &["/gitlab shop issue show 1", "Nothing is told yet."],
    )
    .await;
    assert_eq!(ana.post(DEMO, "channel=%23web").await.location(), DEMO);
    says(
        &ana,
        DEMO,
        &["/gitlab shop issue show 1", "merge request #web"],
    )
    .await;
    let project = "/projects/gitlab-org/gitlab";
    let gone = ana.post(&format!("{DEMO}/-/removals"), "").await;
    assert_eq!(gone.location(), project);
    says(&ana, DEMO, &["Not connected", "Connect it"]).await;
    let again = ana.post(DEMO, "").await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    says(&ana, DEMO, &["merge request #web"]).await;
}

#[tokio::test]
async fn an_alias_that_will_not_do_is_refused_and_shown_again() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    ana.post(DEMO, "alias=shop").await;
    for (alias, why) in [
        ("issue", "is the first word of a command"),
        ("x", "from 2 to 4096 characters"),
        ("a%2Fb", "it would be the path of another project"),
    ] {
        let page = ana.post(DEMO, &format!("alias={alias}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{alias}");
        assert_says(
            &page,
            &["Nothing was saved", why, "/gitlab shop issue show 1"],
        );
    }
    let page = ana.post(DEMO, "channel=a%20b%20c").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn only_maintainers_and_administrators_change_a_connection() {
    let home = Home::closed().await;
    let (ben, ops) = (home.browser_of("ben").await, home.browser_of("ops").await);
    let cleo = home.browser_of("cleo").await;
    assert_eq!(ben.post(DEMO, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ben.get(DEMO).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ops.post(DEMO, "").await.status, StatusCode::SEE_OTHER);
    let seen = cleo.get(DEMO).await;
    assert_eq!(seen.status, StatusCode::OK, "a viewer");
    assert!(
        !seen
            .text
            .contains("<form method=\"post\" action=\"/workspaces")
    );
    let taken = ben.post(&format!("{DEMO}/-/removals"), "").await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN);
    let bare = ops.post_bare(DEMO, "alias=shop", &[]).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN, "without the token");
    let other = [("Sec-Fetch-Site", "cross-site")];
    let csrf = ops.csrf().await;
    let sent = ops.post_bare(DEMO, &format!("csrf={csrf}"), &other).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN, "another site");
}

#[tokio::test]
async fn a_workspace_takes_projects_only_of_people_whom_it_knows() {
    let home = acme().await;
    let ana = home.browser_of("ana").await;
    ana.post(&format!("{ACME}/-/removals"), "").await;
    let refused = ana.post(ACME, "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    says(&ana, ACME, &["Acme does not know you yet", "Add to Slack"]).await;
    let page = ana.get(&format!("/slack?project={PROJECT}")).await;
    assert!(!page.text.contains("Acme"), "{}", page.text);
    let ops = home.browser_of("ops").await;
    assert_eq!(ops.post(ACME, "").await.location(), ACME);
}

#[tokio::test]
async fn a_project_of_another_workspace_tells_its_news_there() {
    let home = acme().await;
    let ops = home.browser_of("ops").await;
    assert_eq!(ops.post(ACME, "channel=%23general").await.location(), ACME);
    says(&ops, ACME, &["push #general"]).await;
    assert_eq!(ops.post(DEMO, "").await.location(), DEMO);
    says(&ops, DEMO, &["Its news go to Acme."]).await;
}

#[tokio::test]
async fn administrators_see_all_workspaces_and_others_their_own() {
    let home = acme().await;
    let ops = home.browser_of("ops").await;
    says(&ops, "/workspaces", &["Acme", "T0DEMO", "1 project"]).await;
    says(
        &ops,
        "/workspaces/T0ACME",
        &["gitlab-org/gitlab", "by U0DANA"],
    )
    .await;
    let ana = home.browser_of("ana").await;
    for path in ["/workspaces", "/workspaces/T0ACME"] {
        assert_eq!(ana.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let unknown = ops.get("/workspaces/T0NOWHERE").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_administrator_takes_the_app_out_of_a_workspace_and_means_it() {
    let home = acme().await;
    let (ana, ops) = (home.browser_of("ana").await, home.browser_of("ops").await);
    let removals = "/workspaces/T0ACME/removals";
    let refused = ana.post(removals, "confirmed=yes").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let unsure = ops.post(removals, "reason=moved").await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&unsure, &["Nothing was removed", "tick the box"]);
    let done = ops.post(removals, "reason=moved&confirmed=yes").await;
    assert_eq!(done.location(), "/workspaces/T0ACME");
    says(&ops, "/workspaces", &["removed moved"]).await;
    let gone = [
        "Acme does not have the app any more: moved",
        "Add to Slack again",
    ];
    says(&ana, ACME, &gone).await;
    let closed = ana.post(ACME, "alias=shop").await;
    assert_eq!(closed.status, StatusCode::CONFLICT);
    // Coming back, it finds everything as it was.
    let again = format!("/slack/install?project={PROJECT}&workspace=T0ACME");
    let asked = ana.get(&again).await;
    let back = home.slack_sends_back(asked.location(), json!({})).await;
    assert_eq!(ana.get(&back).await.location(), ACME);
    says(
        &ana,
        ACME,
        &["Connected by ana", "/gitlab gitlab-org/gitlab"],
    )
    .await;
}

#[tokio::test]
async fn a_projects_page_names_its_workspaces_and_says_which_are_gone() {
    let home = acme().await;
    let (ana, ops) = (home.browser_of("ana").await, home.browser_of("ops").await);
    let page = "/projects/gitlab-org/gitlab";
    says(&ana, page, &["In Slack Acme", "Disconnect"]).await;
    ana.post(ACME, "alias=shop").await;
    says(&ana, page, &["Acme as shop"]).await;
    ops.post("/workspaces/T0ACME/removals", "confirmed=yes")
        .await;
    let gone = "does not have the app any more (an administrator removed the app)";
    says(&ana, page, &["Acme as shop", gone]).await;
    ana.post(&format!("{ACME}/-/removals"), "").await;
    says(&ana, page, &["No workspace can name it in commands yet."]).await;
}

#[tokio::test]
async fn an_app_that_speaks_with_every_event_off_is_warned_of() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    let page = "/projects/gitlab-org/gitlab";
    let form = format!("{page}/-/gitlab-slack-application");
    let mute = "The app speaks here, and every event of it is off";
    ana.post(&form, "active=true&push_events=true&push_channel=%23web")
        .await;
    assert!(!ana.get(page).await.text.contains(mute));
    ana.post(&form, "active=true&push_events=false").await;
    says(&ana, page, &[mute]).await;
}
