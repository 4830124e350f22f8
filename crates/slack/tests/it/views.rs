//! Modals, the Home tab and cards: inside Slack's limits, and how they are sent.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use domain::{Message, mrkdwn};
use insta::{assert_json_snapshot, assert_snapshot};
use sandbox::slack::blocks;
use serde_json::{Value, json};
use slack::block_kit::render_with;
use slack::view::{
    Block, Button, Choice, Control, Group, Input, PlainTextInput, Section, Suggestions, View,
    ViewAnswer,
};
use slack::{Rendered, Retry, ViewError};

use crate::client;
use crate::gallery::{self, incident};
use crate::requests::shown;
use crate::stub::Stub;

#[track_caller]
pub fn check(about: &str, view: &View) {
    let json = serde_json::to_value(view).unwrap();
    assert_eq!(blocks::validate_view(&json), [], "{about}");
    let size = json.to_string().len();
    assert!(size < 250_000, "{about}: {size}");
}

#[test]
fn every_view_of_the_gallery_is_one_that_slack_takes() {
    let views = gallery::views();
    for (about, view) in &views {
        check(about, view);
    }
    assert_eq!(views.len(), 17);
}

#[test]
fn every_view_of_the_gallery_passes_the_official_clients_models() {
    let Some(clients) = std::env::var_os("SIGNALBOX_CLIENTS") else {
        println!("official clients absent: run make test");
        return;
    };
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/clients/python/validate_views.py"
    );
    let mut models = Command::new(Path::new(&clients).join("venv/bin/python"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python of the clients: run tests/clients/setup.sh");
    let views = gallery::views();
    let lines = views.iter().map(|(_, view)| json!(view).to_string() + "\n");
    let lines: String = lines.collect();
    // A check that ended early says so itself.
    let _ = models.stdin.take().unwrap().write_all(lines.as_bytes());
    let output = models.wait_with_output().unwrap();
    assert!(output.status.success(), "the line number is a view's");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert_eq!(
        said.trim(),
        format!("{} views pass slack_sdk's models", views.len())
    );
}

#[test]
fn what_finds_no_room_is_counted() {
    let row = |n: usize| Block::text(&mrkdwn::escape(&format!("Row {n}")));
    let view = View::home().blocks((0..120).map(row));
    let json = json!(view);
    let blocks = json["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 100);
    assert_eq!(blocks[99]["elements"][0]["text"], "21 more not shown");

    let message = Rendered::of_blocks(&mrkdwn::escape("Rows"), (0..60).map(row));
    assert_eq!(message.blocks.len(), 50);
    let json = json!(message);
    assert_eq!(
        json["blocks"][49]["elements"][0]["text"],
        "11 more not shown"
    );
}

#[test]
fn a_form_without_a_submit_button_gets_one() {
    let form =
        View::modal("Comment").block(Input::new("body", "Text", PlainTextInput::new("body")));
    assert_eq!(json!(form)["submit"]["text"], "Submit");
    assert_eq!(json!(form.submit("Send"))["submit"]["text"], "Send");
    assert_eq!(json!(View::modal("Told"))["submit"], Value::Null);
}

#[test]
fn too_much_private_metadata_is_refused_and_not_cut() {
    assert!(View::modal("x").private_metadata("x".repeat(3_000)).is_ok());
    let error = View::home()
        .private_metadata("x".repeat(3_001))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the view's private metadata has 3001 characters, at most 3000 are allowed"
    );
}

#[test]
fn a_block_id_that_comes_twice_gets_a_number() {
    let row = || Section::new(&mrkdwn::escape("x")).block_id("row");
    let json = json!(View::home().block(row()).block(row()));
    assert_eq!(json["blocks"][0]["block_id"], "row");
    assert_eq!(json["blocks"][1]["block_id"], "row~2");
}

#[test]
fn a_card_has_its_buttons_under_its_details() {
    let message = Message::new(mrkdwn::escape("!7 Tidy"), mrkdwn::bold("!7 Tidy"))
        .fact("Target", mrkdwn::code("main"))
        .link("Open", "https://gitlab.example/7");
    let approve: Control = Button::new("Approve", "approve")
        .value("12/7")
        .primary()
        .into();
    let card = json!(render_with(&message, [approve.clone(), approve]));
    assert_eq!(blocks::validate_message(&card), []);
    let blocks = card["attachments"][0]["blocks"].as_array().unwrap();
    assert_json_snapshot!(blocks.last().unwrap(), @r##"
    {
      "elements": [
        {
          "action_id": "approve",
          "style": "primary",
          "text": {
            "emoji": false,
            "text": "Approve",
            "type": "plain_text"
          },
          "type": "button",
          "value": "12/7"
        },
        {
          "action_id": "approve~2",
          "style": "primary",
          "text": {
            "emoji": false,
            "text": "Approve",
            "type": "plain_text"
          },
          "type": "button",
          "value": "12/7"
        },
        {
          "action_id": "open_1",
          "text": {
            "emoji": false,
            "text": "Open",
            "type": "plain_text"
          },
          "type": "button",
          "url": "https://gitlab.example/7"
        }
      ],
      "type": "actions"
    }
    "##);
    let kinds: Vec<&Value> = blocks.iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["section", "actions"]);
}

#[test]
fn a_submission_is_answered_in_slacks_words() {
    let answers = [
        ViewAnswer::Close,
        ViewAnswer::Clear,
        ViewAnswer::update(View::modal("Done")),
        ViewAnswer::push(View::modal("More")),
        ViewAnswer::errors([("title", "is taken"), ("project", " ")]),
        ViewAnswer::errors(Vec::<(String, String)>::new()),
    ];
    let empty: Vec<bool> = answers.iter().map(ViewAnswer::is_empty).collect();
    assert_eq!(empty, [true, false, false, false, false, true]);
    let shown: Vec<String> = answers
        .iter()
        .map(|answer| json!(answer).to_string())
        .collect();
    assert_snapshot!(shown.join("\n"), @r##"
    {}
    {"response_action":"clear"}
    {"response_action":"update","view":{"blocks":[{"text":{"text":"Nothing to show","type":"mrkdwn","verbatim":true},"type":"section"}],"title":{"emoji":false,"text":"Done","type":"plain_text"},"type":"modal"}}
    {"response_action":"push","view":{"blocks":[{"text":{"text":"Nothing to show","type":"mrkdwn","verbatim":true},"type":"section"}],"title":{"emoji":false,"text":"More","type":"plain_text"},"type":"modal"}}
    {"errors":{"project":"is not valid","title":"is taken"},"response_action":"errors"}
    {}
    "##);
}

#[test]
fn suggestions_are_options_or_groups() {
    let choice = |n: usize| Choice::new(&format!("Project {n}"), n.to_string());
    assert_eq!(json!(Suggestions::listed([])), json!({ "options": [] }));
    let many = json!(Suggestions::listed((0..150).map(choice)));
    assert_eq!(many["options"].as_array().map(Vec::len), Some(100));
    let groups = [Group::new("acme", [choice(1)]), Group::new("empty", [])];
    assert_eq!(
        json!(Suggestions::grouped(groups)),
        json!({ "option_groups": [{
            "label": { "type": "plain_text", "text": "acme", "emoji": false },
            "options": [{
                "text": { "type": "plain_text", "text": "Project 1", "emoji": false },
                "value": "1",
            }],
        }] })
    );
}

const SHOWN: &str =
    r#"{"ok":true,"view":{"id":"V012AB3CD","hash":"1700000000.abc","type":"modal"}}"#;

#[tokio::test]
async fn a_modal_is_opened_with_its_trigger() {
    let stub = Stub::saying(SHOWN).await;
    let opened = client(&stub.url, "xoxb-test")
        .open_view("1.2.abc", &incident())
        .await
        .unwrap();
    assert_eq!(
        (opened.id.as_str(), opened.hash.as_str()),
        ("V012AB3CD", "1700000000.abc")
    );
    assert_snapshot!(shown(&stub), @r##"
    POST /api/views.open HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"trigger_id":"1.2.abc","view":{"type":"modal","title":{"type":"plain_text","text":"New incident","emoji":false},"blocks":[{"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title","emoji":false},"element":{"type":"plain_text_input","action_id":"title","min_length":1,"max_length":255},"optional":false},{"type":"input","block_id":"project","label":{"type":"plain_text","text":"Project","emoji":false},"element":{"type":"external_select","action_id":"project","placeholder":{"type":"plain_text","text":"Search","emoji":false},"initial_option":{"text":{"type":"plain_text","text":"acme / shop","emoji":false},"value":"12"},"min_query_length":0},"optional":false,"dispatch_action":true},{"type":"input","block_id":"severity","label":{"type":"plain_text","text":"Severity","emoji":false},"element":{"type":"static_select","action_id":"severity","options":[{"text":{"type":"plain_text","text":"Critical - S1","emoji":false},"value":"1","description":{"type":"plain_text","text":"Everybody is affected","emoji":false}},{"text":{"type":"plain_text","text":"Unknown","emoji":false},"value":"0"}],"initial_option":{"text":{"type":"plain_text","text":"Unknown","emoji":false},"value":"0"}},"optional":true},{"type":"input","block_id":"labels","label":{"type":"plain_text","text":"Labels","emoji":false},"element":{"type":"multi_external_select","action_id":"labels"},"hint":{"type":"plain_text","text":"At most ten","emoji":false},"optional":true},{"type":"input","block_id":"channel","label":{"type":"plain_text","text":"Tell","emoji":false},"element":{"type":"conversations_select","action_id":"channel","default_to_current_conversation":true,"response_url_enabled":true,"filter":{"include":["public","private"],"exclude_bot_users":true}},"optional":false},{"type":"input","block_id":"description","label":{"type":"plain_text","text":"Description","emoji":false},"element":{"type":"plain_text_input","action_id":"description","multiline":true,"max_length":3000},"optional":true}],"submit":{"type":"plain_text","text":"Declare","emoji":false},"close":{"type":"plain_text","text":"Cancel","emoji":false},"callback_id":"incident","private_metadata":"{\"channel\":\"C0GENERAL\"}","notify_on_close":true}}
    "##);
}

#[tokio::test]
async fn an_update_names_what_it_replaces() {
    let stub = Stub::saying(SHOWN).await;
    let id = "V012AB3CD".parse().unwrap();
    client(&stub.url, "xoxb-test")
        .update_view(&id, Some("1700000000.aaa"), &View::modal("Done"))
        .await
        .unwrap();
    assert_snapshot!(shown(&stub), @r##"
    POST /api/views.update HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"view_id":"V012AB3CD","hash":"1700000000.aaa","view":{"type":"modal","title":{"type":"plain_text","text":"Done","emoji":false},"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"Nothing to show","verbatim":true}}]}}
    "##);
}

#[tokio::test]
async fn a_home_tab_is_published_for_one_person() {
    let stub = Stub::saying(SHOWN).await;
    let ana = "U0ANA".parse().unwrap();
    client(&stub.url, "xoxb-test")
        .publish_home(&ana, None, &View::home().block(Block::header("Hello")))
        .await
        .unwrap();
    assert_snapshot!(shown(&stub), @r##"
    POST /api/views.publish HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"user_id":"U0ANA","view":{"type":"home","blocks":[{"type":"header","text":{"type":"plain_text","text":"Hello","emoji":false}}]}}
    "##);
}

#[tokio::test]
async fn an_expired_trigger_is_a_decision() {
    let stub = Stub::saying(r#"{"ok":false,"error":"expired_trigger_id"}"#).await;
    let client = client(&stub.url, "xoxb-test");
    let error = client.push_view("1.2.abc", &incident()).await.unwrap_err();
    assert!(matches!(error, ViewError::TriggerOver(_)), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
}
