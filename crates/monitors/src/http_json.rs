//! A JSON endpoint of one's own: the configuration names it and its token, a plan says which path
//! below it is asked and where in the answer the value is.

mod path;

use std::fmt;

use reqwest::Method;

pub use path::{InvalidPath, JsonPointer, RelativePath};

use crate::endpoint::{Answer, Credentials, Endpoint, InvalidEndpoint};
use crate::error::AskError;
use crate::measured::{Measured, Nonsense};

/// An endpoint. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

/// What stands where the pointer points.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Bool(bool),
    Text(String),
    /// Nothing is there, or `null`.
    Absent,
    /// A list or an object.
    Several,
}

/// The longest text that is kept of an answer, in characters.
const LONGEST_TEXT: usize = 1_000;

impl Client {
    /// The endpoint at `base_url`, paths below which may be asked.
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidEndpoint> {
        let needed = "the right to read this";
        Endpoint::new(http, base_url, credentials, "JSON", needed).map(Self)
    }

    /// `GET`s `path`. Only JSON with a status from 200 to 299 is an answer.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn get(&self, path: &RelativePath) -> Result<Document, AskError> {
        let answer = self.ask(path).await?;
        match answer.json::<serde_json::Value>() {
            Some(json) if answer.status.is_success() => Ok(Document(json)),
            Some(json) => Err(self.0.refused(&answer, reason(&json))),
            None => Err(self.0.unexpected(&answer, None).into()),
        }
    }

    /// `GET`s `path` and gives the one value at `pointer`.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn value(
        &self,
        path: &RelativePath,
        pointer: &JsonPointer,
    ) -> Result<Value, AskError> {
        Ok(self.get(path).await?.value(pointer))
    }

    /// Whether `path` answers with a status from 200 to 299, be it with JSON, a text or nothing.
    /// A web page is no answer: it may ask to sign in.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn reach(&self, path: &RelativePath) -> Result<(), AskError> {
        let answer = self.ask(path).await?;
        if answer.status.is_success() && !answer.is_page {
            return Ok(());
        }
        let json = answer.json::<serde_json::Value>();
        Err(self.0.refused(&answer, json.as_ref().and_then(reason)))
    }

    async fn ask(&self, path: &RelativePath) -> Result<Answer, AskError> {
        let request = self.0.request(Method::GET, &path.segments());
        let request = request
            .query(&path.query())
            .header("accept", "application/json");
        Ok(self.0.send(request).await?)
    }
}

/// An answer, in which any number of values may be looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Document(serde_json::Value);

impl Document {
    #[must_use]
    pub fn value(&self, pointer: &JsonPointer) -> Value {
        Value::of(self.0.pointer(pointer.as_str()))
    }
}

/// Where services put their words for a refusal.
fn reason(json: &serde_json::Value) -> Option<&str> {
    let places = ["/message", "/error", "/detail", "/error/message"];
    places
        .iter()
        .find_map(|place| json.pointer(place)?.as_str())
}

impl Value {
    fn of(value: Option<&serde_json::Value>) -> Self {
        match value {
            None | Some(serde_json::Value::Null) => Self::Absent,
            Some(serde_json::Value::Bool(value)) => Self::Bool(*value),
            // Only with a feature that is off, a number is no `f64`.
            Some(serde_json::Value::Number(number)) => {
                number.as_f64().map_or(Self::Several, Self::Number)
            }
            Some(serde_json::Value::String(text)) => {
                Self::Text(text.chars().take(LONGEST_TEXT).collect())
            }
            Some(serde_json::Value::Array(_) | serde_json::Value::Object(_)) => Self::Several,
        }
    }

    /// What it is to somebody who asked for a number. A text is none, whatever it says.
    #[must_use]
    pub fn measured(&self) -> Measured {
        match self {
            Self::Number(number) => Measured::of(*number),
            Self::Absent => Measured::Silent,
            Self::Bool(_) | Self::Text(_) | Self::Several => Measured::Nonsense(Nonsense::NoNumber),
        }
    }

    /// Whether it is what a gate waits for, written as people write it: `true`, `0`, `open`.
    #[must_use]
    pub fn equals(&self, expected: &str) -> bool {
        match self {
            Self::Number(number) => expected.parse::<f64>().is_ok_and(|other| other == *number),
            Self::Bool(value) => expected.parse::<bool>().is_ok_and(|other| other == *value),
            Self::Text(text) => text == expected,
            Self::Absent | Self::Several => false,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Absent => f.write_str("nothing"),
            Self::Several => f.write_str("a list or an object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_a_number_and_equal_or_not() {
        for (json, measured, equal, unequal) in [
            (json!(3), Measured::Number(3.0), "3", "4"),
            (json!(2.50), Measured::Number(2.5), "2.5", "25"),
            (json!(-1), Measured::Nonsense(Nonsense::Negative), "-1", "1"),
            (
                json!(true),
                Measured::Nonsense(Nonsense::NoNumber),
                "true",
                "1",
            ),
            (
                json!("3"),
                Measured::Nonsense(Nonsense::NoNumber),
                "3",
                "3.0",
            ),
        ] {
            let value = Value::of(Some(&json));
            assert_eq!(value.measured(), measured, "{json}");
            assert!(value.equals(equal), "{json}");
            assert!(!value.equals(unequal), "{json}");
        }
        for (json, measured) in [
            (None, Measured::Silent),
            (Some(json!(null)), Measured::Silent),
            (Some(json!([1])), Measured::Nonsense(Nonsense::NoNumber)),
        ] {
            let value = Value::of(json.as_ref());
            assert_eq!(value.measured(), measured, "{json:?}");
            assert!(!value.equals("null") && !value.equals(""), "{json:?}");
        }
    }
}
