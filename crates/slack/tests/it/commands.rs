//! Commands and webhooks from end to end: the sandbox is Slack.

use domain::{Message, mrkdwn};
use secrecy::SecretString;
use serde_json::json;
use slack::{
    IncomingWebhook, PostError, Rendered, Response, ResponseError, SlashCommand, Timeouts,
    WebhookPost, signature,
};

use crate::stub::Stub;
use crate::world::{NOW, World};
use crate::{channel, http};

fn said(text: &str) -> Rendered {
    Rendered::of_text(&mrkdwn::escape(text))
}

/// The value of a header in a request as it came.
fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let mut lines = request.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    value.unwrap_or_else(|| panic!("no {name} in {request}"))
}

/// The app that answers a command with `answer`, and the world where it is typed.
async fn typed(line: &str, answer: &Rendered) -> (World, SlashCommand) {
    let answer = serde_json::to_string(&Response::ephemeral(answer)).unwrap();
    let app = Stub::saying(&answer).await;
    let world = World::with_app(app.url.trim_end_matches("/api")).await;
    let fields = json!({ "user": "ops", "channel": "#production", "text": line });
    let typed = world.script("type", fields).await;
    assert_eq!(typed["ok"], true, "{typed}");
    let request = app.request();
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let secrets = ["another".into(), SecretString::from("demo-signing-secret")];
    let verified = signature::verify(
        &secrets,
        header(&request, "x-slack-request-timestamp"),
        body.as_bytes(),
        header(&request, "x-slack-signature"),
        NOW,
    );
    assert_eq!(verified, Ok(()));
    let command = SlashCommand::parse(body.as_bytes(), &world.hook_host()).unwrap();
    (world, command)
}

#[tokio::test]
async fn a_command_is_verified_read_and_answered_at_once_and_later() {
    let line = "/chatops run feature set a_flag 25 --actors --project <project>";
    let (world, command) = typed(line, &said("Working on it")).await;
    assert_eq!(command.command, "/chatops");
    assert_eq!(
        command.typed(),
        "run feature set a_flag 25 --actors --project <project>"
    );
    assert_eq!(command.channel_name, "production");
    let working = world.screen_of("ops", "#production").await;
    assert!(working.contains("Working on it"), "{working}");

    let http = http(world.url(), Timeouts::default());
    let environments = ["staging", "production"].map(|name| {
        Message::new(mrkdwn::escape(name), mrkdwn::bold(name)).fact("State", mrkdwn::code("on"))
    });
    let result = slack::block_kit::render_all(&environments);
    let answer = Response {
        replace_original: true,
        ..Response::ephemeral(&result)
    };
    command.response_url.respond(&http, answer).await.unwrap();
    let shown = world.screen_of("ops", "#production").await;
    assert!(!shown.contains("Working on it"), "{shown}");
    for word in ["staging", "production", "State"] {
        assert!(shown.contains(word), "{shown}");
    }
    let others = world.screen_of("ana", "#production").await;
    assert!(!others.contains("staging"), "{others}");

    let done = said("a_flag is at 25 %");
    let answer = Response::in_channel(&done);
    command.response_url.respond(&http, answer).await.unwrap();
    let others = world.screen_of("ana", "#production").await;
    assert!(others.contains("a_flag is at 25 %"), "{others}");
}

#[tokio::test]
async fn the_sixth_answer_is_one_too_many() {
    let (world, command) = typed("/chatops run help", &said("Help")).await;
    let http = http(world.url(), Timeouts::default());
    let more = said("more");
    for _ in 0..5 {
        let answer = Response::ephemeral(&more);
        command.response_url.respond(&http, answer).await.unwrap();
    }
    let answer = Response::ephemeral(&more);
    let error = command.response_url.respond(&http, answer).await;
    assert!(matches!(error, Err(ResponseError::Used)), "{error:?}");
}

#[tokio::test]
async fn a_webhook_posts_in_the_channel_that_it_is_asked_for() {
    let world = World::start().await;
    let url = world
        .script("webhook", json!({ "channel": "#general", "legacy": true }))
        .await;
    let url = SecretString::from(url["url"].as_str().unwrap());
    let http = http(world.url(), Timeouts::default());
    let webhook = IncomingWebhook::new(http.clone(), &url, &world.hook_host()).unwrap();
    let (message, staging, nowhere) = (crate::pushed(), channel("#staging"), channel("#nowhere"));
    let post = WebhookPost {
        message: &message,
        channel: Some(&staging),
        username: Some("GitLab"),
        icon_url: None,
    };
    webhook.post(post).await.unwrap();
    let shown = world.screen("#staging").await;
    assert!(
        shown.contains("GitLab") && shown.contains("2 commits"),
        "{shown}"
    );
    let lost = WebhookPost {
        channel: Some(&nowhere),
        ..post
    };
    let error = webhook.post(lost).await.unwrap_err();
    assert!(matches!(error, PostError::ChannelNotFound(_)), "{error:?}");

    let gone = SecretString::from(format!("{}/services/T0DEMO/B0GONE/x", world.url()));
    let webhook = IncomingWebhook::new(http, &gone, &world.hook_host()).unwrap();
    let error = webhook.post(post).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the incoming webhook takes no messages (no_service)"
    );
}
