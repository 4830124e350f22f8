//! Reading a script's request, and telling it plainly what is wrong with it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::slack::args::Args;

/// The fields of a request: a JSON body's, or those of the query.
pub struct Fields(Args);

/// A request that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub struct Bad {
    status: StatusCode,
    error: String,
}

impl Bad {
    /// What is wrong with a field.
    pub fn field(name: &str, problem: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error: format!("{name}: {problem}"),
        }
    }

    /// The request makes sense, but not now.
    pub fn not_now(problem: String) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            error: problem,
        }
    }
}

impl IntoResponse for Bad {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(json!({ "ok": false, "error": self.error })),
        )
            .into_response()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Bad;

    async fn from_request(request: Request, state: &S) -> Result<Self, Bad> {
        let mut args = Args::from_form(request.uri().query().unwrap_or_default().as_bytes());
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|error| Bad::field("body", &error.body_text()))?;
        if !body.is_empty() {
            match serde_json::from_slice(&body) {
                Ok(Value::Object(fields)) => args.extend(Args(fields)),
                Ok(_) => return Err(Bad::field("body", "must be a JSON object")),
                Err(error) => return Err(Bad::field("body", &format!("is not JSON: {error}"))),
            }
        }
        Ok(Self(args))
    }
}

impl Fields {
    #[cfg(test)]
    pub fn of(value: &Value) -> Self {
        Self(Args(value.as_object().cloned().unwrap_or_default()))
    }

    /// A field of any kind, as it is.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.0.get(name)
    }

    /// Every field.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.0.iter()
    }

    /// A text that must be there.
    pub fn text(&self, name: &str) -> Result<String, Bad> {
        self.text_if_any(name)?
            .ok_or_else(|| Bad::field(name, "is required"))
    }

    /// A text that may be there.
    pub fn text_if_any(&self, name: &str) -> Result<Option<String>, Bad> {
        match self.0.0.get(name) {
            Some(Value::Array(_) | Value::Object(_)) => Err(Bad::field(name, "must be a text")),
            _ => Ok(self.0.text(name)),
        }
    }

    /// A whole number that may be there, not negative.
    pub fn count(&self, name: &str) -> Result<Option<u64>, Bad> {
        let parse = |text: String| {
            text.parse()
                .map_err(|_| Bad::field(name, "must be a whole number, 0 or more"))
        };
        self.text_if_any(name)?.map(parse).transpose()
    }

    /// A value of any type that may be there.
    pub fn any(&self, name: &str) -> Option<&Value> {
        let value = self.0.0.get(name);
        value.filter(|value| !value.is_null())
    }

    /// A switch that may be there.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Bad> {
        match self.text_if_any(name)?.as_deref() {
            None => Ok(None),
            Some("1" | "true") => Ok(Some(true)),
            Some("0" | "false") => Ok(Some(false)),
            Some(_) => Err(Bad::field(name, "must be true or false")),
        }
    }

    /// A list of texts that may be there.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Bad> {
        let Some(value) = self.0.0.get(name) else {
            return Ok(None);
        };
        let items = value
            .as_array()
            .ok_or_else(|| Bad::field(name, "must be a list of texts"))?;
        let text = |item: &Value| {
            item.as_str()
                .map(str::to_owned)
                .ok_or_else(|| Bad::field(name, "must be a list of texts"))
        };
        items.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// An object that may be there.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Bad> {
        match self.0.0.get(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(fields.clone())),
            Some(_) => Err(Bad::field(name, "must be an object")),
        }
    }

    /// Refuses a field that means nothing here: a typo would pass in silence otherwise.
    pub fn only(&self, names: &[&str]) -> Result<(), Bad> {
        match self.0.0.keys().find(|key| !names.contains(&key.as_str())) {
            Some(key) => Err(Bad::field(
                key,
                &format!("is not known here; known are {}", names.join(", ")),
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_field_is_named() {
        let fields =
            Fields::of(&json!({ "text": [], "times": "many", "flag": "maybe", "typo": 1 }));
        for (error, expected) in [
            (fields.text("user").unwrap_err(), "user: is required"),
            (fields.text("text").unwrap_err(), "text: must be a text"),
            (
                fields.count("times").unwrap_err(),
                "times: must be a whole number, 0 or more",
            ),
            (
                fields.flag("flag").unwrap_err(),
                "flag: must be true or false",
            ),
            (
                fields.only(&["text", "times", "flag"]).unwrap_err(),
                "typo: is not known here; known are text, times, flag",
            ),
        ] {
            assert_eq!(error.error, expected);
        }
    }
}
