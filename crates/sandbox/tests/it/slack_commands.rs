//! Slash commands and their `response_url`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::slack_app::{Answer, App};
use crate::slack_world::{Said, World, options, said};

async fn types(world: &World, line: &str) -> Said {
    let typed = json!({ "user": "ana", "channel": "general", "text": line });
    world.sandbox("type", typed).await
}

/// `(author, text, ephemeral)` of what ana sees.
async fn seen(world: &World, user: &str, channel: &str) -> Vec<(String, String, bool)> {
    let path = format!("/sandbox/screen?user={user}&channel={channel}&format=json");
    let messages = world.get(&path).await.body["messages"].take();
    let seen = messages.as_array().unwrap().iter().map(|message| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let author = text(&message["author"]["name"]);
        let ephemeral = message["ephemeral"].as_bool().unwrap();
        (author, text(&message["text"]), ephemeral)
    });
    seen.collect()
}

fn line(author: &str, text: &str, ephemeral: bool) -> (String, String, bool) {
    (author.to_owned(), text.to_owned(), ephemeral)
}

/// Posts to the `response_url` of the last command.
async fn later(app: &App, body: Value) -> (u16, String) {
    let request = crate::gitlab_world::http().post(app.asked().field("response_url"));
    let said = said(
        request
            .header("content-type", "application/json")
            .body(body.to_string()),
    )
    .await;
    (
        said.status,
        said.body.as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn a_command_is_sent_as_slack_sends_it() {
    let (app, world) = App::start().await;
    types(
        &world,
        "/chatops  run feature set f <rollout-percentage> --random & @ben  ",
    )
    .await;
    let asked = app.asked();
    assert_eq!(
        asked.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(asked.header("x-slack-request-timestamp"), "1795165200");
    assert!(asked.header("x-slack-signature").starts_with("v0="));
    assert!(asked.header("user-agent").starts_with("Slackbot 1.0"));
    let names: Vec<String> = url::form_urlencoded::parse(asked.body.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "token",
            "team_id",
            "team_domain",
            "channel_id",
            "channel_name",
            "user_id",
            "user_name",
            "command",
            "text",
            "api_app_id",
            "is_enterprise_install",
            "response_url",
            "trigger_id",
        ]
    );
    for (field, expected) in [
        ("token", "demo-verification-token"),
        ("team_id", "T0DEMO"),
        ("team_domain", "signalbox-demo"),
        ("channel_id", "C0GENERAL"),
        ("channel_name", "general"),
        ("user_id", "U0ANA"),
        ("user_name", "ana"),
        ("command", "/chatops"),
        (
            "text",
            "run feature set f &lt;rollout-percentage&gt; --random &amp; @ben",
        ),
        ("api_app_id", "A0SIGNALBOX"),
        ("is_enterprise_install", "false"),
    ] {
        assert_eq!(asked.field(field), expected, "{field}");
    }
    let commands = format!("{}/commands/T0DEMO/", world.running.url);
    assert!(asked.field("response_url").starts_with(&commands));
}

#[tokio::test]
async fn closed_conversations_are_not_named_to_the_app() {
    let (app, world) = App::start().await;
    for (channel, expected) in [
        ("leads", "privategroup"),
        ("signalbox", "directmessage"),
        ("staging", "staging"),
    ] {
        let typed = json!({ "user": "ana", "channel": channel, "text": "/gitlab help" });
        assert_eq!(world.sandbox("type", typed).await.outcome(), "ok");
        assert_eq!(app.asked().field("channel_name"), expected);
    }
}

#[tokio::test]
async fn the_answer_is_shown_as_the_app_asks() {
    let (app, world) = App::start().await;
    let blocks = json!([{ "type": "section", "text": { "type": "mrkdwn", "text": "block" } }]);
    let public = json!({ "response_type": "in_channel", "text": "public", "blocks": blocks });
    for (answer, expected) in [
        (Answer::Empty, Value::Null),
        (Answer::Text("*plain*"), json!("*plain*")),
        (
            Answer::Json(json!({ "text": "quiet" })),
            json!({ "text": "quiet" }),
        ),
        (Answer::Json(json!({})), json!({})),
        (Answer::Json(public.clone()), public),
        (
            Answer::Json(json!({ "response_type": "in_channel" })),
            json!({ "response_type": "in_channel" }),
        ),
    ] {
        app.answers(answer);
        let said = types(&world, "/chatops run <a>").await;
        assert_eq!((said.status, said.outcome()), (200, "ok"));
        assert_eq!(said.body["answer"], expected);
        assert_eq!(said.body.get("error"), None);
    }
    let public = [
        line("ana", "/chatops run &lt;a&gt;", false),
        line("signalbox", "public", false),
        line("ana", "/chatops run &lt;a&gt;", false),
    ];
    let private = [
        line("signalbox", "*plain*", true),
        line("signalbox", "quiet", true),
    ];
    assert_eq!(
        seen(&world, "ana", "general").await,
        [&private[..], &public].concat()
    );
    assert_eq!(seen(&world, "ben", "general").await, public);
    let drawn = world.get("/sandbox/screen?user=ana&channel=general&format=text");
    let drawn = drawn.await.body;
    assert!(
        drawn.as_str().unwrap().contains("Only visible to you"),
        "{drawn}"
    );
    let messages = world.screen("general").await;
    let vias: Vec<&Value> = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["via"])
        .collect();
    assert_eq!(
        vias,
        ["app", "app", "", "app", ""]
            .map(|via| match via {
                "" => Value::Null,
                via => json!(via),
            })
            .iter()
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_slacks_words() {
    let (app, world) = App::start().await;
    let too_long = json!({ "blocks": [{ "type": "header",
        "text": { "type": "plain_text", "text": "a".repeat(151) } }] });
    for (answer, error) in [
        (Answer::Status(500), "dispatch_failed"),
        (Answer::Status(404), "dispatch_failed"),
        (Answer::Status(302), "dispatch_failed"),
        (
            Answer::Raw("application/json", "{\"text\""),
            "dispatch_failed",
        ),
        (Answer::Json(too_long), "invalid_blocks"),
    ] {
        app.answers(answer);
        let said = types(&world, "/gitlab help").await;
        assert_eq!(said.body["error"], error);
        let shown = seen(&world, "ana", "general").await;
        let words = format!("/gitlab failed with the error \"{error}\"");
        assert_eq!(shown.last().unwrap(), &line("slackbot", &words, true));
    }
    assert_eq!(seen(&world, "ben", "general").await, []);
}

#[tokio::test]
async fn an_app_that_is_silent_or_gone_fails_the_command() {
    let app = App::listen().await;
    app.answers(Answer::Silence);
    let mut options = options();
    options.app_url = Some(app.url.clone());
    options.answer_limit = Duration::from_millis(100);
    let world = World::with(options).await;
    let said = types(&world, "/gitlab help").await;
    assert_eq!(
        (said.outcome(), &said.body["error"]),
        ("ok", &json!("operation_timeout"))
    );
    let words = "/gitlab failed with the error \"operation_timeout\"";
    assert_eq!(said.body["answer"]["text"], words);
    assert_eq!(
        later(&app, json!({ "text": "late" })).await,
        (200, "ok".to_owned())
    );
    assert_eq!(
        seen(&world, "ana", "general").await,
        [
            line("slackbot", words, true),
            line("signalbox", "late", true)
        ]
    );

    let mut options = crate::slack_world::options();
    options.app_url = Some("http://127.0.0.1:9".to_owned());
    let world = World::with(options).await;
    let said = types(&world, "/gitlab help").await;
    assert_eq!(said.body["error"], "dispatch_failed");
}

#[tokio::test]
async fn commands_are_not_for_threads_and_not_for_strangers() {
    let (app, world) = App::start().await;
    let root = world.post("C0GENERAL", "root").await;
    let typed =
        json!({ "user": "ana", "channel": "general", "text": "/gitlab help", "thread_ts": root });
    let said = world.sandbox("type", typed).await;
    assert_eq!(
        said.body["answer"]["text"],
        "/gitlab is not supported in threads. Sorry!"
    );
    for (user, channel) in [("ben", "leads"), ("zoe", "general")] {
        let typed = json!({ "user": user, "channel": channel, "text": "/gitlab help" });
        assert_eq!(world.sandbox("type", typed).await.status, 400);
    }
    let said = types(&world, "/nothing at all").await;
    let text = said.body["answer"]["text"].as_str().unwrap();
    assert!(
        text.starts_with("/nothing is not a valid command."),
        "{text}"
    );
    assert_eq!(
        types(&world, " /gitlab help").await.body["answer"],
        Value::Null
    );
    assert_eq!(app.times_asked(), 0);
}

#[tokio::test]
async fn a_response_url_takes_five_posts() {
    let (app, world) = App::start().await;
    let typed = json!({ "user": "ana", "channel": "leads", "text": "/chatops run" });
    world.sandbox("type", typed).await;
    for (body, word) in [
        (json!({}), "no_text"),
        (json!([]), "invalid_payload"),
        (
            json!({ "blocks": [{ "type": "nothing" }] }),
            "invalid_blocks",
        ),
    ] {
        assert_eq!(later(&app, body).await, (400, word.to_owned()));
    }
    let public = json!({ "response_type": "in_channel", "text": "for all" });
    assert_eq!(later(&app, public).await.0, 200);
    for _ in 0..4 {
        assert_eq!(
            later(&app, json!({ "text": "more" })).await,
            (200, "ok".to_owned())
        );
    }
    let over = later(&app, json!({ "text": "more" })).await;
    assert_eq!(over, (404, "used_url".to_owned()));
    let seen_by = |user| seen(&world, user, "leads");
    assert_eq!(seen_by("ops").await, [line("signalbox", "for all", false)]);
    assert_eq!(seen_by("ana").await.len(), 5);
    let calls = world.get("/sandbox/calls?method=response-url").await.body["calls"].take();
    let calls = calls.as_array().unwrap();
    assert_eq!(calls.len(), 9);
    let told = |at: usize| (&calls[at]["ok"], &calls[at]["error"], &calls[at]["via"]);
    assert_eq!(told(3), (&json!(true), &Value::Null, &json!("app")));
    assert_eq!(told(8), (&json!(false), &json!("used_url"), &json!("app")));
    let url = app.asked().field("response_url");
    let secret = url.rsplit('/').next().unwrap();
    assert!(!json!(calls).to_string().contains(secret));
}

#[tokio::test]
async fn a_response_url_lives_half_an_hour() {
    let (app, world) = App::start().await;
    types(&world, "/chatops run").await;
    world.advance(30 * 60 - 1);
    assert_eq!(later(&app, json!({ "text": "a" })).await.0, 200);
    world.advance(1);
    assert_eq!(
        later(&app, json!({ "text": "b" })).await,
        (404, "expired_url".to_owned())
    );
    let wrong = format!("{}0", app.asked().field("response_url"));
    let request = crate::gitlab_world::http()
        .post(wrong)
        .body("{\"text\":\"c\"}");
    let said = said(request).await;
    assert_eq!((said.status, said.body), (404, json!("expired_url")));
}

#[tokio::test]
async fn later_answers_replace_and_delete_the_earlier_one() {
    let (app, world) = App::start().await;
    app.answers(Answer::Json(json!({ "text": "working" })));
    types(&world, "/chatops run").await;
    let replace = |text: &str| json!({ "replace_original": true, "text": text });
    later(&app, replace("half way")).await;
    let done = [line("signalbox", "half way", true)];
    assert_eq!(seen(&world, "ana", "general").await, done);
    // Slack makes no ephemeral message public.
    let public = json!({ "replace_original": true, "response_type": "in_channel", "text": "done" });
    later(&app, public).await;
    assert_eq!(
        seen(&world, "ana", "general").await,
        [line("signalbox", "done", true)]
    );
    assert_eq!(later(&app, json!({ "delete_original": true })).await.0, 200);
    assert_eq!(seen(&world, "ana", "general").await, []);

    app.answers(Answer::Json(
        json!({ "response_type": "in_channel", "text": "0 %" }),
    ));
    types(&world, "/chatops run").await;
    later(&app, replace("50 %")).await;
    let message = world.screen("general").await[1].take();
    assert_eq!(message["text"], "50 %");
    assert!(message["edited"].is_string());
    let root = message["ts"].clone();
    let threaded = json!({ "thread_ts": root, "response_type": "in_channel", "text": "log" });
    assert_eq!(later(&app, threaded).await.0, 200);
    assert_eq!(world.screen("general").await[1]["reply_count"], 1);
}

#[tokio::test]
async fn scripts_register_commands_of_their_own() {
    let (usual, world) = App::start().await;
    let other = App::listen().await;
    let known = world.get("/sandbox/commands").await.body["commands"].take();
    assert_eq!(
        (&known[0]["name"], &known[1]["name"]),
        (&json!("/chatops"), &json!("/gitlab"))
    );
    let url = format!("{}/own", other.url);
    let command = json!({ "command": "/own", "url": url, "should_escape": true });
    assert_eq!(world.sandbox("commands", command).await.outcome(), "ok");
    types(&world, "/own @ben in #general").await;
    let text = other.asked().field("text");
    assert_eq!(text, "<@U0BEN|ben> in <#C0GENERAL|general>");
    for bad in [
        json!({ "command": "own", "url": url }),
        json!({ "command": "/own", "url": "x" }),
    ] {
        assert_eq!(world.sandbox("commands", bad).await.status, 400);
    }
    assert_eq!(usual.times_asked(), 0);
}

#[tokio::test]
async fn commands_and_webhooks_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::listen().await;
    let started = || async {
        let mut options = options();
        options.state = Some(folder.path().join("slack.json"));
        options.app_url = Some(app.url.clone());
        World::with(options).await
    };
    let world = started().await;
    types(&world, "/chatops run").await;
    let hook = world
        .sandbox("webhook", json!({ "channel": "staging" }))
        .await
        .body["url"]
        .take();
    let old = world.running.url.clone();
    world.running.stop().await.unwrap();
    let world = started().await;
    for url in [hook.as_str().unwrap(), &app.asked().field("response_url")] {
        let moved = url.replace(&old, &world.running.url);
        let request = crate::gitlab_world::http()
            .post(moved)
            .body("{\"text\":\"back\"}");
        assert_eq!(said(request).await.status, 200);
    }
    assert_eq!(world.screen("staging").await[0]["via"], "webhook");
}
