//! Two integrations, one voice: what an event was decided to be told by stays, whatever happens
//! to the message, the service or the flag meanwhile.

use std::path::Path;

use serde_json::{Value, json};
use signalbox::demo::Telling;

use crate::demo::RunningDemo;
use crate::world::push;

const FLAG: &str = "integration_slack_app_notifications";

/// Sets the flag on production by the Features API.
async fn set(demo: &RunningDemo, value: &str) {
    let url = format!("{}/api/v4/features/{FLAG}", demo.demo.service_url);
    let request = demo
        .http
        .post(url)
        .header("PRIVATE-TOKEN", "demo-admin-token");
    let answer = request.form(&[("value", value)]).send().await;
    assert_eq!(answer.expect("an answer").status(), 201, "{value}");
}

/// The deliveries of an event, each as `(channel, state, via)`.
async fn told(demo: &RunningDemo, event: &str) -> Vec<(String, String, String)> {
    let event = demo.event(event).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let deliveries = event["deliveries"].as_array().expect("deliveries");
    deliveries
        .iter()
        .map(|one| {
            (
                text(&one["channel"]),
                text(&one["state"]),
                text(&one["via"]),
            )
        })
        .collect()
}

async fn push_to(demo: &RunningDemo, project: &str, number: usize) -> String {
    let push = push(project, number);
    demo.webhook(push.event, push.body.to_string().into_bytes())
        .await
}

fn one(channel: &str, state: &str, via: &str) -> Vec<(String, String, String)> {
    vec![(channel.to_owned(), state.to_owned(), via.to_owned())]
}

async fn webhook_fault(demo: &RunningDemo, times: u32) {
    let url = format!("{}/sandbox/fault", demo.demo.slack_url);
    let fault = json!({ "method": "incoming-webhook", "status": 503, "times": times });
    demo.post(&url, &fault).await;
}

async fn start(folder: &Path) -> RunningDemo {
    RunningDemo::start(Some(folder), Telling::Quiet).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_flipped_between_tries_and_a_restart_changes_nobodys_voice() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = start(folder.path()).await;
    webhook_fault(&demo, 2).await;
    let event = push_to(&demo, "acme/web", 1).await;
    demo.advance(0.0).await;
    assert_eq!(
        told(&demo, &event).await,
        one("#p-acme-web", "waiting", "webhook")
    );
    set(&demo, "true").await;
    demo.advance(1.0).await;
    assert_eq!(
        told(&demo, &event).await,
        one("#p-acme-web", "waiting", "webhook")
    );
    demo.stop().await;

    let demo = start(folder.path()).await;
    let later = push_to(&demo, "acme/web", 2).await;
    demo.advance(3600.0).await;
    assert_eq!(
        told(&demo, &event).await,
        one("#p-acme-web", "sent", "webhook")
    );
    assert_eq!(told(&demo, &later).await, one("#p-acme-web", "sent", "app"));
    let seen = demo.screen("#p-acme-web").await;
    assert_eq!(seen.matches("change-001").count(), 1, "{seen}");
    assert_eq!(seen.matches("change-002").count(), 1, "{seen}");
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_asks_again_who_speaks() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    let url = format!("{}/sandbox/fault", demo.demo.slack_url);
    let fault = json!({ "method": "incoming-webhook", "error": "no_service", "times": 1 });
    demo.post(&url, &fault).await;
    let event = push_to(&demo, "acme/web", 1).await;
    demo.advance(0.0).await;
    assert_eq!(
        told(&demo, &event).await,
        one("#p-acme-web", "dead", "webhook")
    );
    set(&demo, "true").await;
    let dead = demo.event(&event).await["deliveries"][0]["id"].clone();
    let dead = dead.as_str().expect("an id");
    let url = format!("{}/api/v1/deliveries/{dead}/replays", demo.demo.service_url);
    let request = demo
        .http
        .post(url)
        .header("PRIVATE-TOKEN", "demo-admin-token");
    assert_eq!(request.send().await.expect("an answer").status(), 201);
    demo.advance(1.0).await;
    assert_eq!(told(&demo, &event).await, one("#p-acme-web", "sent", "app"));
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_integrations_of_a_project_are_set_up_over_gitlabs_api_and_the_flag_chooses() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    let base = format!(
        "{}/api/v4/projects/gitlab-org%2Fgitlab/integrations",
        demo.demo.service_url
    );
    let put = async |slug: &str, body: Value| {
        let request = demo.http.put(format!("{base}/{slug}"));
        let request = request
            .header("PRIVATE-TOKEN", "demo-admin-token")
            .json(&body);
        let answer = request.send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, 200, "{slug}: {text}");
        assert!(!text.contains("demo-webhook-secret"), "{text}");
    };
    let webhook = format!(
        "{}/services/T0DEMO/B0LEGACY/demo-webhook-secret",
        demo.demo.slack_url
    );
    put(
        "slack",
        json!({ "webhook": webhook, "username": "GitLab", "push_events": true, "push_channel": "#general", "branches_to_be_notified": "all" }),
    )
    .await;
    let pushed = async |number: usize| {
        let mut hook = push("gitlab-org/gitlab", number);
        hook.body["project_id"] = json!(278_964);
        hook.body["project"]["id"] = json!(278_964);
        let event = demo
            .webhook(hook.event, hook.body.to_string().into_bytes())
            .await;
        demo.advance(2.0).await;
        told(&demo, &event).await
    };
    assert_eq!(pushed(1).await, one("#general", "sent", "webhook"));
    // Only the old one is set up: never neither.
    set(&demo, "true").await;
    assert_eq!(pushed(2).await, one("#general", "sent", "webhook"));
    put(
        "gitlab-slack-application",
        json!({ "push_events": true, "push_channel": "#staging", "branches_to_be_notified": "all" }),
    )
    .await;
    assert_eq!(pushed(3).await, one("#staging", "sent", "app"));
    set(&demo, "false").await;
    assert_eq!(pushed(4).await, one("#general", "sent", "webhook"));
    let general = demo.screen("#general").await;
    assert!(general.contains("GitLab"), "{general}");
    let list = demo
        .http
        .get(&base)
        .header("PRIVATE-TOKEN", "demo-admin-token");
    let list: Value = list
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let slugs: Vec<&str> = list
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["slug"].as_str())
        .collect();
    assert_eq!(slugs, ["gitlab-slack-application", "slack"]);
    demo.stop().await;
}
