//! The parameters of a call: from the address and from a body in JSON or in either form encoding.
//!
//! GitLab takes all of these everywhere, and reads numbers and booleans from text.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::refused::Refused;

/// Names as they were sent, `labels` or `labels[]`, each with its values.
#[derive(Clone, Debug, Default)]
pub(in crate::gitlab::http) struct Params(BTreeMap<String, Vec<Value>>);

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let mut params = Self::default();
        params.read_form(request.uri().query().unwrap_or_default().as_bytes());
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let unreadable = || Refused::error("the body cannot be read");
        if kind.starts_with("multipart/form-data") {
            let parts = Multipart::from_request(request, state).await;
            let mut parts = parts.map_err(|_| unreadable())?;
            while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
                let name = part.name().unwrap_or_default().to_owned();
                let text = part.text().await.map_err(|_| unreadable())?;
                params.add(name, text.into());
            }
            return Ok(params);
        }
        let is_json = kind.starts_with("application/json");
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| unreadable())?;
        if is_json && !body.is_empty() {
            params.read_json(&body)?;
        } else {
            params.read_form(&body);
        }
        Ok(params)
    }
}

impl Params {
    fn add(&mut self, name: String, value: Value) {
        self.0.entry(name).or_default().push(value);
    }

    fn read_form(&mut self, form: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(form) {
            self.add(name.into_owned(), value.into_owned().into());
        }
    }

    fn read_json(&mut self, body: &[u8]) -> Result<(), Refused> {
        let parsed: Value = serde_json::from_slice(body).map_err(|_| {
            let message = json!({ "error": "Problems parsing JSON" });
            Refused(StatusCode::BAD_REQUEST, Json(message))
        })?;
        let Value::Object(fields) = parsed else {
            return Err(Refused::error("The request body must be an object"));
        };
        for (name, value) in fields {
            // What the body says counts over what the address says.
            self.0.insert(name, vec![value]);
        }
        Ok(())
    }

    /// The value as it was sent.
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.0.get(name)?.last()
    }

    /// Names and values whose name begins with `prefix`: `variables[`.
    pub fn below(&self, prefix: &str) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().filter_map(move |(name, values)| {
            let rest = name.strip_prefix(prefix)?.strip_suffix(']')?;
            Some((rest, said(values.last()?)?))
        })
    }

    /// The value as text, a list joined with commas; an empty one is there.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.raw(name)?;
        match value {
            Value::Array(_) => Some(self.many(name)?.join(",")),
            other => said(other),
        }
    }

    /// The value that must be there.
    pub fn required(&self, name: &str) -> Result<String, Refused> {
        let missing = || Refused::error(format!("{name} is missing"));
        self.text(name).ok_or_else(missing)
    }

    /// The value, which must be one of these.
    pub fn one_of(
        &self,
        name: &str,
        allowed: &[&'static str],
    ) -> Result<Option<&'static str>, Refused> {
        let Some(given) = self.text(name) else {
            return Ok(None);
        };
        let found = allowed.iter().find(|allowed| **allowed == given);
        let wrong = || Refused::error(format!("{name} does not have a valid value"));
        found.copied().map(Some).ok_or_else(wrong)
    }

    pub fn number(&self, name: &str) -> Result<Option<u64>, Refused> {
        let Some(given) = self.text(name).filter(|given| !given.is_empty()) else {
            return Ok(None);
        };
        let wrong = |_| Refused::error(format!("{name} is invalid"));
        given.parse().map(Some).map_err(wrong)
    }

    pub fn yes_no(&self, name: &str) -> Result<Option<bool>, Refused> {
        let Some(given) = self.text(name).filter(|given| !given.is_empty()) else {
            return Ok(None);
        };
        match given.to_lowercase().as_str() {
            "true" | "t" | "1" | "on" | "yes" | "y" => Ok(Some(true)),
            "false" | "f" | "0" | "off" | "no" | "n" => Ok(Some(false)),
            _ => Err(Refused::error(format!("{name} is invalid"))),
        }
    }

    /// A time in ISO 8601, or a day.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Refused> {
        let Some(given) = self.text(name).filter(|given| !given.is_empty()) else {
            return Ok(None);
        };
        let time = given.parse::<Timestamp>().ok().or_else(|| {
            let day = given.parse::<Date>().ok()?;
            Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
        });
        let wrong = || Refused::error(format!("{name} is invalid"));
        time.map(Some).ok_or_else(wrong)
    }

    /// Several values: a list, `name[]` repeated, or one text with commas.
    pub fn many(&self, name: &str) -> Option<Vec<String>> {
        if let Some(values) = self.0.get(&format!("{name}[]")) {
            return Some(values.iter().filter_map(said).collect());
        }
        let values = match self.raw(name)? {
            Value::Array(values) => values.iter().filter_map(said).collect(),
            other => said(other)?
                .split(',')
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
                .collect(),
        };
        Some(values)
    }

    /// Several numbers; those that are none are left out, as GitLab does.
    pub fn numbers(&self, name: &str) -> Option<Vec<u64>> {
        let values = self.many(name)?;
        Some(
            values
                .iter()
                .filter_map(|value| value.parse().ok())
                .collect(),
        )
    }
}

fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
