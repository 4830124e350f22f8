//! What GitLab 8 to 13 sent.

use domain::EventKind;
use domain::event::{MergeRequestAction, MergeRequestChange, Person, What};
use serde_json::{Value, json};

use crate::fixtures::event_of;

fn repository() -> Value {
    json!({
        "name": "Shop",
        "url": "git@gitlab.example.com:acme/shop.git",
        "homepage": "http://gitlab.example.com/acme/shop",
        "visibility_level": 10,
    })
}

#[test]
fn a_push_of_gitlab_8_has_a_repository_but_no_project() {
    let event = event_of(
        "Push Hook",
        &json!({
            "object_kind": "push", "before": "a1", "after": "b2", "ref": "refs/heads/master",
            "user_id": 4, "user_name": "Ana Ruiz", "project_id": 15, "repository": repository(),
            "commits": [{"id": "b2", "message": "Fix it\n\nAt last.", "author": {"name": "Ana"}}],
        }),
    );
    let project = event.project.unwrap();
    assert_eq!(
        (project.path.as_str(), project.name.as_str()),
        ("acme/shop", "Shop")
    );
    assert_eq!(
        (project.id, project.url.as_str()),
        (Some(15), "http://gitlab.example.com/acme/shop")
    );
    let What::Push(push) = event.what else {
        panic!()
    };
    assert_eq!((push.total_commits, push.protected), (1, None));
    assert_eq!(push.commits[0].title, "Fix it");
}

#[test]
fn a_project_is_known_by_any_of_its_addresses() {
    for project in [
        json!({"web_url": "https://gitlab.example.com/a/b/c"}),
        json!({"homepage": "https://gitlab.example.com/a/b/c/"}),
        json!({"git_http_url": "https://gitlab.example.com/a/b/c.git"}),
        json!({"url": "https://gitlab.example.com/a/b/c.git"}),
        json!({"git_ssh_url": "git@gitlab.example.com:a/b/c.git"}),
        json!({"url": "ssh://git@gitlab.example.com:2222/a/b/c.git"}),
        json!({"path_with_namespace": "a/b/c"}),
        json!({"path_with_namespace": "a b", "web_url": "https://gitlab.example.com/a/b/c"}),
    ] {
        let body = json!({"object_kind": "push", "ref": "refs/heads/a", "project": project});
        let found = event_of("", &body).project.unwrap();
        assert_eq!(
            (found.path.as_str(), found.name.as_str()),
            ("a/b/c", "c"),
            "{project}"
        );
    }
    let body = json!({"object_kind": "push", "ref": "refs/heads/a", "project": {"name": "Shop"}});
    assert_eq!(event_of("", &body).project, None);
}

#[test]
fn a_person_is_known_by_any_name() {
    for (user, name, username) in [
        (
            json!({"name": "Ana Ruiz", "username": "ana"}),
            Some("Ana Ruiz"),
            Some("ana"),
        ),
        (json!({"username": "@ana", "name": null}), None, Some("ana")),
        (json!({"email": "ana@example.com"}), Some("ana"), None),
        (
            json!({"id": 7, "email": "[REDACTED]"}),
            Some("user 7"),
            None,
        ),
    ] {
        let body = json!({"object_kind": "deployment", "status": "success", "user": user});
        let actor = event_of("", &body).actor.unwrap();
        assert_eq!(
            (actor.name.as_deref(), actor.username.as_deref()),
            (name, username),
            "{user}"
        );
    }
    for user in [json!(null), json!({}), json!("ana"), json!({"name": " "})] {
        let body = json!({"object_kind": "deployment", "status": "success", "user": user});
        assert_eq!(event_of("", &body).actor, None, "{user}");
    }
}

#[test]
fn a_merge_request_of_gitlab_9_has_one_assignee_by_id() {
    let body = |changed: Value| {
        json!({
            "object_kind": "merge_request", "repository": repository(),
            "assignee": {"name": "Bo Li", "username": "bo"},
            "object_attributes": {
                "iid": "7", "title": "Fix it", "action": "update", "state": "opened",
                "work_in_progress": false, "target_project_id": 15, "assignee_id": 6,
            },
            "changes": {"assignee_id": changed},
        })
    };
    let changes = |changed: Value| match event_of("", &body(changed)).what {
        What::MergeRequest(it) => match it.action {
            MergeRequestAction::Update(changes) => changes,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let bo = Person {
        name: Some("Bo Li".to_owned()),
        username: Some("bo".to_owned()),
        ..Person::default()
    };
    let five = Person {
        id: Some(5),
        name: Some("user 5".to_owned()),
        ..Person::default()
    };
    assert_eq!(
        changes(json!({"previous": null, "current": 6})),
        [MergeRequestChange::Assigned(vec![bo.clone()])],
    );
    assert_eq!(
        changes(json!({"previous": 5, "current": 6})),
        [
            MergeRequestChange::Assigned(vec![bo]),
            MergeRequestChange::Unassigned(vec![five.clone()])
        ],
    );
    assert_eq!(
        changes(json!({"previous": 5, "current": null})),
        [MergeRequestChange::Unassigned(vec![five])],
    );
    assert_eq!(changes(json!({"previous": 6, "current": "6"})), []);
}

#[test]
fn a_build_hook_is_a_jobs() {
    let body = json!({
        "object_kind": "build", "ref": "master", "sha": "a1b2", "build_id": 1977,
        "build_name": "test", "build_stage": "test", "build_status": "failed",
        "build_duration": 12.5, "project_name": "Acme / Shop", "user": {"id": 3, "name": "User"},
        "commit": {"id": 2366, "sha": "a1b2", "message": "test\n"}, "repository": repository(),
    });
    let event = event_of("Build Hook", &body);
    assert_eq!(event.kind(), EventKind::Job);
    let What::Job(job) = event.what else { panic!() };
    assert_eq!(
        (job.seconds, job.pipeline_id, job.environment),
        (Some(12.5), Some(2366), None)
    );
    assert_eq!(job.url, "http://gitlab.example.com/acme/shop/-/jobs/1977");
}

#[test]
fn moments_are_read_as_every_version_writes_them() {
    for (sent, expected) in [
        ("2016-08-12 15:23:28 UTC", Some("2016-08-12T15:23:28Z")),
        ("2016-08-12T17:23:28+02:00", Some("2016-08-12T15:23:28Z")),
        ("2016-08-12T15:23:28.512Z", Some("2016-08-12T15:23:28.512Z")),
        ("2016-08-12 17:23:28 +0200", Some("2016-08-12T15:23:28Z")),
        ("2016-08-12T15:23:28Z", Some("2016-08-12T15:23:28Z")),
        ("2016-08-12T15: 23:28Z", Some("2016-08-12T15:23:28Z")),
        ("yesterday", None),
    ] {
        let body =
            json!({"object_kind": "deployment", "status": "success", "status_changed_at": sent});
        let moment = event_of("", &body)
            .happened_at
            .map(|moment| moment.to_string());
        assert_eq!(moment.as_deref(), expected, "{sent}");
    }
}

#[test]
fn labels_null_and_flags_as_words_are_fine() {
    let body = json!({
        "object_kind": "merge_request", "labels": null, "assignees": null, "reviewers": "none",
        "object_attributes": {"iid": 7, "title": 7, "labels": {}, "work_in_progress": "true"},
    });
    let What::MergeRequest(it) = event_of("", &body).what else {
        panic!()
    };
    assert_eq!(
        (it.title.as_str(), it.draft, it.labels.len()),
        ("7", true, 0)
    );
}
