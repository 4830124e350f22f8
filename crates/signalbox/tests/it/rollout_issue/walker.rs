//! Somebody who walks through a rollout: types in Slack, watches who speaks.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use signalbox::demo::Telling;

use super::FLAG;
use crate::demo::running::RunningDemo;
use crate::process;

const ADMIN: (&str, &str) = ("PRIVATE-TOKEN", "demo-admin-token");
const OPS: (&str, &str) = ("PRIVATE-TOKEN", "glpat-demo-ops");

pub struct Walker {
    pub demo: RunningDemo,
    pushes: AtomicU64,
}

impl Walker {
    pub async fn start() -> Self {
        Self {
            demo: RunningDemo::start(None, Telling::Quiet).await,
            pushes: AtomicU64::new(0),
        }
    }

    pub async fn stop(self) {
        self.demo.stop().await;
    }

    /// Types a command as `ops`, lets everything due run, and answers what the channel was told.
    pub async fn run(&self, channel: &str, command: &str) -> String {
        let (answer, text) = self.answer("ops", channel, command).await;
        assert_eq!(answer["response_type"], "in_channel", "{command}: {text}");
        text
    }

    /// Types a command; answers the app's answer, and its words.
    pub async fn answer(&self, user: &str, channel: &str, command: &str) -> (Value, String) {
        let url = format!("{}/sandbox/type", self.demo.demo.slack_url);
        let body = json!({ "user": user, "channel": channel, "text": command });
        let typed = self.demo.post(&url, &body).await;
        assert_eq!(typed["ok"], true, "{command}: {typed}");
        self.demo.advance(30.0).await;
        let answer = typed["answer"].clone();
        let text = words(&answer);
        (answer, text)
    }

    /// Types a line in a shell, after the program's name; answers whether it succeeded, and what
    /// it printed.
    pub async fn shell(&self, line: &str) -> (bool, String) {
        let mut program = std::process::Command::new(process::PROGRAM);
        program
            .args(line.split_whitespace())
            .env("SIGNALBOX_PUBLIC_URL", &self.demo.demo.service_url)
            .env_remove("SIGNALBOX_ADMIN_TOKEN");
        let ended = tokio::task::spawn_blocking(move || program.output());
        let ended = ended.await.expect("the wait").expect("the program");
        let said = [ended.stdout, ended.stderr].concat();
        (
            ended.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// Pushes to a project; whoever speaks must be `expected`, once, in Slack too.
    pub async fn speaks(&self, project: &str, expected: &str) {
        let said = self.who_speaks(project).await;
        assert_eq!(said, expected, "{project}");
    }

    /// Which integration told of a push to a project.
    pub async fn who_speaks(&self, project: &str) -> String {
        let number = self.pushes.fetch_add(1, Ordering::Relaxed);
        let id = self.project_id(project).await;
        let body = json!({
            "object_kind": "push",
            "ref": "refs/heads/main",
            "before": format!("{number:040x}"),
            "after": format!("{:040x}", number + 1),
            "user_name": "Ana",
            "user_username": "ana",
            "project_id": id,
            "total_commits_count": 1,
            "project": {
                "id": id,
                "name": project,
                "web_url": format!("https://gitlab.example/{project}"),
                "path_with_namespace": project,
                "default_branch": "main",
            },
            "commits": [{
                "id": format!("{:040x}", number + 1),
                "message": format!("Step {number}"),
                "title": format!("Step {number}"),
                "url": format!("https://gitlab.example/{project}/-/commit/{number}"),
                "author": { "name": "Ana", "email": "ana@example.com" },
            }],
        });
        let event = self
            .demo
            .webhook("Push Hook", body.to_string().into_bytes())
            .await;
        self.demo.advance(5.0).await;
        let event = self.demo.event(&event).await;
        assert_eq!(event["outcome"], "delivered", "{event}");
        let deliveries = event["deliveries"].as_array().expect("deliveries");
        assert_eq!(deliveries.len(), 1, "{event}");
        let channel = format!("#p-{}", project.replace('/', "-"));
        let seen = self.messages(&channel).await;
        let step = format!("Step {number}");
        let told: Vec<&Value> = seen
            .iter()
            .filter(|message| message.to_string().contains(&step))
            .collect();
        assert_eq!(told.len(), 1, "{channel} shows {step} once: {seen:#?}");
        let via = deliveries[0]["via"].as_str().expect("via").to_owned();
        assert_eq!(told[0]["via"], via, "Slack agrees: {}", told[0]);
        via
    }

    /// The percentage gate is asked with the project alone: its bucket decides.
    pub async fn speaks_as_the_percentage_says(&self, project: &str, share: f64) {
        let id = self.project_id(project).await;
        let bucket = flags::bucket(FLAG, &format!("Project:{id}"));
        let expected = if f64::from(bucket) < share * 1000.0 {
            "app"
        } else {
            "webhook"
        };
        self.speaks(project, expected).await;
    }

    async fn messages(&self, channel: &str) -> Vec<Value> {
        let url = format!("{}/sandbox/screen", self.demo.demo.slack_url);
        let query = [("user", "ana"), ("channel", channel), ("format", "json")];
        let answer = self.demo.http.get(url).query(&query).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{channel}");
        let screen: Value = answer.json().await.expect("JSON");
        screen["messages"].as_array().expect("messages").clone()
    }

    /// What ana sees of a channel.
    pub async fn screen(&self, channel: &str) -> String {
        self.demo.screen(channel).await
    }

    /// The flag's state in an environment, by its Features API; `none` when it is not stored.
    pub async fn state(&self, environment: &str) -> String {
        let url = format!(
            "{}/environments/{environment}/api/v4/features",
            self.demo.demo.service_url
        );
        let features = self.get(&url, ADMIN).await;
        let features = features.as_array().expect("a list");
        let found = features.iter().find(|feature| feature["name"] == FLAG);
        found.map_or_else(
            || "none".to_owned(),
            |feature| feature["state"].as_str().expect("a state").to_owned(),
        )
    }

    pub async fn merge_commit(&self) -> String {
        let merge_request = self
            .gitlab("projects/gitlab-org%2Fgitlab/merge_requests/98663")
            .await;
        let commit = merge_request["merge_commit_sha"].as_str();
        commit.expect("a merge commit").to_owned()
    }

    /// The merge commit of the merge request that an act has just merged.
    pub async fn newest_merge_commit(&self, merged: &Value) -> String {
        let iid = &merged["iid"];
        let path = format!("projects/gitlab-org%2Fgitlab/merge_requests/{iid}");
        let merge_request = self.gitlab(&path).await;
        let commit = merge_request["merge_commit_sha"].as_str();
        commit.expect("a merge commit").to_owned()
    }

    pub fn merge_request_url(&self) -> String {
        format!(
            "{}/gitlab-org/gitlab/-/merge_requests/98663",
            self.demo.demo.gitlab_url
        )
    }

    pub async fn rollout_issue_comments(&self) -> Vec<Value> {
        let notes = self
            .gitlab("projects/gitlab-org%2Fgitlab/issues/381012/notes?per_page=100")
            .await;
        notes.as_array().expect("notes").clone()
    }

    pub async fn log_issues(&self) -> Vec<Value> {
        let issues = self
            .gitlab("projects/gitlab-com%2Fgl-infra%2Ffeature-flag-log/issues?state=closed")
            .await;
        issues.as_array().expect("issues").clone()
    }

    pub async fn annotations(&self) -> Vec<Value> {
        let url = format!("{}/sandbox/annotations", self.demo.demo.gitlab_url);
        let answer = self.demo.get(&url).await;
        let list = answer
            .as_array()
            .or_else(|| answer["annotations"].as_array());
        list.expect("annotations").clone()
    }

    /// Every event of the walk was told, by one of the two.
    pub async fn nothing_was_lost_or_said_twice(&self) {
        for event in self.demo.events().await {
            let deliveries = event["deliveries"].as_array().expect("deliveries");
            assert!(deliveries.len() <= 1, "{event}");
            assert_ne!(event["outcome"], "dead", "{event}");
            assert_ne!(event["outcome"], "waiting", "{event}");
        }
        let url = format!("{}/api/v1/dead-letters", self.demo.demo.service_url);
        let letters = self.demo.get(&url).await;
        assert_eq!(letters["items"], json!([]));
    }

    /// GitLab's number of a project; `acme` is a group that the demo's GitLab does not have.
    async fn project_id(&self, project: &str) -> u64 {
        if project.starts_with("acme/") {
            return 4711;
        }
        let path = format!("projects/{}", project.replace('/', "%2F"));
        self.gitlab(&path).await["id"].as_u64().expect("an id")
    }

    async fn gitlab(&self, path: &str) -> Value {
        let url = format!("{}/api/v4/{path}", self.demo.demo.gitlab_url);
        self.get(&url, OPS).await
    }

    async fn get(&self, url: &str, (header, token): (&str, &str)) -> Value {
        let request = self.demo.http.get(url).header(header, token);
        let answer = request.send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, 200, "{url}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

/// All that an answer says, a line for each text.
fn words(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let mut lines = Vec::new();
            if let Some(Value::String(text)) = fields.get("text") {
                lines.push(text.clone());
            }
            for key in ["blocks", "attachments"] {
                texts(fields.get(key).unwrap_or(&Value::Null), &mut lines);
            }
            lines.dedup();
            lines.join("\n")
        }
        _ => String::new(),
    }
}

fn texts(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(item, lines)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "text" => lines.push(text.clone()),
                    _ => texts(value, lines),
                }
            }
        }
        _ => (),
    }
}
