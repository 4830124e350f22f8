//! Which project a command is about.

use serde_json::json;

use crate::world::World;

fn has_issue(world: &World, project: &str) {
    let issue = json!({
        "id": 1, "iid": 1, "project_id": 1, "title": format!("of {project}"), "state": "opened",
    });
    let project = project.replace('/', "%2F");
    let call = format!("GET projects/{project}/issues/1");
    world.outside.answers(&call, &issue);
}

#[tokio::test]
async fn a_project_is_what_the_line_the_channel_or_the_workspace_says() {
    let mut world = World::start().await;
    has_issue(&world, "acme/shop");
    has_issue(&world, "acme/web");
    world.types("issue show 1").await.shows("of acme/shop");
    world.connects("acme/web", "site").await;
    for (text, expected) in [
        ("web issue show 1", "of acme/web"),
        ("SITE issue show 1", "of acme/web"),
        ("issue show site#1", "of acme/web"),
        ("acme/web issue show site#1", "of acme/web"),
        (
            "acme/web issue show shop#1",
            "`acme/web` and `shop` are two projects",
        ),
        ("issue show 1", "Which project? name it before the command"),
        ("sitee issue show 1", "did you mean `site`?"),
    ] {
        world.types(text).await.shows(expected);
    }
    let path = "acme/web".parse().unwrap();
    let (workspace, channel) = ("T0DEMO".parse().unwrap(), "C0GENERAL".parse().unwrap());
    let set = world
        .store
        .set_channel_default(&workspace, &channel, Some(path));
    set.await.unwrap();
    world.types("issue show 1").await.shows("of acme/web");
    world.types("shop issue show 1").await.shows("of acme/shop");
}

#[tokio::test]
async fn an_address_stands_for_its_project_and_issue() {
    let mut world = World::start().await;
    has_issue(&world, "acme/shop");
    let url = world.outside.url.clone();
    let text = format!("issue show {url}/acme/shop/-/issues/1");
    world.types(&text).await.shows("of acme/shop");
    let text = format!("{url}/acme/shop issue show 1");
    world.types(&text).await.shows("of acme/shop");
    let text = format!("issue show {url}/acme/secret/-/issues/1");
    let said = world.types(&text).await;
    said.shows("No project `acme/secret` is connected to this workspace");
}

#[tokio::test]
async fn a_workspace_without_projects_is_told_how_to_connect_one() {
    let mut world = World::empty().await;
    world.links("U0ANA", "ana").await;
    let said = world.types("issue show 1").await;
    said.only_to_who_asked()
        .shows("No project is connected to this workspace");
}
