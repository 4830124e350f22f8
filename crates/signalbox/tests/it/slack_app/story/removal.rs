//! The app is taken out of Acme, comes back, and is taken out again; Slack tells of it in either
//! order.

use serde_json::json;

use super::installing;
use super::telling::Teller;
use crate::slack_app::browser::Browser;
use crate::slack_app::team;

pub async fn tell(teller: &Teller<'_>) -> String {
    let chapter = teller.chapter();
    let (ana, dana) = (teller.of_demo("ana"), teller.dana());
    open_issue(teller, "The runner stops").await;
    chapter
        .look_at(
            "An issue is opened in gitlab-org/gitlab-runner; dana sees",
            dana,
            "#general",
        )
        .await;
    let browser = Browser::of(teller.demo, "ana").await;
    for order in ["revoked_first", "uninstalled_first"] {
        let taken_out = json!({ "workspace": "T0ACME", "order": order });
        team::post(teller.demo, "uninstall", taken_out).await;
        teller.demo.advance(0.0).await;
        chapter
            .look_at(
                &format!("The app is taken out ({order}); ana hears of it"),
                ana,
                "signalbox",
            )
            .await;
        dana.types_as_it_is("#general", "/gitlab projects").await;
        chapter
            .look_at("dana types: /gitlab projects", dana, "#general")
            .await;
        let before = posts(teller).await;
        open_issue(teller, "Nobody hears of this").await;
        assert_eq!(posts(teller).await, before, "the workspace is silent");
        let page = browser
            .get("/workspaces/T0ACME/projects/gitlab-org/gitlab-runner")
            .await;
        chapter.tell_page("ana looks at the project in Acme", &page);
        chapter.tell_page(
            "ana adds the app again",
            &installing::install(&browser).await,
        );
        dana.types("#general", "/gitlab projects").await;
        dana.types("#general", "/gitlab list").await;
        chapter
            .look_at(
                "dana types: /gitlab projects, /gitlab list",
                dana,
                "#general",
            )
            .await;
        // A channel takes a message a second, and has had some.
        teller.demo.advance(5.0).await;
        open_issue(teller, "Everybody hears of this").await;
        chapter
            .look_at("Another issue is opened; dana sees", dana, "#general")
            .await;
    }
    let ops = Browser::of(teller.demo, "ops").await;
    let reason = [("reason", "Acme has closed"), ("confirmed", "yes")];
    let gone = ops.post("/workspaces/T0ACME/removals", &reason).await;
    chapter.tell_page("ops uninstalls the app", &ops.follow(gone).await);
    teller.demo.advance(0.0).await;
    dana.types_as_it_is("#general", "/gitlab projects").await;
    chapter
        .look_at("dana types: /gitlab projects", dana, "#general")
        .await;
    chapter.look_at("ana hears of it", ana, "signalbox").await;
    either_reason(&chapter.end())
}

/// Slack says that the app was removed and that its token was revoked within a moment; which of
/// the two is heard first is up to the network.
fn either_reason(text: &str) -> String {
    text.replace(
        "the app's token was revoked in Slack",
        "the app was removed in Slack",
    )
}

async fn open_issue(teller: &Teller<'_>, title: &str) {
    let opened = json!({
        "user": "ana", "project": "gitlab-org/gitlab-runner", "what": "open_issue", "title": title,
    });
    teller.demo.make_happen(opened).await;
}

/// How often something was posted in Acme.
async fn posts(teller: &Teller<'_>) -> usize {
    let url = format!(
        "{}/sandbox/calls?workspace=T0ACME&method=chat.postMessage",
        teller.demo.demo.slack_url
    );
    let calls = teller.demo.get(&url).await;
    calls["calls"].as_array().expect("calls").len()
}
