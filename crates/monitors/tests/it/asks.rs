//! Every question and every notice of this crate, asked of whatever server.

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

use crate::{SECRET, at, line};

/// What is asked or told.
#[derive(Clone, Copy, Debug)]
pub enum Ask {
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

pub const ALL: &[Ask] = &[
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
pub type Failure = (String, Retry);

/// One client for a whole test, as one takes a while to make.
pub fn http(total: Duration) -> reqwest::Client {
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
    pub fn product(self) -> &'static str {
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

    pub async fn of(self, http: &reqwest::Client, url: &str) -> Option<Failure> {
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
