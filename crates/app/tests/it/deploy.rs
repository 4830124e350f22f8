//! `/gitlab … deploy …`.

use serde_json::{Value, json};

use crate::world::World;

const PROJECT: &str = "projects/acme%2Fshop";

fn job(id: u64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "status": "manual",
        "web_url": format!("https://gitlab.test/acme/shop/-/jobs/{id}"),
    })
}

/// The last deployment to staging was pipeline 40's, which has these manual jobs; the one of
/// `planned` deploys to production.
fn deployed(world: &World, manual: &[Value], planned: &Value) {
    let deployment = |deployable: &Value| {
        json!([{
            "id": 1, "iid": 1, "ref": "main", "sha": "a1", "status": "success",
            "environment": {"name": "staging"}, "deployable": deployable,
        }])
    };
    let mut done = job(30, "staging");
    done["pipeline"] = json!({"id": 40});
    let call = format!("GET {PROJECT}/deployments");
    world.outside.answers(&call, &deployment(&done));
    world.outside.answers(&call, &deployment(planned));
    let call = format!("GET {PROJECT}/pipelines/40/jobs");
    world.outside.answers(&call, &json!(manual));
}

#[tokio::test]
async fn the_manual_job_of_the_pipeline_is_started() {
    let mut world = World::start().await;
    let ship = job(31, "ship");
    deployed(&world, &[job(32, "other"), ship.clone()], &ship);
    let play = format!("POST {PROJECT}/jobs/31/play");
    world.outside.answers(&play, &ship);
    let said = world.types("shop deploy staging to production").await;
    said.to_all()
        .shows("Deployment started from staging to production.")
        .shows("<https://gitlab.test/acme/shop/-/jobs/31|ship>");
    let [(call, _)] = &world.outside.changes()[..] else {
        panic!("one change");
    };
    assert_eq!(*call, play);
}

#[tokio::test]
async fn nothing_is_started_where_nothing_fits() {
    let mut world = World::start().await;
    let said = world.types("shop deploy staging").await;
    said.only_to_who_asked().shows("Name two environments");
    world
        .outside
        .answers(&format!("GET {PROJECT}/deployments"), &json!([]));
    let said = world.types("shop deploy staging to production").await;
    said.only_to_who_asked()
        .shows("Nothing was deployed to `staging` yet");
    assert!(world.outside.changes().is_empty());
}
