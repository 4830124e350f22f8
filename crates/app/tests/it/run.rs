//! `/gitlab … run …`: a job, and its output.

use serde_json::{Value, json};

use crate::world::World;

const PROJECT: &str = "projects/acme%2Fshop";

fn job(status: &str) -> Value {
    json!({
        "id": 9, "name": "explain", "status": status, "duration": 3.2,
        "web_url": "https://gitlab.test/acme/shop/-/jobs/9",
    })
}

fn has_pipeline(world: &World) {
    let outside = &world.outside;
    let project = json!({
        "id": 1, "name": "Shop", "path_with_namespace": "acme/shop", "default_branch": "trunk",
    });
    outside.answers(&format!("GET {PROJECT}"), &project);
    let pipeline = json!({
        "id": 46, "status": "created", "web_url": "https://gitlab.test/acme/shop/-/pipelines/46",
    });
    outside.says(
        &format!("POST {PROJECT}/pipeline"),
        201,
        &pipeline.to_string(),
    );
    outside.answers(&format!("POST {PROJECT}/pipelines/46/cancel"), &pipeline);
    let jobs = json!([job("created")]);
    outside.answers(&format!("GET {PROJECT}/pipelines/46/jobs"), &jobs);
}

fn goes(world: &World, statuses: &[&str], log: &str) {
    for status in statuses {
        let call = format!("GET {PROJECT}/jobs/9");
        world.outside.answers(&call, &job(status));
    }
    world
        .outside
        .says(&format!("GET {PROJECT}/jobs/9/trace"), 200, log);
}

#[tokio::test]
async fn a_job_is_run_and_its_output_is_posted_when_it_ends() {
    let mut world = World::start().await;
    has_pipeline(&world);
    let log = "section_start:1:chat_reply\r\u{1b}[0K\n42 rows <!channel>\nsection_end:1:chat_reply\r\nJob succeeded\n";
    goes(&world, &["pending", "running", "success"], log);
    let said = world.types("shop run explain select count(*)").await;
    said.to_all()
        .shows("<https://gitlab.test/acme/shop/-/jobs/9|explain> is being run in pipeline <https://gitlab.test/acme/shop/-/pipelines/46|#46>.");
    let said = world.waits_for_more().await;
    said.to_all()
        .shows("explain> is done after 3 s.")
        .shows("```\n42 rows &lt;!channel&gt;\n```");
    let [(_, sent)] = &world.outside.changes()[..] else {
        panic!("one change");
    };
    assert_eq!(sent["ref"], "trunk");
    let variables = sent["variables"].as_array().unwrap();
    let variables: Vec<String> = variables
        .iter()
        .map(|one| format!("{}={}", one["key"], one["value"]))
        .collect();
    assert_eq!(
        variables,
        [
            r#""CHAT_CHANNEL"="general""#,
            r#""CHAT_INPUT"="select count(*)""#,
            r#""CHAT_JOB"="explain""#,
            r#""CHAT_USER"="ana""#,
            r#""CHAT_USER_ID"="U0ANA""#,
        ]
    );
}

#[tokio::test]
async fn a_manual_job_is_left_to_people_and_told_once() {
    let mut world = World::start().await;
    has_pipeline(&world);
    goes(&world, &["manual", "manual", "failed"], "no such table\n");
    world.types("shop run explain").await.to_all();
    let said = world.waits_for_more().await;
    said.shows("waits for somebody to start it in GitLab.");
    let said = world.waits_for_more().await;
    said.shows("explain> failed after 3 s.")
        .shows("no such table");
}

#[tokio::test]
async fn a_pipeline_without_the_job_is_canceled() {
    let mut world = World::start().await;
    has_pipeline(&world);
    let said = world.types("shop run explian").await;
    said.only_to_who_asked()
        .shows("and was canceled; did you mean `explain`?");
    let calls: Vec<_> = world
        .outside
        .changes()
        .into_iter()
        .map(|(call, _)| call)
        .collect();
    assert_eq!(
        calls,
        [
            format!("POST {PROJECT}/pipeline"),
            format!("POST {PROJECT}/pipelines/46/cancel"),
        ]
    );
}

#[tokio::test]
async fn why_gitlab_starts_no_pipeline_is_told() {
    let mut world = World::start().await;
    let call = format!("POST {PROJECT}/pipeline");
    let refusal =
        json!({"message": {"base": ["Insufficient permissions to set pipeline variables"]}});
    world.outside.says(&call, 400, &refusal.to_string());
    has_pipeline(&world);
    let said = world.types("shop run explain").await;
    said.only_to_who_asked()
        .shows("Insufficient permissions to set pipeline variables");
}
