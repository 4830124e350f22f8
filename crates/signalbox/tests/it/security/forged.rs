//! Requests that are not Slack's, not of now, not new, or not of a workspace of ours.

use serde_json::json;
use signalbox::demo::SIGNING_SECRET;

use super::logs::Log;
use super::wire::{Signed, Wire, event, form};
use crate::demo::running::RunningDemo;

/// An honest body for each address.
fn bodies(wire: &Wire<'_>) -> [(&'static str, String); 4] {
    let pressed = wire.pressed("ana", "issue.close", "gitlab-org/gitlab#1");
    let suggest = json!({
        "type": "block_suggestion", "team": { "id": "T0DEMO" },
        "user": { "id": "U0ANA", "name": "ana" }, "action_id": "comment.target",
        "block_id": "target", "value": "a",
        "container": { "type": "view", "view_id": "V0X" },
        "view": { "id": "V0X", "type": "modal", "callback_id": "comment.new" },
    });
    let opened =
        json!({ "type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home" });
    [
        ("/slack/commands", wire.typed("ana", "help")),
        ("/slack/events", event("T0DEMO", "Ev0FORGED", &opened)),
        (
            "/slack/interactions",
            form(&[("payload", &pressed.to_string())]),
        ),
        ("/slack/options", form(&[("payload", &suggest.to_string())])),
    ]
}

#[tokio::test]
async fn what_is_not_slacks_or_not_of_now_is_refused_everywhere_and_logged() {
    let (log, _guard) = Log::of_this_thread();
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    // What is said of a new demo's flags is over.
    demo.advance(60.0).await;
    let calls = wire.calls().await;
    for (path, body) in bodies(&wire) {
        for (secret, late, why) in [
            ("another-secret", 0, "another secret"),
            ("", 0, "no secret"),
            (SIGNING_SECRET, -301, "too old"),
            (SIGNING_SECRET, 301, "from the future"),
            (SIGNING_SECRET, -86_400, "of yesterday"),
        ] {
            log.take();
            let answer = wire.sends(path, &body, Signed { secret, late }).await;
            assert_eq!(answer.status, 401, "{path} {why}: {answer:?}");
            assert!(
                log.take().contains("is not Slack's"),
                "{path} {why}: not logged"
            );
            let at = wire.now().await + late;
            let right = slack::signature::sign(&SIGNING_SECRET.into(), at, body.as_bytes());
            for secret in [SIGNING_SECRET, right.as_str(), "T0DEMO", "xoxb"] {
                assert!(!answer.text.contains(secret), "{path} {why}: {answer:?}");
            }
        }
        let at = wire.now().await.to_string();
        let of_another = slack::signature::sign(&SIGNING_SECRET.into(), wire.now().await, b"x");
        for headers in [
            vec![],
            vec![("X-Slack-Request-Timestamp", at.as_str())],
            vec![
                ("X-Slack-Request-Timestamp", at.as_str()),
                ("X-Slack-Signature", of_another.as_str()),
            ],
            vec![
                ("X-Slack-Request-Timestamp", "soon"),
                ("X-Slack-Signature", "v0=00"),
            ],
        ] {
            let answer = wire.sends_with(path, &body, &headers).await;
            assert_eq!(answer.status, 401, "{path} {headers:?}: {answer:?}");
        }
    }
    assert_eq!(wire.calls().await, calls, "nothing was done");
    for (path, body) in bodies(&wire) {
        for late in [-299, 299] {
            let signed = Signed {
                late,
                ..Signed::RIGHT
            };
            let answer = wire.sends(path, &body, signed).await;
            assert_eq!(answer.status, 200, "{path} {late}: {answer:?}");
        }
    }
    demo.stop().await;
}

#[tokio::test]
async fn a_request_that_comes_again_does_nothing_again() {
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    let line = wire.typed("ana", "link");
    let first = wire.sends("/slack/commands", &line, Signed::RIGHT).await;
    assert!(first.text.contains("/link/"), "{first:?}");
    let again = wire.sends("/slack/commands", &line, Signed::RIGHT).await;
    assert_eq!((again.status, again.text.as_str()), (200, ""));

    let pressed = wire.pressed("ana", "issue.comment", "gitlab-org/gitlab#1");
    let opened = async || demo.calls("views.open").await.len();
    let before = opened().await;
    wire.interacts(&pressed).await;
    let once = opened().await;
    assert_ne!(once, before, "the first one is heard");
    assert_eq!(wire.interacts(&pressed).await.status, 200);
    assert_eq!(opened().await, once, "the second one is not");

    let home =
        json!({ "type": "app_home_opened", "user": "U0BEN", "channel": "D0BEN", "tab": "home" });
    let home = event("T0DEMO", "Ev0AGAIN", &home);
    let published = async || demo.calls("views.publish").await.len();
    let before = published().await;
    wire.sends("/slack/events", &home, Signed::RIGHT).await;
    let once = published().await;
    assert_ne!(once, before, "the first one is heard");
    let again = wire.sends("/slack/events", &home, Signed::RIGHT).await;
    assert_eq!(again.status, 200);
    assert_eq!(published().await, once, "the second one is not");
    demo.stop().await;
}

#[tokio::test]
async fn a_workspace_without_the_app_learns_nothing_and_changes_nothing() {
    let (log, _guard) = Log::of_this_thread();
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    // What is said of a new demo's flags is over.
    demo.advance(60.0).await;
    let calls = wire.calls().await;
    for line in ["help", "projects", "link", "gitlab issue show 381012"] {
        let body = wire.typed_in("T0STRANGE", "ana", line, &wire.response_url());
        let answer = wire.sends("/slack/commands", &body, Signed::RIGHT).await;
        assert_eq!(answer.status, 200);
        assert!(
            answer.text.contains("not set up for this workspace"),
            "{line}: {answer:?}"
        );
        for known in ["T0DEMO", "gitlab-org", "/link/"] {
            assert!(!answer.text.contains(known), "{line}: {answer:?}");
        }
    }
    let mut pressed = wire.pressed("ana", "issue.close", "gitlab-org/gitlab#381012");
    pressed["team"]["id"] = "T0STRANGE".into();
    pressed["user"]["team_id"] = "T0STRANGE".into();
    let answer = wire.interacts(&pressed).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert!(log.text().contains("a workspace that is not ours"));
    let gone = json!({ "type": "app_uninstalled" });
    let home =
        json!({ "type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home" });
    for (id, what) in [("Ev0S1", gone), ("Ev0S2", home)] {
        let body = event("T0STRANGE", id, &what);
        let answer = wire.sends("/slack/events", &body, Signed::RIGHT).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    }
    assert_eq!(wire.calls().await, calls, "nothing was done");
    let heard = wire.types("ana", "help").await;
    assert!(
        heard.text.contains("issue"),
        "the demo's own is still heard"
    );
    demo.stop().await;
}

#[tokio::test]
async fn answers_go_to_slack_and_to_no_host_that_a_request_names() {
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    let slack = demo.demo.slack_url.clone();
    let (_, authority) = slack.split_once("://").expect("an address");
    for url in [
        "https://evil.example/commands/T0DEMO/1/x".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("http://{authority}@evil.example/commands/T0DEMO/1/x"),
        format!("http://{authority}.evil.example/commands/T0DEMO/1/x"),
        format!("https://{authority}/commands/T0DEMO/1/x"),
        format!("{}/commands/T0DEMO/1/x", demo.demo.gitlab_url),
        "file:///etc/passwd".to_owned(),
        "//evil.example/x".to_owned(),
    ] {
        let body = wire.typed_in("T0DEMO", "ana", "help", &url);
        let answer = wire.sends("/slack/commands", &body, Signed::RIGHT).await;
        assert_eq!(answer.status, 400, "{url}: {answer:?}");
        let mut pressed = wire.pressed("ana", "issue.close", "gitlab-org/gitlab#381012");
        pressed["response_url"] = url.clone().into();
        assert_eq!(wire.interacts(&pressed).await.status, 400, "{url}");
        let mut sent = wire.sent("ana", &json!({ "id": "V0X", "type": "modal" }));
        sent["response_urls"] = json!([{
            "block_id": "b", "action_id": "a", "channel_id": "C0GENERAL", "response_url": url,
        }]);
        assert_eq!(wire.interacts(&sent).await.status, 400, "{url}");
    }
    demo.stop().await;
}
