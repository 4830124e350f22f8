//! Clicks, submissions and shortcuts, as Slack sends them.

use serde_json::{Value, json};
use slack::interaction::{Entered, LONGEST_BODY, Place};
use slack::{HookHost, Interaction, InvalidPayload};

fn slack_host() -> HookHost {
    HookHost::of_slack("https://slack.com/api/").unwrap()
}

fn parse(payload: &Value) -> Result<Interaction, InvalidPayload> {
    Interaction::parse(payload, &slack_host())
}

fn form(payload: &Value) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("payload", &payload.to_string());
    form.finish().into_bytes()
}

/// What every payload has.
fn sent_by_ana(kind: &str, more: Value) -> Value {
    let mut payload = json!({
        "type": kind,
        "token": "never-trusted",
        "api_app_id": "A0SIGNALBOX",
        "team": { "id": "T0DEMO", "domain": "demo" },
        "enterprise": null,
        "is_enterprise_install": false,
        "user": { "id": "U0ANA", "username": "ana", "name": "Ana", "team_id": "T0DEMO" },
        "trigger_id": "1700.42.c0ffee",
    });
    let Value::Object(more) = more else {
        panic!("{more}")
    };
    payload.as_object_mut().unwrap().extend(more);
    payload
}

/// "Approve", pressed on a card in a thread of `#general`.
fn press() -> Value {
    sent_by_ana(
        "block_actions",
        json!({
            "container": {
                "type": "message_attachment", "message_ts": "1700000000.000200",
                "attachment_id": 1, "channel_id": "C0GENERAL", "is_ephemeral": false,
                "thread_ts": "1700000000.000100",
            },
            "channel": { "id": "C0GENERAL", "name": "general" },
            "message": { "ts": "1700000000.000200", "text": "!7 Tidy" },
            "state": { "values": { "who": { "reviewer": {
                "type": "users_select", "selected_user": "U0BEN" } } } },
            "response_url": "https://hooks.slack.com/actions/T0DEMO/1/SECRET",
            "actions": [{
                "type": "button", "action_id": "approve~2", "block_id": "b1", "value": "12/7",
                "text": { "type": "plain_text", "text": "Approve" }, "action_ts": "1700000001.5",
            }],
        }),
    )
}

fn option(label: &str, value: &str) -> Value {
    json!({ "text": { "type": "plain_text", "text": label }, "value": value })
}

/// The incident's modal as it comes with a submission.
fn form_view() -> Value {
    json!({
        "id": "V0INCIDENT", "team_id": "T0DEMO", "type": "modal", "callback_id": "incident",
        "hash": "1700000000.h4sh", "private_metadata": "{\"channel\":\"C0GENERAL\"}",
        "root_view_id": "V0INCIDENT", "previous_view_id": null, "external_id": "",
        "state": { "values": {
            "title": { "title": { "type": "plain_text_input", "value": "  Shop is down " } },
            "description": { "text": { "type": "plain_text_input", "value": null } },
            "project": { "project": {
                "type": "external_select", "selected_option": option("acme / shop", "12") } },
            "severity": { "severity": { "type": "static_select", "selected_option": null } },
            "labels": { "labels": { "type": "multi_external_select",
                "selected_options": [option("backend", "3"), option("urgent", "9")] } },
            "flags": { "flags": { "type": "checkboxes", "selected_options": [option("Secret", "confidential")] } },
            "channel": { "channel": {
                "type": "conversations_select", "selected_conversation": "C0PRODUCTION" } },
            "people": { "people": {
                "type": "multi_users_select", "selected_users": ["U0ANA", "U0BEN"] } },
            "due": { "due": { "type": "datepicker", "selected_date": "2026-11-30" } },
            "empty": { "menu": {
                "type": "static_select", "selected_option": option("Nothing to choose", "nothing-to-choose") } },
        } },
    })
}

#[test]
fn a_button_on_a_card_tells_who_pressed_what_and_where() {
    let Ok(Interaction::BlockActions(pressed)) =
        Interaction::parse_form(&form(&press()), &slack_host())
    else {
        panic!("{:?}", parse(&press()))
    };
    assert!(!format!("{pressed:?}").contains("SECRET"), "{pressed:?}");
    assert_eq!(pressed.state.choice("who", "reviewer"), Some("U0BEN"));
    insta::assert_debug_snapshot!(pressed, @r##"
    BlockActions {
        who: Who {
            workspace: WorkspaceId(
                "T0DEMO",
            ),
            enterprise: None,
            user: UserId(
                "U0ANA",
            ),
            user_name: "ana",
            trigger_id: Some(
                "1700.42.c0ffee",
            ),
        },
        actions: [
            Action {
                action_id: "approve",
                block_id: "b1",
                entered: Text(
                    "12/7",
                ),
            },
        ],
        place: Message(
            MessagePlace {
                channel: ChannelName(
                    "C0GENERAL",
                ),
                channel_name: "general",
                ts: Ts(
                    "1700000000.000200",
                ),
                thread: Some(
                    Ts(
                        "1700000000.000100",
                    ),
                ),
                is_ephemeral: false,
            },
        ),
        state: State(
            {
                "who": {
                    "reviewer": One(
                        Chosen {
                            value: "U0BEN",
                            label: "",
                        },
                    ),
                },
            },
        ),
        response_url: Some(
            ResponseUrl(
                https://hooks.slack.com/…,
            ),
        ),
    }
    "##);
}

#[test]
fn a_button_of_an_ephemeral_message_has_no_message() {
    let mut payload = press();
    payload["container"] = json!({
        "type": "message", "message_ts": "1700000000.000200", "channel_id": "C0GENERAL",
        "is_ephemeral": true,
    });
    payload.as_object_mut().unwrap().remove("message");
    let Ok(Interaction::BlockActions(pressed)) = parse(&payload) else {
        panic!("{payload}")
    };
    let place = pressed.place.message().unwrap();
    assert!(place.is_ephemeral && place.thread.is_none(), "{place:?}");
}

#[test]
fn a_choice_in_a_view_brings_the_view() {
    let payload = sent_by_ana(
        "block_actions",
        json!({
            "container": { "type": "view", "view_id": "V0INCIDENT" },
            "view": form_view(),
            "actions": [{ "type": "external_select", "action_id": "project", "block_id": "project",
                "selected_option": option("acme / api", "13") }],
        }),
    );
    let Ok(Interaction::BlockActions(chosen)) = parse(&payload) else {
        panic!("{payload}")
    };
    assert_eq!(chosen.actions[0].entered.value(), Some("13"));
    assert_eq!(chosen.response_url, None);
    assert_eq!(chosen.state.text("title", "title"), Some("Shop is down"));
    let view = chosen.place.view().unwrap();
    assert_eq!(
        (view.callback_id.as_str(), view.is_home),
        ("incident", false)
    );
    assert_eq!(view.shown.hash, "1700000000.h4sh");
}

#[test]
fn a_submission_is_read_by_block_and_action() {
    let payload = sent_by_ana(
        "view_submission",
        json!({
            "view": form_view(),
            "response_urls": [{
                "block_id": "channel", "action_id": "channel", "channel_id": "C0PRODUCTION",
                "response_url": "https://hooks.slack.com/app/T0DEMO/1/SECRET",
            }],
        }),
    );
    let Ok(Interaction::ViewSubmission(sent)) = parse(&payload) else {
        panic!("{payload}")
    };
    let state = &sent.view.state;
    assert_eq!(state.text("title", "title"), Some("Shop is down"));
    assert_eq!(state.text("description", "text"), None);
    assert_eq!(state.choice("project", "project"), Some("12"));
    assert_eq!(state.label("project", "project"), Some("acme / shop"));
    assert_eq!(state.choice("severity", "severity"), None);
    assert_eq!(state.choices("labels", "labels"), ["3", "9"]);
    assert!(state.is_checked("flags", "flags", "confidential"));
    assert!(!state.is_checked("flags", "flags", "other"));
    assert_eq!(state.choice("channel", "channel"), Some("C0PRODUCTION"));
    assert_eq!(state.choices("people", "people"), ["U0ANA", "U0BEN"]);
    assert_eq!(state.text("due", "due"), Some("2026-11-30"));
    assert_eq!(state.entered("empty", "menu"), Some(&Entered::Nothing));
    assert_eq!(state.entered("title", "other"), None);
    assert_eq!(sent.view.private_metadata, "{\"channel\":\"C0GENERAL\"}");
    assert_eq!(sent.response_urls[0].channel.as_str(), "C0PRODUCTION");
}

#[test]
fn a_closed_modal_a_shortcut_and_a_search_are_read() {
    let closed = sent_by_ana(
        "view_closed",
        json!({ "view": form_view(), "is_cleared": true }),
    );
    let Ok(Interaction::ViewClosed(closed)) = parse(&closed) else {
        panic!("{closed}")
    };
    assert!(closed.is_cleared);

    let shortcut = sent_by_ana("shortcut", json!({ "callback_id": "new_issue" }));
    let Ok(Interaction::Shortcut(shortcut)) = parse(&shortcut) else {
        panic!("{shortcut}")
    };
    assert_eq!(shortcut.callback_id, "new_issue");
    assert_eq!(shortcut.who.trigger_id.as_deref(), Some("1700.42.c0ffee"));

    let search = sent_by_ana(
        "block_suggestion",
        json!({ "view": form_view(), "action_id": "project", "block_id": "project", "value": "sho" }),
    );
    let Ok(Interaction::Suggestion(search)) = parse(&search) else {
        panic!("{search}")
    };
    assert_eq!(
        (search.action_id.as_str(), search.query.as_str()),
        ("project", "sho")
    );
    assert!(matches!(search.place, Place::View(_)));
}

#[test]
fn a_shortcut_on_a_message_brings_its_text_as_it_was_typed() {
    let payload = sent_by_ana(
        "message_action",
        json!({
            "callback_id": "issue_from_message",
            "channel": { "id": "C0GENERAL", "name": "general" },
            "message_ts": "1700000000.000100",
            "message": { "type": "message", "user": "U0BEN", "ts": "1700000000.000100",
                "thread_ts": "1700000000.000050",
                "text": "a &lt; b in <#C0GENERAL|general>, see <https://g.ex/1>" },
            "response_url": "https://hooks.slack.com/app/T0DEMO/1/SECRET",
        }),
    );
    let Ok(Interaction::MessageShortcut(used)) = parse(&payload) else {
        panic!("{payload}")
    };
    assert_eq!(
        used.message.typed(),
        "a < b in #general, see https://g.ex/1"
    );
    assert_eq!(used.message.user.as_deref(), Some("U0BEN"));
    assert_eq!(used.message.thread.unwrap().as_str(), "1700000000.000050");
}

#[test]
fn an_organizations_app_is_told_the_persons_workspace() {
    let mut payload = sent_by_ana("shortcut", json!({ "callback_id": "new_issue" }));
    payload["team"] = Value::Null;
    payload["enterprise"] = json!({ "id": "E0CORP", "name": "Corp" });
    let who = parse(&payload).unwrap().who().clone();
    assert_eq!(who.workspace.as_str(), "T0DEMO");
    assert_eq!(who.enterprise.as_deref(), Some("E0CORP"));
}

#[track_caller]
fn refused(payload: &Value, expected: &str) {
    assert_eq!(parse(payload).unwrap_err().to_string(), expected);
}

#[test]
fn what_no_slack_sends_is_refused_by_the_fields_name() {
    let with = |field: &str, value: Value| {
        let mut payload = press();
        *payload.pointer_mut(field).unwrap() = value;
        payload
    };
    refused(&json!([]), "the field type is missing");
    refused(&with("/type", json!(1)), "the field type is missing");
    refused(
        &with("/type", json!("interactive_message")),
        "there is nothing to do for a payload of type \"interactive_message\"",
    );
    refused(
        &with("/user/id", Value::Null),
        "the field user.id is missing",
    );
    refused(
        &with("/user/id", json!("ana")),
        "the field user.id is invalid: user \"ana\" has the character 'a', which it cannot have",
    );
    refused(&with("/actions", json!([])), "the field actions is missing");
    refused(
        &with("/actions/0/action_id", json!("")),
        "the field action_id is missing",
    );
    refused(
        &with("/container/message_ts", json!("now")),
        "the field container.message_ts is not a message's time stamp",
    );
    refused(
        &with("/response_url", json!("https://evil.example/")),
        "the field response_url is refused: it is at https://evil.example; this Slack's \
         addresses begin with https://hooks.slack.com",
    );
    let mut submission = sent_by_ana("view_submission", json!({ "view": form_view() }));
    submission["view"]["private_metadata"] = "x".repeat(3_001).into();
    refused(
        &submission,
        "the field view.private_metadata has 3001 characters, at most 3000 are allowed",
    );
}

#[test]
fn a_form_has_one_payload_of_a_fitting_size() {
    let read = |body: &[u8]| Interaction::parse_form(body, &slack_host()).unwrap_err();
    assert_eq!(read(b""), InvalidPayload::NoPayload);
    assert_eq!(
        read(b"payload=%7B%7D&payload=%7B%7D"),
        InvalidPayload::NoPayload
    );
    assert_eq!(read(b"payload=%7B"), InvalidPayload::NotJson);
    let long = vec![b'x'; LONGEST_BODY + 1];
    assert_eq!(
        read(&long),
        InvalidPayload::TooLong {
            limit: LONGEST_BODY
        }
    );
    let deep = format!("payload={}{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(read(deep.as_bytes()), InvalidPayload::NotJson);
}
