//! Webhooks as GitLab would send them, as far as a story needs them.

use serde_json::{Value, json};

/// A webhook: the header that says what it is, and its body.
pub struct Webhook {
    pub event: &'static str,
    pub body: Value,
}

/// A push of one commit, which is called `change-001` for the first change.
pub fn push(project: &str, change: usize) -> Webhook {
    let title = format!("change-{change:03}");
    let sha = format!("{change:040x}");
    let url = format!("https://gitlab.example/{project}");
    let body = json!({
        "object_kind": "push",
        "before": "1111111111111111111111111111111111111111",
        "after": sha,
        "ref": "refs/heads/main",
        "user_name": "Ada Byron",
        "user_username": "ada",
        "project": project_of(project, &url),
        "commits": [{
            "id": sha,
            "title": title,
            "message": title,
            "url": format!("{url}/-/commit/{sha}"),
            "author": { "name": "Ada Byron", "email": "ada@example.com" }
        }],
        "total_commits_count": 1
    });
    Webhook {
        event: "Push Hook",
        body,
    }
}

/// A pipeline of the default branch that failed.
pub fn failed_pipeline(project: &str) -> Webhook {
    let url = format!("https://gitlab.example/{project}");
    let body = json!({
        "object_kind": "pipeline",
        "object_attributes": {
            "id": 31, "iid": 3, "ref": "main", "tag": false, "status": "failed",
            "detailed_status": "failed", "source": "push", "duration": 63,
            "sha": "2222222222222222222222222222222222222222",
            "url": format!("{url}/-/pipelines/31"),
            "created_at": "2026-11-20 09:00:00 UTC", "finished_at": "2026-11-20 09:01:03 UTC"
        },
        "user": { "name": "Ada Byron", "username": "ada" },
        "project": project_of(project, &url),
        "commit": {
            "id": "2222222222222222222222222222222222222222",
            "title": "Round prices half up",
            "url": format!("{url}/-/commit/2222222222222222222222222222222222222222"),
            "author": { "name": "Ada Byron", "email": "ada@example.com" }
        },
        "builds": [{ "id": 91, "name": "rspec", "stage": "test", "status": "failed" }]
    });
    Webhook {
        event: "Pipeline Hook",
        body,
    }
}

fn project_of(path: &str, url: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or(path);
    json!({
        "id": 12, "name": name, "web_url": url, "path_with_namespace": path,
        "default_branch": "main", "visibility_level": 20
    })
}

/// Which change a message tells of: `change-001`, or `digest`.
pub fn told(message: &str) -> String {
    if message.contains("folded into this one") {
        return "digest".to_owned();
    }
    let at = message
        .find("change-")
        .unwrap_or_else(|| panic!("{message}"));
    message[at..].chars().take("change-001".len()).collect()
}
