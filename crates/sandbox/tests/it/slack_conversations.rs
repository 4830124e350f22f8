//! `conversations.*`, `users.*`, `auth.test`, `team.info`, `bots.info`.

use serde_json::json;

use crate::slack_world::World;

#[tokio::test]
async fn the_demo_workspace_is_the_one_that_the_design_names() {
    let world = World::start().await;
    let said = world.call("auth.test", json!({})).await;
    for (field, value) in [
        ("team_id", "T0DEMO"),
        ("user_id", "U0SIGNALBOX"),
        ("bot_id", "B0SIGNALBOX"),
        ("url", &format!("{}/", world.running.url)),
    ] {
        assert_eq!(said.body[field], value);
    }
    assert_eq!(
        world.call("team.info", json!({})).await.body["team"]["id"],
        "T0DEMO"
    );
    let bot = world.form("bots.info", &[("bot", "B0SIGNALBOX")]).await;
    assert_eq!(bot.body["bot"]["user_id"], "U0SIGNALBOX");
    assert_eq!(
        world.form("bots.info", &[("bot", "B1")]).await.outcome(),
        "bot_not_found"
    );
    let admin = World::start().await.with_token("xoxp-demo");
    assert_eq!(
        admin.call("auth.test", json!({})).await.body.get("bot_id"),
        None
    );
}

#[tokio::test]
async fn lists_are_paged_to_an_empty_cursor() {
    let world = World::start().await;
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = [
            ("limit", "2"),
            ("cursor", cursor.as_str()),
            ("types", "public_channel,private_channel"),
        ];
        let said = world.form("conversations.list", &page).await;
        let channels = said.body["channels"].as_array().unwrap();
        assert!(channels.len() <= 2);
        names.extend(
            channels
                .iter()
                .map(|channel| channel["name"].as_str().unwrap().to_owned()),
        );
        cursor = said.body["response_metadata"]["next_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    names.sort();
    let expected = [
        "g_manage_integrations",
        "general",
        "production",
        "security",
        "staging",
        "support_gitlab-com",
    ];
    assert_eq!(
        names, expected,
        "a private channel that the app is not in stays unseen"
    );
    for (args, outcome) in [
        ([("cursor", "x")], "invalid_cursor"),
        ([("limit", "many")], "invalid_limit"),
        ([("limit", "1000")], "invalid_limit"),
        ([("limit", "-1")], "invalid_limit"),
        ([("types", "channels")], "invalid_types"),
    ] {
        assert_eq!(
            world.form("conversations.list", &args).await.outcome(),
            outcome,
            "{args:?}"
        );
    }
}

#[tokio::test]
async fn the_administrators_token_reads_every_channel() {
    let world = World::start().await.with_token("xoxp-demo");
    for (channel, outcome) in [
        ("C0LEADS", "ok"),
        ("C0GENERAL", "ok"),
        ("C9", "channel_not_found"),
    ] {
        let said = world
            .form("conversations.history", &[("channel", channel)])
            .await;
        assert_eq!(said.outcome(), outcome, "{channel}");
    }
}

#[tokio::test]
async fn a_bot_reads_the_channels_that_it_is_in() {
    let world = World::start().await;
    let history = async |channel: &str| {
        world
            .form("conversations.history", &[("channel", channel)])
            .await
    };
    assert_eq!(history("C0GENERAL").await.outcome(), "not_in_channel");
    assert_eq!(history("C0LEADS").await.outcome(), "channel_not_found");
    let joined = world
        .form("conversations.join", &[("channel", "C0GENERAL")])
        .await;
    assert_eq!(joined.body["channel"]["is_member"], true);
    let again = world
        .form("conversations.join", &[("channel", "C0GENERAL")])
        .await;
    assert_eq!(again.body["warning"], "already_in_channel");
    let said = history("C0GENERAL").await;
    assert_eq!(said.body["messages"][0]["subtype"], "channel_join");
    let private = world
        .form("conversations.join", &[("channel", "C0SECURITY")])
        .await;
    assert_eq!(private.outcome(), "method_not_supported_for_channel_type");
}

#[tokio::test]
async fn history_is_newest_first_and_threads_stand_below_their_root() {
    let world = World::start().await.with_token("xoxp-demo");
    let mut stamps = Vec::new();
    for n in 0..5 {
        world.advance(10);
        stamps.push(world.post("C0GENERAL", &format!("message {n}")).await);
    }
    for n in 0..3 {
        world.advance(10);
        let args =
            json!({ "channel": "C0GENERAL", "text": format!("reply {n}"), "thread_ts": stamps[0] });
        assert_eq!(world.call("chat.postMessage", args).await.outcome(), "ok");
    }
    let first = world
        .form(
            "conversations.history",
            &[("channel", "C0GENERAL"), ("limit", "3")],
        )
        .await;
    let texts = |said: &crate::slack_world::Said| -> Vec<String> {
        let messages = said.body["messages"].as_array().unwrap();
        messages
            .iter()
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(texts(&first), ["message 4", "message 3", "message 2"]);
    assert_eq!(first.body["has_more"], true);
    let cursor = first.body["response_metadata"]["next_cursor"]
        .as_str()
        .unwrap();
    let rest = world
        .form(
            "conversations.history",
            &[("channel", "C0GENERAL"), ("cursor", cursor)],
        )
        .await;
    assert_eq!(texts(&rest), ["message 1", "message 0"]);
    assert_eq!(rest.body["messages"][1]["reply_count"], 3);
    assert_eq!(rest.body["response_metadata"]["next_cursor"], "");
    let window = [
        ("channel", "C0GENERAL"),
        ("oldest", &stamps[1]),
        ("latest", &stamps[3]),
    ];
    assert_eq!(
        texts(&world.form("conversations.history", &window).await),
        ["message 2"]
    );
    let inclusive = [window[0], window[1], window[2], ("inclusive", "true")];
    assert_eq!(
        texts(&world.form("conversations.history", &inclusive).await).len(),
        3
    );

    let thread = [
        ("channel", "C0GENERAL"),
        ("ts", stamps[0].as_str()),
        ("limit", "2"),
    ];
    let said = world.form("conversations.replies", &thread).await;
    assert_eq!(texts(&said), ["message 0", "reply 0"]);
    let cursor = said.body["response_metadata"]["next_cursor"]
        .as_str()
        .unwrap();
    let next = [thread[0], thread[1], ("cursor", cursor)];
    assert_eq!(
        texts(&world.form("conversations.replies", &next).await),
        ["message 0", "reply 1", "reply 2"]
    );
    for (args, outcome) in [
        (
            [("channel", "C0GENERAL"), ("ts", "1.2")],
            "thread_not_found",
        ),
        ([("channel", "C9"), ("ts", "1.2")], "channel_not_found"),
    ] {
        assert_eq!(
            world.form("conversations.replies", &args).await.outcome(),
            outcome
        );
    }
    for (field, outcome) in [
        ("oldest", "invalid_ts_oldest"),
        ("latest", "invalid_ts_latest"),
    ] {
        let args = [("channel", "C0GENERAL"), (field, "noon")];
        assert_eq!(
            world.form("conversations.history", &args).await.outcome(),
            outcome
        );
    }
}

#[tokio::test]
async fn channels_are_made_and_direct_messages_opened() {
    let world = World::start().await;
    let made = world
        .call("conversations.create", json!({ "name": "p-shop" }))
        .await;
    assert_eq!(made.body["channel"]["is_member"], true);
    for (name, outcome) in [
        ("p-shop", "name_taken"),
        ("P shop", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("", "invalid_arguments"),
    ] {
        let said = world
            .call("conversations.create", json!({ "name": name }))
            .await;
        assert_eq!(said.outcome(), outcome, "{name:?}");
    }
    let opened = world
        .call("conversations.open", json!({ "users": "U0ANA" }))
        .await;
    let id = opened.body["channel"]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with('D'));
    let again = world
        .call(
            "conversations.open",
            json!({ "users": "U0ANA", "return_im": true }),
        )
        .await;
    assert_eq!(
        (&again.body["already_open"], &again.body["channel"]["user"]),
        (&json!(true), &json!("U0ANA"))
    );
    let posted = world
        .call(
            "chat.postMessage",
            json!({ "channel": "U0ANA", "text": "hi" }),
        )
        .await;
    assert_eq!(posted.body["channel"], id.as_str());
    let several = world
        .call("conversations.open", json!({ "users": "U0ANA,U0BEN" }))
        .await;
    assert_eq!(several.outcome(), "ok");
    for (args, outcome) in [
        (json!({}), "users_list_not_supplied"),
        (json!({ "users": "U9" }), "user_not_found"),
        (
            json!({ "users": "U1,U2,U3,U4,U5,U6,U7,U8,U9" }),
            "too_many_users",
        ),
        (
            json!({ "channel": "C0GENERAL" }),
            "method_not_supported_for_channel_type",
        ),
        (
            json!({ "users": "U0OPS", "prevent_creation": true }),
            "channel_not_found",
        ),
    ] {
        assert_eq!(
            world
                .call("conversations.open", args.clone())
                .await
                .outcome(),
            outcome,
            "{args}"
        );
    }
}

#[tokio::test]
async fn people_are_found_by_id_and_by_email() {
    let world = World::start().await;
    let info = world.form("users.info", &[("user", "U0ANA")]).await;
    assert_eq!(info.body["user"]["profile"]["email"], "ana@example.com");
    assert_eq!(
        world.form("users.info", &[("user", "U9")]).await.outcome(),
        "user_not_found"
    );
    let found = world
        .form("users.lookupByEmail", &[("email", "Ben@Example.com")])
        .await;
    assert_eq!(found.body["user"]["id"], "U0BEN");
    let lost = world
        .form("users.lookupByEmail", &[("email", "nobody@example.com")])
        .await;
    assert_eq!(lost.outcome(), "users_not_found");
    let page = world.form("users.list", &[("limit", "2")]).await;
    assert_eq!(page.body["members"].as_array().map(Vec::len), Some(2));
    assert_ne!(page.body["response_metadata"]["next_cursor"], "");
    let members = world
        .form("conversations.members", &[("channel", "C0SECURITY")])
        .await;
    assert_eq!(
        members.body["members"],
        json!(["U0ANA", "U0OPS", "U0SIGNALBOX"])
    );
    let shy = World::start().await.with_token("xoxb-shy");
    shy.sandbox(
        "tokens",
        json!({ "token": "xoxb-shy", "scopes": ["users:read"] }),
    )
    .await;
    let info = shy.form("users.info", &[("user", "U0ANA")]).await;
    assert_eq!(info.body["user"]["profile"].get("email"), None);
}
