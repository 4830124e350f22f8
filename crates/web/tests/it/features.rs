//! GitLab's Features API.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, Outside, SHOP, World};

const AS_ADMIN: &[(&str, &str)] = &[("PRIVATE-TOKEN", ADMIN)];
const FEATURES: &str = "/api/v4/features";

async fn world() -> World {
    World::reaching(Outside::none()).await
}

async fn set(world: &World, flag: &str, body: &Value) -> (u16, Value) {
    let answer = world
        .json("POST", &format!("{FEATURES}/{flag}"), body)
        .await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn a_flag_is_shown_as_gitlab_shows_it() {
    let world = world().await;
    let body = json!({"value": true, "project": "12", "user": "7"});
    assert_eq!(set(&world, "tidy_sidebar", &body).await.0, 201);
    let body = json!({"value": 25, "key": "percentage_of_actors"});
    let (status, shown) = set(&world, "tidy_sidebar", &body).await;
    assert_eq!(status, 201);
    let expected = json!({
        "name": "tidy_sidebar",
        "state": "conditional",
        "gates": [
            {"key": "boolean", "value": false},
            {"key": "actors", "value": ["Project:12", "User:7"]},
            {"key": "percentage_of_actors", "value": 25.0}
        ],
        "definition": {
            "name": "tidy_sidebar",
            "description": null,
            "feature_issue_url": null,
            "introduced_by_url": "https://gitlab.example/acme/web/-/merge_requests/3",
            "rollout_issue_url": "https://gitlab.example/acme/web/-/issues/4",
            "milestone": "17.2",
            "log_state_changes": null,
            "type": "beta",
            "group": "group::editor",
            "default_enabled": false,
            "intended_to_rollout_by": null
        }
    });
    assert_eq!(shown, expected);
    let list = world.get(FEATURES, AS_ADMIN).await;
    assert_eq!(list.json(), json!([expected]), "only stored flags");
    assert!(
        list.text.contains("25.0"),
        "a percentage has a decimal point"
    );
    let one = world.get("/api/v4/features/tidy_sidebar", AS_ADMIN).await;
    assert_eq!(one.json(), expected);
    let definitions = world
        .get("/api/v4/features/definitions", AS_ADMIN)
        .await
        .json();
    let names: Vec<_> = definitions
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["keep_cache", "tidy_sidebar"]);
}

#[tokio::test]
async fn the_decision_table_is_gitlabs() {
    let on = json!([{"key": "boolean", "value": true}]);
    let off = json!([{"key": "boolean", "value": false}]);
    let with = |key: &str, value: Value| json!([{"key": "boolean", "value": false}, {"key": key, "value": value}]);
    let project = with("actors", json!(["Project:12"]));
    for (body, expected) in [
        (json!({"value": "true"}), Ok((&on, "on"))),
        (json!({"value": true}), Ok((&on, "on"))),
        (json!({"value": 100}), Ok((&on, "on"))),
        (json!({"value": "100.0"}), Ok((&on, "on"))),
        (json!({"value": false}), Ok((&off, "off"))),
        (json!({"value": 0}), Ok((&off, "off"))),
        (json!({"value": "0.0"}), Ok((&off, "off"))),
        (
            json!({"value": 30}),
            Ok((&with("percentage_of_time", json!(30.0)), "conditional")),
        ),
        (
            json!({"value": "0.5", "key": "percentage_of_time"}),
            Ok((&with("percentage_of_time", json!(0.5)), "conditional")),
        ),
        (
            json!({"value": 99.99, "key": "percentage_of_actors"}),
            Ok((&with("percentage_of_actors", json!(99.99)), "conditional")),
        ),
        (
            json!({"value": true, "project": "12"}),
            Ok((&project, "conditional")),
        ),
        (
            json!({"value": 100, "project": "12"}),
            Ok((&project, "conditional")),
        ),
        (json!({"value": false, "project": "12"}), Ok((&off, "off"))),
        (
            json!({"value": true, "project": 12, "user": ""}),
            Ok((&project, "conditional")),
        ),
        (
            json!({"value": true, "group": "1,2", "user": "3"}),
            Ok((
                &with("actors", json!(["Group:1", "Group:2", "User:3"])),
                "conditional",
            )),
        ),
        (
            json!({"value": "opt_out", "project": "12"}),
            Ok((
                &with("actors", json!(["Project:12:opt_out"])),
                "conditional",
            )),
        ),
        (
            json!({"value": true, "feature_group": "gitlab_team_members"}),
            Ok((
                &with("groups", json!(["gitlab_team_members"])),
                "conditional",
            )),
        ),
        (json!({"value": 25, "project": "12"}), Err("message")),
        (json!({"value": "maybe", "project": "12"}), Err("message")),
        (json!({"value": "opt_out"}), Err("message")),
        (
            json!({"value": "remove_opt_out", "project": "12"}),
            Err("message"),
        ),
        (json!({"value": "maybe"}), Err("message")),
        (json!({"value": -1}), Err("message")),
        (json!({"value": 101}), Err("message")),
        (
            json!({"value": 1, "key": "percentage_of_moons"}),
            Err("message"),
        ),
        (
            json!({"value": true, "feature_group": "nobody"}),
            Err("message"),
        ),
        (
            json!({"value": true, "project": "acme/web"}),
            Err("message"),
        ),
        (json!({"value": true, "namespace": "12"}), Err("message")),
        (json!({}), Err("error")),
        (json!({"value": null}), Err("error")),
        (json!({"value": {"a": 1}}), Err("error")),
        (
            json!({"value": true, "key": "percentage_of_actors", "user": "7"}),
            Err("error"),
        ),
        (json!({"value": true, "force": "perhaps"}), Err("error")),
        (json!({"value": true, "feature_group": "a b"}), Err("error")),
    ] {
        let world = world().await;
        let (status, shown) = set(&world, "tidy_sidebar", &body).await;
        match expected {
            Ok((gates, state)) => {
                assert_eq!(
                    (status, &shown["gates"], &shown["state"]),
                    (201, gates, &json!(state)),
                    "{body}"
                );
            }
            Err(key) => {
                assert_eq!(status, 400, "{body}: {shown}");
                let words = shown[key]
                    .as_str()
                    .unwrap_or_else(|| panic!("{body}: {shown}"));
                assert_eq!(
                    words.starts_with("400 Bad request - "),
                    key == "message",
                    "{words}"
                );
                let list = world.get(FEATURES, AS_ADMIN).await.json();
                assert_eq!(list, json!([]), "nothing was changed by {body}");
            }
        }
    }
}

#[tokio::test]
async fn refusals_are_worded_as_gitlab_words_them() {
    let world = world().await;
    for (flag, body, expected) in [
        (
            "tidy_sidebar",
            json!({}),
            json!({"error": "value is missing"}),
        ),
        (
            "tidy_sidebar",
            json!({"value": true, "reason": "x".repeat(501)}),
            json!({"error": "reason is too long (maximum is 500 characters)"}),
        ),
        (
            "tidy_sidebar",
            json!({"value": true, "project": "acme/web"}),
            json!({
                "message": "400 Bad request - project \"acme/web\" cannot be looked up, as no GitLab is configured; give its number"
            }),
        ),
        (
            "tidy_sidebra",
            json!({"value": true}),
            json!({
                "message": "400 Bad request - there is no flag tidy_sidebra; did you mean tidy_sidebar?; force=true takes it as it is"
            }),
        ),
        (
            "tidy_sidebar",
            json!({"value": "remove_opt_out", "user": 7}),
            json!({
                "message": "400 Bad request - User:7 has not opted out"
            }),
        ),
        (
            "tidy_sidebar",
            json!({"value": true, "key": "percentage_of_actors", "user": "7"}),
            json!({
                "error": "key, user are mutually exclusive"
            }),
        ),
    ] {
        assert_eq!(set(&world, flag, &body).await, (400, expected), "{body}");
    }
    set(&world, "tidy_sidebar", &json!({"value": true})).await;
    let body = json!({"value": 5, "key": "percentage_of_actors"});
    let (status, shown) = set(&world, "tidy_sidebar", &body).await;
    assert_eq!(status, 400);
    assert_eq!(
        shown["message"],
        "400 Bad request - a percentage of actors cannot be set on a flag that is fully enabled; set it to false first"
    );
}

#[tokio::test]
async fn many_targets_are_changed_together_or_not_at_all() {
    let world = world().await;
    set(
        &world,
        "tidy_sidebar",
        &json!({"value": "opt_out", "project": "2"}),
    )
    .await;
    let (status, _) = set(
        &world,
        "tidy_sidebar",
        &json!({"value": true, "project": "1,2,3"}),
    )
    .await;
    assert_eq!(status, 400, "project 2 has opted out");
    let shown = world
        .get("/api/v4/features/tidy_sidebar", AS_ADMIN)
        .await
        .json();
    assert_eq!(shown["gates"][1]["value"], json!(["Project:2:opt_out"]));
}

#[tokio::test]
async fn an_unknown_name_is_taken_only_by_force() {
    let world = world().await;
    assert_eq!(
        set(&world, "brand_new", &json!({"value": true})).await.0,
        400
    );
    let (status, shown) = set(&world, "brand_new", &json!({"value": true, "force": true})).await;
    assert_eq!((status, &shown["definition"]), (201, &Value::Null));
    let again = set(&world, "brand_new", &json!({"value": false})).await;
    assert_eq!(again.0, 201, "it is known now");
    let (status, shown) = set(
        &world,
        "brand%20new",
        &json!({"value": true, "force": true}),
    )
    .await;
    assert_eq!(status, 400, "{shown}");
}

#[tokio::test]
async fn a_deleted_flag_has_its_default_again() {
    let world = world().await;
    set(&world, "tidy_sidebar", &json!({"value": true})).await;
    let path = "/api/v4/features/tidy_sidebar";
    for _ in 0..2 {
        let answer = world.delete(path, AS_ADMIN).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::NO_CONTENT, "")
        );
    }
    let gone = world.get(path, AS_ADMIN).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(gone.json(), json!({"message": "404 Feature Not Found"}));
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    assert_eq!(audit.entries.len(), 2, "the second one found nothing to do");
}

#[tokio::test]
async fn every_way_to_send_parameters_is_understood() {
    let world = world().await;
    let path = "/api/v4/features/tidy_sidebar";
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"value\"\r\n\r\n30\r\n\
                     --b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\npercentage_of_actors\r\n--b--\r\n";
    for (query, content_type, body) in [
        (
            "",
            "application/x-www-form-urlencoded",
            "value=30&key=percentage_of_actors",
        ),
        (
            "",
            "application/json",
            r#"{"value": "30", "key": "percentage_of_actors"}"#,
        ),
        ("", "multipart/form-data; boundary=b", multipart),
        ("?value=30&key=percentage_of_actors", "application/json", ""),
        (
            "?value=1",
            "application/x-www-form-urlencoded",
            "value=30&key=percentage_of_actors",
        ),
    ] {
        world.delete(path, AS_ADMIN).await;
        let headers = [AS_ADMIN[0], ("Content-Type", content_type)];
        let answer = world.post(&format!("{path}{query}"), &headers, body).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{content_type}: {}",
            answer.text
        );
        let gate = &answer.json()["gates"][1];
        assert_eq!(
            gate,
            &json!({"key": "percentage_of_actors", "value": 30.0}),
            "{content_type}"
        );
    }
    let headers = [AS_ADMIN[0], ("Content-Type", "text/plain")];
    let answer = world.post(path, &headers, "value=1").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let long = format!("value={}", "1".repeat(300_000));
    let headers = [
        AS_ADMIN[0],
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let answer = world.post(path, &headers, &long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn only_an_administrators_program_gets_in() {
    let world = world().await;
    for (headers, status, words) in [
        (&[][..], 401, "401 Unauthorized"),
        (&[("PRIVATE-TOKEN", "wrong")], 401, "401 Unauthorized"),
        (
            &[("Authorization", "Basic YTphZG1pbi1zZWNyZXQ=")],
            401,
            "401 Unauthorized",
        ),
        (&[("PRIVATE-TOKEN", SHOP)], 403, "403 Forbidden"),
        (
            &[("Authorization", "Bearer shop-secret")],
            403,
            "403 Forbidden",
        ),
    ] {
        for path in [
            FEATURES,
            "/api/v4/features/definitions",
            "/api/v4/features/x",
            "/environments/gstg/api/v4/features",
        ] {
            let answer = world.get(path, headers).await;
            assert_eq!(answer.status.as_u16(), status, "{path} {headers:?}");
            assert_eq!(answer.json(), json!({"message": words}));
        }
        assert_eq!(
            world
                .post("/api/v4/features/x", headers, "")
                .await
                .status
                .as_u16(),
            status
        );
        assert_eq!(
            world
                .delete("/api/v4/features/x", headers)
                .await
                .status
                .as_u16(),
            status
        );
    }
    let answer = world
        .get(FEATURES, &[("Authorization", "Bearer admin-secret")])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn each_environment_has_flags_of_its_own_under_each_of_its_names() {
    let world = world().await;
    let path = "/environments/staging/api/v4/features/tidy_sidebar";
    let answer = world.json("POST", path, &json!({"value": true})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    for (prefix, count) in [
        ("", 0),
        ("/environments/production", 0),
        ("/environments/gprd", 0),
        ("/environments/staging", 1),
        ("/environments/gstg", 1),
    ] {
        let list = world
            .get(&format!("{prefix}{FEATURES}"), AS_ADMIN)
            .await
            .json();
        assert_eq!(list.as_array().map(Vec::len), Some(count), "{prefix}");
    }
    let nowhere = world
        .get("/environments/moon/api/v4/features", AS_ADMIN)
        .await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_is_audited_with_token_reason_and_request() {
    let world = world().await;
    let headers = [
        AS_ADMIN[0],
        ("Content-Type", "application/json"),
        ("X-Request-Id", "01HF.deploy-7"),
    ];
    let body = r#"{"value": true, "reason": "tried on staging"}"#;
    let answer = world
        .post("/api/v4/features/tidy_sidebar", &headers, body)
        .await;
    assert_eq!(answer.headers["x-request-id"], "01HF.deploy-7");
    let audit = world
        .store
        .audit(Default::default())
        .await
        .expect("the audit");
    let entry = serde_json::to_value(&audit.entries[0]).expect("JSON");
    assert_eq!(
        entry["author"],
        json!({
            "name": "administrator",
            "origin": {"from": "api", "token": "administrator"}
        })
    );
    assert_eq!(entry["reason"], "tried on staging");
    assert_eq!(entry["request_id"], "01HF.deploy-7");
    let answer = world
        .get(FEATURES, &[AS_ADMIN[0], ("X-Request-Id", "not sane")])
        .await;
    let id = answer.headers["x-request-id"].to_str().expect("text");
    assert!(id.starts_with("req_"), "{id}");
}
