//! The app comes to another workspace, for a project.

use serde_json::json;

use super::telling::Teller;
use crate::slack_app::browser::{Browser, Page};
use crate::slack_app::team;

const PROJECT: &str = "/slack/install?project=gitlab-org/gitlab-runner";

pub async fn tell(teller: &Teller<'_>) -> String {
    let (demo, chapter) = (teller.demo, teller.chapter());
    let browser = Browser::new(demo);
    chapter.tell_page("Somebody opens /slack", &browser.get("/slack").await);
    chapter.tell_page(
        "ana signs in there",
        &browser.sign_in("ana", "/slack").await,
    );
    let chosen = browser.get("/slack?project=gitlab-org/gitlab-runner").await;
    chapter.tell_page("ana chooses gitlab-org/gitlab-runner", &chosen);
    let denied = come_back(&browser, json!({ "deny": 1 })).await;
    chapter.tell_page("ana adds the app to Slack, and cancels there", &denied);
    let added = install(&browser).await;
    chapter.tell_page(
        "ana adds the app to Slack, and allows it as dana of Acme",
        &added,
    );
    let page = "/workspaces/T0ACME/projects/gitlab-org/gitlab-runner";
    let renamed = browser.post(page, &[("alias", "runner")]).await;
    chapter.tell_page(
        "ana gives the project an alias",
        &browser.follow(renamed).await,
    );
    let ops = Browser::of(demo, "ops").await;
    chapter.tell_page("ops looks at the workspaces", &ops.get("/workspaces").await);
    chapter.tell_page("ops looks at Acme", &ops.get("/workspaces/T0ACME").await);
    chapter.end()
}

/// Adds the app to Acme, as its dana, and comes back.
pub async fn install(browser: &Browser<'_>) -> Page {
    come_back(browser, json!({})).await
}

async fn come_back(browser: &Browser<'_>, mut answer: serde_json::Value) -> Page {
    let begun = browser.get(PROJECT).await;
    answer["url"] = begun.location.expect("Slack").into();
    answer["workspace"] = "T0ACME".into();
    answer["user"] = "dana".into();
    let answer = team::post(browser.demo, "install", answer).await;
    let page = browser
        .get(answer["location"].as_str().expect("a place"))
        .await;
    browser.follow(page).await
}
