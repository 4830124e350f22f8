//! What is confidential or private, and the ways to it that are not ways.

use serde_json::json;

use crate::demo::running::RunningDemo;
use crate::slack_app::person::Person;

const TITLE: &str = "Keys in the open";

#[tokio::test]
async fn a_confidential_issue_is_shown_to_whoever_asks_and_to_nobody_else() {
    let demo = RunningDemo::of_the_app().await;
    let (ana, ben) = (Person::new(&demo, "ana"), Person::new(&demo, "ben"));
    ana.links("ana").await;
    let opened = demo
        .make_happen(json!({
            "user": "ana", "project": "gitlab-org/gitlab", "what": "open_issue",
            "title": TITLE, "confidential": true,
        }))
        .await;
    let iid = &opened["iid"];
    for command in ["issue show", "issue close", "issue reopen", "issue assign"] {
        let line = match command {
            "issue assign" => format!("/gitlab gitlab issue assign {iid} to ana"),
            other => format!("/gitlab gitlab {other} {iid}"),
        };
        let answer = ana.types("#general", &line).await;
        assert_ne!(answer["response_type"], "in_channel", "{line}: {answer}");
        assert!(answer.to_string().contains(TITLE), "{line}: {answer}");
    }
    let answer = ana
        .types("#general", &format!("/gitlab gitlab issue search {TITLE}"))
        .await;
    let is_public = answer["response_type"] == "in_channel";
    assert!(
        !is_public || !answer.to_string().contains(TITLE),
        "{answer}"
    );
    let url = format!("{}/gitlab-org/gitlab/-/issues/{iid}", demo.demo.gitlab_url);
    ana.act("type", json!({ "channel": "#general", "text": url }))
        .await;
    let seen = ben.sees("channel=#general").await;
    assert!(!seen.contains(TITLE), "{seen}");
    assert!(ana.sees("channel=#general").await.contains(TITLE));
    demo.stop().await;
}

#[tokio::test]
async fn a_private_project_that_is_not_connected_cannot_be_reached_by_any_name() {
    let demo = RunningDemo::of_the_app().await;
    let (ana, ben) = (Person::new(&demo, "ana"), Person::new(&demo, "ben"));
    ana.links("ana").await;
    ben.links("ben").await;
    // Whether it is there cannot be told from what is said.
    for line in [
        "PROJECT issue show 1",
        "issue show PROJECT#1",
        "mr show PROJECT!1",
        "pipeline show PROJECT#1",
        "connect PROJECT",
        "connect PROJECT as shop",
        "disconnect PROJECT",
        "settings project PROJECT",
        "subscribe PROJECT",
        "PROJECT issue new Hello",
    ] {
        let ask = async |project: &str| {
            let line = format!("/gitlab {}", line.replace("PROJECT", project));
            let answer = ben.types("#general", &line).await.to_string();
            answer.replace(project, "PROJECT")
        };
        let (is, is_not) = (
            ask("acquisitions/harbor").await,
            ask("acquisitions/harbox").await,
        );
        assert_eq!(is, is_not, "{line}");
    }
    // Not even for its owner, until it is connected.
    let answer = ana
        .types("#general", "/gitlab settings project acquisitions/harbor")
        .await;
    assert!(
        answer
            .to_string()
            .contains("is connected to this workspace")
    );
    let answer = ana
        .types("#general", "/gitlab acquisitions/harbor issue show 1")
        .await;
    assert!(
        answer
            .to_string()
            .contains("is connected to this workspace")
    );
    // An alias cannot be another project's path, nor a command.
    for alias in [
        "gitlab-org/gitlab",
        "acquisitions/harbor",
        "issue",
        "x",
        "<!channel>",
    ] {
        let line = format!("/gitlab connect gitlab-com/www-gitlab-com as {alias}");
        let answer = ana.types("#general", &line).await;
        assert_ne!(answer["response_type"], "in_channel", "{alias}: {answer}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn a_channel_forgets_a_project_that_is_disconnected() {
    let demo = RunningDemo::of_the_app().await;
    let ana = Person::new(&demo, "ana");
    ana.links("ana").await;
    for line in [
        "connect acquisitions/harbor as harbor",
        "settings project harbor",
    ] {
        ana.types("#general", &format!("/gitlab {line}")).await;
    }
    let shown = ana.types("#general", "/gitlab issue show 1").await;
    assert!(shown.to_string().contains("acquisitions/harbor"), "{shown}");
    ana.types("#general", "/gitlab disconnect harbor").await;
    for line in ["issue show 1", "harbor issue show 1", "settings"] {
        let answer = ana.types("#general", &format!("/gitlab {line}")).await;
        assert!(
            !answer.to_string().contains("acquisitions/harbor/-/"),
            "{line}: {answer}"
        );
    }
    demo.stop().await;
}
