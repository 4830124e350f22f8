//! Requests as Slack sends them, or as somebody does who would like to be Slack.

use clock::Chance;
use jiff::Timestamp;
use serde_json::{Value, json};
use signalbox::demo::SIGNING_SECRET;
use url::form_urlencoded::Serializer;

use crate::demo::running::RunningDemo;

/// Slack, as far as the service can tell.
pub struct Wire<'a> {
    pub demo: &'a RunningDemo,
    chance: Chance,
}

/// What a request is signed with, and when.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    pub secret: &'a str,
    /// Seconds from now.
    pub late: i64,
}

impl Signed<'static> {
    pub const RIGHT: Self = Self {
        secret: SIGNING_SECRET,
        late: 0,
    };
}

/// An answer of the service's.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl<'a> Wire<'a> {
    pub fn new(demo: &'a RunningDemo) -> Self {
        Self {
            demo,
            chance: Chance::from_seed(9),
        }
    }

    /// The demo's time, in Unix seconds.
    pub async fn now(&self) -> i64 {
        let now = self.demo.advance_at(&self.demo.demo.slack_url, 0.0).await;
        let now: Timestamp = now.parse().expect("a time");
        now.as_second()
    }

    /// What the service has called in Slack so far.
    pub async fn calls(&self) -> Vec<String> {
        let url = format!("{}/sandbox/calls", self.demo.demo.slack_url);
        let calls = self.demo.get(&url).await;
        let calls = calls["calls"].as_array().expect("calls").iter();
        calls.map(|call| call["method"].to_string()).collect()
    }

    /// A trigger that nobody has seen.
    pub fn trigger(&self) -> String {
        format!("1.2.{:x}", self.chance.next_u128())
    }

    /// Sends a body, signed so.
    pub async fn sends(&self, path: &str, body: &str, signed: Signed<'_>) -> Answer {
        let at = self.now().await + signed.late;
        let signature = slack::signature::sign(&signed.secret.into(), at, body.as_bytes());
        let at = at.to_string();
        let headers = [
            ("X-Slack-Request-Timestamp", at.as_str()),
            ("X-Slack-Signature", &signature),
        ];
        self.sends_with(path, body, &headers).await
    }

    pub async fn sends_with(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.demo.demo.service_url);
        let kind = match body.starts_with('{') {
            true => "application/json",
            false => "application/x-www-form-urlencoded",
        };
        let mut request = self.demo.http.post(url).header("Content-Type", kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.body(body.to_owned()).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("text");
        self.demo.advance(0.0).await;
        Answer { status, text }
    }

    /// A line that somebody types in `#general`.
    pub fn typed(&self, who: &str, text: &str) -> String {
        self.typed_in("T0DEMO", who, text, &self.response_url())
    }

    pub fn typed_in(&self, workspace: &str, who: &str, text: &str, response_url: &str) -> String {
        form(&[
            ("token", "never-trusted"),
            ("team_id", workspace),
            ("team_domain", "demo"),
            ("channel_id", "C0GENERAL"),
            ("channel_name", "general"),
            ("user_id", &user_id(who)),
            ("user_name", who),
            ("command", "/gitlab"),
            ("text", text),
            ("api_app_id", "A0SIGNALBOX"),
            ("response_url", response_url),
            ("trigger_id", &self.trigger()),
        ])
    }

    /// An address of Slack's that nothing is heard at.
    pub fn response_url(&self) -> String {
        format!("{}/commands/T0DEMO/1/NOBODY", self.demo.demo.slack_url)
    }

    /// A press of a button below a message.
    pub fn pressed(&self, who: &str, action: &str, value: &str) -> Value {
        json!({
            "type": "block_actions",
            "token": "never-trusted",
            "api_app_id": "A0SIGNALBOX",
            "team": { "id": "T0DEMO", "domain": "demo" },
            "user": { "id": user_id(who), "username": who, "name": who, "team_id": "T0DEMO" },
            "container": {
                "type": "message", "message_ts": "1700000000.000100",
                "channel_id": "C0GENERAL", "is_ephemeral": false,
            },
            "channel": { "id": "C0GENERAL", "name": "general" },
            "message": { "ts": "1700000000.000100", "text": "a card", "type": "message" },
            "state": { "values": {} },
            "trigger_id": self.trigger(),
            "actions": [{
                "type": "button", "action_id": action, "block_id": "b", "value": value,
                "action_ts": "1700000001.000100",
                "text": { "type": "plain_text", "text": "Press" },
            }],
        })
    }

    /// A modal that somebody sends.
    pub fn sent(&self, who: &str, view: &Value) -> Value {
        json!({
            "type": "view_submission",
            "token": "never-trusted",
            "api_app_id": "A0SIGNALBOX",
            "team": { "id": "T0DEMO", "domain": "demo" },
            "user": { "id": user_id(who), "username": who, "name": who, "team_id": "T0DEMO" },
            "trigger_id": self.trigger(),
            "view": view,
            "response_urls": [],
        })
    }

    pub async fn interacts(&self, payload: &Value) -> Answer {
        let body = form(&[("payload", &payload.to_string())]);
        self.sends("/slack/interactions", &body, Signed::RIGHT)
            .await
    }

    pub async fn types(&self, who: &str, text: &str) -> Answer {
        let body = self.typed(who, text);
        self.sends("/slack/commands", &body, Signed::RIGHT).await
    }
}

/// The id of somebody in the demo's workspace.
pub fn user_id(who: &str) -> String {
    format!("U0{}", who.to_uppercase())
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

/// An event of this kind.
pub fn event(workspace: &str, id: &str, event: &Value) -> String {
    json!({
        "token": "never-trusted",
        "team_id": workspace,
        "api_app_id": "A0SIGNALBOX",
        "type": "event_callback",
        "event_id": id,
        "event_time": 1_700_000_000,
        "event": event,
        "authorizations": [{ "team_id": workspace, "user_id": "U0BOT", "is_bot": true }],
    })
    .to_string()
}
