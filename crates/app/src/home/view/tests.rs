use gitlab::rest::Listed;
use serde_json::{Value, json};

use super::*;
use crate::home::facts::{FlagState, OfProject, OwnedFlag, RolloutLine, Standing};

fn places() -> Places {
    Places {
        public_url: "https://signalbox.example".to_owned(),
        workspace_url: "https://signalbox.example/workspaces/T1".to_owned(),
        workspace_name: "Acme & Co".to_owned(),
        command: "/gitlab".to_owned(),
    }
}

fn all<T>(items: Vec<T>) -> Found<T> {
    Some(Listed {
        items,
        is_complete: true,
    })
}

fn empty() -> Board {
    Board {
        username: "ana".to_owned(),
        to_review: all(Vec::new()),
        mine: all(Vec::new()),
        issues: all(Vec::new()),
        failed_pipelines: all(Vec::new()),
        projects: all(Vec::new()),
        flags: all(Vec::new()),
        rollouts: all(Vec::new()),
    }
}

fn of_project<T: serde::de::DeserializeOwned>(connected: bool, json: Value) -> OfProject<T> {
    OfProject {
        project: "acme/shop".to_owned(),
        connected: connected.then(|| "acme/shop".parse().unwrap()),
        it: serde_json::from_value(json).unwrap(),
    }
}

/// What people read, a line for each text and button.
fn read(facts: &Facts) -> Vec<String> {
    let view = serde_json::json!(view(facts, &places()));
    let mut lines = Vec::new();
    for block in view["blocks"].as_array().unwrap() {
        let texts = block["elements"].as_array().into_iter().flatten();
        let texts = [&block["text"], &block["accessory"]]
            .into_iter()
            .chain(texts);
        for text in texts {
            let said = text["text"]["text"].as_str().or(text["text"].as_str());
            let Some(said) = said else { continue };
            lines.push(match text["action_id"].as_str() {
                Some(id) => format!("[{said}] {id} {}", text["value"].as_str().unwrap_or("-")),
                None => said.to_owned(),
            });
        }
    }
    lines
}

#[test]
fn whoever_is_not_linked_reads_what_this_is_and_how_to_link() {
    let lines = read(&Facts::Unlinked);
    assert_eq!(lines[0], "GitLab in Slack");
    assert_eq!(
        lines.last().unwrap(),
        "[Link your GitLab account] home.link -"
    );
    let lines = read(&Facts::Relink("ana".to_owned()));
    let again = "GitLab no longer takes your link to `@ana`. Link it again.";
    assert!(lines.contains(&again.to_owned()), "{lines:?}");
}

#[test]
fn what_waits_is_listed_and_buttons_stand_where_they_work() {
    let merge_request = |iid: u64| {
        json!({
            "id": iid, "iid": iid, "project_id": 3, "title": "Fix <!channel>", "state": "opened",
            "target_branch": "main", "sha": "abc",
            "web_url": format!("https://g.ex/acme/shop/-/merge_requests/{iid}"),
            "author": {"id": 2, "username": "ben", "name": "Ben"},
        })
    };
    let mut board = empty();
    board.to_review = all(vec![
        of_project(true, merge_request(1)),
        of_project(false, merge_request(2)),
    ]);
    board.failed_pipelines = all(vec![of_project(
        true,
        json!({"id": 9, "status": "failed", "ref": "main", "web_url": "https://g.ex/p/9"}),
    )]);
    let lines = read(&Facts::Linked(Box::new(board)));
    let row = |iid: u64| {
        format!(
            "<https://g.ex/acme/shop/-/merge_requests/{iid}|acme/shop!{iid}> Fix &lt;!channel&gt; · Ben"
        )
    };
    assert_eq!(
        lines[3..7],
        [
            "*Waiting for your review*".to_owned(),
            row(1),
            "[Approve] mr.approve acme/shop!1 abc".to_owned(),
            row(2),
        ]
    );
    let failed = "<https://g.ex/p/9|acme/shop pipeline #9> failed on `main`";
    assert!(lines.contains(&failed.to_owned()), "{lines:?}");
}

#[test]
fn what_nobody_answered_is_named_and_not_shown_as_nothing() {
    let board = Board {
        to_review: None,
        issues: None,
        ..empty()
    };
    let lines = read(&Facts::Linked(Box::new(board)));
    let missing = ":warning: There was no answer for reviews and your issues. Refresh in a minute.";
    assert_eq!(lines[3], missing);
    let none =
        |line: &String| line.contains("waits for your review") || line.contains("No open issue");
    assert!(!lines.iter().any(none), "{lines:?}");
}

#[test]
fn messages_that_did_not_get_through_come_with_their_remedy_and_a_button() {
    let delivery = domain::DeliveryId::mint(1, 2);
    let mut board = empty();
    board.projects = all(vec![
        Health {
            project: "acme/web".parse().unwrap(),
            undelivered: Vec::new(),
            has_more: false,
        },
        Health {
            project: "acme/shop".parse().unwrap(),
            undelivered: vec![Undelivered {
                delivery: delivery.clone(),
                channel: mrkdwn::code("#ops"),
                title: "Pipeline #9 failed".to_owned(),
                reason: "the channel is archived".to_owned(),
                remedy: "unarchive it".to_owned(),
            }],
            has_more: false,
        },
    ]);
    board.flags = all(vec![OwnedFlag {
        environment: "production".parse().unwrap(),
        flag: "tidy_sidebar".parse().unwrap(),
        state: FlagState::Conditional,
        group: Some("group::shop".to_owned()),
    }]);
    let lines = read(&Facts::Linked(Box::new(board)));
    for expected in [
        "`acme/web` :white_check_mark: every message got through".to_owned(),
        "`acme/shop` :warning: a message did not get through".to_owned(),
        "Pipeline #9 failed → `#ops`\nthe channel is archived; unarchive it".to_owned(),
        format!("[Replay] home.replay {delivery} acme/shop"),
        "`tidy_sidebar` in production is enabled for some · `group::shop`".to_owned(),
        "[Unlink] home.unlink -".to_owned(),
    ] {
        assert!(lines.contains(&expected), "{expected}: {lines:#?}");
    }
}

#[test]
fn the_fullest_home_is_within_slacks_limits() {
    let many = |n: usize| {
        let one = |iid| {
            of_project(
                true,
                json!({
                    "id": iid, "iid": iid, "project_id": 3, "title": "&".repeat(3_000),
                    "state": "opened", "target_branch": "main",
                }),
            )
        };
        all((0..n as u64).map(one).collect())
    };
    let letter = |n: u128| Undelivered {
        delivery: domain::DeliveryId::mint(1, n),
        channel: mrkdwn::code("#ops"),
        title: "t".repeat(1_000),
        reason: "r".repeat(1_000),
        remedy: "m".repeat(1_000),
    };
    let health = |n: usize| Health {
        project: format!("acme/p{n}").parse().unwrap(),
        undelivered: (0..20).map(letter).collect(),
        has_more: true,
    };
    let board = Board {
        to_review: many(10),
        mine: many(10),
        projects: all((0..20).map(health).collect()),
        ..empty()
    };
    let view = serde_json::json!(view(&Facts::Linked(Box::new(board)), &places()));
    assert!(view["blocks"].as_array().unwrap().len() <= 100);
    assert!(view.to_string().len() < 250_000);
}

#[test]
fn rollouts_that_concern_somebody_say_what_they_wait_for_them_with() {
    let mut board = empty();
    let line = |flag: &str, standing, waits: Option<&str>| RolloutLine {
        flag: flag.parse().unwrap(),
        page: format!("https://signalbox.example/rollouts/{flag}"),
        standing,
        stage: "25-percent".to_owned(),
        percentage: flags::Percentage::new(25.0).unwrap(),
        waits: waits.map(str::to_owned),
    };
    board.rollouts = all(vec![
        line("tidy", Standing::Held, Some("held: <!channel>")),
        line("calm", Standing::GoesOn, None),
    ]);
    let lines = read(&Facts::Linked(Box::new(board)));
    let text = "<https://signalbox.example/rollouts/tidy|tidy> is held at *25-percent*, open for 25 % \
                :hourglass: waits for you: held: &lt;!channel&gt;\n\
                <https://signalbox.example/rollouts/calm|calm> goes on at *25-percent*, open for 25 %";
    let place = lines
        .iter()
        .position(|line| line == "*Rollouts that concern you*");
    assert_eq!(lines[place.expect("a title") + 1], text);
    let none = read(&Facts::Linked(Box::new(empty())));
    assert!(!none.contains(&"*Rollouts that concern you*".to_owned()));
}
