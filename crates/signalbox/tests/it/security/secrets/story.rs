//! What happens before anybody looks for secrets: all that makes some, uses some, or fails.

use serde_json::json;
use signalbox::demo::HOOK_TOKEN;

use crate::demo::running::RunningDemo;
use crate::security::wire::{Signed, Wire};
use crate::slack_app::browser::{Browser, between};
use crate::slack_app::person::Person;
use crate::world::push;

/// Installs the app in Acme; answers what must not be read anywhere after that.
pub async fn installs(demo: &RunningDemo) -> Vec<String> {
    let ana = Browser::of(demo, "ana").await;
    let begun = ana.get("/slack/install?project=gitlab-org/gitlab").await;
    let url = begun.location.expect("Slack's page");
    let body = json!({ "workspace": "T0ACME", "user": "dana", "url": url });
    let place = format!("{}/sandbox/install", demo.demo.slack_url);
    let back = demo.post(&place, &body).await;
    let back = back["location"].as_str().expect("a place").to_owned();
    let page = ana.get(&back).await;
    let page = ana.follow(page).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let stolen = Browser::new(demo).get(&back).await;
    assert_ne!(stolen.status, 200);
    let mut secrets = queried(&back);
    secrets.extend(ana.cookie("signalbox_session"));
    secrets.extend(ana.cookie("signalbox_browser"));
    secrets
}

/// The code and the state of an address that a browser was sent back to.
fn queried(back: &str) -> Vec<String> {
    let back = url::Url::parse(back).expect("an address");
    let secret = back
        .query_pairs()
        .filter(|(name, _)| matches!(&**name, "code" | "state"));
    secret.map(|(_, value)| value.into_owned()).collect()
}

/// Links accounts and uses them; answers the links, which are over then.
pub async fn links_and_works(demo: &RunningDemo) -> Vec<String> {
    let (ana, ben) = (Person::new(demo, "ana"), Person::new(demo, "ben"));
    ana.links("ana").await;
    ben.links("ben").await;
    let link = ben.types("#general", "/gitlab link").await.to_string();
    let token = between(&link, "/link/", "\"").map(str::to_owned);
    for line in [
        "gitlab issue show 381012",
        "gitlab issue show 99999",
        "acquisitions/harbor issue show 1",
        "gitlab issue new Something is slow",
        "projects",
        "settings",
        "subscribe gitlab issues",
        "whoami",
        "help",
        "nonsense",
    ] {
        ana.types("#general", &format!("/gitlab {line}")).await;
        ben.types("#general", &format!("/gitlab {line}")).await;
    }
    ana.act("home", json!({})).await;
    ana.types("#general", "/chatops run feature list --dev")
        .await;
    ben.types("#general", "/gitlab unlink").await;
    token.into_iter().collect()
}

/// Makes an API token; answers it and the page that shows it.
pub async fn makes_a_token(demo: &RunningDemo) -> (String, String) {
    let ops = Browser::of(demo, "ops").await;
    let fields = [("name", "walk"), ("days", "7"), ("scope", "read")];
    let page = ops.post("/account/tokens", &fields).await;
    let token = between(&page.body, "<code>sbx_", "<").expect("a token");
    (format!("sbx_{token}"), page.body.clone())
}

/// Everything that may fail does: GitLab, Slack, an address for answers, tokens, codes, webhooks.
pub async fn goes_wrong(demo: &RunningDemo, token: &str) {
    let wire = Wire::new(demo);
    let ana = Person::new(demo, "ana");
    wire.types("ana", "help").await;
    let late = wire.pressed("ana", "issue.close", "gitlab-org/gitlab#99999");
    let mut late = late;
    late["response_url"] = wire.response_url().into();
    wire.interacts(&late).await;
    for path in ["/slack/commands", "/slack/events", "/slack/interactions"] {
        let signed = Signed {
            secret: "another",
            late: 0,
        };
        wire.sends(path, &wire.typed("ana", "help"), signed).await;
        wire.sends(path, "payload=%7B&broken", Signed::RIGHT).await;
    }
    let gitlab = format!("{}/sandbox/fault", demo.demo.gitlab_url);
    for (path, status) in [("/api", 500), ("/api", 401), ("/oauth", 500)] {
        let fault = json!({ "path": path, "status": status, "times": 2 });
        demo.post(&gitlab, &fault).await;
        ana.types("#general", "/gitlab gitlab issue show 381012")
            .await;
        Browser::new(demo)
            .get("/auth/gitlab/callback?code=1&state=2")
            .await;
        demo.post(&gitlab, &json!({ "clear": true })).await;
    }
    let slack = format!("{}/sandbox/fault", demo.demo.slack_url);
    for (method, error) in [
        ("chat.postMessage", "invalid_auth"),
        ("incoming-webhook", "no_service"),
        ("response-url", "used_url"),
        ("views.publish", "internal_error"),
    ] {
        let fault = json!({ "method": method, "error": error, "times": 3 });
        demo.post(&slack, &fault).await;
        let push = push("acme/web", 1);
        demo.webhook(push.event, push.body.to_string().into_bytes())
            .await;
        ana.act("home", json!({})).await;
        demo.advance(1.0).await;
        demo.post(&slack, &json!({ "clear": true })).await;
    }
    let url = format!("{}/api/v1/events", demo.demo.service_url);
    for given in [token, "sbx_wrong", HOOK_TOKEN] {
        let request = demo.http.get(&url).header("PRIVATE-TOKEN", given);
        request.send().await.expect("an answer");
    }
    // Tokens of GitLab are renewed.
    demo.advance(3.0 * 3600.0).await;
    ana.types("#general", "/gitlab gitlab issue show 381012")
        .await;
}
