//! A Prometheus: queries over how the services are, and over what scripts set.
//!
//! `gitlab_service_ok` has a series a service, by the act `service_health`; it is as it is now,
//! whatever time is asked about. Every other metric comes from `POST /sandbox/metrics`.

mod eval;
mod operators;
mod parse;
mod samples;
mod selector;
mod words;

use std::collections::{BTreeMap, VecDeque};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{Labels, Series, World};
use eval::{Data, Failure};
pub(super) use samples::add;

const METRIC: &str = "gitlab_service_ok";
/// A series of a range has at most so many points.
const POINTS: f64 = 11_000.0;

type Answer = (StatusCode, Json<Value>);
type Params = BTreeMap<String, String>;

fn params(address: Option<&str>, body: &[u8], known: &[&str]) -> Result<Params, Answer> {
    let form = [address.unwrap_or_default().as_bytes(), body].join(&b'&');
    let params: Params = url::form_urlencoded::parse(&form).into_owned().collect();
    let mut names = params.keys().filter(|name| !name.is_empty());
    match names.find(|name| !known.contains(&name.as_str())) {
        None => Ok(params),
        Some(name) => Err(bad(&format!("unknown parameter \"{name}\""))),
    }
}

/// `GET` or `POST /api/v1/query`, parameters in the address or as a form.
pub(super) async fn query(
    State(sandbox): State<GitLabSandbox>,
    RawQuery(address): RawQuery,
    body: Bytes,
) -> Answer {
    let known = [
        "query",
        "time",
        "timeout",
        "limit",
        "lookback_delta",
        "stats",
    ];
    let params = match params(address.as_deref(), &body, &known) {
        Ok(params) => params,
        Err(refused) => return refused,
    };
    let now = sandbox.options().clock.now();
    let at = match time(&params, "time") {
        Ok(at) => at.unwrap_or_else(|| seconds(now)),
        Err(refused) => return refused,
    };
    let text = params.get("query").map_or("", String::as_str);
    let query = match parse::parse(text) {
        Ok(query) => query,
        Err(problem) => return bad(&format!("invalid parameter \"query\": {problem}")),
    };
    let state = sandbox.lock();
    let health = health(&state.world, at);
    let all: Vec<&Series> = health.iter().chain(state.world.samples.series()).collect();
    match eval::eval(&query, &all, millis(at)) {
        Ok(Data::Scalar(value)) => success("scalar", &json!([at, printed(value)])),
        Ok(Data::Vector(vector)) => {
            let result = vector
                .iter()
                .map(|(labels, value)| json!({ "metric": labels, "value": [at, printed(*value)] }));
            success("vector", &result.collect())
        }
        Err(failure) => failed(&failure),
    }
}

/// `GET` or `POST /api/v1/query_range`
pub(super) async fn query_range(
    State(sandbox): State<GitLabSandbox>,
    RawQuery(address): RawQuery,
    body: Bytes,
) -> Answer {
    let known = [
        "query",
        "start",
        "end",
        "step",
        "timeout",
        "limit",
        "lookback_delta",
        "stats",
    ];
    match range(&sandbox, address.as_deref(), &body, &known) {
        Ok(answer) | Err(answer) => answer,
    }
}

fn range(
    sandbox: &GitLabSandbox,
    address: Option<&str>,
    body: &[u8],
    known: &[&str],
) -> Result<Answer, Answer> {
    let params = params(address, body, known)?;
    let needed = |name: &str| {
        let missing = || {
            bad(&format!(
                "invalid parameter \"{name}\": cannot parse \"\" to a valid timestamp"
            ))
        };
        time(&params, name)?.ok_or_else(missing)
    };
    let (start, end) = (needed("start")?, needed("end")?);
    if end < start {
        return Err(bad(
            "invalid parameter \"end\": end timestamp must not be before start time",
        ));
    }
    let step = params.get("step").map_or("", String::as_str);
    let step = step
        .parse()
        .ok()
        .or_else(|| parse::duration(step).map(|millis| millis as f64 / 1000.0));
    let step = step.filter(|step: &f64| step.is_finite() && 0.0 < *step);
    let step = step.ok_or_else(|| {
        bad("invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer")
    })?;
    if POINTS < (end - start) / step {
        return Err(bad(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
        ));
    }
    let text = params.get("query").map_or("", String::as_str);
    let query = parse::parse(text)
        .map_err(|problem| bad(&format!("invalid parameter \"query\": {problem}")))?;
    let state = sandbox.lock();
    let mut matrix: BTreeMap<Labels, Vec<Value>> = BTreeMap::new();
    let steps = ((end - start) / step).floor() as u32;
    for number in 0..=steps {
        let at = start + f64::from(number) * step;
        let health = health(&state.world, at);
        let all: Vec<&Series> = health.iter().chain(state.world.samples.series()).collect();
        let found =
            match eval::eval(&query, &all, millis(at)).map_err(|failure| failed(&failure))? {
                Data::Scalar(value) => vec![(Labels::new(), value)],
                Data::Vector(vector) => vector,
            };
        for (labels, value) in found {
            matrix
                .entry(labels)
                .or_default()
                .push(json!([at, printed(value)]));
        }
    }
    let result = matrix
        .iter()
        .map(|(labels, values)| json!({ "metric": labels, "values": values }));
    Ok(success("matrix", &result.collect()))
}

/// `GET /-/ready` and `/-/healthy`
pub(super) async fn well() -> impl IntoResponse {
    "Prometheus Server is Ready.\n"
}

/// How the services are, as samples of this moment.
fn health(world: &World, at: f64) -> Vec<Series> {
    let health = world.health.iter().map(|(service, value)| {
        let labels = [
            ("__name__", METRIC),
            ("env", "gprd"),
            ("environment", "production"),
            ("service", service),
            ("stage", "main"),
        ];
        let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Series {
            labels: labels.into(),
            samples: VecDeque::from([(millis(at), f64::from(*value))]),
        }
    });
    health.collect()
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

/// Seconds since 1970, or a date with its zone.
fn time(params: &Params, name: &str) -> Result<Option<f64>, Answer> {
    let Some(text) = params.get(name) else {
        return Ok(None);
    };
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.abs() < 1e11);
    let date = || text.parse::<Timestamp>().ok().map(seconds);
    let at = number.or_else(date);
    let wrong = || {
        bad(&format!(
            "invalid parameter \"{name}\": cannot parse \"{text}\" to a valid timestamp"
        ))
    };
    at.map(Some).ok_or_else(wrong)
}

/// As Go prints numbers, as far as it matters to who reads them.
fn printed(value: f64) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value => value.to_string(),
    }
}

fn success(kind: &str, result: &Value) -> Answer {
    let body = json!({
        "status": "success",
        "data": { "resultType": kind, "result": result },
    });
    (StatusCode::OK, Json(body))
}

fn error(status: StatusCode, kind: &str, problem: &str) -> Answer {
    let body = json!({ "status": "error", "errorType": kind, "error": problem });
    (status, Json(body))
}

fn bad(problem: &str) -> Answer {
    error(StatusCode::BAD_REQUEST, "bad_data", problem)
}

fn failed(failure: &Failure) -> Answer {
    error(
        StatusCode::UNPROCESSABLE_ENTITY,
        "execution",
        &failure.to_string(),
    )
}
