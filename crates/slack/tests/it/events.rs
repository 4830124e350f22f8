//! Events, as Slack sends them.

use serde_json::{Value, json};
use slack::InvalidPayload;
use slack::event::{Envelope, Event, EventCallback, HomeTab, LinkSource};

fn envelope(event: Value) -> Value {
    let mut payload = json!({
        "token": "never-trusted", "team_id": "T0DEMO", "api_app_id": "A0SIGNALBOX",
        "type": "event_callback", "event_id": "Ev012AB3CD", "event_time": 1_700_000_000,
        "event_context": "4-context", "is_ext_shared_channel": false,
        "authorizations": [{
            "enterprise_id": null, "team_id": "T0DEMO", "user_id": "U0SIGNALBOX",
            "is_bot": true, "is_enterprise_install": false,
        }],
    });
    payload["event"] = event;
    payload
}

#[track_caller]
fn told(payload: &Value) -> EventCallback {
    match Envelope::parse(payload.to_string().as_bytes()) {
        Ok(Envelope::Event(callback)) => *callback,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn happened(event: Value) -> Event {
    told(&envelope(event)).event
}

fn is_ours(event: Value) -> bool {
    told(&envelope(event)).is_from("U0SIGNALBOX")
}

#[test]
fn an_event_is_known_by_its_id_its_workspace_and_its_app() {
    let callback = told(&envelope(json!({ "type": "app_uninstalled" })));
    insta::assert_debug_snapshot!(callback, @r##"
    EventCallback {
        event_id: "Ev012AB3CD",
        event_time: 2023-11-14T22:13:20Z,
        workspace: Some(
            WorkspaceId(
                "T0DEMO",
            ),
        ),
        enterprise: None,
        app_id: "A0SIGNALBOX",
        authorization: Some(
            Authorization {
                workspace: Some(
                    WorkspaceId(
                        "T0DEMO",
                    ),
                ),
                enterprise: None,
                user: "U0SIGNALBOX",
                is_bot: true,
            },
        ),
        author: Author {
            user: None,
            bot: None,
            app: None,
        },
        event: AppUninstalled,
    }
    "##);
}

#[test]
fn the_address_is_verified_and_a_limit_is_told() {
    let read = |payload: Value| Envelope::parse(payload.to_string().as_bytes()).unwrap();
    let challenge = json!({ "type": "url_verification", "token": "x", "challenge": "3eZbrw1a" });
    assert_eq!(
        read(challenge),
        Envelope::UrlVerification {
            challenge: "3eZbrw1a".to_owned()
        }
    );
    let limited = json!({ "type": "app_rate_limited", "token": "x", "team_id": "T0DEMO",
        "minute_rate_limited": 1_700_000_040, "api_app_id": "A0SIGNALBOX" });
    assert_eq!(
        read(limited),
        Envelope::RateLimited {
            workspace: "T0DEMO".parse().unwrap(),
            minute: 1_700_000_040
        }
    );
}

#[test]
fn a_home_tab_that_is_opened_tells_what_it_shows() {
    let opened = |more: Value| {
        let mut event = json!({ "type": "app_home_opened", "user": "U0ANA",
            "channel": "D0ANA", "event_ts": "1700000000.1" });
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        match happened(event) {
            Event::AppHomeOpened { tab, shown, .. } => (tab, shown.map(|shown| shown.hash)),
            other => panic!("{other:?}"),
        }
    };
    let view = json!({ "id": "V0HOME", "type": "home", "hash": "1.a" });
    assert_eq!(
        opened(json!({ "tab": "home", "view": view })),
        (HomeTab::Home, Some("1.a".to_owned()))
    );
    assert_eq!(
        opened(json!({ "tab": "messages" })),
        (HomeTab::Messages, None)
    );
    assert_eq!(opened(json!({ "tab": "about" })), (HomeTab::Other, None));
}

#[test]
fn revoked_tokens_are_told_apart() {
    let event = json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U0ANA"], "bot": ["U0SIGNALBOX"] } });
    assert_eq!(
        happened(event),
        Event::TokensRevoked {
            users: vec!["U0ANA".to_owned()],
            bots: vec!["U0SIGNALBOX".to_owned()]
        }
    );
    let event = json!({ "type": "tokens_revoked", "tokens": {} });
    assert_eq!(
        happened(event),
        Event::TokensRevoked {
            users: Vec::new(),
            bots: Vec::new()
        }
    );
}

#[test]
fn a_link_is_told_while_it_is_written_and_when_it_is_sent() {
    let shared = |more: Value| {
        let mut event = json!({ "type": "link_shared", "user": "U0ANA", "is_bot_user_member": true,
            "unfurl_id": "U0U-1", "event_ts": "1700000000.1",
            "links": [{ "domain": "gitlab.example", "url": "https://gitlab.example/a/b?x=1&y" }] });
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        match happened(event) {
            Event::LinkShared(shared) => shared,
            other => panic!("{other:?}"),
        }
    };
    let sent = shared(
        json!({ "channel": "C0GENERAL", "message_ts": "1700000000.000100",
        "source": "conversations_history" }),
    );
    assert_eq!(sent.source, LinkSource::History);
    assert_eq!(sent.ts.unwrap().as_str(), "1700000000.000100");
    assert_eq!(sent.links[0].url, "https://gitlab.example/a/b?x=1&y");
    let written = shared(json!({ "channel": "COMPOSER", "source": "composer",
        "message_ts": "U0U-909b5454-75f8" }));
    assert_eq!((written.source, written.ts), (LinkSource::Composer, None));
}

#[test]
fn only_what_people_write_to_the_bot_is_a_direct_message() {
    let message = |more: Value| {
        let mut event = json!({ "type": "message", "channel_type": "im", "channel": "D0ANA",
            "user": "U0ANA", "text": "help &amp; <@U0SIGNALBOX>", "ts": "1700000000.000100" });
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        happened(event)
    };
    let Event::DirectMessage(written) = message(json!({})) else {
        panic!()
    };
    assert_eq!(written.typed(), "help & @U0SIGNALBOX");
    for other in [
        json!({ "subtype": "message_changed", "hidden": true }),
        json!({ "subtype": "message_deleted" }),
        json!({ "subtype": "bot_message" }),
        json!({ "channel_type": "channel" }),
    ] {
        assert_eq!(message(other), Event::Other("message".to_owned()));
    }
}

#[test]
fn channels_and_people_change() {
    for (event, expected) in [
        (
            json!({ "type": "member_joined_channel", "user": "U0SIGNALBOX", "channel": "C0GENERAL",
                "channel_type": "C", "team": "T0DEMO", "inviter": "U0ANA" }),
            "MemberJoinedChannel",
        ),
        (
            json!({ "type": "member_left_channel", "user": "U0BEN", "channel": "C0GENERAL" }),
            "MemberLeftChannel",
        ),
        (
            json!({ "type": "channel_rename", "channel": { "id": "C0GENERAL", "name": "all", "created": 1 } }),
            "ChannelRenamed",
        ),
        (
            json!({ "type": "group_rename", "channel": { "id": "G0SECRET", "name": "all" } }),
            "ChannelRenamed",
        ),
        (
            json!({ "type": "channel_archive", "channel": "C0GENERAL", "user": "U0ANA" }),
            "ChannelArchived",
        ),
        (
            json!({ "type": "channel_unarchive", "channel": "C0GENERAL" }),
            "ChannelUnarchived",
        ),
        (
            json!({ "type": "channel_deleted", "channel": "C0GENERAL" }),
            "ChannelDeleted",
        ),
        (
            json!({ "type": "channel_id_changed", "old_channel_id": "C0A", "new_channel_id": "G0A" }),
            "ChannelIdChanged",
        ),
        (
            json!({ "type": "user_change", "user": { "id": "U0BEN", "name": "ben", "deleted": true,
                "tz": "Europe/Amsterdam", "profile": { "email": "ben@example.com" } } }),
            "UserChanged",
        ),
        (
            json!({ "type": "app_mention", "user": "U0ANA", "text": "<@U0SIGNALBOX> help",
                "ts": "1700000000.000100", "channel": "C0GENERAL" }),
            "AppMention",
        ),
        (json!({ "type": "emoji_changed" }), "Other"),
    ] {
        let shown = format!("{:?}", happened(event.clone()));
        assert_eq!(shown.split(['(', ' ']).next(), Some(expected), "{event}");
    }
}

#[test]
fn our_own_doing_is_told_from_everybody_elses() {
    let message = |more: Value| {
        let mut event = json!({ "type": "message", "channel_type": "im", "channel": "D0ANA",
            "text": "x", "ts": "1700000000.000100" });
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    assert!(is_ours(message(
        json!({ "user": "U0SIGNALBOX", "bot_id": "B0SIGNALBOX" })
    )));
    assert!(is_ours(message(
        json!({ "bot_id": "B0X", "app_id": "A0SIGNALBOX" })
    )));
    assert!(is_ours(message(
        json!({ "bot_id": "B0X", "bot_profile": { "app_id": "A0SIGNALBOX" } })
    )));
    assert!(!is_ours(message(json!({ "user": "U0ANA" }))));
    assert!(!is_ours(message(
        json!({ "user": "U0OTHER", "bot_id": "B0OTHER", "app_id": "A0OTHER" })
    )));
    assert!(!is_ours(
        json!({ "type": "member_joined_channel", "user": "U0SIGNALBOX", "channel": "C0GENERAL" })
    ));
}

#[test]
fn an_organizations_event_may_have_no_workspace() {
    let mut payload = envelope(json!({ "type": "app_uninstalled" }));
    payload["enterprise_id"] = "E0CORP".into();
    payload["team_id"] = Value::Null;
    payload["authorizations"][0]["team_id"] = Value::Null;
    let callback = told(&payload);
    assert_eq!(
        (callback.workspace, callback.enterprise.as_deref()),
        (None, Some("E0CORP"))
    );

    // In a channel that two organizations share, the installation is ours.
    let mut payload = envelope(json!({ "type": "app_uninstalled" }));
    payload["team_id"] = "T0THEIRS".into();
    assert_eq!(told(&payload).workspace.unwrap().as_str(), "T0DEMO");
}

#[track_caller]
fn refused(payload: &Value, expected: &str) {
    let error = Envelope::parse(payload.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_no_slack_sends_is_refused_by_the_fields_name() {
    refused(&json!({}), "the field type is missing");
    refused(
        &json!({ "type": "rtm" }),
        "there is nothing to do for a payload of type \"rtm\"",
    );
    refused(
        &json!({ "type": "url_verification" }),
        "the field challenge is missing",
    );
    refused(&envelope(Value::Null), "the field event is missing");
    refused(&envelope(json!({})), "the field event.type is missing");
    refused(
        &envelope(json!({ "type": "app_home_opened", "channel": "D0ANA" })),
        "the field event.user is missing",
    );
    refused(
        &envelope(json!({ "type": "channel_archive", "channel": "a b" })),
        "the field event.channel is invalid: channel \"a b\" has the character ' ', which it \
         cannot have",
    );
    refused(
        &envelope(json!({ "type": "user_change", "user": {} })),
        "the field event.user.id is missing",
    );
    let mut payload = envelope(json!({ "type": "app_uninstalled" }));
    payload["event_id"] = Value::Null;
    refused(&payload, "the field event_id is missing");
    let body = " ".repeat(2 * 1024 * 1024);
    assert_eq!(
        Envelope::parse(body.as_bytes()),
        Err(InvalidPayload::TooLong { limit: 1024 * 1024 })
    );
}
