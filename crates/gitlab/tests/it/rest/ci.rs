//! Pipelines, jobs and their logs, environments, files.

use gitlab::rest::{Job, JobStatus, PipelineQuery, PipelineStatus, RestError};
use serde_json::{Value, json};

use super::stub::{Reply, Stub};
use super::{client, shop};

const SHOP: &str = "projects/acme%2Fshop";

fn pipeline(id: u64) -> Value {
    json!({
        "id": id, "iid": 3, "status": "failed", "ref": "main", "source": "push",
        "created_at": "2024-03-01T10:20:30Z", "duration": 127, "yaml_errors": null,
        "user": { "id": 7, "username": "ana", "name": "Ana" },
    })
}

fn job(id: u64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "stage": "deploy", "status": "manual", "ref": "main",
        "duration": null, "pipeline": { "id": 34, "status": "success" },
    })
}

fn deployment(id: u64, environment: &str, status: &str, deployable: &Value) -> Value {
    json!({
        "id": id, "iid": id, "ref": "main", "sha": "c1", "status": status,
        "environment": { "id": 9, "name": environment }, "deployable": deployable,
    })
}

#[tokio::test]
async fn pipelines_are_found_retried_and_canceled() {
    let stub = Stub::giving([
        json!([pipeline(5)]),
        json!([pipeline(6)]),
        json!([]),
        pipeline(5),
        pipeline(5),
    ])
    .await;
    let client = client(&stub.url);
    let query = PipelineQuery {
        status: Some(PipelineStatus::Failed),
        username: Some("ana".into()),
        limit: 5,
        ..PipelineQuery::of(shop())
    };
    let found = client.pipelines(&query).await.unwrap();
    assert_eq!(found.items[0].duration, Some(127));
    assert_eq!(client.latest_pipeline(&shop(), "main").await.unwrap().id, 6);
    let none = client.latest_pipeline(&shop(), "fix").await.unwrap_err();
    assert!(
        none.to_string()
            .contains("has no pipeline of fix in project acme/shop"),
        "{none}"
    );
    client.retry_pipeline(&shop(), 5).await.unwrap();
    client.cancel_pipeline(&shop(), 5).await.unwrap();
    let newest = "order_by=id&sort=desc";
    assert_eq!(
        stub.lines(),
        [
            format!("GET {SHOP}/pipelines?{newest}&status=failed&username=ana&per_page=5"),
            format!("GET {SHOP}/pipelines?{newest}&ref=main&per_page=1"),
            format!("GET {SHOP}/pipelines?{newest}&ref=fix&per_page=1"),
            format!("POST {SHOP}/pipelines/5/retry {{}}"),
            format!("POST {SHOP}/pipelines/5/cancel {{}}"),
        ]
    );
}

#[tokio::test]
async fn jobs_are_listed_started_and_tried_again() {
    let failed = json!({
        "id": 8, "name": "test", "stage": "test", "status": "failed", "duration": 0.465,
        "failure_reason": "script_failure", "allow_failure": true,
    });
    let stub = Stub::start([
        Reply::json(200, &json!([failed]).to_string()),
        Reply::json(200, &failed.to_string()),
        Reply::json(200, &job(9, "deploy").to_string()),
        Reply::json(201, &job(10, "deploy").to_string()),
        Reply::json(400, r#"{"message":"400 Bad request - Unplayable Job"}"#),
    ])
    .await;
    let client = client(&stub.url);
    let statuses = [JobStatus::Failed, JobStatus::Manual];
    let jobs = client.jobs(&shop(), 5, &statuses, 20).await.unwrap();
    assert_eq!(
        jobs.items[0].failure_reason.as_deref(),
        Some("script_failure")
    );
    assert!(client.job(&shop(), 8).await.unwrap().allow_failure);
    assert_eq!(client.play_job(&shop(), 9).await.unwrap().id, 9);
    assert_eq!(client.retry_job(&shop(), 9).await.unwrap().id, 10);
    let error = client.play_job(&shop(), 9).await.unwrap_err();
    assert!(
        matches!(&error, RestError::Refused { messages, .. } if *messages == ["Unplayable Job"]),
        "{error:?}"
    );
    assert_eq!(
        stub.lines()[..4],
        [
            format!(
                "GET {SHOP}/pipelines/5/jobs?scope%5B%5D=failed&scope%5B%5D=manual&per_page=20"
            ),
            format!("GET {SHOP}/jobs/8"),
            format!("POST {SHOP}/jobs/9/play {{}}"),
            format!("POST {SHOP}/jobs/9/retry {{}}"),
        ]
    );
}

#[tokio::test]
async fn the_end_of_a_log_is_kept() {
    let long = format!("{}€{}", "x".repeat(200_000), "e".repeat(65_535));
    let stub = Stub::start([
        Reply::typed(200, "text/plain", "all of it"),
        Reply::typed(200, "text/plain", &long),
        Reply::typed(200, "text/plain", ""),
        Reply::Endless,
        Reply::json(404, r#"{"message":"404 Not found"}"#),
        Reply::typed(200, "text/html", "<html>Sign in</html>"),
    ])
    .await;
    let client = client(&stub.url);
    let log = client.job_log(&shop(), 8).await.unwrap();
    assert_eq!((log.text.as_str(), log.is_whole), ("all of it", true));
    let log = client.job_log(&shop(), 8).await.unwrap();
    // The character that the end cuts in two is left out.
    assert_eq!(
        (log.text.as_str(), log.is_whole),
        (&*"e".repeat(65_535), false)
    );
    assert_eq!(client.job_log(&shop(), 8).await.unwrap().text, "");
    let endless = client.job_log(&shop(), 8).await.unwrap_err();
    assert!(matches!(endless, RestError::TooLarge { .. }), "{endless:?}");
    let missing = client.job_log(&shop(), 8).await.unwrap_err();
    assert!(matches!(missing, RestError::NotFound { .. }), "{missing:?}");
    let page = client.job_log(&shop(), 8).await.unwrap_err();
    assert!(matches!(page, RestError::NotGitLab { .. }), "{page:?}");
    assert_eq!(stub.lines()[0], format!("GET {SHOP}/jobs/8/trace"));
}

#[tokio::test]
async fn a_job_that_deploys_further_is_found_by_what_gitlab_plans() {
    let stub = Stub::giving([
        json!([deployment(1, "staging", "success", &job(710, "staging"))]),
        json!([job(711, "go live"), job(712, "production")]),
        json!([
            deployment(3, "production", "created", &job(711, "go live")),
            deployment(
                2,
                "production",
                "created",
                &job(600, "of an older pipeline")
            ),
        ]),
    ])
    .await;
    let client = client(&stub.url);
    let jobs = client
        .jobs_that_deploy(&shop(), "staging", "production")
        .await
        .unwrap();
    assert_eq!(ids(&jobs), [711]);
    let newest = "order_by=id&sort=desc";
    assert_eq!(
        stub.lines(),
        [
            format!(
                "GET {SHOP}/deployments?{newest}&environment=staging&status=success&per_page=1"
            ),
            format!("GET {SHOP}/pipelines/34/jobs?scope%5B%5D=manual&per_page=100"),
            format!(
                "GET {SHOP}/deployments?{newest}&environment=production&status=created&per_page=100"
            ),
        ]
    );
}

fn ids(jobs: &[Job]) -> Vec<u64> {
    jobs.iter().map(|job| job.id).collect()
}

#[tokio::test]
async fn a_job_that_deploys_further_is_found_by_its_name_else() {
    let last = json!([deployment(1, "staging", "success", &job(710, "staging"))]);
    let jobs = json!([job(711, "go live"), job(712, "production")]);
    let unknown = json!([deployment(1, "staging", "success", &json!(null))]);
    let stub = Stub::giving([
        last.clone(),
        jobs.clone(),
        json!([]),
        last,
        jobs,
        json!([]),
        unknown,
    ])
    .await;
    let client = client(&stub.url);
    let jobs = client
        .jobs_that_deploy(&shop(), "staging", "production")
        .await
        .unwrap();
    assert_eq!(ids(&jobs), [712]);
    let jobs = client
        .jobs_that_deploy(&shop(), "staging", "qa")
        .await
        .unwrap();
    assert!(jobs.is_empty(), "{jobs:?}");
    let error = client
        .jobs_that_deploy(&shop(), "staging", "qa")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has no deployment to staging in project acme/shop"),
        "{error}"
    );
}

#[tokio::test]
async fn environments_are_found_by_name() {
    let environment =
        json!({ "id": 9, "name": "review/a b", "state": "available", "external_url": null });
    let stub = Stub::giving([json!([environment]), json!([environment]), json!([])]).await;
    let client = client(&stub.url);
    assert_eq!(
        client
            .environment_named(&shop(), "review/a b")
            .await
            .unwrap()
            .id,
        9
    );
    assert_eq!(
        client
            .environments(&shop(), "rev", 20)
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    let error = client.environment_named(&shop(), "qa").await.unwrap_err();
    assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
    assert_eq!(
        stub.lines()[..2],
        [
            format!("GET {SHOP}/environments?name=review%2Fa+b"),
            format!("GET {SHOP}/environments?states=available&search=rev&per_page=20"),
        ]
    );
}

#[tokio::test]
async fn a_file_is_read_when_it_is_text() {
    let stub = Stub::start([
        Reply::typed(200, "text/plain; charset=utf-8", "fn main() {}\n"),
        Reply::typed(200, "application/octet-stream", "a\0b"),
        Reply::typed(200, "text/plain", &"x".repeat(1_000_001)),
        Reply::json(404, r#"{"message":"404 File Not Found"}"#),
    ])
    .await;
    let client = client(&stub.url);
    let project = shop();
    let read = |path| client.file_text(&project, path, "feature/a b");
    assert_eq!(
        read("src/main.rs").await.unwrap().as_deref(),
        Some("fn main() {}\n")
    );
    assert_eq!(read("a.bin").await, Ok(None));
    let error = read("long").await.unwrap_err();
    assert!(matches!(error, RestError::TooLarge { .. }), "{error:?}");
    let error = read("none").await.unwrap_err();
    assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
    assert_eq!(
        stub.lines()[0],
        format!("GET {SHOP}/repository/files/src%2Fmain.rs/raw?ref=feature%2Fa+b")
    );
}
