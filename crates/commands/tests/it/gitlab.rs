//! A GitLab of a few projects, as far as commands ask it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A commit of a history in which children come after their parents.
#[derive(Clone)]
struct Commit {
    id: String,
    parent: Option<String>,
    message: String,
}

#[derive(Default)]
pub struct Content {
    commits: Vec<Commit>,
    branches: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
    merge_requests: BTreeMap<u64, Value>,
    deployments: Vec<Value>,
    pub issues: Vec<Value>,
    pub notes: Vec<String>,
    pub labels: Vec<Value>,
    pub links: Vec<Value>,
    pub pipelines: Vec<Value>,
    pub blobs: Vec<Value>,
    pub annotations: Vec<Value>,
    pub documents: Vec<Value>,
    /// What Prometheus, which has the same address here, says of each service.
    pub health: Vec<(&'static str, &'static str)>,
    /// Paths that are answered with status 503.
    pub broken: Vec<&'static str>,
}

/// The fake and its address.
#[derive(Clone)]
pub struct GitLab {
    pub url: String,
    content: Arc<Mutex<Content>>,
}

pub const PROJECT: &str = "gitlab-org/gitlab";

impl GitLab {
    pub async fn start() -> Self {
        let content = Arc::new(Mutex::new(Content::default()));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&content));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, content }
    }

    pub fn client(&self) -> gitlab::rest::Client {
        let http = gitlab::rest::http_client(&self.url, gitlab::rest::Timeouts::default()).unwrap();
        gitlab::rest::Client::new(http, &self.url, &"glpat-test".into()).unwrap()
    }

    pub fn with<R>(&self, change: impl FnOnce(&mut Content) -> R) -> R {
        change(&mut self.content.lock().unwrap())
    }

    pub fn merge_request_url(&self, iid: u64) -> String {
        format!("{}/{PROJECT}/-/merge_requests/{iid}", self.url)
    }
}

impl Content {
    /// Adds a commit on top of a branch, which begins at another's head when it is new.
    pub fn commit(&mut self, branch: &str, from: Option<&str>, message: &str) -> String {
        let head = self
            .branches
            .get(branch)
            .or_else(|| self.branches.get(from.unwrap_or_default()));
        let number = u32::try_from(self.commits.len()).unwrap() + 1;
        let id = format!("{:08x}{number:032x}", number.wrapping_mul(0x9e37_79b1));
        let commit = Commit {
            id: id.clone(),
            parent: head.cloned(),
            message: message.to_owned(),
        };
        self.commits.push(commit);
        self.branches.insert(branch.to_owned(), id.clone());
        id
    }

    pub fn branch(&mut self, name: &str, from: &str) {
        let head = self.branches[from].clone();
        self.branches.insert(name.to_owned(), head);
    }

    pub fn tag(&mut self, name: &str, sha: &str) {
        self.tags.insert(name.to_owned(), sha.to_owned());
    }

    pub fn merge_request(&mut self, iid: u64, merged_as: Option<&str>) {
        let state = if merged_as.is_some() {
            "merged"
        } else {
            "opened"
        };
        let merge_request = json!({
            "id": 9000 + iid, "iid": iid, "project_id": 1, "title": "Add <b> & notifications",
            "state": state, "target_branch": "master", "merge_commit_sha": merged_as,
        });
        self.merge_requests.insert(iid, merge_request);
    }

    pub fn deploy(&mut self, environment: &str, branch: &str, status: &str) {
        let sha = self.branches[branch].clone();
        let id = self.deployments.len() + 1;
        self.deployments.push(json!({
            "id": id, "iid": id, "ref": branch, "sha": sha, "status": status,
            "environment": {"name": environment}, "updated_at": "2026-01-05T09:00:00Z",
        }));
    }

    pub fn issue(&mut self, title: &str, labels: &[&str]) {
        let iid = self.issues.len() + 1;
        self.issues.push(json!({
            "id": iid, "iid": iid, "project_id": 2, "title": title, "state": "opened", "labels": labels,
            "created_at": "2026-01-05T08:00:00Z",
            "web_url": format!("https://gitlab.test/incidents/-/issues/{iid}"),
        }));
    }

    fn revision(&self, name: &str) -> Option<String> {
        let named = self
            .branches
            .get(name)
            .or_else(|| self.tags.get(name))
            .cloned();
        let by_sha = || {
            self.commits
                .iter()
                .find(|commit| 7 <= name.len() && commit.id.starts_with(name))
        };
        named.or_else(|| by_sha().map(|commit| commit.id.clone()))
    }

    /// A commit and what is before it, newest first.
    fn history(&self, sha: &str) -> Vec<Commit> {
        let find = |id: &str| self.commits.iter().find(|commit| commit.id == id).cloned();
        std::iter::successors(find(sha), |commit| find(commit.parent.as_deref()?)).collect()
    }
}

fn shown(commit: &Commit) -> Value {
    json!({
        "id": commit.id, "title": commit.message.lines().next(), "message": commit.message,
        "parent_ids": commit.parent.iter().collect::<Vec<_>>(),
    })
}

async fn answer(
    State(content): State<Arc<Mutex<Content>>>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Response {
    let decoded = |text: &str| {
        let mut pairs = url::form_urlencoded::parse(text.as_bytes());
        pairs
            .next()
            .map(|(text, _)| text.into_owned())
            .unwrap_or_default()
    };
    let path: Vec<String> = uri.path().split('/').skip(3).map(decoded).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let query: Vec<(String, String)> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut content = content.lock().unwrap();
    if content
        .broken
        .iter()
        .any(|broken| uri.path().contains(broken))
    {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if uri.path() == "/api/annotations" || uri.path().contains("/_doc/") {
        return monitor(&mut content, &method, uri.path(), body);
    }
    match route(&mut content, &method, &path, &query, &body) {
        Some(answer) => axum::Json(answer).into_response(),
        None => {
            let what = if uri.path().ends_with("/merge_base") {
                "Merge Base Not Found"
            } else {
                "Not found"
            };
            let message = json!({"message": format!("404 {what}")});
            (StatusCode::NOT_FOUND, axum::Json(message)).into_response()
        }
    }
}

/// Grafana and Elasticsearch, which have the same address here.
fn monitor(content: &mut Content, method: &Method, path: &str, body: Value) -> Response {
    let is_grafana = path == "/api/annotations";
    let told = if is_grafana {
        &mut content.annotations
    } else {
        &mut content.documents
    };
    if *method == Method::GET {
        return axum::Json(told.clone()).into_response();
    }
    told.push(body);
    let answer = json!({"id": told.len(), "message": "made", "result": "created"});
    let status = if is_grafana {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    (status, axum::Json(answer)).into_response()
}

fn route(
    content: &mut Content,
    method: &Method,
    path: &[&str],
    query: &[(String, String)],
    body: &Value,
) -> Option<Value> {
    let asked = |name: &str| {
        query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    match path {
        ["projects", project] => {
            let known = [
                (PROJECT, 278_964),
                ("gitlab-org/gitlab-foss", 13_083),
                ("gitlab-com/www-gitlab-com", 7_764),
            ];
            let (path, id) = known
                .into_iter()
                .find(|(path, id)| path == project || id.to_string() == *project)?;
            Some(json!({"id": id, "name": "x", "path_with_namespace": path}))
        }
        ["groups", group] => {
            let known = [("gitlab-org", 9_970), ("gitlab-com", 6_543)];
            let (path, id) = known.into_iter().find(|(path, _)| path == group)?;
            Some(json!({"id": id, "name": path, "full_path": path}))
        }
        ["users"] => {
            let known = [("ana", 1), ("ben", 2), ("olga", 3)];
            let found = known
                .into_iter()
                .filter(|(name, _)| Some(*name) == asked("username"));
            Some(
                found
                    .map(|(name, id)| json!({"id": id, "username": name, "name": name}))
                    .collect(),
            )
        }
        ["projects", _, "issues"] if *method == Method::POST => {
            let labels: Vec<&str> = body["labels"]
                .as_str()
                .unwrap_or_default()
                .split(',')
                .collect();
            content.issue(body["title"].as_str()?, &labels);
            let issue = content.issues.last_mut()?;
            issue["description"] = body["description"].clone();
            Some(issue.clone())
        }
        ["projects", _, "issues"] => {
            let labels: Vec<&str> = asked("labels").unwrap_or_default().split(',').collect();
            let fits = |issue: &&Value| {
                let has = |label: &&str| {
                    issue["labels"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .any(|known| known == label)
                };
                labels.iter().all(has) && asked("state").is_none_or(|state| issue["state"] == state)
            };
            Some(content.issues.iter().filter(fits).cloned().collect())
        }
        ["projects", _, "issues", iid] => {
            content.labels.push(body.clone());
            let iid: usize = iid.parse().ok()?;
            let issue = content.issues.get_mut(iid - 1)?;
            if body["state_event"] == "close" {
                issue["state"] = "closed".into();
            }
            Some(issue.clone())
        }
        ["projects", _, "issues", _, "notes"] if *method == Method::POST => {
            content.notes.push(body["body"].as_str()?.to_owned());
            Some(json!({"id": content.notes.len(), "body": body["body"]}))
        }
        ["projects", _, "issues", _, "notes"] => {
            let notes = content.notes.iter().enumerate();
            Some(
                notes
                    .map(|(id, body)| json!({"id": id + 1, "body": body}))
                    .collect(),
            )
        }
        ["projects", _, "issues", _, "links"] => {
            content.links.push(body.clone());
            Some(json!({}))
        }
        ["projects", _, "pipeline"] => {
            content.pipelines.push(body.clone());
            Some(
                json!({"id": 1, "status": "created", "ref": "main", "web_url": "https://gitlab.test/pipelines/1"}),
            )
        }
        ["projects", project, "merge_requests", iid] if *project == PROJECT => {
            content.merge_requests.get(&iid.parse().ok()?).cloned()
        }
        ["projects", project, "deployments"] if *project == PROJECT => {
            let of = |deployment: &&Value| {
                deployment["environment"]["name"] == asked("environment").unwrap_or_default()
            };
            Some(
                content
                    .deployments
                    .iter()
                    .rev()
                    .filter(of)
                    .cloned()
                    .collect(),
            )
        }
        ["query"] => {
            let sample = |(service, value): &(&str, &str)| json!({"metric": {"service": service}, "value": [1_767_693_600, value]});
            let samples: Vec<Value> = content.health.iter().map(sample).collect();
            Some(json!({
                "status": "success",
                "data": {"resultType": "vector", "result": samples},
            }))
        }
        ["projects", _, "search"] => Some(content.blobs.clone().into()),
        ["projects", project, "repository", rest @ ..] if *project == PROJECT => {
            repository(content, rest, query, &asked)
        }
        _ => None,
    }
}

fn repository<'q>(
    content: &Content,
    path: &[&str],
    query: &[(String, String)],
    asked: &impl Fn(&str) -> Option<&'q str>,
) -> Option<Value> {
    match path {
        ["commits"] => {
            let (from, to) = asked("ref_name")?.split_once("..")?;
            let known: Vec<String> = content
                .history(&content.revision(from)?)
                .into_iter()
                .map(|commit| commit.id)
                .collect();
            let history = content.history(&content.revision(to)?);
            Some(
                history
                    .iter()
                    .filter(|commit| !known.contains(&commit.id))
                    .map(shown)
                    .collect(),
            )
        }
        ["commits", sha] => content.history(&content.revision(sha)?).first().map(shown),
        ["commits", sha, "refs"] => {
            let sha = content.revision(sha)?;
            let has = |head: &String| content.history(head).iter().any(|commit| commit.id == sha);
            let tags = content.tags.iter().filter(|(_, head)| has(head));
            Some(
                tags.map(|(name, _)| json!({"type": "tag", "name": name}))
                    .collect(),
            )
        }
        ["merge_base"] => {
            let mut refs = query
                .iter()
                .filter(|(name, _)| name == "refs[]")
                .map(|(_, value)| value);
            let one = content.history(&content.revision(refs.next()?)?);
            let other = content.history(&content.revision(refs.next()?)?);
            let base = one
                .iter()
                .find(|commit| other.iter().any(|known| known.id == commit.id))?;
            Some(shown(base))
        }
        ["branches", name] => {
            let head = content.branches.get(*name)?;
            Some(json!({"name": name, "commit": content.history(head).first().map(shown)?}))
        }
        ["branches"] => {
            let search = asked("search").unwrap_or_default();
            let found = content
                .branches
                .iter()
                .filter(|(name, _)| name.contains(search));
            let found = found.filter_map(|(name, head)| {
                Some(json!({"name": name, "commit": shown(content.history(head).first()?)}))
            });
            Some(found.collect())
        }
        _ => None,
    }
}
