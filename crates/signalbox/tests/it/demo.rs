//! What the demo promises: its names, its ports, its clock, and that `--data` keeps everything.

pub mod running;

use std::collections::BTreeSet;

use clock::Chance;
use sandbox::slack::{Options as SlackOptions, SlackSandbox};
use serde_json::{Value, json};
use signalbox::demo::{self, Place, Speaking, Telling};

use crate::process;
use crate::world::{self, Engine, World, push};
pub use running::RunningDemo;

fn push_by_ana(project: &str) -> Value {
    json!({ "user": "ana", "project": project, "what": "push" })
}

#[tokio::test]
async fn a_quiet_demo_starts_with_nothing_sent() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    assert_eq!(demo.status("/readyz").await, 200);
    assert_eq!(demo.status("/").await, 200);
    assert_eq!(demo.events().await, Vec::<Value>::new());
    assert_eq!(demo.calls("chat.postMessage").await, Vec::<Value>::new());
    demo.advance(3600.0).await;
    assert_eq!(demo.events().await, Vec::<Value>::new());
    demo.stop().await;
}

#[tokio::test]
async fn a_told_story_begins_with_a_morning_that_was_delivered_and_goes_on() {
    let demo = RunningDemo::start(None, Telling::Told).await;
    // The first step of what follows the morning is due at once.
    demo.advance(0.0).await;
    let morning = demo.events().await;
    assert!(20 < morning.len(), "{} events", morning.len());
    for event in &morning {
        let outcome = event["outcome"].as_str().expect("an outcome");
        assert!(["delivered", "ignored"].contains(&outcome), "{event:#}");
    }
    assert!(
        demo.calls("chat.postMessage")
            .await
            .iter()
            .all(|call| call["status"] == 200)
    );
    demo.advance(600.0).await;
    assert!(morning.len() < demo.events().await.len(), "the day goes on");
    demo.stop().await;
}

#[tokio::test]
async fn a_project_gets_a_channel_of_its_own_on_first_use() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    demo.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    assert!(
        demo.screen("#p-gitlab-org-gitlab")
            .await
            .contains("pushed to branch")
    );
    let system = json!({ "user": "ana", "project": "gitlab-org/gitlab", "what": "system" });
    demo.make_happen(system).await;
    assert!(demo.screen("#p-instance").await.contains("Signalbox"));
    demo.stop().await;
}

#[tokio::test]
async fn an_event_has_the_shape_that_others_rely_on() {
    let demo = RunningDemo::of_the_app().await;
    let push = push("acme/web", 1);
    let id = demo
        .webhook(push.event, push.body.to_string().into_bytes())
        .await;
    demo.advance(0.0).await;
    let event = demo.event(&id).await;
    let keys = |value: &Value| -> BTreeSet<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let set = |keys: &[&str]| {
        keys.iter()
            .map(|&key| key.to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert!(keys(&event).is_superset(&set(&["id", "kind", "outcome", "reason", "deliveries"])));
    assert_eq!(event["id"], id);
    assert_eq!(
        (&event["kind"], &event["outcome"]),
        (&json!("push"), &json!("delivered"))
    );
    assert_eq!(event["reason"], Value::Null);
    let delivery = &event["deliveries"][0];
    assert!(keys(delivery).is_superset(&set(&["channel", "state", "via", "ts"])));
    assert_eq!(delivery["channel"], "#p-acme-web");
    assert_eq!(
        (&delivery["state"], &delivery["via"]),
        (&json!("sent"), &json!("app"))
    );
    assert!(demo.shows(&delivery["channel_id"], &delivery["ts"]).await);
    demo.stop().await;
}

#[tokio::test]
async fn the_names_that_scripts_rely_on_are_there() {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    for channel in [
        "#general",
        "#production",
        "#g_manage_integrations",
        "#support_gitlab-com",
        "#staging",
    ] {
        demo.screen(channel).await;
    }
    for (token, person, bot) in [
        ("xoxb-demo", "signalbox", true),
        ("xoxp-demo", "admin", false),
    ] {
        let url = format!("{}/api/auth.test", demo.demo.slack_url);
        let answer = demo.http.post(url).bearer_auth(token).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        assert_eq!(
            (&answer["team_id"], &answer["user"]),
            (&json!("T0DEMO"), &json!(person))
        );
        assert_eq!(answer["bot_id"].is_string(), bot);
    }
    for user in ["ana", "ben", "ops"] {
        let url = format!("{}/api/v4/user", demo.demo.gitlab_url);
        let request = demo
            .http
            .get(url)
            .header("PRIVATE-TOKEN", format!("glpat-demo-{user}"));
        let answer: Value = request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        assert_eq!(answer["username"], user);
    }
    let replays = format!("{}/api/v1/dead-letters/replays", demo.demo.service_url);
    for (token, status) in [("demo-admin-token", 201), ("another", 401)] {
        let request = demo.http.post(&replays).header("PRIVATE-TOKEN", token);
        assert_eq!(request.send().await.expect("an answer").status(), status);
    }
    let hook = format!("{}/gitlab/hooks/{}", demo.demo.service_url, demo::HOOK);
    let request = demo
        .http
        .post(&hook)
        .header("X-Gitlab-Token", "another")
        .body("{}");
    assert_eq!(request.send().await.expect("an answer").status(), 401);
    demo.stop().await;
}

#[tokio::test]
async fn either_sandbox_moves_the_clock_of_everything() {
    let demo = RunningDemo::of_the_app().await;
    let (slack, gitlab) = (demo.demo.slack_url.clone(), demo.demo.gitlab_url.clone());
    let began = demo.advance_at(&slack, 0.0).await;
    assert_eq!(demo.advance_at(&gitlab, 0.0).await, began);
    let later = demo.advance_at(&gitlab, 90.0).await;
    assert_eq!(demo.advance_at(&slack, 0.0).await, later);
    assert!(began < later);
    demo.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    assert_eq!(demo.events().await[0]["received_at"], later);
    // Ten messages in another lane: four at once, six with the seconds that pass.
    let before = demo.calls("chat.postMessage").await.len();
    for change in 1..=10 {
        let push = push("acme/web", change);
        demo.webhook(push.event, push.body.to_string().into_bytes())
            .await;
    }
    demo.advance_at(&slack, 0.0).await;
    let posted = async || {
        let calls = demo.calls("chat.postMessage").await;
        calls[before..]
            .iter()
            .filter(|call| call["ok"] == true)
            .count()
    };
    assert_eq!(posted().await, 4);
    demo.advance_at(&gitlab, 6.0).await;
    assert_eq!(posted().await, 10);
    demo.stop().await;
}

#[tokio::test]
async fn data_is_kept_over_a_restart_on_other_ports() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = RunningDemo::start(Some(folder.path()), Telling::Quiet).await;
    let mut opened = push_by_ana("gitlab-org/gitlab");
    opened["what"] = json!("open_issue");
    opened["title"] = json!("Keep me");
    let opened = first.make_happen(opened).await;
    let issue = format!("/gitlab-org/gitlab/-/issues/{}", opened["iid"]);
    assert!(first.page(&issue).await.contains("Keep me"), "{opened:#}");
    first.advance(3600.0).await;
    first.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    first.advance(60.0).await;
    let events = first.events().await;
    let messages = first.messages("p-gitlab-org-gitlab").await;
    assert!(messages.iter().any(|message| message.contains("Keep me")));
    first.stop().await;

    let second = RunningDemo::start(Some(folder.path()), Telling::Quiet).await;
    assert_eq!(second.events().await, events);
    assert_eq!(second.messages("p-gitlab-org-gitlab").await, messages);
    assert!(second.page(&issue).await.contains("Keep me"));
    // What happens now goes to where the service listens now, and is not held up by what was.
    second.make_happen(push_by_ana("gitlab-org/gitlab")).await;
    let newest = &second.events().await[0];
    assert_eq!(newest["outcome"], "delivered", "{newest:#}");
    second.stop().await;
}

#[tokio::test]
async fn a_slack_elsewhere_is_used_as_it_is() {
    let clock = world::standing_clock();
    let options = SlackOptions::new(clock, Chance::from_seed(5));
    let elsewhere = SlackSandbox::start(options).await.expect("a sandbox");
    let url = elsewhere.url.parse().expect("a URL");
    let demo =
        RunningDemo::start_at(None, Telling::Quiet, Place::Elsewhere(url), Speaking::App).await;
    assert_eq!(demo.demo.slack_url, elsewhere.url);
    let url = format!("{}/sandbox/do", demo.demo.gitlab_url);
    demo.post(&url, &push_by_ana("gitlab-org/gitlab")).await;
    demo.advance_at(&demo.demo.gitlab_url, 0.0).await;
    assert!(
        demo.screen("#p-gitlab-org-gitlab")
            .await
            .contains("pushed to branch")
    );
    demo.stop().await;
    let still_there = elsewhere
        .sandbox
        .with_workspace(|workspace| workspace.channel_called("p-gitlab-org-gitlab").is_some());
    assert!(still_there, "the sandbox elsewhere outlives the demo");
}

#[tokio::test]
async fn a_service_is_ready_only_when_its_start_state_is_loaded() {
    let world = World::on(Engine::Memory).await;
    let loading = world.start_service().await;
    let url = format!("http://{}/readyz", loading.address());
    let asked = || async {
        let answer = process::client().get(&url).send().await.expect("an answer");
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.expect("JSON"),
        )
    };
    let (status, answer) = asked().await;
    assert_eq!(status, 503);
    assert_eq!(answer["reason"], "the service is starting or stopping");
    loading.ready();
    assert_eq!(asked().await, (200, json!({ "ready": true })));
    loading.stop().await;
    world.end().await;
}
