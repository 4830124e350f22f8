//! Buttons and forms that name what whoever uses them may not touch.

use serde_json::{Value, json};

use super::logs::Log;
use super::wire::{Wire, user_id};
use crate::demo::running::RunningDemo;
use crate::slack_app::person::Person;

const HARBOR: &str = "acquisitions/harbor";
/// GitLab's number of the private project.
const HARBOR_ID: u64 = 19_887_001;

/// The private project's issue, as its owner reads it in GitLab.
async fn issue(demo: &RunningDemo) -> Value {
    let url = format!(
        "{}/api/v4/projects/acquisitions%2Fharbor/issues/1",
        demo.demo.gitlab_url
    );
    let request = demo.http.get(url).header("PRIVATE-TOKEN", "glpat-demo-ana");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

/// What the app said to people since then.
async fn said(demo: &RunningDemo, after: usize) -> String {
    let url = format!("{}/sandbox/calls?after={after}", demo.demo.slack_url);
    demo.get(&url).await.to_string()
}

const BUTTONS: &[(&str, &str)] = &[
    ("issue.close", "acquisitions/harbor#1"),
    ("issue.reopen", "acquisitions/harbor#1"),
    ("issue.assign_me", "acquisitions/harbor#1"),
    ("mr.approve", "acquisitions/harbor!1"),
    ("mr.merge", "acquisitions/harbor!1"),
    ("pipeline.retry", "acquisitions/harbor#1"),
    ("pipeline.cancel", "acquisitions/harbor#1"),
];

#[tokio::test]
async fn a_button_does_what_whoever_presses_it_may_and_where_the_project_is_connected() {
    let (log, _guard) = Log::of_this_thread();
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    let (ana, ben) = (Person::new(&demo, "ana"), Person::new(&demo, "ben"));
    ana.links("ana").await;
    ben.links("ben").await;
    let untouched = issue(&demo).await;
    let title = untouched["title"].as_str().expect("a title");
    // Its owner presses it in a workspace that the project is not connected to.
    presses(
        (&wire, &log),
        "ana",
        "is connected to this workspace",
        title,
    )
    .await;
    assert_eq!(issue(&demo).await, untouched);

    ana.types("#general", "/gitlab connect acquisitions/harbor as harbor")
        .await;
    // A colleague whom GitLab does not let see the project.
    presses((&wire, &log), "ben", "may not see it", title).await;
    // Somebody who has not said who they are in GitLab.
    presses((&wire, &log), "ops", "Link your GitLab account", title).await;
    assert_eq!(issue(&demo).await, untouched);

    // And who may, does it: the button as such works.
    wire.interacts(&wire.pressed("ana", "issue.close", "acquisitions/harbor#1"))
        .await;
    assert_eq!(issue(&demo).await["state"], "closed");
    demo.stop().await;
}

/// Presses every button, below a message of everybody's and below one that only one person sees.
async fn presses((wire, log): (&Wire<'_>, &Log), who: &str, why: &str, title: &str) {
    for (action, value) in BUTTONS {
        for is_ephemeral in [false, true] {
            let before = wire.calls().await.len();
            let mut pressed = wire.pressed(who, action, value);
            pressed["container"]["is_ephemeral"] = is_ephemeral.into();
            let answer = wire.interacts(&pressed).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, ""));
            let said = said(wire.demo, before).await;
            assert!(said.contains(why), "{who} {action}: {said}");
            assert!(log.take().contains(action), "{who} {action}: not logged");
            assert!(!said.contains(title), "{who} {action}: {said}");
        }
    }
}

#[tokio::test]
async fn a_button_value_that_is_made_up_does_nothing() {
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    Person::new(&demo, "ana").links("ana").await;
    let long = "x/".repeat(1000);
    for value in [
        "",
        "#",
        "gitlab-org/gitlab",
        "gitlab-org/gitlab#",
        "gitlab-org/gitlab#-1",
        "gitlab-org/gitlab#99999999999999999999999",
        "../../api/v4/user#1",
        "gitlab-org/gitlab/../../acquisitions/harbor#1",
        "acquisitions%2Fharbor#1",
        "<!channel>#1",
        &long,
    ] {
        for action in [
            "issue.close",
            "issue.assign_me",
            "mr.merge",
            "pipeline.retry",
        ] {
            let before = wire.calls().await.len();
            let answer = wire.interacts(&wire.pressed("ana", action, value)).await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (200, ""),
                "{value:?}"
            );
            let said = said(&demo, before).await;
            assert!(!said.contains("<!channel>"), "{value:?}: {said}");
        }
    }
    let untouched = issue(&demo).await;
    assert_eq!(untouched["state"], "opened");
    demo.stop().await;
}

#[tokio::test]
async fn a_form_that_was_changed_on_its_way_is_looked_at_again() {
    let demo = RunningDemo::of_the_app().await;
    let wire = Wire::new(&demo);
    let (ana, ben) = (Person::new(&demo, "ana"), Person::new(&demo, "ben"));
    ana.links("ana").await;
    ben.links("ben").await;
    ana.types("#general", "/gitlab connect acquisitions/harbor as harbor")
        .await;
    let notes = async || issue(&demo).await["user_notes_count"].clone();
    let untouched = notes().await;
    let comment = |metadata: Value| {
        json!({
            "id": "V0FORGED", "type": "modal", "callback_id": "comment.new", "hash": "1.a",
            "team_id": "T0DEMO", "private_metadata": metadata.to_string(),
            "state": { "values": {
                "target": { "comment.target": {
                    "type": "external_select",
                    "selected_option": {
                        "text": { "type": "plain_text", "text": "harbor" },
                        "value": format!("{HARBOR_ID}#1"),
                    },
                } },
                "body": { "comment.body": { "type": "plain_text_input", "value": "Let me in" } },
            } },
        })
    };
    let held = json!({
        "on": { "target": format!("{HARBOR_ID}#1"), "label": "mine" }, "project": HARBOR_ID,
        "answer": null, "is_told_to_all": true,
    });
    for (metadata, why) in [
        (json!({ "v": 1, "held": held }), "may not see it"),
        (
            json!({ "v": 1, "held": { "project": HARBOR } }),
            "another version",
        ),
        (json!({ "v": 7, "held": held }), "another version"),
        (json!("nonsense"), "another version"),
    ] {
        let answer = wire.interacts(&wire.sent("ben", &comment(metadata))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.text.contains(why), "{why}: {answer:?}");
    }
    assert_eq!(notes().await, untouched, "nothing was written");
    // Menus of a form offer what whoever types may see.
    let suggested = json!({
        "type": "block_suggestion", "team": { "id": "T0DEMO" },
        "user": { "id": user_id("ben"), "name": "ben" },
        "action_id": "comment.target", "block_id": "target", "value": "acquisitions/harbor#1",
        "container": { "type": "view", "view_id": "V0FORGED" },
        "view": comment(json!({ "v": 1, "held": held })),
    });
    let body = super::wire::form(&[("payload", &suggested.to_string())]);
    let offered = wire
        .sends("/slack/options", &body, super::wire::Signed::RIGHT)
        .await;
    let title = issue(&demo).await["title"].to_string();
    assert_eq!(offered.status, 200);
    assert!(
        !offered.text.contains(title.trim_matches('"')),
        "{offered:?}"
    );
    demo.stop().await;
}
