//! What goes over the wire.

use insta::assert_snapshot;
use slack::{ListedChannels, UpdateMessage};

use crate::stub::Stub;
use crate::{channel, client, post, pushed};

/// The request without what differs from run to run.
pub fn shown(stub: &Stub) -> String {
    let request = stub.request().replace("\r\n", "\n");
    request
        .lines()
        .filter(|line| !line.starts_with("host: ") && !line.starts_with("content-length: "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_post_carries_its_delivery_and_keeps_its_token_in_the_header() {
    let stub = Stub::saying(r#"{"ok":true,"channel":"C0GENERAL","ts":"1700000000.000100"}"#).await;
    let posted = post(&client(&stub.url, "xoxb-test"), "#general")
        .await
        .unwrap();
    assert_eq!(posted.channel, channel("C0GENERAL"));
    assert_eq!(posted.ts.as_str(), "1700000000.000100");
    assert_snapshot!(shown(&stub), @r##"
    POST /api/chat.postMessage HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"channel":"#general","text":"Ana pushed 2 commits to main","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*Ana* pushed 2 commits to `main`","verbatim":true}}],"attachments":[{"color":"#334455","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"1. Tidy &lt;up&gt;\n2. Test","verbatim":true}}]}],"metadata":{"event_type":"signalbox_delivery","event_payload":{"id":"dlv_01hf7yat000000000000000001"}},"unfurl_links":false,"unfurl_media":false}
    "##);
}

#[tokio::test]
async fn an_update_takes_away_what_stood_there() {
    let stub = Stub::saying(r#"{"ok":true,"channel":"C0GENERAL","ts":"1700000000.000100"}"#).await;
    let (channel, ts) = (channel("C0GENERAL"), "1700000000.000100".parse().unwrap());
    let message = pushed().plain();
    let update = UpdateMessage {
        channel: &channel,
        ts: &ts,
        message: &message,
    };
    client(&stub.url, "xoxb-test")
        .update_message(update)
        .await
        .unwrap();
    assert_snapshot!(shown(&stub), @r##"
    POST /api/chat.update HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"channel":"C0GENERAL","text":"Ana pushed 2 commits to main","blocks":[],"attachments":[],"ts":"1700000000.000100"}
    "##);
}

#[tokio::test]
async fn a_reading_method_takes_a_form() {
    let stub = Stub::saying(
        r#"{"ok":true,"channels":[{"id":"C0GENERAL","name":"general","is_member":true}],
            "response_metadata":{"next_cursor":"dGVhbTo="}}"#,
    )
    .await;
    let client = client(&stub.url, "xoxb-test");
    let page = client
        .conversations_list(ListedChannels::PublicAndPrivate, None)
        .await
        .unwrap();
    assert_eq!(page.items[0].name.as_deref(), Some("general"));
    assert!(page.next.is_some());
    assert_snapshot!(shown(&stub), @r##"
    POST /api/conversations.list HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/x-www-form-urlencoded
    accept: */*
    user-agent: signalbox

    types=public_channel%2Cprivate_channel&exclude_archived=true&limit=200
    "##);
}

#[tokio::test]
async fn an_address_of_a_person_stands_in_no_url() {
    let stub = Stub::saying(r#"{"ok":true,"user":{"id":"U0ANA","name":"ana"}}"#).await;
    let ana = client(&stub.url, "xoxb-test")
        .user_by_email("ana+work@example.com")
        .await
        .unwrap();
    assert_eq!(ana.id, "U0ANA");
    assert_snapshot!(shown(&stub), @r##"
    POST /api/users.lookupByEmail HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/x-www-form-urlencoded
    accept: */*
    user-agent: signalbox

    email=ana%2Bwork%40example.com
    "##);
}
