//! Deliveries that fail are told where a rollout's monitors look for them, and nobody waits for
//! that.

mod kent;
mod lines;
mod slow;

use jiff::{SignedDuration, Timestamp};
use monitors::elasticsearch::{Arms, ArmsQuery};
use monitors::sentry::{EventCounts, EventQuery, FlagState, FlagTerm, IssueQuery, Scope};
use monitors::{Credentials, Window};
use serde_json::json;
use signalbox::demo::{ADMIN_TOKEN, Telling};

use crate::demo::running::RunningDemo;
use crate::world::push;

/// The one that has the flag.
const WITH: &str = "gitlab-org/gitlab";
const WITHOUT: [&str; 2] = ["acme/web", "acme/api"];

async fn enable(demo: &RunningDemo, project: &str) {
    let path = "/api/v4/features/integration_slack_app_notifications";
    let request = demo.http.post(format!("{}{path}", demo.demo.service_url));
    let request = request.header("PRIVATE-TOKEN", ADMIN_TOKEN);
    let set = json!({ "value": true, "project": project });
    let answer = request.json(&set).send().await.expect("an answer");
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
}

async fn fault(url: &str, demo: &RunningDemo, fault: serde_json::Value) {
    demo.post(&format!("{url}/sandbox/fault"), &fault).await;
}

/// By which the flag knows it.
async fn id_of(demo: &RunningDemo, project: &str) -> serde_json::Value {
    let path = project.replace('/', "%2F");
    let url = format!("{}/api/v4/projects/{path}", demo.demo.gitlab_url);
    let request = demo.http.get(url).header("PRIVATE-TOKEN", "glpat-demo-ana");
    let answer = request.send().await.expect("an answer");
    let project: serde_json::Value = answer.json().await.expect("JSON");
    assert!(project["id"].is_u64(), "{project}");
    project["id"].clone()
}

async fn pushes(demo: &RunningDemo, project: &str, change: usize) {
    let mut push = push(project, change);
    if project == WITH {
        push.body["project"]["id"] = id_of(demo, project).await;
    }
    let body = push.body.to_string().into_bytes();
    demo.webhook(push.event, body).await;
}

/// A demo in which nothing reaches Slack, by neither way; three projects notice.
async fn failing_demo() -> RunningDemo {
    let demo = RunningDemo::start(None, Telling::Quiet).await;
    enable(&demo, WITH).await;
    demo.advance(60.0).await;
    let slack = &demo.demo.slack_url;
    for (method, error) in [
        ("chat.postMessage", "is_archived"),
        ("incoming-webhook", "no_service"),
    ] {
        let harm = json!({ "method": method, "error": error, "times": 0 });
        fault(slack, &demo, harm).await;
    }
    demo
}

async fn everybody_pushes(demo: &RunningDemo) {
    for project in [WITH].into_iter().chain(WITHOUT) {
        pushes(demo, project, 1).await;
    }
    // The same project once more: another failure, and nobody new.
    pushes(demo, WITH, 2).await;
    demo.advance(1.0).await;
}

fn window() -> Window {
    let from = crate::world::standing_clock().now();
    Window {
        from,
        until: from + SignedDuration::from_mins(10),
    }
}

struct Asking {
    sentry: monitors::sentry::Client,
    elasticsearch: monitors::elasticsearch::Client,
}

impl Asking {
    fn of(demo: &RunningDemo) -> Self {
        let url = &demo.demo.gitlab_url;
        let http = monitors::http_client(url, monitors::Timeouts::default()).expect("a client");
        let token = Credentials::Bearer("demo-sentry-token".into());
        let sentry =
            monitors::sentry::Client::new(http.clone(), &format!("{url}/-/sentry"), token, "demo");
        let token = Credentials::ApiKey("demo-grafana-token".into());
        let url = format!("{url}/-/elasticsearch");
        Self {
            sentry: sentry.expect("a Sentry"),
            elasticsearch: monitors::elasticsearch::Client::new(http, &url, token)
                .expect("an Elasticsearch"),
        }
    }

    /// Events, and the projects that they are of.
    async fn counted(&self, term: FlagTerm, state: FlagState) -> (u64, u64) {
        let search = term.search(integrations::FLAG, state).expect("a term");
        let projects = ["signalbox".to_owned()];
        let query = EventQuery {
            search: &search,
            scope: Scope {
                projects: &projects,
                environment: Some("production"),
            },
            window: window(),
        };
        match self.sentry.event_counts(query).await.expect("counts") {
            EventCounts::Counted { events, users } => (events, users),
            EventCounts::Silent => panic!("Sentry says nothing"),
        }
    }

    async fn new_issues(&self, since: Timestamp) -> Vec<String> {
        let projects = ["signalbox".to_owned()];
        let query = IssueQuery {
            search: "",
            scope: Scope {
                projects: &projects,
                environment: None,
            },
            window: window(),
            first_seen_after: Some(since),
        };
        let found = self.sentry.issues(query).await.expect("issues");
        let mut titles: Vec<_> = found.issues.into_iter().map(|issue| issue.title).collect();
        titles.sort_unstable();
        titles
    }

    /// As the plan of the demo's flag asks.
    async fn arms(&self) -> Arms {
        let index = "signalbox-*".parse().expect("a pattern");
        let state = |is_on: u8| {
            format!(
                "labels.feature_flag_states:\"{}:{is_on}\"",
                integrations::FLAG
            )
        };
        let query = ArmsQuery {
            index: &index,
            query: "log.logger:\"Integrations::ExecuteWorker\" AND log.level:error",
            on: &state(1),
            off: &state(0),
            time_field: "@timestamp",
            window: window(),
            actor_field: Some("labels.project"),
            interval: None,
        };
        self.elasticsearch.arms(query).await.expect("both arms")
    }
}

#[tokio::test]
async fn failures_are_found_by_what_a_plan_asks_with_the_flag_and_without() {
    let demo = failing_demo().await;
    let asking = Asking::of(&demo);
    // The index is there before anything fails: no failure is a zero, and not silence.
    let none = asking.arms().await;
    assert_eq!((none.on.documents, none.off.documents), (0, 0));
    everybody_pushes(&demo).await;
    for term in [FlagTerm::Evaluation, FlagTerm::Tag] {
        assert_eq!(asking.counted(term, FlagState::On).await, (2, 1));
        assert_eq!(asking.counted(term, FlagState::Off).await, (2, 2));
    }
    let titles = asking.new_issues(window().from).await;
    let shown: Vec<&str> = titles.iter().map(String::as_str).collect();
    assert_eq!(
        shown,
        [
            "Slack::IsArchived: channel #p-gitlab-org-gitlab was archived",
            "Slack::NoService: the incoming webhook takes no messages (no_service)",
        ]
    );
    let arms = asking.arms().await;
    assert_eq!((arms.on.documents, arms.on.actors), (2, Some(1)));
    assert_eq!((arms.off.documents, arms.off.actors), (2, Some(2)));
    demo.stop().await;
}

#[tokio::test]
async fn what_a_place_does_not_take_now_is_told_later_and_once() {
    let demo = failing_demo().await;
    let gitlab = demo.demo.gitlab_url.clone();
    for (service, harm) in [
        ("elasticsearch", json!({ "status": 503, "times": 3 })),
        (
            "sentry",
            json!({ "status": 429, "retry_after": 30, "times": 1 }),
        ),
    ] {
        let mut harm = harm;
        harm["service"] = service.into();
        fault(&gitlab, &demo, harm).await;
    }
    everybody_pushes(&demo).await;
    demo.advance(60.0).await;
    let asking = Asking::of(&demo);
    let arms = asking.arms().await;
    assert_eq!((arms.on.documents, arms.off.documents), (2, 2));
    let on = asking.counted(FlagTerm::Tag, FlagState::On).await;
    let off = asking.counted(FlagTerm::Tag, FlagState::Off).await;
    assert_eq!((on, off), ((2, 1), (2, 2)));
    demo.stop().await;
}
