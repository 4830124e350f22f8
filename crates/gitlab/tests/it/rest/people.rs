//! People, what belongs to them, and what they choose from.

use gitlab::rest::{
    AccessLevel, Client, Part, Place, ProjectQuery, RestError, Timeouts, Visibility, http_client,
    if_found,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::stub::{Reply, Stub};
use super::{client, shop};

fn member(id: u64, level: u32) -> Value {
    json!({
        "id": id, "username": "ana", "name": "Ana", "state": "active", "access_level": level,
        "membership_state": "active", "expires_at": null,
    })
}

fn as_user(stub: &Stub, token: &str) -> Client {
    let http = http_client(&stub.url, Timeouts::default()).unwrap();
    Client::as_user(http, &stub.url, &SecretString::from(token)).unwrap()
}

#[tokio::test]
async fn a_person_who_signed_in_is_named_by_a_bearer_token_alone() {
    drop(client("http://127.0.0.1:1"));
    let token = "oauth-secret-of-the-tests";
    let ana = json!({ "id": 7, "username": "ana", "name": "Ana", "state": "blocked" });
    let echo = format!(r#"{{"message":"you sent Bearer {token}"}}"#);
    let stub = Stub::start([
        Reply::json(200, &ana.to_string()),
        Reply::json(400, &echo),
        Reply::json(
            401,
            r#"{"error":"invalid_token","error_description":"Token is expired."}"#,
        ),
    ])
    .await;
    let client = as_user(&stub, token);
    let user = client.current_user().await.unwrap();
    assert!(!user.is_active());
    let refused = client.current_user().await.unwrap_err();
    assert!(!format!("{refused:?}").contains(token), "{refused:?}");
    let dead = client.current_user().await.unwrap_err();
    assert!(matches!(dead, RestError::Unauthorized { .. }), "{dead:?}");
    let first = &stub.requests()[0];
    assert_eq!(
        first.authorization.as_deref(),
        Some("Bearer oauth-secret-of-the-tests")
    );
    assert_eq!(first.token, None);
    assert!(!format!("{client:?}").contains(token));
}

#[tokio::test]
async fn the_role_of_somebody_is_found_however_they_got_it() {
    let stub = Stub::start([
        Reply::json(200, &member(7, 40).to_string()),
        Reply::json(200, &member(7, 50).to_string()),
        Reply::json(404, r#"{"message":"404 Not found"}"#),
        Reply::json(200, &json!([member(7, 30)]).to_string()),
        Reply::json(200, "[]"),
    ])
    .await;
    let client = client(&stub.url);
    let maintainer = client.project_member(&shop(), 7).await.unwrap();
    assert_eq!(maintainer.access_level, AccessLevel::MAINTAINER);
    let acme = "acme".parse().unwrap();
    let owner = client.group_member(&acme, 7).await.unwrap();
    assert_eq!(owner.access_level, AccessLevel::OWNER);
    let nobody = client.project_member(&shop(), 8).await;
    assert_eq!(if_found(nobody), Ok(None));
    let place = Place::Project(shop());
    let found = client.members_matching(&place, " @an", 20).await.unwrap();
    assert!(found.items[0].is_active());
    client.members_matching(&place, "", 20).await.unwrap();
    let all = "projects/acme%2Fshop/members/all";
    assert_eq!(
        stub.lines(),
        [
            format!("GET {all}/7"),
            "GET groups/acme/members/all/7".to_owned(),
            format!("GET {all}/8"),
            format!("GET {all}?query=an&per_page=20"),
            format!("GET {all}?per_page=20"),
        ]
    );
}

#[tokio::test]
async fn projects_tell_what_one_may_and_what_they_have() {
    let project = json!({
        "id": 12, "name": "Shop", "path_with_namespace": "acme/shop", "visibility": "private",
        "issues_enabled": true, "jobs_enabled": false, "archived": false,
        "permissions": { "project_access": null, "group_access": { "access_level": 40 } },
    });
    let short = json!([{ "id": 12, "name": "Shop", "path_with_namespace": "acme/shop" }]);
    let stub = Stub::giving([project, short.clone(), short]).await;
    let client = client(&stub.url);
    let project = client.project(&shop()).await.unwrap();
    assert_eq!(project.access_level(), Some(AccessLevel::MAINTAINER));
    assert_eq!(project.visibility, Some(Visibility::Private));
    assert_eq!(
        (project.issues_enabled, project.jobs_enabled),
        (Some(true), Some(false))
    );
    let mut query = ProjectQuery {
        text: String::new(),
        at_least: AccessLevel::MAINTAINER,
        with_issues: false,
        limit: 100,
    };
    let mine = client.my_projects(&query).await.unwrap();
    assert_eq!(mine.items[0].access_level(), None);
    query.text = "acme sh".to_owned();
    query.at_least = AccessLevel::REPORTER;
    query.with_issues = true;
    client.my_projects(&query).await.unwrap();
    let mine = "projects?membership=true&archived=false";
    let rest = "simple=true&order_by=last_activity_at&sort=desc";
    assert_eq!(
        stub.lines()[1..],
        [
            format!("GET {mine}&min_access_level=40&{rest}&per_page=100"),
            format!(
                "GET {mine}&min_access_level=20&{rest}&with_issues_enabled=true&search=acme+sh\
                 &search_namespaces=true&per_page=100"
            ),
        ]
    );
}

#[tokio::test]
async fn what_people_choose_from_is_searched() {
    let stub = Stub::giving([
        json!([{ "id": 1, "name": "bug", "color": "#d22852", "description": null }]),
        json!([{ "id": 5, "iid": 2, "title": "15.8" }]),
        json!([{ "key": "Incident", "name": "Incident" }]),
        json!({ "name": "Incident", "content": "## What happened" }),
        json!([{ "id": 7, "username": "ana", "name": "Ana" }]),
        json!([{ "id": 5, "iid": 2, "title": "15.8", "description": "Soon" }]),
        json!({ "tag_name": "v1/2", "name": "One", "released_at": "2024-03-01T10:20:30.000Z" }),
    ])
    .await;
    let client = client(&stub.url);
    let place = Place::Project(shop());
    let labels = client.labels_matching(&place, "bu", 20).await.unwrap();
    assert_eq!(labels.items[0].name, "bug");
    let milestones = client.milestones_matching(&place, "", 20).await.unwrap();
    assert_eq!(milestones.items[0].iid, Some(2));
    let templates = client.issue_templates(&shop(), 100).await.unwrap();
    let template = client
        .issue_template(&shop(), &templates.items[0].key)
        .await;
    assert_eq!(template.unwrap().content, "## What happened");
    let users = client.users_matching("ana", 5).await.unwrap();
    assert!(users.items[0].is_active());
    let milestone = client.milestone_numbered(&place, 2).await.unwrap();
    assert_eq!(milestone.description.as_deref(), Some("Soon"));
    let release = client.release(&shop(), "v1/2").await.unwrap();
    assert!(!release.upcoming_release && release.released_at.is_some());
    let shop = "projects/acme%2Fshop";
    assert_eq!(
        stub.lines(),
        [
            format!("GET {shop}/labels?search=bu&include_ancestor_groups=true&per_page=20"),
            format!(
                "GET {shop}/milestones?state=active&include_parent_milestones=true&per_page=20"
            ),
            format!("GET {shop}/templates/issues?per_page=100"),
            format!("GET {shop}/templates/issues/Incident"),
            "GET users?search=ana&active=true&per_page=5".to_owned(),
            format!("GET {shop}/milestones?iids%5B%5D=2"),
            format!("GET {shop}/releases/v1%2F2"),
        ]
    );
}

#[tokio::test]
async fn what_waits_is_counted_without_being_read() {
    let counted = |total: &str| Reply::json(200, "[{}]").with("x-total", total);
    let stub = Stub::start([
        counted("17"),
        Reply::json(200, "[{}]"),
        counted("3"),
        counted("4"),
        counted("0"),
        Reply::typed(200, "text/html", "<html>"),
    ])
    .await;
    let client = client(&stub.url);
    assert_eq!(client.pending_todos().await, Ok(Some(17)));
    // More than ten thousand.
    assert_eq!(client.pending_todos().await, Ok(None));
    assert_eq!(client.count_my_issues(Part::Assignee).await, Ok(Some(3)));
    assert_eq!(
        client.count_my_merge_requests(Part::Author).await,
        Ok(Some(4))
    );
    assert_eq!(
        client.count_merge_requests_to_review("ana").await,
        Ok(Some(0))
    );
    let page = client.pending_todos().await.unwrap_err();
    assert!(matches!(page, RestError::NotGitLab { .. }), "{page:?}");
    let open = "state=opened&order_by=updated_at&sort=desc&per_page=1";
    assert_eq!(
        stub.lines()[1..5],
        [
            "GET todos?state=pending&per_page=1".to_owned(),
            format!("GET issues?scope=assigned_to_me&{open}"),
            format!("GET merge_requests?scope=created_by_me&{open}"),
            format!("GET merge_requests?scope=all&reviewer_username=ana&{open}"),
        ]
    );
}
