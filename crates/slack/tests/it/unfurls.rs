//! Previews of links, as they are sent.

use std::collections::BTreeMap;

use domain::message::Tone;
use domain::{Message, mrkdwn};
use insta::assert_snapshot;
use sandbox::slack::blocks;
use serde_json::json;
use slack::event::{Envelope, Event};
use slack::view::Block;
use slack::{Preview, Retry, SignInPrompt, Unfurl, UnfurlError, UnfurlTarget};

use crate::requests::shown;
use crate::stub::Stub;
use crate::{channel, client};

const LINK: &str = "https://gitlab.example/acme/shop/-/merge_requests/7?x=1&y";

fn preview() -> Preview {
    let message = Message::new(mrkdwn::escape("!7 Tidy"), mrkdwn::bold("!7 Tidy"));
    Preview::of_message(
        &message
            .tone(Tone::Good)
            .fact("State", mrkdwn::escape("merged")),
    )
}

#[tokio::test]
async fn a_preview_goes_to_the_link_exactly_as_slack_knows_it() {
    let stub = Stub::saying(r#"{"ok":true}"#).await;
    let previews = BTreeMap::from([(LINK.to_owned(), preview())]);
    let (channel, ts) = (channel("C0GENERAL"), "1700000000.000100".parse().unwrap());
    let unfurl = Unfurl {
        target: UnfurlTarget::Message {
            channel: &channel,
            ts: &ts,
        },
        previews: &previews,
        prompt: None,
    };
    client(&stub.url, "xoxb-test").unfurl(unfurl).await.unwrap();
    assert_snapshot!(shown(&stub), @r##"
    POST /api/chat.unfurl HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"channel":"C0GENERAL","ts":"1700000000.000100","unfurls":{"https://gitlab.example/acme/shop/-/merge_requests/7?x=1&y":{"color":"#2EB67D","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*!7 Tidy*","verbatim":true}},{"type":"section","fields":[{"type":"mrkdwn","text":"*State*\nmerged","verbatim":true}]}]}}}
    "##);
}

#[tokio::test]
async fn whoever_is_not_linked_is_asked_to_be() {
    let shared = json!({
        "type": "event_callback", "team_id": "T0DEMO", "event_id": "Ev1",
        "event_time": 1_700_000_000,
        "event": { "type": "link_shared", "channel": "COMPOSER", "user": "U0ANA",
            "unfurl_id": "U0U-1", "source": "composer", "links": [{ "domain": "x", "url": LINK }] },
    });
    let Ok(Envelope::Event(callback)) = Envelope::from_json(&shared) else {
        panic!()
    };
    let Event::LinkShared(shared) = callback.event else {
        panic!()
    };
    let stub = Stub::saying(r#"{"ok":true}"#).await;
    let unfurl = Unfurl {
        target: UnfurlTarget::of(&shared).unwrap(),
        previews: &BTreeMap::new(),
        prompt: Some(SignInPrompt {
            url: "https://signalbox.example/link/abc",
            text: "Link your GitLab account to see previews.",
        }),
    };
    client(&stub.url, "xoxb-test").unfurl(unfurl).await.unwrap();
    assert_snapshot!(shown(&stub), @r##"
    POST /api/chat.unfurl HTTP/1.1
    authorization: Bearer xoxb-test
    content-type: application/json; charset=utf-8
    accept: */*
    user-agent: signalbox

    {"unfurl_id":"U0U-1","source":"composer","unfurls":{},"user_auth_required":true,"user_auth_url":"https://signalbox.example/link/abc","user_auth_message":"Link your GitLab account to see previews."}
    "##);
}

#[tokio::test]
async fn a_link_that_is_gone_is_left_alone() {
    let stub = Stub::saying(r#"{"ok":false,"error":"cannot_unfurl_url"}"#).await;
    let target = UnfurlTarget::Link {
        unfurl_id: "U0U-1",
        source: slack::event::LinkSource::History,
    };
    let unfurl = Unfurl {
        target,
        previews: &BTreeMap::from([(LINK.to_owned(), preview())]),
        prompt: None,
    };
    let error = client(&stub.url, "xoxb-test")
        .unfurl(unfurl)
        .await
        .unwrap_err();
    assert!(matches!(error, UnfurlError::TargetLost(_)), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
}

#[test]
fn a_preview_holds_no_more_than_a_message() {
    let row = |n: usize| Block::text(&mrkdwn::escape(&format!("{n} {}", "word ".repeat(300))));
    let preview = json!(Preview::of_blocks((0..60).map(row)));
    assert_eq!(
        blocks::validate_blocks(&preview["blocks"], blocks::Surface::Message),
        []
    );
    assert!(blocks::characters(&preview["blocks"]) < 13_200);
}
