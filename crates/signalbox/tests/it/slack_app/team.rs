//! The people that the commands are tried with, and what they see.

use serde_json::{Value, json};

use super::person::Person;
use super::words;
use crate::demo::running::RunningDemo;

/// Something that happens in GitLab, field by field.
pub type Act = &'static [(&'static str, &'static str)];

/// An act as the sandbox takes it.
pub fn act(fields: Act) -> Value {
    let fields = fields
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.into()));
    Value::Object(fields.collect())
}

/// ana, a Maintainer; ben, a Developer or Reporter; raj, who is in no group of the website's; and
/// eve, whom nobody knows in GitLab.
pub const TEAM: [&str; 4] = ["ana", "ben", "raj", "eve"];

/// Lets everybody in, and connects a private project that raj may not see, and one with jobs.
pub async fn assemble(demo: &RunningDemo) {
    for name in ["raj", "eve"] {
        post(demo, "people", json!({ "name": name })).await;
    }
    make_channel(demo, "team").await;
    for name in ["ana", "ben", "raj"] {
        Person::new(demo, name).links_in("#team", name).await;
    }
    let ana = Person::new(demo, "ana");
    for project in [
        "acquisitions/harbor as harbor",
        "gitlab-com/gl-infra/chatops as chatops",
    ] {
        let answer = ana
            .types("#team", &format!("/gitlab connect {project}"))
            .await;
        assert_eq!(answer["response_type"], "in_channel", "{answer}");
    }
}

/// A channel that all of them are in.
pub async fn make_channel(demo: &RunningDemo, name: &str) {
    post(demo, "channels", json!({ "name": name, "members": TEAM })).await;
}

/// Asks something of the Slack sandbox.
pub async fn post(demo: &RunningDemo, what: &str, body: Value) -> Value {
    let url = format!("{}/sandbox/{what}", demo.demo.slack_url);
    demo.post(&url, &body).await
}

/// Lets something go wrong in GitLab, until it is cleared.
pub async fn trouble(demo: &RunningDemo, fault: Value) {
    let url = format!("{}/sandbox/fault", demo.demo.gitlab_url);
    demo.post(&url, &fault).await;
}

/// What somebody sees that was not there before.
pub struct Looking<'a> {
    pub person: Person<'a>,
    channel: &'a str,
    before: Vec<String>,
}

impl<'a> Looking<'a> {
    pub async fn at(person: Person<'a>, channel: &'a str) -> Self {
        let before = lines(&person, channel).await;
        Self {
            person,
            channel,
            before,
        }
    }

    /// What has come since, in the channel and as a form over it.
    pub async fn new_there(&self) -> String {
        let now = lines(&self.person, self.channel).await;
        let same = now
            .iter()
            .zip(&self.before)
            .take_while(|(now, then)| now == then);
        let mut seen = now[same.count()..].join("\n");
        if let Some(form) = self.form().await {
            seen.push_str("\n-- a form\n");
            seen.push_str(&form);
        }
        seen
    }

    /// The form that is open, the topmost last.
    pub async fn form(&self) -> Option<String> {
        let form = self.person.sees("modal=1").await;
        (!form.is_empty()).then(|| words::steady(self.person.demo, &form))
    }
}

async fn lines(person: &Person<'_>, channel: &str) -> Vec<String> {
    let seen = person.sees(&format!("channel={channel}")).await;
    let seen = words::steady(person.demo, &seen);
    seen.lines().map(str::to_owned).collect()
}
