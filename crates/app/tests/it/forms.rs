//! Incidents, issues and comments from forms.

use app::Reply;
use serde_json::{Value, json};

use crate::form::Form;
use crate::said::Said;
use crate::world::World;

fn issue(kind: &str, confidential: bool) -> Value {
    json!({
        "id": 112, "iid": 12, "project_id": 1, "title": "Checkout is down",
        "state": "opened", "issue_type": kind, "confidential": confidential,
        "web_url": "https://gitlab.test/acme/shop/-/issues/12",
    })
}

fn option(label: &str, value: &str) -> Value {
    json!({"text": {"type": "plain_text", "text": label}, "value": value})
}

fn offered(reply: Reply) -> Vec<String> {
    let body = reply.into_json().unwrap();
    let options = body["options"].as_array().unwrap().iter();
    options
        .map(|option| format!("{} {}", option["text"]["text"], option["value"]).replace('"', ""))
        .collect()
}

fn shortcut(world: &World, callback_id: &str) -> Value {
    json!({
        "type": "message_action", "callback_id": callback_id, "trigger_id": "9.1",
        "team": {"id": "T0DEMO"}, "user": {"id": "U0ANA", "username": "ana"},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "message_ts": "1767693600.000100",
        "message": {"ts": "1767693600.000100", "user": "U0BEN", "text": "It *hangs*, see #3"},
        "response_url": world.outside.response_url(),
    })
}

/// A world in which the form for an incident is open.
async fn declaring() -> World {
    let mut world = World::start().await;
    world.has_forms();
    let templates = json!([{"key": "Incident", "name": "Incident"}]);
    world
        .outside
        .answers("GET projects/1/templates/issues", &templates);
    let template = json!({"name": "Incident", "content": "## Summary"});
    let call = "GET projects/1/templates/issues/Incident";
    world.outside.answers(call, &template);
    let said = world.types("incident declare Checkout is down").await;
    said.only_to_who_asked()
        .shows("The form for the incident is open");
    world.settles().await;
    world
}

#[tokio::test]
async fn an_incident_is_declared_in_a_form_and_told_where_it_was_typed() {
    let mut world = declaring().await;
    world.outside.says(
        "POST projects/1/issues",
        201,
        &issue("incident", false).to_string(),
    );
    let status = json!({"data": {"issueSetEscalationStatus": {"errors": []}}});
    world.outside.answers("POST /api/graphql", &status);
    let form = world.form();
    assert_eq!(form.field("title")["initial_value"], "Checkout is down");
    assert_eq!(form.field("description-1")["initial_value"], "## Summary");
    assert_eq!(
        form.field("project")["initial_option"]["text"]["text"],
        "acme/shop"
    );

    let sent = form.sent(&[
        (
            "severity",
            json!({"selected_option": option("High - S2", "high")}),
        ),
        (
            "status",
            json!({"selected_option": option("Acknowledged", "acknowledged")}),
        ),
        ("assignee-1", json!({"selected_option": option("Ben", "8")})),
    ]);
    assert_eq!(world.interacts(&sent).await, Reply::Heard);
    let new = world.told("POST projects/1/issues");
    assert_eq!(new["issue_type"], "incident");
    assert_eq!(new["description"], "/severity high\n## Summary");
    assert_eq!(new["assignee_ids"], Value::Null);
    let set = world.told("POST /api/graphql");
    assert_eq!(set["variables"]["status"], "ACKNOWLEDGED");
    let taken_back = world.outside.next_said().await;
    assert_eq!(taken_back, json!({"delete_original": true}));
    let told = Said(world.outside.next_said().await);
    told.to_all()
        .shows("Declared on `@ana`'s behalf")
        .shows("nobody is assigned: `Ben` is no member of the project");
}

#[tokio::test]
async fn a_confidential_incident_is_told_to_whoever_declared_it_alone() {
    let mut world = declaring().await;
    world.outside.says(
        "POST projects/1/issues",
        201,
        &issue("incident", true).to_string(),
    );
    let confidential = json!({"selected_options": [option("x", "yes")]});
    let sent = world.form().sent(&[("confidential", confidential)]);
    assert_eq!(world.interacts(&sent).await, Reply::Heard);
    assert_eq!(world.told("POST projects/1/issues")["confidential"], true);
    let told = Said(world.outside.next_said().await);
    told.only_to_who_asked().shows("Checkout is down");
    assert!(told.replaces());
}

#[tokio::test]
async fn a_form_that_is_closed_says_so_where_it_was_typed() {
    let mut world = declaring().await;
    let closed = world.form().closed();
    assert_eq!(world.interacts(&closed).await, Reply::Heard);
    let told = Said(world.outside.next_said().await);
    told.only_to_who_asked().shows("no incident was declared");
    assert!(told.replaces());
}

#[tokio::test]
async fn a_form_that_gitlab_refuses_comes_back_with_the_reason_and_what_was_typed() {
    let mut world = declaring().await;
    let refusal = r#"{"message": "403 Forbidden"}"#;
    world.outside.says("POST projects/1/issues", 403, refusal);
    let sent = world
        .form()
        .sent(&[("title", json!({"value": "It is down"}))]);
    let answer = world.interacts(&sent).await.into_json().unwrap();
    assert_eq!(answer["response_action"], "update");
    let form = Form(answer["view"].clone());
    assert_eq!(form.field("title")["initial_value"], "It is down");
    assert_eq!(form.field("description-1")["initial_value"], "## Summary");
    Said(form.0).shows("your GitLab account may not do that");
}

#[tokio::test]
async fn a_title_that_gitlab_does_not_take_is_said_under_the_title() {
    let mut world = declaring().await;
    let refusal = r#"{"message": {"title": ["is reserved"]}}"#;
    world.outside.says("POST projects/1/issues", 400, refusal);
    let sent = world.form().sent(&[]);
    let answer = world.interacts(&sent).await.into_json().unwrap();
    assert_eq!(answer["errors"], json!({"title": "title is reserved"}));
}

#[tokio::test]
async fn a_project_that_is_not_connected_cannot_be_written_into() {
    let mut world = declaring().await;
    let elsewhere = json!({"selected_option": option("acme/secret", "66")});
    let sent = world.form().sent(&[("project", elsewhere)]);
    let answer = world.interacts(&sent).await.into_json().unwrap();
    Said(answer["view"].clone()).shows("not connected to this workspace any more");
    let chosen = option("acme/secret", "66");
    let chosen = world.form().chosen("project", "incident.project", &chosen);
    world.interacts(&chosen).await;
    Said(world.form().0).shows("not connected to this workspace any more");
    let changes = world.outside.changes();
    assert!(
        changes.iter().all(|(call, _)| !call.contains("projects/")),
        "{changes:?}"
    );
}

#[tokio::test]
async fn menus_offer_what_belongs_to_the_project() {
    let mut world = declaring().await;
    let form = world.form();
    let ana = json!({"id": 7, "username": "ana", "name": "Ana", "access_level": 30});
    world
        .outside
        .answers("GET projects/1/members/all", &json!([ana, ana]));
    let labels = json!([{"id": 1, "name": "bug"}, {"id": 2, "name": "x".repeat(151)}]);
    world.outside.answers("GET projects/1/labels", &labels);
    for (action, query, expected) in [
        ("incident.project", "SHOP", vec!["acme/shop 1"]),
        ("incident.project", "else", vec![]),
        ("incident.assignee", "", vec!["Ana 7"]),
        ("incident.labels", "b", vec!["bug bug"]),
    ] {
        let reply = world.interacts(&form.typed(action, query)).await;
        assert_eq!(offered(reply), expected, "{action} {query}");
    }
}

#[tokio::test]
async fn whoever_is_not_linked_gets_the_way_to_link_where_they_began() {
    let mut world = World::empty().await;
    world.connects("acme/shop", "shop").await;
    world.has_forms();
    let said = world.types("incident declare").await;
    said.only_to_who_asked().shows("Link your GitLab account");
    let used = shortcut(&world, "issue_from_message");
    world.interacts(&used).await;
    Said(world.form().0).shows("Link your GitLab account");
}

#[tokio::test]
async fn an_issue_quotes_a_message_and_is_told_in_its_thread() {
    let mut world = World::start().await;
    world.has_forms();
    world.outside.says(
        "POST projects/1/issues",
        201,
        &issue("issue", false).to_string(),
    );
    let used = shortcut(&world, "issue_from_message");
    world.interacts(&used).await;
    let form = world.form();
    assert_eq!(
        form.field("description-0")["initial_value"],
        "Somebody wrote in Slack:\n\n> It \\*hangs\\*, see \\#3"
    );
    let sent = form.sent(&[
        ("title", json!({"value": "Checkout is down"})),
        (
            "project",
            json!({"selected_option": option("acme/shop", "1")}),
        ),
    ]);
    assert_eq!(world.interacts(&sent).await, Reply::Heard);
    let told = Said(world.outside.next_said().await);
    told.to_all().shows("Opened on `@ana`'s behalf");
    assert_eq!(told.0["thread_ts"], "1767693600.000100");
}

#[tokio::test]
async fn a_comment_quotes_a_message_and_is_told_in_its_thread() {
    let mut world = World::start().await;
    world.has_forms();
    world
        .outside
        .answers("GET projects/1/issues/12", &issue("issue", false));
    let note = json!({"id": 77, "body": "me too"});
    world
        .outside
        .says("POST projects/1/issues/12/notes", 201, &note.to_string());
    let used = shortcut(&world, "comment_from_message");
    world.interacts(&used).await;
    let form = world.form();
    let reply = world.interacts(&form.typed("comment.target", "#12")).await;
    assert_eq!(offered(reply), ["Checkout is down 1#12"]);

    let target = json!({"selected_option": option("Checkout is down", "1#12")});
    let sent = form.sent(&[("target", target), ("body", json!({"value": "me too"}))]);
    assert_eq!(world.interacts(&sent).await, Reply::Heard);
    assert_eq!(
        world.told("POST projects/1/issues/12/notes"),
        json!({"body": "me too"})
    );
    let told = Said(world.outside.next_said().await);
    told.to_all().shows("`@ana` commented on").shows("#note_77");
    assert_eq!(told.0["thread_ts"], "1767693600.000100");
}

#[tokio::test]
async fn what_is_said_of_a_confidential_issue_is_told_to_whoever_said_it_alone() {
    let mut world = World::start().await;
    world.has_forms();
    world
        .outside
        .answers("GET projects/1/issues/12", &issue("issue", true));
    let note = json!({"id": 77, "body": "me too"});
    world
        .outside
        .says("POST projects/1/issues/12/notes", 201, &note.to_string());
    let used = shortcut(&world, "comment_from_message");
    world.interacts(&used).await;
    let target = json!({"selected_option": option("x", "1#12")});
    let sent = world.form().sent(&[("target", target)]);
    world.interacts(&sent).await;
    Said(world.outside.next_said().await).only_to_who_asked();
}

#[tokio::test]
async fn the_button_of_a_card_opens_a_form_about_it() {
    let mut world = World::start().await;
    world.has_forms();
    world
        .outside
        .answers("GET projects/1/issues/12", &issue("issue", false));
    let note = json!({"id": 77, "body": "me too"});
    world
        .outside
        .says("POST projects/1/issues/12/notes", 201, &note.to_string());
    let pressed = json!({
        "type": "block_actions", "trigger_id": "9.1", "team": {"id": "T0DEMO"},
        "user": {"id": "U0ANA", "username": "ana"},
        "container": {
            "type": "message", "message_ts": "1767693600.000100", "channel_id": "C0GENERAL",
        },
        "response_url": world.outside.response_url(),
        "actions": [{
            "type": "button", "action_id": "issue.comment", "value": "acme/shop#12",
        }],
    });
    world.interacts(&pressed).await;
    let form = world.form();
    Said(form.0.clone()).shows("On *Checkout is down · acme/shop#12*");
    let sent = form.sent(&[("body", json!({"value": "me too"}))]);
    assert_eq!(world.interacts(&sent).await, Reply::Heard);
    let told = Said(world.outside.next_said().await);
    told.only_to_who_asked().shows("`@ana` commented on");
}
