//! Questions to Sentry, against a double of its documented calls.

use std::time::Duration;

use monitors::sentry::{
    Client, EventCounts, EventQuery, FlagTerm, IssueQuery, Measure, Scope, SeriesQuery, both,
};
use monitors::{AskError, FlagState, Retry, Window};
use serde_json::json;

use crate::strict::{Asked, Call, Given, Product, Strict};
use crate::{at, bearer, http, line};

const SENTRY: Product = Product {
    headers: &[("authorization", "Bearer s3cr3t-t0k3n")],
    calls: &[
        Call {
            method: "GET",
            path: "/api/0/organizations/acme/issues/",
            parameters: &[
                "environment",
                "project",
                "projectSlug",
                "statsPeriod",
                "start",
                "end",
                "groupStatsPeriod",
                "shortIdLookup",
                "query",
                "viewId",
                "sort",
                "limit",
                "expand",
                "collapse",
                "cursor",
            ],
            answer: issues,
        },
        Call {
            method: "GET",
            path: "/api/0/organizations/acme/events/",
            parameters: &[
                "field",
                "dataset",
                "end",
                "environment",
                "project",
                "projectSlug",
                "start",
                "statsPeriod",
                "per_page",
                "query",
                "sort",
            ],
            answer: events,
        },
        Call {
            method: "GET",
            path: "/api/0/organizations/acme/events-timeseries/",
            parameters: &[
                "dataset",
                "end",
                "environment",
                "project",
                "projectSlug",
                "start",
                "statsPeriod",
                "topEvents",
                "comparisonDelta",
                "interval",
                "sort",
                "groupBy",
                "yAxis",
                "query",
                "disableAggregateExtrapolation",
                "preventMetricAggregates",
                "excludeOther",
            ],
            answer: timeseries,
        },
    ],
    refuse: |reason| json!({ "detail": reason }),
};

/// What Sentry checks before it searches.
fn search(asked: &Asked) -> Result<(), String> {
    for project in asked.all("project") {
        if project.parse::<i64>().is_err() {
            return Err("Invalid project parameter. Values must be numbers.".to_owned());
        }
    }
    let moment = |name| {
        let text = asked.one(name)?;
        let parsed = text.parse::<jiff::civil::DateTime>();
        parsed.map_err(|_| format!("Invalid date {text}"))
    };
    let (start, end) = (moment("start")?, moment("end")?);
    if end <= start {
        return Err("start must be before end".to_owned());
    }
    asked.one("query").map(drop)
}

fn issue(number: u64, extra: &serde_json::Value) -> serde_json::Value {
    let mut issue = json!({
        "id": number.to_string(), "shareId": null, "shortId": format!("APP-{number}"),
        "title": "PostError: gone", "culprit": "Deliver in deliver",
        "permalink": format!("https://acme.sentry.io/issues/{number}/"), "logger": null,
        "level": "error", "status": "unresolved", "type": "error", "count": "12", "userCount": 7,
        "firstSeen": "2026-11-24T10:01:00.125000Z", "lastSeen": "2026-11-24T10:02:00Z",
        "project": {"id": "4", "name": "app", "slug": "app", "platform": "ruby"},
        "stats": {"24h": [[1_700_000_000, 12]]}, "annotations": [], "assignedTo": null,
        "filtered": null,
    });
    issue
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    issue
}

fn issues(asked: &Asked) -> Result<Given, String> {
    search(asked)?;
    if asked.one("limit")? != "100" || asked.one("sort")? != "new" {
        return Err("Invalid limit or sort".to_owned());
    }
    match asked.all("cursor").as_slice() {
        [] => Ok(Given {
            body: json!([issue(
                1,
                &json!({
                    "filtered": {"count": "3", "userCount": 2, "firstSeen": null, "lastSeen": null},
                })
            )]),
            link: Some(
                "<https://evil.example/a/?cursor=0:0:1>; rel=\"previous\"; results=\"false\"; cursor=\"0:0:1\", \
                 <https://evil.example/a/?cursor=0:100:0>; rel=\"next\"; results=\"true\"; cursor=\"0:100:0\"",
            ),
        }),
        ["0:100:0"] => Ok(Given {
            body: json!([issue(
                2,
                &json!({"culprit": null, "count": 5, "firstSeen": null})
            )]),
            link: Some("<https://s/>; rel=\"next\"; results=\"false\"; cursor=\"0:200:0\""),
        }),
        // Without an end: what a search for everything would give.
        _ => Ok(Given {
            body: json!([]),
            link: Some("<https://s/>; rel=\"next\"; results=\"true\"; cursor=\"0:300:0\""),
        }),
    }
}

fn events(asked: &Asked) -> Result<Given, String> {
    search(asked)?;
    if asked.one("dataset")? != "errors" || asked.one("per_page")? != "1" {
        return Err("Invalid dataset".to_owned());
    }
    if asked.all("field") != ["count()", "count_unique(user)"] {
        return Err("Invalid field".to_owned());
    }
    let meta = json!({"fields": {"count()": "integer", "count_unique(user)": "integer"},
        "units": {}, "isMetricsData": false, "dataset": "errors"});
    let (events, users) = match asked.one("query")? {
        "level:error flags[\"a_flag\"]:true" => (12, 7),
        "level:error flags[\"a_flag\"]:false" => (3, 2),
        "level:" => return Err("Empty string after 'level:'".to_owned()),
        // A slug that is not there: Sentry looks nowhere and says nothing.
        "" => return Given::json(json!({"data": [], "meta": meta})),
        query => return Err(format!("unexpected query {query}")),
    };
    Given::json(json!({
        "data": [{"count()": events, "count_unique(user)": users}], "meta": meta,
    }))
}

fn timeseries(asked: &Asked) -> Result<Given, String> {
    search(asked)?;
    if asked.one("dataset")? != "errors" || asked.one("interval")?.parse::<u32>().is_err() {
        return Err("Invalid dataset or interval".to_owned());
    }
    let axis = asked.one("yAxis")?;
    Given::json(json!({
        "timeSeries": [{
            "yAxis": axis,
            "meta": {"valueType": "integer", "valueUnit": null, "interval": 60_000},
            "values": [
                {"timestamp": 1_795_514_400_000_u64, "value": 4, "incomplete": false},
                {"timestamp": 1_795_514_460_000.0, "value": 0, "incomplete": false},
                {"timestamp": 1_795_514_520_000_u64, "value": 1, "incomplete": true,
                 "incompleteReason": "INCOMPLETE_BUCKET"},
            ],
        }],
        "meta": {"dataset": "errors", "start": 1_795_514_400_000_u64, "end": 1_795_514_580_000_u64},
    }))
}

fn client(double: &Strict) -> Client {
    let client = Client::new(http(&double.url), &double.url, bearer(), "acme").unwrap();
    assert!(!format!("{client:?}").contains(crate::SECRET));
    client
}

fn window() -> Window {
    Window {
        from: at("2026-11-24T10:00:00Z"),
        until: at("2026-11-24T10:03:00Z"),
    }
}

fn in_app(search: &str) -> EventQuery<'_> {
    EventQuery {
        search,
        scope: Scope::default(),
        window: window(),
    }
}

#[tokio::test]
async fn new_issues_are_read_page_after_page_and_only_from_the_same_server() {
    let double = Strict::start(SENTRY).await;
    let projects = ["4".to_owned()];
    let query = IssueQuery {
        search: "is:unresolved",
        scope: Scope {
            projects: &projects,
            environment: Some("production"),
        },
        window: window(),
        first_seen_after: Some(at("2026-11-24T10:00:00Z")),
    };
    let found = client(&double).issues(query).await.unwrap();
    assert!(found.is_complete);
    let [first, second] = found.issues.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!(
        (first.short_id.as_str(), first.events, first.users),
        ("APP-1", 3, 2)
    );
    assert_eq!(first.first_seen, at("2026-11-24T10:01:00.125Z"));
    assert_eq!(first.permalink, "https://acme.sentry.io/issues/1/");
    assert_eq!(second.first_seen, at("2026-11-24T10:02:00Z"));
    assert_eq!(
        (second.events, second.users, second.culprit.as_str()),
        (5, 7, "")
    );
    let asked = double.asked();
    assert_eq!(asked.len(), 2);
    for asked in asked {
        let search = asked.one("query").unwrap();
        assert_eq!(search, "is:unresolved firstSeen:>2026-11-24T10:00:00");
        assert_eq!(asked.one("project").unwrap(), "4");
        assert_eq!(asked.one("environment").unwrap(), "production");
    }
}

#[tokio::test]
async fn a_search_that_finds_no_end_is_cut_and_says_so() {
    const ENDLESS: Product = Product {
        calls: &[Call {
            answer: |_| {
                Ok(Given {
                    body: json!([issue(1, &json!({}))]),
                    link: Some("<x>; rel=\"next\"; results=\"true\"; cursor=\"0:100:0\""),
                })
            },
            ..SENTRY.calls[0]
        }],
        ..SENTRY
    };
    let double = Strict::start(ENDLESS).await;
    let query = IssueQuery {
        search: "",
        scope: Scope::default(),
        window: window(),
        first_seen_after: None,
    };
    let found = client(&double).issues(query).await.unwrap();
    assert!(!found.is_complete);
    assert_eq!((found.issues.len(), double.asked().len()), (5, 5));
}

#[tokio::test]
async fn both_arms_of_a_flag_are_counted() {
    let double = Strict::start(SENTRY).await;
    for (state, events, users) in [(FlagState::On, 12, 7), (FlagState::Off, 3, 2)] {
        let term = FlagTerm::Evaluation.search("a_flag", state).unwrap();
        let search = both("level:error", &term);
        let found = client(&double).event_counts(in_app(&search)).await.unwrap();
        assert_eq!(found, EventCounts::Counted { events, users });
    }
}

#[tokio::test]
async fn a_project_that_is_not_there_is_silence_and_not_zero() {
    let double = Strict::start(SENTRY).await;
    let projects = ["no-such-app".to_owned()];
    let scope = Scope {
        projects: &projects,
        environment: None,
    };
    let query = EventQuery {
        scope,
        ..in_app("")
    };
    let found = client(&double).event_counts(query).await.unwrap();
    assert_eq!(found, EventCounts::Silent);
    assert_eq!(double.parameters()["projectSlug"], ["no-such-app"]);
}

#[tokio::test]
async fn a_chart_leaves_out_what_is_not_complete_yet() {
    let double = Strict::start(SENTRY).await;
    let query = SeriesQuery {
        events: in_app("level:error"),
        measure: Measure::Users,
        interval: Duration::from_secs(60),
    };
    let points = client(&double).timeseries(query).await.unwrap();
    let points: Vec<_> = points
        .iter()
        .map(|point| (point.at.to_string(), point.value))
        .collect();
    let expected = [("2026-11-24T10:00:00Z", 4.0), ("2026-11-24T10:01:00Z", 0.0)];
    assert_eq!(points, expected.map(|(at, value)| (at.to_owned(), value)));
    assert_eq!(double.parameters()["yAxis"], ["count_unique(user)"]);
    assert_eq!(double.parameters()["interval"], ["60"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_search_is_said_in_sentrys_words() {
    let double = Strict::start(SENTRY).await;
    let mixed = ["4".to_owned(), "app".to_owned()];
    let backwards = Window {
        from: window().until,
        until: window().from,
    };
    for (query, text) in [
        (
            in_app("level:"),
            "HOST does not take the query: Empty string after 'level:'; correct the query",
        ),
        (
            EventQuery {
                window: backwards,
                ..in_app("level:error")
            },
            "HOST does not take the query: its time ends before it begins; correct the query",
        ),
        (
            EventQuery {
                scope: Scope {
                    projects: &mixed,
                    environment: None,
                },
                ..in_app("level:error")
            },
            "HOST does not take the query: it names projects by number and by slug; correct the query",
        ),
    ] {
        let error = client(&double).event_counts(query).await.unwrap_err();
        assert_eq!(line(&error, &double.url), text);
        assert_eq!(error.retry(), Retry::Never);
    }
    let elsewhere = Client::new(http(&double.url), &double.url, bearer(), "other").unwrap();
    let error = elsewhere.event_counts(in_app("level:error")).await;
    assert!(matches!(error, Err(AskError::BadQuery { .. })), "{error:?}");
}
