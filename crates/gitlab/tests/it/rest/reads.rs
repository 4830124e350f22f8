//! What is asked, and what is made of the answer.

use gitlab::rest::{
    CommitQuery, DeploymentQuery, DeploymentStatus, FeatureState, GateValue, IdOrPath, IssueQuery,
    IssueState, IssueType, MergeRequestState, NamespaceKind, PipelineStatus, Place, RefKind,
    RestError,
};
use serde_json::{Value, json};

use super::stub::{Reply, Stub};
use super::{client, shop};

fn user() -> Value {
    json!({ "id": 7, "username": "ana", "name": "Ana", "state": "active", "web_url": null })
}

fn commit(id: &str) -> Value {
    json!({
        "id": id, "title": "Fix it", "message": "Fix it\n", "parent_ids": ["0000000"],
        "author_name": "Ana", "committed_date": "2024-03-01T10:20:30.000+02:00",
        "web_url": "https://gitlab.example/acme/shop/-/commit/1a0b36b3",
    })
}

#[tokio::test]
async fn people_and_places_are_found() {
    let group = json!({ "id": 4, "name": "Acme", "full_path": "acme", "parent_id": null });
    let namespace = json!({ "id": 9, "name": "Ana", "kind": "user", "full_path": "ana" });
    let project = json!({
        "id": 12, "name": "Shop", "path_with_namespace": "acme/shop", "default_branch": "main",
        "namespace": { "id": 4, "name": "Acme", "kind": "group", "full_path": "acme" },
    });
    let stub = Stub::giving([
        json!({ "version": "17.5.1-ee", "revision": "abcdef0" }),
        user(),
        json!([user()]),
        user(),
        group,
        project,
        namespace,
    ])
    .await;
    let client = client(&stub.url);
    assert_eq!(client.version().await.unwrap().version, "17.5.1-ee");
    assert_eq!(client.current_user().await.unwrap().username, "ana");
    assert_eq!(client.user_named("@Ana").await.unwrap().id, 7);
    assert_eq!(client.user(7).await.unwrap().name, "Ana");
    let group = client.group(&"acme".parse().unwrap()).await.unwrap();
    assert_eq!((group.id, group.parent_id), (4, None));
    let project = client.project(&IdOrPath::Id(12)).await.unwrap();
    assert_eq!(project.path_with_namespace, "acme/shop");
    assert_eq!(project.namespace.unwrap().kind, NamespaceKind::Group);
    let namespace = client.namespace(&"ana".parse().unwrap()).await.unwrap();
    assert_eq!((namespace.id, namespace.kind), (9, NamespaceKind::User));
    assert_eq!(
        stub.lines(),
        [
            "GET version",
            "GET user",
            "GET users?username=Ana",
            "GET users/7",
            "GET groups/acme?with_projects=false",
            "GET projects/12",
            "GET namespaces/ana",
        ]
    );
}

#[tokio::test]
async fn nobody_is_found_by_a_name_that_nobody_has() {
    let stub = Stub::giving([json!([]), json!([user()])]).await;
    let client = client(&stub.url);
    let error = client.user_named("ghost").await.unwrap_err();
    let host = client.base_url().host();
    assert!(
        error
            .to_string()
            .starts_with(&format!("{host} has no user ghost, or hides it;"))
    );
    // GitLab lists everybody when it is asked for no name.
    let error = client.user_named("").await.unwrap_err();
    assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn feature_flags_are_read_with_their_gates_and_definitions() {
    let definition = json!({
        "name": "tidy_sidebar", "type": "beta", "group": "group::editor", "milestone": "17.2",
        "default_enabled": false, "feature_issue_url": null,
        "rollout_issue_url": "https://gitlab.example/acme/shop/-/issues/4",
        "log_state_changes": null, "invented_later": [1],
    });
    let features = json!([
        {
            "name": "tidy_sidebar", "state": "conditional", "definition": definition,
            "gates": [
                { "key": "boolean", "value": false },
                { "key": "percentage_of_actors", "value": 25 },
                { "key": "actors", "value": ["Project:12"] },
            ],
        },
        { "name": "old_flag", "state": "on", "gates": [{ "key": "boolean", "value": true }] },
        { "name": "strange", "state": "invented", "gates": [], "definition": null },
    ]);
    let stub = Stub::giving([features, json!([definition])]).await;
    let client = client(&stub.url);
    let features = client.features().await.unwrap();
    let states: Vec<_> = features.iter().map(|feature| feature.state).collect();
    assert_eq!(
        states,
        [
            FeatureState::Conditional,
            FeatureState::On,
            FeatureState::Other
        ]
    );
    assert_eq!(features[0].gates[1].value, GateValue::Number(25.0));
    let definition = features[0].definition.as_ref().unwrap();
    assert_eq!(definition.kind.as_deref(), Some("beta"));
    assert_eq!(features[1].definition, None);
    assert_eq!(&client.feature_definitions().await.unwrap()[0], definition);
    assert_eq!(stub.lines(), ["GET features", "GET features/definitions"]);
}

#[tokio::test]
async fn issues_are_found_by_label_and_state() {
    let issue = json!({
        "id": 41, "iid": 12, "project_id": 3, "title": "Checkout is down", "state": "opened",
        "issue_type": "incident", "labels": ["blocks feature-flags"], "description": null,
        "author": user(), "milestone": null, "created_at": "2024-03-01T10:20:30.123Z",
        "closed_at": null, "web_url": "https://gitlab.example/acme/shop/-/issues/12",
    });
    let stub = Stub::giving([json!([issue]), json!([]), issue]).await;
    let client = client(&stub.url);
    let query = IssueQuery {
        labels: vec!["blocks feature-flags".into(), "Incident::Active".into()],
        without_labels: vec!["severity::4".into()],
        issue_type: Some(IssueType::Incident),
        title: Some("checkout & more".into()),
        limit: 20,
        ..IssueQuery::open_in(Place::Project(shop()))
    };
    let found = client.issues(&query).await.unwrap();
    assert!(found.is_complete);
    let issue = &found.items[0];
    assert_eq!((issue.iid, issue.state), (12, IssueState::Opened));
    assert_eq!(
        issue.created_at.unwrap().to_string(),
        "2024-03-01T10:20:30.123Z"
    );
    let query = IssueQuery {
        state: None,
        ..IssueQuery::open_in(Place::Group("acme".parse().unwrap()))
    };
    assert!(client.issues(&query).await.unwrap().items.is_empty());
    assert_eq!(&client.issue(&shop(), 12).await.unwrap(), issue);
    assert_eq!(
        stub.lines(),
        [
            "GET projects/acme%2Fshop/issues?order_by=created_at&sort=desc&state=opened\
             &issue_type=incident&labels=blocks+feature-flags%2CIncident%3A%3AActive\
             &not%5Blabels%5D=severity%3A%3A4&search=checkout+%26+more&in=title&per_page=20",
            "GET groups/acme/issues?order_by=created_at&sort=desc&per_page=100",
            "GET projects/acme%2Fshop/issues/12",
        ]
    );
}

#[tokio::test]
async fn merge_requests_milestones_and_notes_are_read() {
    let merge_request = json!({
        "id": 1, "iid": 7, "project_id": 3, "title": "Fix it", "state": "merged", "labels": [],
        "source_branch": "fix", "target_branch": "main", "sha": "aaaaaaa",
        "merge_commit_sha": "bbbbbbb", "squash_commit_sha": null,
        "merged_at": "2024-03-01T10:20:30Z", "milestone": { "id": 5, "title": "15.8" },
    });
    let milestones = json!([
        { "id": 4, "title": "15.80", "state": "active" },
        { "id": 5, "title": "15.8", "state": "active", "due_date": "2023-01-17", "start_date": null },
    ]);
    let note = json!({ "id": 3, "body": "Done", "author": user(), "system": false });
    let stub = Stub::giving([
        merge_request,
        milestones.clone(),
        milestones,
        json!([note]),
        json!([note]),
    ])
    .await;
    let client = client(&stub.url);
    let merge_request = client.merge_request(&shop(), 7).await.unwrap();
    assert_eq!(merge_request.state, MergeRequestState::Merged);
    assert_eq!(merge_request.merged_as(), Some("bbbbbbb"));
    let place = Place::Project(shop());
    let milestone = client.milestone(&place, "15.8").await.unwrap();
    assert_eq!(
        (milestone.id, milestone.due_date.unwrap().to_string()),
        (5, "2023-01-17".into())
    );
    let group = Place::Group("acme".parse().unwrap());
    let error = client.milestone(&group, "16.0").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains(" has no milestone 16.0 in group acme, or hides it;")
    );
    assert_eq!(
        client.issue_notes(&shop(), 12, 5).await.unwrap().items[0].body,
        "Done"
    );
    assert_eq!(
        client
            .merge_request_notes(&shop(), 7, 5)
            .await
            .unwrap()
            .items[0]
            .id,
        3
    );
    let notes = "notes?order_by=created_at&sort=desc&per_page=5";
    assert_eq!(
        stub.lines(),
        [
            "GET projects/acme%2Fshop/merge_requests/7".to_owned(),
            "GET projects/acme%2Fshop/milestones?title=15.8&include_parent_milestones=true"
                .to_owned(),
            "GET groups/acme/milestones?title=16.0&include_parent_milestones=true".to_owned(),
            format!("GET projects/acme%2Fshop/issues/12/{notes}"),
            format!("GET projects/acme%2Fshop/merge_requests/7/{notes}"),
        ]
    );
}

#[tokio::test]
async fn commits_and_refs_are_read() {
    let branch = json!({ "name": "15-8-auto-deploy-2023010203", "commit": commit("c1") });
    let tag = json!({ "name": "v15.8.0-ee", "target": "t1", "commit": commit("c1") });
    let blob = json!({
        "path": "config/feature_flags/beta/tidy_sidebar.yml", "ref": "main", "startline": 1,
        "data": "---\nname: tidy_sidebar\n", "project_id": 3,
    });
    let stub = Stub::giving([
        commit("c1"),
        json!([{ "type": "branch", "name": "main" }]),
        branch.clone(),
        json!([branch]),
        json!([tag]),
        json!({ "commits": [commit("c1")], "diffs": [{ "diff": "+" }], "compare_timeout": false }),
        json!([commit("c1")]),
        json!([blob]),
    ])
    .await;
    let client = client(&stub.url);
    let c1 = client.commit(&shop(), "c1").await.unwrap();
    assert_eq!(
        c1.committed_date.unwrap().to_string(),
        "2024-03-01T08:20:30Z"
    );
    let refs = client
        .refs_of(&shop(), "c1", RefKind::Branch, 100)
        .await
        .unwrap();
    assert_eq!(
        (refs.items[0].kind, refs.items[0].name.as_str()),
        (RefKind::Branch, "main")
    );
    let branch = client.branch(&shop(), "feature/a b").await.unwrap();
    assert_eq!(branch.commit, c1);
    let branches = client
        .branches(&shop(), "^15-8-auto-deploy-", 20)
        .await
        .unwrap();
    assert_eq!(branches.items, [branch]);
    let tags = client.tags(&shop(), "", 20).await.unwrap();
    assert_eq!(tags.items[0].commit.as_ref(), Some(&c1));
    let comparison = client.compare(&shop(), "v1", "main").await.unwrap();
    assert_eq!(comparison.commits, [c1]);
    let query = CommitQuery {
        project: shop(),
        revision: Some("15-8-stable-ee".into()),
        since: Some("2024-03-01T00:00:00Z".parse().unwrap()),
        until: None,
        limit: 20,
    };
    assert_eq!(client.commits(&query).await.unwrap().items.len(), 1);
    let blobs = client
        .search_blobs(&shop(), "tidy_sidebar extension:yml", 5)
        .await
        .unwrap();
    assert_eq!(blobs.items[0].startline, Some(1));
    assert_eq!(
        stub.lines(),
        [
            "GET projects/acme%2Fshop/repository/commits/c1?stats=false",
            "GET projects/acme%2Fshop/repository/commits/c1/refs?type=branch&per_page=100",
            "GET projects/acme%2Fshop/repository/branches/feature%2Fa%20b",
            "GET projects/acme%2Fshop/repository/branches?search=%5E15-8-auto-deploy-&per_page=20",
            "GET projects/acme%2Fshop/repository/tags?per_page=20",
            "GET projects/acme%2Fshop/repository/compare?from=v1&to=main",
            "GET projects/acme%2Fshop/repository/commits?ref_name=15-8-stable-ee\
             &since=2024-03-01T00%3A00%3A00Z&per_page=20",
            "GET projects/acme%2Fshop/search?scope=blobs&search=tidy_sidebar+extension%3Ayml\
             &per_page=5",
        ]
    );
}

#[tokio::test]
async fn one_commit_is_before_another_when_their_histories_part_there() {
    let stub = Stub::start([
        Reply::json(200, &commit("1a0b36b3cdad1d2e").to_string()),
        Reply::json(200, &commit("1a0b36b3cdad1d2e").to_string()),
        Reply::json(404, r#"{"message":"404 Merge Base Not Found"}"#),
        Reply::json(404, r#"{"message":"404 Project Not Found"}"#),
        Reply::json(400, r#"{"message":"Could not find ref: main"}"#),
    ])
    .await;
    let client = client(&stub.url);
    assert!(
        client
            .is_ancestor(&shop(), "1A0B36B3", "main")
            .await
            .unwrap()
    );
    assert!(
        !client
            .is_ancestor(&shop(), "2695effb", "main")
            .await
            .unwrap()
    );
    assert!(
        !client
            .is_ancestor(&shop(), "1a0b36b3", "orphan")
            .await
            .unwrap()
    );
    let error = client.merge_base(&shop(), "a", "b").await.unwrap_err();
    assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
    let error = client.merge_base(&shop(), "a", "b").await.unwrap_err();
    assert!(
        error.to_string().contains("Could not find ref: main"),
        "{error}"
    );
    assert_eq!(
        stub.lines()[0],
        "GET projects/acme%2Fshop/repository/merge_base?refs%5B%5D=1A0B36B3&refs%5B%5D=main"
    );
}

#[tokio::test]
async fn deployments_and_pipelines_are_read() {
    let deployment = |id: u64, status: &str| {
        json!({
            "id": id, "iid": id, "ref": "15-8-auto-deploy-2023010203", "sha": "c1",
            "status": status, "environment": { "id": 9, "name": "gprd" },
            "created_at": "2024-03-01T10:20:30Z", "deployable": null,
        })
    };
    let stub = Stub::giving([
        json!([deployment(2, "running"), deployment(1, "invented")]),
        json!({ "id": 5, "status": "waiting_for_resource", "ref": "main", "web_url": null }),
    ])
    .await;
    let client = client(&stub.url);
    let query = DeploymentQuery {
        project: shop(),
        environment: Some("gprd".into()),
        status: Some(DeploymentStatus::Running),
        limit: 10,
    };
    let deployments = client.deployments(&query).await.unwrap().items;
    assert_eq!(deployments[0].status, DeploymentStatus::Running);
    assert_eq!(deployments[1].status, DeploymentStatus::Other);
    assert_eq!(deployments[0].environment.name, "gprd");
    let pipeline = client.pipeline(&shop(), 5).await.unwrap();
    assert_eq!(pipeline.status, PipelineStatus::WaitingForResource);
    assert_eq!(
        stub.lines(),
        [
            "GET projects/acme%2Fshop/deployments?order_by=id&sort=desc&environment=gprd\
             &status=running&per_page=10",
            "GET projects/acme%2Fshop/pipelines/5",
        ]
    );
}

#[tokio::test]
async fn a_gitlab_below_a_path_is_asked_there() {
    let stub = Stub::giving([json!({ "version": "17.5.1", "revision": "abc" })]).await;
    let client = client(&format!("{}/git/lab/", stub.url));
    client.version().await.unwrap();
    assert_eq!(stub.requests()[0].line, "GET /git/lab/api/v4/version");
}
