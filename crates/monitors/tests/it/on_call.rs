//! Who is on call and what is broken, against doubles of PagerDuty and Opsgenie.

use monitors::on_call::{Coverage, Source, Trouble, coverage};
use monitors::{Window, opsgenie, pagerduty};
use serde_json::{Value, json};

use crate::strict::{Asked, Call, Given, Product, Strict};
use crate::{SECRET, at, http, line};

const PAGERDUTY: Product = Product {
    headers: &[
        ("authorization", "Token token=s3cr3t-t0k3n"),
        ("accept", "application/vnd.pagerduty+json;version=2"),
    ],
    calls: &[
        Call {
            method: "GET",
            path: "/oncalls",
            parameters: &[
                "time_zone",
                "include[]",
                "user_ids[]",
                "escalation_policy_ids[]",
                "schedule_ids[]",
                "since",
                "until",
                "earliest",
                "limit",
                "offset",
                "total",
            ],
            answer: on_calls,
        },
        Call {
            method: "GET",
            path: "/incidents",
            parameters: &[
                "date_range",
                "incident_key",
                "include[]",
                "service_ids[]",
                "since",
                "sort_by",
                "statuses[]",
                "team_ids[]",
                "time_zone",
                "until",
                "urgencies[]",
                "user_ids[]",
                "limit",
                "offset",
                "total",
            ],
            answer: incidents,
        },
        Call {
            method: "GET",
            path: "/maintenance_windows",
            parameters: &[
                "query",
                "filter",
                "include[]",
                "service_ids[]",
                "team_ids[]",
                "limit",
                "offset",
                "total",
            ],
            answer: maintenance,
        },
    ],
    refuse: |reason| json!({"error": {"message": "Invalid Input Provided", "code": 2001, "errors": [reason]}}),
};

/// Two pages of one thing each; the answer's other fields are PagerDuty's.
fn page(asked: &Asked, name: &str, items: [Value; 2]) -> Result<Given, String> {
    if asked.one("limit")? != "100" {
        return Err("limit is invalid".to_owned());
    }
    let [first, second] = items;
    let (item, offset, more) = match asked.one("offset")? {
        "0" => (first, 0, true),
        "100" => (second, 100, false),
        other => return Err(format!("offset {other} is invalid")),
    };
    let mut body = json!({"limit": 100, "offset": offset, "more": more, "total": null});
    body[name] = json!([item]);
    Given::json(body)
}

fn on_calls(asked: &Asked) -> Result<Given, String> {
    let moment = |name| {
        asked
            .one(name)?
            .parse::<jiff::Timestamp>()
            .map_err(|_| name.to_owned())
    };
    if moment("until")? <= moment("since")? {
        return Err("Until must be after since".to_owned());
    }
    if asked.all("schedule_ids[]") != ["PSCHED"] || asked.one("include[]")? != "users" {
        return Err("unexpected schedule or include".to_owned());
    }
    let schedule = json!({"id": "PSCHED", "type": "schedule_reference", "summary": "Integrations"});
    let policy = json!({"id": "PPOL", "type": "escalation_policy_reference", "summary": "Default"});
    page(
        asked,
        "oncalls",
        [
            json!({"user": {"id": "PANA", "type": "user", "name": "Ana", "email": "ana@acme.example",
            "summary": "Ana", "html_url": "https://acme.pagerduty.com/users/PANA"},
            "schedule": schedule, "escalation_policy": policy, "escalation_level": 1,
            "start": "2026-11-24T08:00:00Z", "end": "2026-11-24T11:00:00Z"}),
            json!({"user": {"id": "PBEN", "type": "user_reference", "summary": "Ben"},
            "schedule": null, "escalation_policy": policy, "escalation_level": 1,
            "start": "2026-11-24T11:00:00Z", "end": null}),
        ],
    )
}

fn incidents(asked: &Asked) -> Result<Given, String> {
    if asked.all("statuses[]") != ["triggered", "acknowledged"] {
        return Err("statuses[] is invalid".to_owned());
    }
    let incident = |number: u64, title: &str| {
        json!({"id": format!("PI{number}"), "type": "incident", "incident_number": number,
            "title": title, "status": "triggered", "urgency": "high",
            "created_at": "2026-11-24T09:00:00Z", "summary": title,
            "html_url": format!("https://acme.pagerduty.com/incidents/PI{number}"),
            "service": {"id": "PSERV", "type": "service_reference", "summary": "Web"}})
    };
    page(
        asked,
        "incidents",
        [incident(7, "web is slow"), incident(8, "mail is late")],
    )
}

fn maintenance(asked: &Asked) -> Result<Given, String> {
    if asked.one("filter")? != "ongoing" || asked.all("service_ids[]") != ["PSERV"] {
        return Err("filter is invalid".to_owned());
    }
    let window = |id: &str, description: Value| {
        json!({"id": id, "type": "maintenance_window", "description": description,
            "summary": "Database upgrade", "start_time": "2026-11-24T09:00:00Z",
            "end_time": "2026-11-24T12:00:00Z", "html_url": null,
            "services": [{"id": "PSERV", "type": "service_reference"}]})
    };
    page(
        asked,
        "maintenance_windows",
        [
            window("PW1", json!("no deploys")),
            window("PW2", Value::Null),
        ],
    )
}

const OPSGENIE: Product = Product {
    headers: &[("authorization", "GenieKey s3cr3t-t0k3n")],
    calls: &[
        Call {
            method: "GET",
            path: "/v2/schedules/Integrations%20team/timeline",
            parameters: &[
                "identifierType",
                "expand",
                "interval",
                "intervalUnit",
                "date",
            ],
            answer: timeline,
        },
        Call {
            method: "GET",
            path: "/v1/incidents",
            parameters: &["query", "offset", "limit", "sort", "order"],
            answer: opsgenie_incidents,
        },
        Call {
            method: "GET",
            path: "/v1/maintenance",
            parameters: &["type"],
            answer: opsgenie_maintenance,
        },
    ],
    refuse: |reason| json!({"message": reason, "took": 0.001, "requestId": "r"}),
};

fn data(data: &Value) -> Result<Given, String> {
    Given::json(json!({"data": data, "took": 0.05, "requestId": "r"}))
}

fn timeline(asked: &Asked) -> Result<Given, String> {
    if asked.one("identifierType")? != "name" || asked.one("intervalUnit")? != "days" {
        return Err("identifierType or intervalUnit is invalid".to_owned());
    }
    if asked.one("date")? != "2026-11-24T10:00:00Z" || asked.one("interval")? != "1" {
        return Err("date or interval is invalid".to_owned());
    }
    let period = |start: &str, end: &str, recipient: Value| {
        json!({"startDate": format!("2026-11-24T{start}:00Z"),
            "endDate": format!("2026-11-24T{end}:00Z"), "type": "default", "recipient": recipient})
    };
    let user = |name: &str| json!({"id": format!("id-{name}"), "type": "user", "name": format!("{name}@acme.example")});
    data(&json!({
        "_parent": {"id": "s1", "name": "Integrations team", "enabled": true},
        "startDate": "2026-11-24T00:00:00Z", "endDate": "2026-11-25T00:00:00Z",
        "finalTimeline": {"rotations": [
            {"id": "r1", "name": "Day", "order": 1.0, "periods": [
                period("06:00", "09:00", user("cid")),
                period("09:00", "11:00", user("ana")),
                period("11:00", "11:30", json!({"type": "none"})),
                period("11:30", "23:00", json!({"id": "t1", "type": "team", "name": "Ops"})),
            ]},
            {"id": "r2", "name": "Unused", "order": 2.0},
        ]},
    }))
}

fn opsgenie_incidents(asked: &Asked) -> Result<Given, String> {
    if asked.one("query")? != "status: open" || asked.one("limit")? != "100" {
        return Err("query is invalid".to_owned());
    }
    let incident = |id: &str, service: &str| {
        json!({"id": id, "tinyId": "42", "message": "web is slow", "status": "open", "tags": [],
            "createdAt": "2026-11-24T09:00:00Z", "priority": "P1", "ownerTeam": "",
            "responders": [], "serviceId": service, "impactedServices": []})
    };
    let paging = match asked.one("offset")? {
        "0" => json!({"first": "u", "last": "u", "next": "https://evil.example/v1/incidents"}),
        "100" => json!({"first": "u", "last": "u"}),
        other => return Err(format!("offset {other} is invalid")),
    };
    let incidents = [incident("i1", "web"), incident("i2", "other")];
    Given::json(json!({"data": incidents, "paging": paging, "took": 0.1, "requestId": "r"}))
}

fn opsgenie_maintenance(asked: &Asked) -> Result<Given, String> {
    if asked.one("type")? != "non-expired" {
        return Err("type is invalid".to_owned());
    }
    let window = |id: &str, status: &str| {
        json!({"id": id, "status": status, "description": "no deploys", "time": {
            "type": "for-1-hour", "startDate": "2026-11-24T09:00:00Z"}})
    };
    data(&json!([window("m1", "active"), window("m2", "planned")]))
}

fn pagerduty(double: &Strict) -> Source {
    let client = pagerduty::Client::new(http(&double.url), &double.url, SECRET.into()).unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
    Source::PagerDuty {
        client,
        scope: pagerduty::Scope {
            schedules: vec!["PSCHED".to_owned()],
            escalation_policies: Vec::new(),
            services: vec!["PSERV".to_owned()],
        },
    }
}

fn opsgenie(double: &Strict) -> Source {
    let client = opsgenie::Client::new(http(&double.url), &double.url, SECRET.into()).unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
    Source::Opsgenie {
        client,
        scope: opsgenie::Scope {
            schedules: vec!["Integrations team".to_owned()],
            services: vec!["web".to_owned()],
        },
    }
}

fn window() -> Window {
    Window {
        from: at("2026-11-24T10:00:00Z"),
        until: at("2026-11-24T12:00:00Z"),
    }
}

fn said(coverage: &Coverage) -> String {
    let names = |people: &[monitors::on_call::Person]| {
        let people = people.iter();
        let names: Vec<String> = people
            .map(|person| format!("{} {:?}", person.name, person.email.as_deref()))
            .collect();
        names.join(", ")
    };
    match coverage {
        Coverage::Gap { from } => format!("nobody from {from}"),
        Coverage::Whole { people, hand_over } => {
            let people = names(people);
            let next = hand_over.as_ref();
            let next = next.map(|next| format!("{} at {}", names(&next.to), next.at));
            format!("{people}, then {next:?}")
        }
    }
}

fn troubles(found: &[Trouble]) -> Vec<(&str, &str)> {
    let found = found.iter();
    found
        .map(|one| (one.number.as_str(), one.title.as_str()))
        .collect()
}

#[tokio::test]
async fn pagerduty_says_who_is_on_call_and_who_takes_over() {
    let double = Strict::start(PAGERDUTY).await;
    let shifts = pagerduty(&double).shifts(window()).await.unwrap();
    assert_eq!(
        said(&coverage(&shifts, window())),
        "Ana Some(\"ana@acme.example\"), then Some(\"Ben None at 2026-11-24T11:00:00Z\")"
    );
    assert_eq!(double.asked().len(), 2);
}

#[tokio::test]
async fn opsgenie_says_who_is_on_call_and_when_nobody_is() {
    let double = Strict::start(OPSGENIE).await;
    let shifts = opsgenie(&double).shifts(window()).await.unwrap();
    assert_eq!(shifts.len(), 2, "{shifts:#?}");
    assert_eq!(
        said(&coverage(&shifts, window())),
        "nobody from 2026-11-24T11:00:00Z"
    );
    let hour = Window {
        until: at("2026-11-24T11:00:00Z"),
        ..window()
    };
    assert_eq!(
        said(&coverage(&shifts, hour)),
        "ana@acme.example Some(\"ana@acme.example\"), then None"
    );
}

#[tokio::test]
async fn open_incidents_and_ongoing_maintenance_are_named() {
    let double = Strict::start(PAGERDUTY).await;
    let source = pagerduty(&double);
    let found = source.open_incidents().await.unwrap();
    assert_eq!(
        troubles(&found),
        [("7", "web is slow"), ("8", "mail is late")]
    );
    assert_eq!(
        found[0].url.as_deref(),
        Some("https://acme.pagerduty.com/incidents/PI7")
    );
    let found = source.ongoing_maintenance().await.unwrap();
    assert_eq!(
        troubles(&found),
        [("PW1", "no deploys"), ("PW2", "Database upgrade")]
    );

    let double = Strict::start(OPSGENIE).await;
    let source = opsgenie(&double);
    let found = source.open_incidents().await.unwrap();
    // One a page: the others are another service's.
    assert_eq!(troubles(&found), [("42", "web is slow"); 2]);
    let found = source.ongoing_maintenance().await.unwrap();
    assert_eq!(troubles(&found), [("m1", "no deploys")]);
}

#[tokio::test]
async fn a_refusal_is_said_in_the_products_words() {
    let backwards = Window {
        from: window().until,
        until: window().from,
    };
    let double = Strict::start(PAGERDUTY).await;
    let error = pagerduty(&double).shifts(backwards).await.unwrap_err();
    assert_eq!(
        line(&error, &double.url),
        "HOST does not take the query: Invalid Input Provided: Until must be after since; correct the query"
    );
    let nowhere = "http://opsgenie.example";
    let client = opsgenie::Client::new(http(nowhere), nowhere, SECRET.into()).unwrap();
    let nothing = client.on_calls(&opsgenie::Scope::default(), window()).await;
    assert_eq!(
        line(&nothing.unwrap_err(), nowhere),
        "HOST does not take the query: no schedule is named; correct the query"
    );
    let double = Strict::start(OPSGENIE).await;
    let error = opsgenie(&double).shifts(backwards).await.unwrap_err();
    assert_eq!(
        line(&error, &double.url),
        "HOST does not take the query: date or interval is invalid; correct the query"
    );
}
