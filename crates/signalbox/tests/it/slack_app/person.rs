//! Somebody in Slack: types, clicks, looks.

use serde_json::{Value, json};

use super::browser::{Browser, find};
use crate::demo::running::RunningDemo;

/// Somebody in one of the sandbox's workspaces.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub demo: &'a RunningDemo,
    pub workspace: &'static str,
    pub name: &'static str,
}

impl<'a> Person<'a> {
    pub fn new(demo: &'a RunningDemo, name: &'static str) -> Self {
        Self {
            demo,
            workspace: "T0DEMO",
            name,
        }
    }

    /// Types a line; answers what the app said at once.
    pub async fn types(&self, channel: &str, text: &str) -> Value {
        let typed = self.types_as_it_is(channel, text).await;
        assert_eq!(typed["ok"], true, "{text}: {typed}");
        typed["answer"].clone()
    }

    /// Types a line; answers everything that the sandbox says of it.
    pub async fn types_as_it_is(&self, channel: &str, text: &str) -> Value {
        self.act("type", json!({ "channel": channel, "text": text }))
            .await
    }

    /// Does something in the client.
    pub async fn act(&self, what: &str, mut fields: Value) -> Value {
        fields["user"] = self.name.into();
        fields["workspace"] = self.workspace.into();
        let url = format!("{}/sandbox/{what}", self.demo.demo.slack_url);
        let done = self.demo.post(&url, &fields).await;
        self.demo.advance(0.0).await;
        done
    }

    /// Types a line that takes long, and is told so at once.
    pub async fn begins(&self, channel: &str, text: &str) {
        self.demo.impatient(true);
        self.types_alone(channel, text).await;
        self.demo.impatient(false);
    }

    /// Types a line and waits for the first word, but not for what it sets off.
    pub async fn types_alone(&self, channel: &str, text: &str) {
        let url = format!("{}/sandbox/type", self.demo.demo.slack_url);
        let typed = json!({
            "user": self.name, "workspace": self.workspace, "channel": channel, "text": text,
        });
        let typed = self.demo.post(&url, &typed).await;
        assert_eq!(typed["ok"], true, "{text}: {typed}");
    }

    /// What the person sees, as Slack's JSON has it.
    pub async fn looks(&self, what: &str) -> Value {
        let seen = self.screen("json", what).await;
        serde_json::from_str(&seen).expect("JSON")
    }

    /// What the person sees: `channel=#general`, `home=1`, `modal=1`.
    pub async fn sees(&self, what: &str) -> String {
        self.screen("text", what).await
    }

    async fn screen(&self, format: &str, what: &str) -> String {
        let url = format!(
            "{}/sandbox/screen?workspace={}&user={}&format={format}&{}",
            self.demo.demo.slack_url,
            self.workspace,
            self.name,
            what.replace('#', "%23")
        );
        let answer = self.demo.http.get(url).send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert_eq!(status, 200, "{what}: {text}");
        text
    }

    /// Links the account of the same name, or another one, in GitLab.
    pub async fn links(&self, account: &str) {
        self.links_in("#general", account).await;
    }

    /// The same, asked for in another channel.
    pub async fn links_in(&self, channel: &str, account: &str) {
        let answer = self.types(channel, "/gitlab link").await;
        let url = find(&answer, "url")
            .and_then(Value::as_str)
            .expect("a link");
        let browser = Browser::of(self.demo, account).await;
        let page = browser.post(url, &[("answer", "authorize")]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let there = super::browser::between(&page.body, "url=", "\"").expect("GitLab's address");
        let there = there.replace("&amp;", "&").replace("&#38;", "&");
        let back = browser.authorize(account, &there).await;
        let page = browser.get(&back).await;
        let page = browser.follow(page).await;
        assert_eq!(page.status, 200, "{}", page.body);
    }
}
