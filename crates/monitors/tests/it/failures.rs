//! Every question and every notice, against servers that are down, slow, closed to us or talk
//! nonsense: always an error with a remedy, never a reading, never a panic.

use std::error::Error;
use std::time::Duration;

use monitors::elasticsearch::{ArmsQuery, CountQuery};
use monitors::http_json::RelativePath;
use monitors::sentry::{
    Dsn, Event, EventId, EventQuery, FlagAction, FlagAuthor, FlagChange, FlagHook, IssueQuery,
    Level, Measure, Reporter, Scope, SeriesQuery,
};
use monitors::{
    Credentials, Retry, Timeouts, Window, elasticsearch, http_json, opsgenie, pagerduty,
    prometheus, sentry,
};

use crate::script::{Answer, Server};
use crate::{SECRET, at, line};

/// What is asked or told.
#[derive(Clone, Copy, Debug)]
enum Ask {
    SentryIssues,
    SentryCounts,
    SentrySeries,
    SentryReport,
    SentryFlagHook,
    ElasticsearchCount,
    ElasticsearchArms,
    PrometheusNumber,
    PrometheusSeries,
    JsonValue,
    PagerDutyOnCalls,
    PagerDutyIncidents,
    PagerDutyMaintenance,
    OpsgenieOnCalls,
    OpsgenieIncidents,
    OpsgenieMaintenance,
}

const ALL: &[Ask] = &[
    Ask::SentryIssues,
    Ask::SentryCounts,
    Ask::SentrySeries,
    Ask::SentryReport,
    Ask::SentryFlagHook,
    Ask::ElasticsearchCount,
    Ask::ElasticsearchArms,
    Ask::PrometheusNumber,
    Ask::PrometheusSeries,
    Ask::JsonValue,
    Ask::PagerDutyOnCalls,
    Ask::PagerDutyIncidents,
    Ask::PagerDutyMaintenance,
    Ask::OpsgenieOnCalls,
    Ask::OpsgenieIncidents,
    Ask::OpsgenieMaintenance,
];

/// The error in one line, and what to do.
type Failure = (String, Retry);

/// One client for a whole test, as one takes a while to make.
fn http(total: Duration) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let timeouts = Timeouts {
        total,
        ..Timeouts::default()
    };
    monitors::http_client("http://127.0.0.1", timeouts).unwrap()
}

fn window() -> Window {
    Window {
        from: at("2026-11-24T10:00:00Z"),
        until: at("2026-11-24T10:01:00Z"),
    }
}

impl Ask {
    fn product(self) -> &'static str {
        match self {
            Self::SentryIssues
            | Self::SentryCounts
            | Self::SentrySeries
            | Self::SentryReport
            | Self::SentryFlagHook => "Sentry",
            Self::ElasticsearchCount | Self::ElasticsearchArms => "Elasticsearch",
            Self::PrometheusNumber | Self::PrometheusSeries => "Prometheus",
            Self::JsonValue => "JSON",
            Self::PagerDutyOnCalls | Self::PagerDutyIncidents | Self::PagerDutyMaintenance => {
                "PagerDuty"
            }
            Self::OpsgenieOnCalls | Self::OpsgenieIncidents | Self::OpsgenieMaintenance => {
                "Opsgenie"
            }
        }
    }

    async fn of(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        match self {
            Self::SentryIssues | Self::SentryCounts | Self::SentrySeries => {
                self.of_sentry(http, url).await
            }
            Self::SentryReport | Self::SentryFlagHook => self.to_sentry(http, url).await,
            Self::ElasticsearchCount | Self::ElasticsearchArms => {
                self.of_elasticsearch(http, url).await
            }
            Self::PrometheusNumber | Self::PrometheusSeries => self.of_prometheus(http, url).await,
            Self::JsonValue => {
                let token = Credentials::Bearer(SECRET.into());
                let client = http_json::Client::new(http.clone(), url, token).unwrap();
                let path: RelativePath = "status".parse().unwrap();
                failed(client.get(&path).await, url, |error| error.retry())
            }
            Self::PagerDutyOnCalls | Self::PagerDutyIncidents | Self::PagerDutyMaintenance => {
                self.of_pagerduty(http, url).await
            }
            Self::OpsgenieOnCalls | Self::OpsgenieIncidents | Self::OpsgenieMaintenance => {
                self.of_opsgenie(http, url).await
            }
        }
    }

    async fn of_sentry(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        let token = Credentials::Bearer(SECRET.into());
        let client = sentry::Client::new(http.clone(), url, token, "acme").unwrap();
        let query = EventQuery {
            search: "level:error",
            scope: Scope::default(),
            window: window(),
        };
        if let Self::SentryIssues = self {
            let query = IssueQuery {
                search: query.search,
                scope: query.scope,
                window: query.window,
                first_seen_after: None,
            };
            return failed(client.issues(query).await, url, |error| error.retry());
        }
        if let Self::SentryCounts = self {
            return failed(client.event_counts(query).await, url, |error| error.retry());
        }
        let query = SeriesQuery {
            events: query,
            measure: Measure::Events,
            interval: Duration::from_secs(60),
        };
        failed(client.timeseries(query).await, url, |error| error.retry())
    }

    async fn to_sentry(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        if let Self::SentryFlagHook = self {
            let hook = FlagHook::new(http.clone(), url, SECRET.into()).unwrap();
            let change = FlagChange {
                id: 1,
                action: FlagAction::Created,
                at: window().from,
                by: FlagAuthor::Name("ana"),
                flag: "a_flag",
            };
            return failed(hook.tell(change).await, url, |error| error.retry());
        }
        let dsn = url.replace("http://", "http://abc@") + "/1";
        let dsn: Dsn = dsn.parse().unwrap();
        let event = Event {
            id: EventId(1),
            at: window().from,
            level: Level::Error,
            logger: "Delivery",
            environment: "production",
            release: None,
            server_name: None,
            kind: "PostError",
            message: "gone",
            tags: &[],
            user: None,
            fingerprint: &[],
            flags: &[],
        };
        let reporter = Reporter::new(http.clone(), &dsn).unwrap();
        let reported = reporter.report(&event, window().until).await;
        failed(reported, url, |error| error.retry())
    }

    async fn of_elasticsearch(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        let key = Credentials::ApiKey(SECRET.into());
        let client = elasticsearch::Client::new(http.clone(), url, key).unwrap();
        let index = "logs-*".parse().unwrap();
        if let Self::ElasticsearchCount = self {
            let query = CountQuery {
                index: &index,
                query: "x",
                time_field: "@timestamp",
                window: window(),
            };
            return failed(client.count(query).await, url, |error| error.retry());
        }
        let query = ArmsQuery {
            index: &index,
            query: "x",
            on: "a:1",
            off: "a:0",
            time_field: "@timestamp",
            window: window(),
            actor_field: Some("user"),
            interval: Some(Duration::from_secs(60)),
        };
        failed(client.arms(query).await, url, |error| error.retry())
    }

    async fn of_prometheus(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        let token = Credentials::Bearer(SECRET.into());
        let client = prometheus::Client::new(http.clone(), url, token).unwrap();
        if let Self::PrometheusNumber = self {
            let query = prometheus::InstantQuery {
                query: "up",
                at: None,
                timeout: None,
            };
            return failed(client.measure(query).await, url, |error| error.retry());
        }
        let query = prometheus::RangeQuery {
            query: "up",
            start: window().from,
            end: window().until,
            step: Duration::from_secs(60),
            timeout: None,
        };
        failed(client.series(query).await, url, |error| error.retry())
    }

    async fn of_pagerduty(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        let client = pagerduty::Client::new(http.clone(), url, SECRET.into()).unwrap();
        let scope = pagerduty::Scope::default();
        if let Self::PagerDutyOnCalls = self {
            let shifts = client.on_calls(&scope, window()).await;
            return failed(shifts, url, |error| error.retry());
        }
        if let Self::PagerDutyIncidents = self {
            return failed(client.open_incidents(&scope).await, url, |error| {
                error.retry()
            });
        }
        let found = client.ongoing_maintenance(&scope).await;
        failed(found, url, |error| error.retry())
    }

    async fn of_opsgenie(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
        let client = opsgenie::Client::new(http.clone(), url, SECRET.into()).unwrap();
        let scope = opsgenie::Scope {
            schedules: vec!["Integrations".to_owned()],
            services: Vec::new(),
        };
        if let Self::OpsgenieOnCalls = self {
            let shifts = client.on_calls(&scope, window()).await;
            return failed(shifts, url, |error| error.retry());
        }
        if let Self::OpsgenieIncidents = self {
            return failed(client.open_incidents(&scope).await, url, |error| {
                error.retry()
            });
        }
        failed(client.ongoing_maintenance().await, url, |error| {
            error.retry()
        })
    }
}

fn failed<T, E: Error + 'static>(
    result: Result<T, E>,
    url: &str,
    retry: impl Fn(&E) -> Retry,
) -> Option<Failure> {
    let error = result.err()?;
    Some((line(&error, url), retry(&error)))
}

#[tokio::test]
async fn whatever_a_server_does_it_is_an_error_and_never_a_reading() {
    let http = http(Timeouts::default().total);
    let page = Answer::new(200, "<html>Sign in</html>").header("content-type", "text/html");
    let moved = Answer::new(302, "").header("location", "http://127.0.0.1:1/");
    let busy = Answer::new(429, "").header("retry-after", "30");
    let pause = Retry::After(Duration::from_secs(30));
    for (answer, retry, text) in [
        (
            Answer::new(401, ""),
            Retry::Never,
            "HOST does not accept the credentials; check them in the configuration",
        ),
        (
            Answer::new(403, ""),
            Retry::Never,
            "HOST does not allow this (no reason given); give the credentials ",
        ),
        (
            Answer::new(404, "not found"),
            Retry::Never,
            "HOST refused the call with status 404 (no reason given); check the configuration",
        ),
        (
            busy,
            pause,
            "HOST has too much to do; it is asked again later",
        ),
        (
            Answer::new(500, "{\"x\":"),
            Retry::Backoff,
            "HOST failed with status 500 (no reason given); look into its log",
        ),
        (
            Answer::new(503, "<html>").header("content-type", "text/html"),
            Retry::Backoff,
            "HOST failed with status 503 (no reason given); look into its log",
        ),
        (
            page,
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (a web page); check the address",
        ),
        (
            moved,
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (a redirect, which is not followed); check the address",
        ),
        (
            Answer::new(200, "{\"data\":[,"),
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (not the JSON that was expected); check the address",
        ),
        (
            Answer::new(200, &"x".repeat(17 * 1024 * 1024)),
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (longer than 16777216 bytes); check the address",
        ),
    ] {
        for ask in ALL {
            let server = Server::start([answer.clone()]).await;
            let failure = ask.of(&http, &server.url).await;
            let (found, found_retry) = failure.unwrap_or_else(|| panic!("{ask:?}: {text}"));
            let expected = text.replace("PRODUCT", ask.product());
            assert!(
                found.starts_with(&expected),
                "{ask:?}: {found} for {expected}"
            );
            assert_eq!(found_retry, retry, "{ask:?}: {text}");
        }
    }
}

#[tokio::test]
async fn json_of_another_kind_is_no_answer() {
    let http = http(Timeouts::default().total);
    for body in ["\"open\"", "17", "null", "[1]", "{\"other\":1}", "[[[[]]]]"] {
        for ask in ALL {
            // An endpoint of one's own may answer anything, and an ingest any object.
            let any_object = matches!(ask, Ask::SentryReport) && body.starts_with('{');
            if any_object || matches!(ask, Ask::JsonValue) {
                continue;
            }
            let server = Server::start([Answer::new(200, body)]).await;
            let failure = ask.of(&http, &server.url).await;
            assert!(failure.is_some(), "{ask:?} takes {body}");
        }
    }
}

#[tokio::test]
async fn a_server_that_never_answers_or_is_gone_is_named() {
    let short = http(Duration::from_millis(50));
    let silent = Server::start([]).await;
    for ask in ALL {
        assert_eq!(
            ask.of(&short, &silent.url).await,
            Some((
                "HOST did not answer in time; check whether it is overloaded".to_owned(),
                Retry::Backoff
            )),
            "{ask:?}"
        );
        assert_eq!(
            ask.of(&short, "http://127.0.0.1:1").await,
            Some((
                "HOST cannot be reached; check its address and the network between".to_owned(),
                Retry::Backoff
            )),
            "{ask:?}"
        );
    }
}
