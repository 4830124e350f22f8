//! Answers as Slack's reference and its kits record them, read by the client.
//!
//! Needs a folder of such data: the environment variable `SIGNALBOX_CORPUS` names it. Without
//! it these tests say so and pass; our own tables are checked beside the code.

use std::path::PathBuf;

use serde_json::Value;
use slack::{
    Client, HookHost, ListedChannels, PostEphemeral, SlashCommand, Span, Timeouts, UpdateMessage,
    Visibility,
};

use crate::stub::Stub;
use crate::{channel, http, post, pushed};

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    let folder = folder
        .map(|folder| folder.join("slack"))
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("corpus absent");
    }
    folder
}

fn read(path: &PathBuf) -> Option<Value> {
    Some(serde_json::from_slice(&std::fs::read(path).ok()?).unwrap())
}

/// Every recorded answer of `method` that is a success.
fn successes(corpus: &std::path::Path, method: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let reference = read(&corpus.join(format!("slack-api-ref/methods/{method}.json")));
    if let Some(Value::Object(examples)) = reference.map(|mut file| file["examples"].take()) {
        found.extend(
            examples
                .into_iter()
                .map(|(_, mut example)| example["example"].take()),
        );
    }
    let spec = read(&corpus.join(format!("slack-api-specs/methods/{method}.json")));
    found.extend(spec.map(|mut file| file["example_ok"].take()));
    found.retain(|answer| answer["ok"] == true);
    // These have every key and type, and all values blanked, the `ok` included.
    for folder in ["samples", "samples-reduced"] {
        let path = corpus.join(format!("java-slack-sdk/{folder}/api/{method}.json"));
        found.extend(read(&path).map(|mut answer| {
            answer["ok"] = true.into();
            answer
        }));
    }
    found
}

/// The failure of `method`, whatever it is asked.
async fn call(client: &Client, method: &str) -> Option<String> {
    let (channel, ts) = (channel("C012AB3CD"), "1503435956.000247".parse().unwrap());
    let message = pushed();
    let shown = |error: &dyn std::fmt::Debug| format!("{error:?}");
    match method {
        "auth.test" => client.auth_test().await.err().as_ref().map(|e| shown(e)),
        "chat.postMessage" => post(client, "C012AB3CD")
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "chat.postEphemeral" => {
            let user = "U012AB3CD";
            let post = PostEphemeral {
                channel: &channel,
                user,
                message: &message,
                thread: None,
            };
            client
                .post_ephemeral(post)
                .await
                .err()
                .as_ref()
                .map(|e| shown(e))
        }
        "chat.update" => {
            let update = UpdateMessage {
                channel: &channel,
                ts: &ts,
                message: &message,
            };
            client
                .update_message(update)
                .await
                .err()
                .as_ref()
                .map(|e| shown(e))
        }
        "chat.delete" => client
            .delete_message(&channel, &ts)
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "chat.getPermalink" => client
            .permalink(&channel, &ts)
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "reactions.add" => client
            .add_reaction(&channel, &ts, "tada")
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "conversations.list" => {
            let page = client
                .conversations_list(ListedChannels::Public, None)
                .await;
            page.err().as_ref().map(|e| shown(e))
        }
        "conversations.info" => client
            .conversation_info(&channel)
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "conversations.history" => {
            let page = client.conversation_history(&channel, Span::default()).await;
            page.err().as_ref().map(|e| shown(e))
        }
        "conversations.replies" => {
            let page = client
                .conversation_replies(&channel, &ts, Span::default())
                .await;
            page.err().as_ref().map(|e| shown(e))
        }
        "conversations.join" => client
            .join_conversation(&channel)
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "conversations.open" => client
            .open_conversation(&["U012AB3CD"])
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "conversations.create" => {
            let created = client
                .create_conversation("deploys", Visibility::Public)
                .await;
            created.err().as_ref().map(|e| shown(e))
        }
        "users.list" => client
            .users_list(None)
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "users.info" => client
            .user_info("U012AB3CD")
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        "users.lookupByEmail" => client
            .user_by_email("ana@example.com")
            .await
            .err()
            .as_ref()
            .map(|e| shown(e)),
        other => panic!("no call for {other}"),
    }
}

const METHODS: &[&str] = &[
    "auth.test",
    "chat.delete",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.create",
    "conversations.history",
    "conversations.info",
    "conversations.join",
    "conversations.list",
    "conversations.open",
    "conversations.replies",
    "reactions.add",
    "users.info",
    "users.list",
    "users.lookupByEmail",
];

#[tokio::test]
async fn every_recorded_success_is_read() {
    let Some(corpus) = corpus() else { return };
    let (mut count, mut failures) = (0, Vec::new());
    let http = http("http://127.0.0.1", Timeouts::default());
    for method in METHODS {
        for answer in successes(&corpus, method) {
            let stub = Stub::saying(&answer.to_string()).await;
            let client = Client::new(http.clone(), &stub.url, &"xoxb-test".into()).unwrap();
            let failure = call(&client, method).await;
            failures.extend(failure.map(|failure| format!("{method}: {failure}: {answer:.600}")));
            count += 1;
        }
    }
    println!("{count} recorded answers of {} methods read", METHODS.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(METHODS.len() < count, "only {count} answers found");
}

#[test]
fn recorded_slash_commands_are_read() {
    let Some(corpus) = corpus() else { return };
    let host = HookHost::of_slack("https://slack.com/api/").unwrap();
    let body = std::fs::read(corpus.join("bolt-python/payloads/slash_command.form.txt")).unwrap();
    let command = SlashCommand::parse(&body, &host).unwrap();
    assert_eq!(
        (command.command.as_str(), command.typed().as_str()),
        ("/hello-world", "Hi")
    );
    assert_eq!(command.user_id.as_str(), "W111");
    assert_eq!(command.enterprise_id.as_deref(), Some("E111"));
}
