//! Answers as Slack's reference and its kits record them, read by the client.
//!
//! Needs a folder of such data: the environment variable `SIGNALBOX_CORPUS` names it. Without
//! it these tests say so and pass; our own tables are checked beside the code.

mod received;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use slack::{
    Client, ListedChannels, PostEphemeral, Span, Timeouts, Unfurl, UnfurlTarget, UpdateMessage,
    View, Visibility,
};

use crate::stub::Stub;
use crate::{channel, http, post, pushed};

pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    let folder = folder
        .map(|folder| folder.join("slack"))
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("corpus absent");
    }
    folder
}

pub fn read(path: &Path) -> Option<Value> {
    Some(serde_json::from_slice(&std::fs::read(path).ok()?).unwrap())
}

/// Every recorded answer of `method` that is a success.
pub fn successes(corpus: &Path, method: &str) -> Vec<Value> {
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
            fill(&mut answer, "");
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
        "team.info" => client.team_info().await.err().as_ref().map(|e| shown(e)),
        "chat.unfurl" => {
            let unfurl = Unfurl {
                target: UnfurlTarget::Message {
                    channel: &channel,
                    ts: &ts,
                },
                previews: &BTreeMap::new(),
                prompt: None,
            };
            client.unfurl(unfurl).await.err().as_ref().map(|e| shown(e))
        }
        "views.open" => {
            let opened = client.open_view("1.2.abc", &View::modal("x")).await;
            opened.err().as_ref().map(|e| shown(e))
        }
        "views.push" => {
            let pushed = client.push_view("1.2.abc", &View::modal("x")).await;
            pushed.err().as_ref().map(|e| shown(e))
        }
        "views.update" => {
            let id = "V012AB3CD".parse().unwrap();
            let updated = client.update_view(&id, None, &View::modal("x")).await;
            updated.err().as_ref().map(|e| shown(e))
        }
        "views.publish" => {
            let user = "U012AB3CD".parse().unwrap();
            let published = client.publish_home(&user, None, &View::home()).await;
            published.err().as_ref().map(|e| shown(e))
        }
        other => panic!("no call for {other}"),
    }
}

const METHODS: &[&str] = &[
    "auth.test",
    "chat.delete",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.unfurl",
    "chat.update",
    "conversations.create",
    "conversations.history",
    "conversations.info",
    "conversations.join",
    "conversations.list",
    "conversations.open",
    "conversations.replies",
    "reactions.add",
    "team.info",
    "users.info",
    "users.list",
    "users.lookupByEmail",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
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

/// Puts something into each of the texts that were blanked.
fn fill(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(name, value)| fill(value, name)),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, name)),
        Value::String(text) if text.is_empty() => *text = example(name).to_owned(),
        // Ids that a kit's tests made up: `T_INSTALLED`, `T-auth`.
        Value::String(text) if matches!(name, "team_id" | "user_id") => {
            text.retain(|c| c.is_ascii_alphanumeric());
            text.make_ascii_uppercase();
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

/// What could stand in a field of this name.
fn example(name: &str) -> &'static str {
    match name {
        "team_id" | "team" => "T012AB3CD",
        "user" | "user_id" | "inviter" => "U012AB3CD",
        "channel" | "channel_id" | "old_channel_id" | "new_channel_id" => "C012AB3CD",
        "ts" | "message_ts" | "thread_ts" | "event_ts" => "1503435956.000247",
        "response_url" => "https://hooks.slack.com/actions/T012AB3CD/1/x",
        "type" => "event_callback",
        "id" => "U012AB3CD",
        _ => "x",
    }
}
