//! `/api/v1` about flags: all environments side by side, the audit, schedules, commands.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::{Author, NewSchedule, Origin};

use crate::world::{ADMIN, Outside, SHOP, World};

const AS_ADMIN: &[(&str, &str)] = &[("PRIVATE-TOKEN", ADMIN)];

async fn command(world: &World, text: &str) -> Value {
    let answer = world
        .json(
            "POST",
            "/api/v1/commands",
            &json!({"text": text, "as": "ana"}),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// A change of a flag that is to be made later.
pub async fn put_off(world: &World) -> String {
    let now = world.clock.now();
    let id = domain::ScheduleId::mint(now.as_millisecond(), 7);
    let schedule = NewSchedule {
        id: id.clone(),
        due: now + SignedDuration::from_hours(1),
        environment: "production".parse().expect("a name"),
        flag: "tidy_sidebar".parse().expect("a flag"),
        what: "{}".to_owned(),
        author: Author {
            name: "ana".to_owned(),
            origin: Origin::Shell {
                user: "ana".to_owned(),
            },
        },
        reason: None,
    };
    world
        .store
        .schedule(schedule, now)
        .await
        .expect("a schedule");
    id.to_string()
}

#[tokio::test]
async fn a_command_from_a_shell_is_answered_as_text_and_as_messages() {
    let world = World::start().await;
    let answer = command(&world, "feature set tidy_sidebar 25 --actors --staging").await;
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(answer["visibility"], "in_channel");
    assert!(
        answer["text"]
            .as_str()
            .expect("text")
            .contains("tidy_sidebar")
    );
    assert!(answer["messages"][0]["headline"].is_string());
    let entries = world
        .get("/api/v1/audit?flag=tidy_sidebar", AS_ADMIN)
        .await
        .json();
    assert_eq!(
        entries["items"][0]["author"],
        json!({"name": "ana", "origin": {"from": "shell", "user": "ana"}})
    );
    assert_eq!(
        entries["items"][0]["after"],
        json!({"percentage_of_actors": 25.0})
    );
    let refused = command(&world, "feature set tidy_sidebra true --staging").await;
    assert_eq!(refused["ok"], false);
}

#[tokio::test]
async fn lines_end_with_the_answer() {
    let world = World::start().await;
    let headers = [
        AS_ADMIN[0],
        ("Content-Type", "application/json"),
        ("Accept", "application/x-ndjson"),
    ];
    let body = json!({"text": "feature get tidy_sidebar"}).to_string();
    let answer = world.post("/api/v1/commands", &headers, &body).await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let last: Value =
        serde_json::from_str(answer.text.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["answer"]["ok"], true);
    assert!(answer.text.ends_with('\n'));
}

#[tokio::test]
async fn commands_are_for_tokens_that_change_flags_and_well_formed() {
    let world = World::reaching(Outside::none()).await;
    let typed = r#"{"text": "help"}"#;
    for (token, body, status, code) in [
        ("wrong", typed, 401, "unauthorized"),
        (SHOP, typed, 403, "forbidden"),
        (ADMIN, "{}", 400, "bad_command"),
        (ADMIN, r#"{"text": "help", "as": ""}"#, 400, "bad_command"),
        (
            ADMIN,
            r#"{"text": "help", "as": "a\nb"}"#,
            400,
            "bad_command",
        ),
        (
            ADMIN,
            r#"{"text": "help", "for": "ana"}"#,
            400,
            "bad_command",
        ),
    ] {
        let headers = [
            ("PRIVATE-TOKEN", token),
            ("Content-Type", "application/json"),
        ];
        let answer = world.post("/api/v1/commands", &headers, body).await;
        assert_eq!(answer.status.as_u16(), status, "{token} {body}");
        assert_eq!(answer.json()["error"], code, "{token} {body}");
    }
}

#[tokio::test]
async fn a_visitor_is_nobody_else() {
    let world = World::demo().await;
    let headers = [
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "application/json"),
    ];
    for (body, status) in [
        (r#"{"text": "help"}"#, 200),
        (r#"{"text": "help", "as": "ana"}"#, 400),
    ] {
        let answer = world.post("/api/v1/commands", &headers, body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
    }
}

#[tokio::test]
async fn flags_stand_side_by_side() {
    let world = World::start().await;
    command(&world, "feature set tidy_sidebar true --staging").await;
    let told = world.get("/api/v1/flags", AS_ADMIN).await.json();
    let names: Vec<_> = told["items"]
        .as_array()
        .expect("flags")
        .iter()
        .map(|flag| &flag["flag"])
        .collect();
    assert_eq!(names, ["keep_cache", "tidy_sidebar"], "defined ones too");
    let environments = &told["environments"];
    assert_eq!(
        environments[0],
        json!({
            "name": "staging", "short": "gstg", "tier": "staging", "hosted": true, "error": null
        })
    );
    let one = world
        .get("/api/v1/flags/tidy_sidebar", AS_ADMIN)
        .await
        .json();
    assert_eq!(one, told["items"][1]);
    let states: Vec<_> = one["environments"]
        .as_array()
        .expect("states")
        .iter()
        .map(|state| (&state["environment"], &state["state"]))
        .collect();
    assert_eq!(
        states,
        [
            (&json!("staging"), &json!("on")),
            (&json!("production"), &Value::Null)
        ]
    );
    for name in ["nothing", "no%20flag"] {
        let unknown = world.get(&format!("/api/v1/flags/{name}"), AS_ADMIN).await;
        assert_eq!(
            (unknown.status.as_u16(), &unknown.json()["error"]),
            (404, &json!("unknown_flag"))
        );
    }
}

#[tokio::test]
async fn what_was_put_off_is_listed_and_taken_back_once() {
    let world = World::start().await;
    let id = put_off(&world).await;
    let list = world
        .get(
            "/api/v1/schedules?state=waiting&flag=tidy_sidebar",
            AS_ADMIN,
        )
        .await
        .json();
    assert_eq!(list["items"][0]["id"], id.as_str());
    let path = format!("/api/v1/schedules/{id}");
    let cancelled = world.delete(&path, AS_ADMIN).await;
    assert_eq!(cancelled.status, StatusCode::OK);
    assert_eq!(cancelled.json()["state"], "cancelled");
    assert_eq!(cancelled.json()["ended_by"]["name"], "administrator");
    let again = world.delete(&path, AS_ADMIN).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["error"]),
        (409, &json!("schedule_over"))
    );
    let unknown = world.delete("/api/v1/schedules/sch_no", AS_ADMIN).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(
        world.delete(&path, &[]).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn lists_that_cannot_be_narrowed_so_say_why() {
    let world = World::start().await;
    for path in [
        "/api/v1/audit?environment=A",
        "/api/v1/audit?flag=no%20flag",
        "/api/v1/audit?page=2",
        "/api/v1/schedules?state=lost",
        "/api/v1/schedules?before=x",
    ] {
        let answer = world.get(path, AS_ADMIN).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.json()["error"], "bad_filter", "{path}");
    }
}
