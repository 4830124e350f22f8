//! `/gitlab … pipeline …` and the buttons of pipelines.

use serde_json::{Value, json};

use crate::world::World;

const PROJECT: &str = "projects/acme%2Fshop";

fn pipeline(status: &str) -> Value {
    json!({
        "id": 45, "status": status, "ref": "main", "sha": "0123456789", "duration": 75,
        "web_url": "https://gitlab.test/acme/shop/-/pipelines/45",
    })
}

async fn world(status: &str) -> World {
    let world = World::start().await;
    let one = pipeline(status);
    let call = |rest: &str| format!("GET {PROJECT}{rest}");
    world.outside.answers(&call("/pipelines/45"), &one);
    world.outside.answers(&call("/pipelines"), &json!([one]));
    let job = json!({"id": 1, "name": "rspec", "stage": "test", "status": "failed",
                     "failure_reason": "script_failure"});
    world
        .outside
        .answers(&call("/pipelines/45/jobs"), &json!([job]));
    world
}

#[tokio::test]
async fn a_pipeline_is_shown_by_number_by_branch_and_of_the_default_branch() {
    let mut world = world("failed").await;
    let project = json!({"id": 1, "name": "shop", "path_with_namespace": "acme/shop",
                         "default_branch": "main"});
    world.outside.answers(&format!("GET {PROJECT}"), &project);
    for typed in [
        "shop pipeline show 45",
        "shop pipeline main",
        "shop pipeline",
    ] {
        let said = world.types(typed).await;
        said.to_all()
            .shows("|Pipeline #45> failed")
            .shows("rspec in test: script failure")
            .shows("1 min 15 s");
    }
    let said = world.types("shop pipelines").await;
    said.only_to_who_asked().shows("|#45> failed · `main`");
}

#[tokio::test]
async fn a_failed_pipeline_is_retried_and_no_other() {
    let mut world = world("failed").await;
    let retry = format!("POST {PROJECT}/pipelines/45/retry");
    world
        .outside
        .says(&retry, 201, &pipeline("running").to_string());
    let said = world.clicks("pipeline.retry", "acme/shop#45").await;
    assert!(said.replaces());
    said.shows("*Retried* by @ana");
    assert_eq!(world.outside.changes().len(), 1);

    let mut world = self::world("success").await;
    let said = world.types("shop pipeline retry 45").await;
    said.only_to_who_asked()
        .shows("Pipeline #45 succeeded; only one that failed or was canceled can be retried");
    let said = world.types("shop pipeline cancel main").await;
    said.only_to_who_asked()
        .shows("Pipeline #45 succeeded; there is nothing to cancel");
    assert_eq!(world.outside.changes(), []);
}

#[tokio::test]
async fn one_who_may_not_cancel_is_told_so() {
    let mut world = world("running").await;
    let cancel = format!("POST {PROJECT}/pipelines/45/cancel");
    world
        .outside
        .says(&cancel, 403, r#"{"message": "403 Forbidden"}"#);
    let said = world.types("shop pipeline cancel 45").await;
    said.only_to_who_asked()
        .shows("Your GitLab account may not do that with pipeline #45");
}
