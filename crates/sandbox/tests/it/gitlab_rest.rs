//! The GitLab sandbox's REST API: its pages, its refusals, and that writing sends webhooks.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use sandbox::gitlab::GitLabSandbox;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::gitlab_world::{World, ana, options};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

/// A call below `/api/v4` by this person.
pub async fn api(
    sandbox: &GitLabSandbox,
    user: &str,
    (method, path): (Method, &str),
    body: Option<Value>,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v4{path}"))
        .header("PRIVATE-TOKEN", format!("glpat-demo-{user}"))
        .header("content-type", "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let response = sandbox.router().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer {
        status,
        headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

/// What ana reads there.
pub async fn read(world: &World, path: &str) -> Value {
    let answer = api(&world.sandbox, "ana", (Method::GET, path), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

pub const APP: &str = "/projects/gitlab-org%2Fgitlab";

#[track_caller]
fn refused(answer: &Answer, status: u16, body: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.body), (status, body));
}

#[tokio::test]
async fn a_list_comes_in_pages_with_gitlabs_headers() {
    let world = World::start().await;
    let all = read(&world, "/projects?per_page=100").await;
    let total = all.as_array().unwrap().len();
    let path = "/projects?visibility=public&per_page=2&page=2";
    let page = api(&world.sandbox, "ana", (Method::GET, path), None).await;
    assert_eq!(page.body.as_array().unwrap().len(), 2);
    let public: usize = page.header("x-total").parse().unwrap();
    assert!(public < total);
    let last = public.div_ceil(2);
    let said = ["x-page", "x-per-page", "x-next-page", "x-prev-page"].map(|h| page.header(h));
    assert_eq!(said, ["2", "2", "3", "1"]);
    assert_eq!(page.header("x-total-pages"), last.to_string());
    let base = "http://gitlab.test:7402/api/v4/projects?visibility=public";
    let link = |page: usize, rel: &str| format!("<{base}&page={page}&per_page=2>; rel=\"{rel}\"");
    let links = [
        link(1, "prev"),
        link(3, "next"),
        link(1, "first"),
        link(last, "last"),
    ];
    assert_eq!(page.header("link"), links.join(", "));

    let path = "/projects?page=99";
    let beyond = api(&world.sandbox, "ana", (Method::GET, path), None).await;
    assert_eq!(beyond.body, json!([]));
    let wrong = |path: &'static str| api(&world.sandbox, "ana", (Method::GET, path), None);
    let zero = wrong("/projects?per_page=0").await;
    refused(
        &zero,
        400,
        &json!({ "error": "per_page has a value not allowed" }),
    );
    let text = wrong("/projects?page=x").await;
    refused(&text, 400, &json!({ "error": "page is invalid" }));
}

#[tokio::test]
async fn what_the_asker_may_not_see_is_not_found() {
    let world = World::start().await;
    let secret = "gitlab-org%2Fsecurity%2Fgitlab";
    world.ana(ana("user_create")).await;
    let hidden = world
        .ana(ana("open_issue").with("confidential", true))
        .await;
    let issue = format!("{APP}/issues/{}", hidden.ids["iid"]);
    for (user, path, status) in [
        ("raj", format!("/projects/{secret}"), 200),
        ("ana", issue.clone(), 200),
        ("ben", issue, 200),
    ] {
        let answer = api(&world.sandbox, user, (Method::GET, &path), None).await;
        assert_eq!(answer.status.as_u16(), status, "{user} {path}");
    }
    for (path, what) in [
        ("/projects/1", "Project"),
        ("/groups/nothing", "Group"),
        ("/users/7", "User"),
        ("/namespaces/nothing", "Namespace"),
        ("/projects/7764/issues/1", "Issue"),
        ("/projects/7764/merge_requests/1", "Merge Request"),
        ("/projects/7764/repository/branches/x", "Branch"),
        ("/projects/7764/repository/tags/x", "Tag"),
        ("/projects/7764/repository/commits/abcdef0", "Commit"),
        ("/projects/7764/repository/files/x?ref=master", "File"),
        ("/projects/7764/deployments/1", "Deployment"),
        ("/projects/7764/environments/1", "Environment"),
        ("/projects/7764/pipelines/1", "Pipeline"),
        ("/projects/7764/repository/compare?from=x&to=y", "Ref"),
    ] {
        let answer = api(&world.sandbox, "ana", (Method::GET, path), None).await;
        refused(
            &answer,
            404,
            &json!({ "message": format!("404 {what} Not Found") }),
        );
    }
}

/// A sandbox whose saved state was changed before it starts.
fn changed(change: impl FnOnce(&mut Value)) -> GitLabSandbox {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gitlab.json");
    let options = || sandbox::gitlab::Options {
        state: Some(file.clone()),
        ..options(1)
    };
    GitLabSandbox::new(options()).unwrap().save().unwrap();
    let mut state: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    change(&mut state);
    std::fs::write(&file, state.to_string()).unwrap();
    GitLabSandbox::new(options()).unwrap()
}

#[tokio::test]
async fn a_stranger_sees_nothing_private() {
    let sandbox = changed(|state| {
        let mut eve = state["users"][1].clone();
        eve["id"] = json!(700);
        eve["username"] = json!("eve");
        state["users"].as_array_mut().unwrap().push(eve);
    });
    let act = ana("open_issue").with("confidential", true);
    let hidden = sandbox.perform(act).await.unwrap().ids["iid"].clone();
    let read = |user: &'static str, path: String| {
        let sandbox = sandbox.clone();
        async move { api(&sandbox, user, (Method::GET, &path), None).await }
    };
    let secret = "/projects/gitlab-org%2Fsecurity%2Fgitlab".to_owned();
    let issue = format!("{APP}/issues/{hidden}");
    for path in [
        &secret,
        &format!("{secret}/issues"),
        &"/groups/gitlab-org%2Fsecurity".to_owned(),
        &issue,
        &format!("{issue}/notes"),
    ] {
        assert_eq!(read("ben", path.clone()).await.status, 200, "{path}");
        assert_eq!(read("eve", path.clone()).await.status, 404, "{path}");
    }
    for list in [
        "/projects?search=security",
        "/search?scope=blobs&search=nothing",
    ] {
        assert_eq!(read("eve", list.to_owned()).await.body, json!([]), "{list}");
    }
    let issues = read("eve", format!("{APP}/issues?per_page=100")).await.body;
    let issues = issues.as_array().unwrap().iter();
    assert!(issues.map(|issue| &issue["iid"]).all(|iid| *iid != hidden));
    let put = (Method::PUT, &*format!("{APP}/issues/381012"));
    let closing = Some(json!({ "state_event": "close" }));
    assert_eq!(api(&sandbox, "eve", put, closing).await.status, 403);
    let delete = (Method::DELETE, APP);
    let not_allowed = api(&sandbox, "ana", delete, None).await;
    refused(&not_allowed, 405, &json!({ "error": "405 Not Allowed" }));
}

#[tokio::test]
async fn writing_needs_the_right_and_says_what_is_wrong() {
    let world = World::start().await;
    let post = |user: &'static str, path: &'static str, body: Value| {
        api(&world.sandbox, user, (Method::POST, path), Some(body))
    };
    let production = "/projects/gitlab-com%2Fgl-infra%2Fproduction/pipeline";
    let forbidden = post("ben", production, json!({ "ref": "main" })).await;
    refused(&forbidden, 403, &json!({ "message": "403 Forbidden" }));
    let issues = "/projects/7764/issues";
    let untitled = post("ana", issues, json!({ "description": "x" })).await;
    refused(&untitled, 400, &json!({ "error": "title is missing" }));
    let long = post("ana", issues, json!({ "title": "x".repeat(256) })).await;
    let problem = "is too long (maximum is 255 characters)";
    refused(&long, 400, &json!({ "message": { "title": [problem] } }));
    let labels = "/projects/7764/labels";
    let twice = post("ana", labels, json!({ "name": "bug", "color": "#000" })).await;
    refused(&twice, 409, &json!({ "message": "Label already exists" }));
    let pipeline = "/projects/7764/pipeline";
    let nowhere = post("ana", pipeline, json!({ "ref": "nothing" })).await;
    refused(
        &nowhere,
        400,
        &json!({ "message": { "base": ["Reference not found"] } }),
    );
    let trigger = "/projects/7764/trigger/pipeline";
    let wrong = post("ana", trigger, json!({ "ref": "master", "token": "x" })).await;
    refused(&wrong, 404, &json!({ "message": "404 Not Found" }));
    let unpaired = "/projects/7764/deployments?updated_after=2026-01-01&order_by=id";
    let unpaired = api(&world.sandbox, "ana", (Method::GET, unpaired), None).await;
    let problem = "`updated_at` filter and `updated_at` sorting must be paired";
    refused(&unpaired, 400, &json!({ "message": problem }));
    let empty = api(
        &world.sandbox,
        "ana",
        (Method::PUT, "/projects/7764/issues/14101"),
        Some(json!({})),
    );
    assert_eq!(empty.await.status, StatusCode::BAD_REQUEST);
    assert!(world.take().is_empty(), "nothing happened");
}

#[tokio::test]
async fn what_is_written_sends_the_webhooks_it_would_send() {
    let world = World::start().await;
    let send = |method: Method, path: String, body: Value| {
        let sandbox = world.sandbox.clone();
        async move { api(&sandbox, "ops", (method, &path), Some(body)).await.body }
    };
    let log = "/projects/gitlab-com%2Fgl-infra%2Ffeature-flag-log";
    let new = json!({ "title": "Flag set", "labels": "change, host::production" });
    let issue = send(Method::POST, format!("{log}/issues"), new).await;
    assert_eq!(issue["iid"], 1);
    assert_eq!(issue["labels"], json!(["change", "host::production"]));
    let own = format!("{log}/issues/{}", issue["iid"]);
    let changes = json!({ "state_event": "close", "add_labels": ["host::staging"] });
    let closed = send(Method::PUT, own.clone(), changes).await;
    assert_eq!(closed["state"], "closed");
    assert_eq!(closed["labels"], json!(["change", "host::staging"]));
    let note = send(
        Method::POST,
        format!("{own}/notes"),
        json!({ "body": "done" }),
    )
    .await;
    let again = format!("{own}/notes/{}", note["id"]);
    let edited = send(Method::PUT, again, json!({ "body": "done, twice" })).await;
    assert_eq!(edited["body"], "done, twice");
    let pipeline = send(
        Method::POST,
        format!("{APP}/pipeline"),
        json!({ "ref": "master" }),
    )
    .await;
    assert_eq!(pipeline["status"], "created");
    let told: Vec<(String, Value)> = world
        .take()
        .iter()
        .filter(|webhook| webhook.header("x-gitlab-event") != "Job Hook")
        .map(|webhook| {
            let attributes = &webhook.body["object_attributes"];
            let said = [&attributes["action"], &attributes["status"]];
            let said = said.into_iter().find(|said| said.is_string());
            (webhook.kind().to_owned(), said.unwrap().clone())
        })
        .collect();
    let expected = [
        ("issue", "open"),
        ("issue", "close"),
        ("issue", "update"),
        ("note", "create"),
        ("note", "update"),
        ("pipeline", "pending"),
        ("pipeline", "running"),
    ];
    let expected = expected.map(|(kind, said)| (kind.to_owned(), json!(said)));
    assert_eq!(told, expected);
}

#[tokio::test]
async fn parameters_come_as_json_as_a_form_or_in_the_address() {
    let world = World::start().await;
    for (kind, body) in [
        (
            "application/json",
            r#"{"title": "A", "labels": ["a", "b"]}"#,
        ),
        ("application/x-www-form-urlencoded", "title=A&labels=a%2Cb"),
        (
            "application/x-www-form-urlencoded",
            "title=A&labels[]=a&labels[]=b",
        ),
        (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nA\r\n\
             --x\r\ncontent-disposition: form-data; name=\"labels\"\r\n\r\na,b\r\n--x--\r\n",
        ),
    ] {
        let request = Request::post("/api/v4/projects/7764/issues?private_token=glpat-demo-ana")
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap();
        let (status, issue) = crate::gitlab_endpoints::answer(&world.sandbox, request).await;
        assert_eq!(status, StatusCode::CREATED, "{kind}: {issue}");
        assert_eq!(
            (&issue["title"], &issue["labels"]),
            (&json!("A"), &json!(["a", "b"]))
        );
    }
    let request = Request::post("/api/v4/projects/7764/issues")
        .header("PRIVATE-TOKEN", "glpat-demo-ana")
        .header("content-type", "application/json")
        .body(Body::from("{"))
        .unwrap();
    let (status, _) = crate::gitlab_endpoints::answer(&world.sandbox, request).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

/// Every field that GitLab's documented answer has and the sandbox's has not.
fn missing(real: &Value, ours: &Value) -> Vec<String> {
    let real = real
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(real);
    let ours = ours
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(ours);
    let real = real.as_object().unwrap();
    let fields = real.keys().filter(|field| ours.get(field).is_none());
    fields.cloned().collect()
}

#[tokio::test]
async fn answers_have_the_fields_of_the_documented_ones() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        println!("corpus absent");
        return;
    };
    let folder = std::path::Path::new(&corpus).join("gitlab-api/gitlab-docs");
    let world = World::start().await;
    let mr = read(&world, &format!("{APP}/merge_requests/98663")).await;
    let sha = mr["merge_commit_sha"].as_str().unwrap();
    world.ana(ana("push").with("branch", "docs")).await;
    for (file, path, left_out) in [
        ("issue_get", format!("{APP}/issues/381012"), 3),
        ("issues_list", format!("{APP}/issues"), 12),
        (
            "merge_request_get",
            format!("{APP}/merge_requests/98663"),
            8,
        ),
        ("commit_get", format!("{APP}/repository/commits/{sha}"), 0),
        (
            "commit_refs",
            format!("{APP}/repository/commits/{sha}/refs"),
            0,
        ),
        (
            "compare",
            format!("{APP}/repository/compare?from=v15.7.3-ee&to=master"),
            0,
        ),
        (
            "merge_base",
            format!("{APP}/repository/merge_base?refs[]=master&refs[]=docs"),
            0,
        ),
        ("tag_get", format!("{APP}/repository/tags/v15.7.3-ee"), 0),
        ("deployments_list", format!("{APP}/deployments"), 0),
        ("environments_list", format!("{APP}/environments"), 5),
        ("labels_list", format!("{APP}/labels"), 0),
        ("members_all", format!("{APP}/members/all"), 3),
        ("pipelines_list", format!("{APP}/pipelines"), 0),
    ] {
        let Ok(real) = std::fs::read(folder.join(format!("{file}.json"))) else {
            println!("corpus absent");
            return;
        };
        let real: Value = serde_json::from_slice(&real).unwrap();
        let missing = missing(&real, &read(&world, &path).await);
        assert!(missing.len() <= left_out, "{file}: {missing:?}");
    }
}

#[tokio::test]
async fn a_state_of_an_older_version_can_still_be_used() {
    let drop = |record: &mut Value, fields: &[&str]| {
        for field in fields {
            record.as_object_mut().unwrap().remove(*field);
        }
    };
    let sandbox = changed(|state| {
        drop(
            state,
            &[
                "issue_links",
                "health",
                "annotations",
                "documents",
                "sign_ins",
            ],
        );
        for user in state["users"].as_array_mut().unwrap() {
            drop(user, &["state", "admin"]);
        }
        for group in state["groups"].as_array_mut().unwrap() {
            drop(group, &["milestones", "members"]);
        }
        for project in state["projects"].as_array_mut().unwrap() {
            drop(
                project,
                &[
                    "files",
                    "members",
                    "awards",
                    "merge_rules",
                    "freeze_periods",
                ],
            );
            for pipeline in project["pipelines"].as_array_mut().unwrap() {
                for job in pipeline["jobs"].as_array_mut().unwrap() {
                    drop(job, &["manual", "environment", "retried"]);
                }
            }
            for (list, field) in [
                ("commits", "parents"),
                ("deployments", "created_at"),
                ("deployments", "pipeline_id"),
                ("issues", "closed_by_id"),
                ("issues", "moved_to_id"),
                ("issues", "zoom"),
                ("issues", "due_date"),
                ("merge_requests", "conflicts"),
                ("merge_requests", "auto_merge_by"),
                ("merge_requests", "keep_branch"),
                ("merge_requests", "squash_commit_sha"),
                ("merge_requests", "merged_at"),
            ] {
                for record in project[list].as_array_mut().unwrap() {
                    drop(record, &[field]);
                }
            }
        }
    });
    let get = |path: &'static str| api(&sandbox, "ana", (Method::GET, path), None);
    let mr = get("/projects/278964/merge_requests/98663").await.body;
    let refs = format!(
        "/projects/278964/repository/commits/{}/refs?type=branch",
        mr["merge_commit_sha"].as_str().unwrap()
    );
    let refs = api(&sandbox, "ana", (Method::GET, &refs), None).await.body;
    let has = |name: &str| {
        refs.as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == name)
    };
    assert!(
        has("master") && has("15-8-auto-deploy-2023011203"),
        "{refs}"
    );
    let members = get("/projects/278964/members/all").await.body;
    assert_eq!(members.as_array().unwrap().len(), 6);
    let ops = api(&sandbox, "ops", (Method::GET, "/user"), None)
        .await
        .body;
    assert_eq!(
        (&ops["state"], &ops["is_admin"]),
        (&json!("active"), &json!(true))
    );
    let templates = get("/projects/7444821/templates/issues").await.body;
    assert_eq!(templates[0]["name"], "Default");
    sandbox.perform(ana("merge")).await.unwrap();
}
