//! Prometheus' instant queries over how the services are.
//!
//! One metric is there, `gitlab_service_ok`, with a series a service. A query is a selector,
//! `gitlab_service_ok{service="web"}`, with a comparison to a number after it if wanted: `== 0`.
//! An unknown metric has no series, as in Prometheus; anything else is refused as it would be.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::gitlab::GitLabSandbox;

const METRIC: &str = "gitlab_service_ok";

type Answer = (StatusCode, Json<Value>);
type Labels = BTreeMap<&'static str, String>;

/// `GET` or `POST /api/v1/query`, parameters in the address or as a form.
pub(super) async fn query(
    State(sandbox): State<GitLabSandbox>,
    RawQuery(address): RawQuery,
    body: Bytes,
) -> Answer {
    let form = [address.unwrap_or_default().as_bytes(), &body].join(&b'&');
    let params: BTreeMap<String, String> =
        url::form_urlencoded::parse(&form).into_owned().collect();
    let now = sandbox.options().clock.now().as_millisecond() as f64 / 1000.0;
    let time = match params.get("time").map(|time| time.parse::<f64>()) {
        None => now,
        Some(Ok(time)) => time,
        // A date is a time too; this double takes any as now.
        Some(Err(_)) => now,
    };
    let text = params.get("query").map_or("", String::as_str);
    let selector = match Selector::parse(text) {
        Ok(selector) => selector,
        Err(problem) => return bad(&problem),
    };
    let state = sandbox.lock();
    let series = state.world.health.iter().map(|(service, value)| {
        let labels = [
            ("__name__", METRIC),
            ("env", "gprd"),
            ("environment", "production"),
            ("service", service),
            ("stage", "main"),
        ];
        let labels = labels.map(|(name, value)| (name, value.to_owned()));
        (Labels::from(labels), f64::from(*value))
    });
    let found: Vec<Value> = series
        .filter(|(labels, value)| selector.fits(labels, *value))
        .map(|(labels, value)| json!({ "metric": labels, "value": [time, value.to_string()] }))
        .collect();
    let body = json!({
        "status": "success",
        "data": { "resultType": "vector", "result": found },
    });
    (StatusCode::OK, Json(body))
}

fn bad(problem: &str) -> Answer {
    let body = json!({
        "status": "error",
        "errorType": "bad_data",
        "error": format!("invalid parameter \"query\": {problem}"),
    });
    (StatusCode::BAD_REQUEST, Json(body))
}

struct Selector {
    metric: String,
    matchers: Vec<(String, Match)>,
    compared: Option<(&'static str, f64)>,
}

enum Match {
    Is(String),
    IsNot(String),
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
}

/// The longer ones first: `<=` is not `<`.
const COMPARISONS: [&str; 6] = ["==", "!=", ">=", "<=", ">", "<"];

impl Selector {
    fn parse(text: &str) -> Result<Self, String> {
        let unexpected = |rest: &str| {
            let at = text.len() - rest.len() + 1;
            match rest.chars().next() {
                None => format!("1:{at}: parse error: unexpected end of input"),
                Some(c) => format!("1:{at}: parse error: unexpected character: {c:?}"),
            }
        };
        let rest = text.trim_start();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (metric, rest) = rest.split_at(end);
        if metric.is_empty() && !rest.starts_with('{') {
            return Err(match rest {
                "" => "1:1: parse error: no expression found in input".to_owned(),
                rest => unexpected(rest),
            });
        }
        let rest = rest.trim_start();
        let (matchers, rest) = match rest.strip_prefix('{') {
            Some(inside) => {
                let (inside, after) = inside.split_once('}').ok_or_else(|| unexpected(""))?;
                (matchers(inside).ok_or_else(|| unexpected(rest))?, after)
            }
            None => (Vec::new(), rest),
        };
        let rest = rest.trim();
        let operator = COMPARISONS.iter().find(|sign| rest.starts_with(**sign));
        let compared = match operator {
            Some(sign) => {
                let number = rest[sign.len()..].trim();
                let number = number.parse().map_err(|_| unexpected(number))?;
                Some((*sign, number))
            }
            None if rest.is_empty() => None,
            None => return Err(unexpected(rest)),
        };
        Ok(Self {
            metric: metric.to_owned(),
            matchers,
            compared,
        })
    }

    fn fits(&self, labels: &Labels, value: f64) -> bool {
        let compared = self.compared.is_none_or(|(sign, number)| match sign {
            "==" => value == number,
            "!=" => value != number,
            ">=" => value >= number,
            "<=" => value <= number,
            ">" => value > number,
            _ => value < number,
        });
        let named = self.metric.is_empty() || self.metric == METRIC;
        named
            && compared
            && self.matchers.iter().all(|(name, wanted)| {
                // A label that is not there is an empty one.
                let given = labels.get(name.as_str()).map_or("", String::as_str);
                match wanted {
                    Match::Is(value) => given == value,
                    Match::IsNot(value) => given != value,
                    Match::OneOf(values) => values.iter().any(|v| is_like(given, v)),
                    Match::NoneOf(values) => !values.iter().any(|v| is_like(given, v)),
                }
            })
    }
}

/// Of regular expressions, `.*` and `.+` at an end are known here.
fn is_like(given: &str, pattern: &str) -> bool {
    for any in [".*", ".+"] {
        if let Some(start) = pattern.strip_suffix(any) {
            return given.starts_with(start) && (any == ".*" || given.len() > start.len());
        }
        if let Some(end) = pattern.strip_prefix(any) {
            return given.ends_with(end) && (any == ".*" || given.len() > end.len());
        }
    }
    given == pattern
}

fn matchers(inside: &str) -> Option<Vec<(String, Match)>> {
    let parts = inside.split(',').map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(matcher).collect()
}

fn matcher(part: &str) -> Option<(String, Match)> {
    let end = part.find(['=', '!'])?;
    let (name, rest) = part.split_at(end);
    let sign = ["=~", "!~", "!=", "="];
    let sign = sign.into_iter().find(|sign| rest.starts_with(sign))?;
    let value = rest[sign.len()..].trim();
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .or_else(|| value.strip_prefix('\'')?.strip_suffix('\''))?;
    let values = || value.split('|').map(str::to_owned).collect();
    let wanted = match sign {
        "=~" => Match::OneOf(values()),
        "!~" => Match::NoneOf(values()),
        "!=" => Match::IsNot(value.to_owned()),
        _ => Match::Is(value.to_owned()),
    };
    Some((name.trim().to_owned(), wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, service: &str, value: f64, expected: Result<bool, &str>) {
        let labels = Labels::from([("service", service.to_owned())]);
        let found = Selector::parse(query).map(|selector| selector.fits(&labels, value));
        assert_eq!(found, expected.map_err(str::to_owned), "{query}");
    }

    #[test]
    fn a_query_is_a_selector_and_perhaps_a_comparison() {
        check("gitlab_service_ok", "web", 1.0, Ok(true));
        check("gitlab_service_ok == 0", "web", 1.0, Ok(false));
        check("gitlab_service_ok < 1", "web", 0.0, Ok(true));
        check("gitlab_service_ok{service='web'}", "web", 1.0, Ok(true));
        check("{service!=\"web\", env=\"\"}", "api", 1.0, Ok(true));
        check(
            "gitlab_service_ok{service=~\"a.*|web\"}",
            "api",
            1.0,
            Ok(true),
        );
        check(
            "gitlab_service_ok{service!~\"a.*|web\"}",
            "api",
            1.0,
            Ok(false),
        );
        check("up", "web", 1.0, Ok(false));
    }

    #[test]
    fn what_is_no_query_is_refused_as_prometheus_does() {
        let end = "parse error: unexpected end of input";
        check(
            "",
            "web",
            1.0,
            Err("1:1: parse error: no expression found in input"),
        );
        check("up{", "web", 1.0, Err(&format!("1:4: {end}")));
        check("up ==", "web", 1.0, Err(&format!("1:6: {end}")));
        let unexpected = "1:4: parse error: unexpected character: '('";
        check("sum(up)", "web", 1.0, Err(unexpected));
    }
}
