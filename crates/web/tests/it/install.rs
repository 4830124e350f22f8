//! Installing the app from a browser: away to Slack, and back.

use axum::http::StatusCode;
use serde_json::json;

use crate::pages_flags::assert_says;
use crate::world::people::{Browser, Home};

const PROJECT: &str = "gitlab-org/gitlab";
const PAGE: &str = "/workspaces/T0ACME/projects/gitlab-org/gitlab";

/// Sends a browser to Slack for a project; where it is sent back to.
async fn goes_to_slack(home: &Home, browser: &Browser<'_>, more: serde_json::Value) -> String {
    let path = format!("/slack/install?project={PROJECT}");
    let asked = browser.get(&path).await;
    home.slack_sends_back(asked.location(), more).await
}

#[tokio::test]
async fn a_maintainer_adds_the_app_to_a_workspace_and_the_project_is_connected() {
    let home = Home::beside_slack().await;
    let ana = home.browser_of("ana").await;
    let back = goes_to_slack(&home, &ana, json!({})).await;
    let answer = ana.get(&back).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, PAGE)
    );
    let page = ana.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_says(
        &page,
        &[
            "gitlab-org/gitlab in Acme",
            "Connected by ana",
            "/gitlab gitlab-org/gitlab issue show 1",
            "Nothing is told yet.",
            "What to do next",
            "type /gitlab link in Acme",
        ],
    );
    let ops = home.browser_of("ops").await;
    let audit = ops.get("/audit").await;
    assert_says(&audit, &["the app in T0ACME", "connected to T0ACME"]);
}

#[tokio::test]
async fn a_state_works_once_and_in_the_browser_that_began_alone() {
    let home = Home::beside_slack().await;
    let (ana, other) = (home.browser_of("ana").await, home.browser_of("ana").await);
    let wrong = "/slack/oauth/callback?code=abc&state=def";
    let back = goes_to_slack(&home, &ana, json!({})).await;
    let elsewhere = other.get(&back).await;
    let unknown = ana.get(wrong).await;
    for (answer, what) in [(&elsewhere, "another browser"), (&unknown, "no state")] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
        assert_says(answer, &["was not begun in this browser, or is over"]);
        assert!(!answer.text.contains("Acme") && !answer.text.contains(PROJECT));
    }
    // Whoever tried it elsewhere has spent it.
    assert_eq!(ana.get(&back).await.status, StatusCode::FORBIDDEN);
    let back = goes_to_slack(&home, &ana, json!({})).await;
    assert_eq!(ana.get(&back).await.location(), PAGE);
    assert_eq!(ana.get(&back).await.status, StatusCode::FORBIDDEN, "twice");
}

#[tokio::test]
async fn who_says_no_in_slack_is_told_that_nothing_has_changed() {
    let home = Home::beside_slack().await;
    let ana = home.browser_of("ana").await;
    let back = goes_to_slack(&home, &ana, json!({ "deny": true })).await;
    let page = ana.get(&back).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(&page, &["Nothing was installed", "You have said no"]);
    assert!(page.text.contains("/slack?project=gitlab-org/gitlab"));
    assert_eq!(ana.get(PAGE).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_whoever_maintains_the_project_is_sent_to_slack() {
    let home = Home::beside_slack().await;
    let path = format!("/slack/install?project={PROJECT}");
    let nobody = home.browser().get(&path).await;
    assert!(nobody.location().starts_with("/auth/gitlab?return_to="));
    let ben = home.browser_of("ben").await;
    assert_eq!(ben.get(&path).await.status, StatusCode::FORBIDDEN);
    let ana = home.browser_of("ana").await;
    let bare = ana.get("/slack/install").await;
    assert_eq!(bare.location(), "/slack", "without a project");
    let ops = home.browser_of("ops").await;
    let asked = ops.get("/slack/install").await;
    let back = home.slack_sends_back(asked.location(), json!({})).await;
    assert_eq!(ops.get(&back).await.location(), "/workspaces/T0ACME");
    for bad in ["project=//evil.example", "workspace=%2F%2Fevil"] {
        let answer = ops.get(&format!("/slack/install?{bad}")).await;
        assert!(answer.status.is_client_error(), "{bad}: {}", answer.status);
    }
}

#[tokio::test]
async fn what_was_not_granted_is_shown_with_what_it_is_for() {
    let home = Home::beside_slack().await;
    let ana = home.browser_of("ana").await;
    let path = format!("/slack/install?project={PROJECT}");
    let asked = ana.get(&path).await;
    let fewer = without(asked.location(), &["channels:join", "commands"]);
    let back = home.slack_sends_back(&fewer, json!({})).await;
    assert_eq!(ana.get(&back).await.location(), PAGE);
    let lacks = [
        "The app may not do all of its work in Acme. It lacks: commands",
        "it answers slash commands and shortcuts",
        "Add to Slack again",
    ];
    assert_says(&ana.get(PAGE).await, &lacks);
    let ops = home.browser_of("ops").await;
    let list = ops.get("/workspaces").await;
    assert_says(
        &list,
        &[
            "Acme T0ACME needs you",
            "not granted: commands , channels:join",
        ],
    );
    let page = ops.get("/workspaces/T0ACME").await;
    assert_says(
        &page,
        &[
            "chat:write it posts messages, and changes its own yes",
            "commands it answers slash commands and shortcuts missing",
            "channels:join it joins public channels that ask for it no",
        ],
    );
}

/// An authorization's address that asks for less.
fn without(address: &str, scopes: &[&str]) -> String {
    let mut url = url::Url::parse(address).expect("an address");
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    for (name, value) in &mut pairs {
        if name == "scope" {
            let kept = value.split(',').filter(|scope| !scopes.contains(scope));
            *value = kept.collect::<Vec<_>>().join(",");
        }
    }
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.into()
}

#[tokio::test]
async fn without_credentials_nobody_is_sent_to_slack() {
    let home = Home::closed().await;
    let ana = home.browser_of("ana").await;
    let answer = ana.get(&format!("/slack/install?project={PROJECT}")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_says(
        &answer,
        &["slack.client_id and slack.client_secret are not set"],
    );
}
