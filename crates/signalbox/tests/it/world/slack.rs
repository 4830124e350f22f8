//! What people see in the world's Slack, what the app called there, and what goes wrong.

use std::time::Duration;

use sandbox::slack::screen;
use serde_json::{Value, json};

use super::{World, webhook};
use crate::process;

impl World {
    /// Waits until a fault with a delay has met a call, which the clock then holds up.
    pub async fn until_held_up(&self) {
        let mut held_up = self.slack.held_up();
        let met = held_up.wait_for(|calls| 0 < *calls);
        let met = tokio::time::timeout(Duration::from_secs(60), met).await;
        met.expect("a call that waits").expect("the sandbox");
    }

    /// Waits until the channel has `count` messages.
    pub async fn until_shown(&self, channel: &str, count: usize) {
        let mut changes = self.slack.subscribe();
        while self.messages(channel).len() < count {
            let change = tokio::time::timeout(Duration::from_secs(60), changes.recv());
            change.await.expect("a message").expect("the sandbox");
        }
    }

    /// What ana sees of the channel.
    pub fn channel(&self, channel: &str) -> String {
        let now = self.clock.now();
        self.slack.with_workspace(|workspace| {
            let channel = workspace.channel_called(channel).expect("a channel");
            let seen = screen::see(workspace, "U0ANA", channel, None, now);
            screen::to_text(&seen)
        })
    }

    /// What the channel's messages consist of, oldest first.
    pub fn messages(&self, channel: &str) -> Vec<String> {
        process::messages(&self.slack, channel)
    }

    /// Of which change ([`push`]) each message of the channel tells, oldest first.
    pub fn changes(&self, channel: &str) -> Vec<String> {
        let messages = self.messages(channel);
        messages.iter().map(|text| webhook::told(text)).collect()
    }

    /// What is to go wrong in Slack: the body of `POST /sandbox/fault`.
    pub async fn fault(&self, fault: Value) {
        let url = format!("{}/sandbox/fault", self.slack_server.url);
        let answer = self.http.post(url).json(&fault).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
    }

    /// What the service called in Slack, about this channel when one is named.
    pub async fn calls(&self, method: &str, channel: Option<&str>) -> Vec<Value> {
        let mut query = vec![("method", method)];
        query.extend(channel.map(|channel| ("channel", channel)));
        let url = format!("{}/sandbox/calls", self.slack_server.url);
        let answer = self.http.get(url).query(&query).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        answer["calls"].as_array().expect("calls").clone()
    }

    /// Takes a scope from the bot's token.
    pub fn take_scope(&self, scope: &str) {
        self.slack.change_workspace(|workspace| {
            for token in &mut workspace.tokens {
                token.scopes.retain(|granted| granted != scope);
            }
        });
    }

    /// Archives the channel, or brings it back.
    pub fn set_archived(&self, channel: &str, is_archived: bool) {
        self.slack.change_workspace(|workspace| {
            let id = workspace
                .channel_called(channel)
                .map(|channel| channel.id.clone());
            let channel = workspace.channels.get_mut(&id.expect("a channel"));
            channel.expect("a channel").is_archived = is_archived;
        });
    }
}

/// A fault of `chat.postMessage` in this channel.
pub fn posting_fault(channel: &str, harm: &Value) -> Value {
    let mut fault = json!({ "method": "chat.postMessage", "channel": channel });
    for (key, value) in harm.as_object().expect("an object") {
        fault[key] = value.clone();
    }
    fault
}
