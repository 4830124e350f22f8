//! The arguments of a call, however they came: form, JSON, multipart, query string.
//!
//! SDKs differ (one sends JSON, another forms with JSON inside, one asks by GET), so a value is
//! read by what the method wants of it. Unknown arguments stay unread, as on Slack.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// What was sent, by name.
#[derive(Clone, Debug, Default)]
pub struct Args(pub Map<String, Value>);

/// An argument that should hold JSON of some shape and does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

impl Args {
    /// From a form or a query string.
    #[must_use]
    pub fn from_form(form: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(form);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), Value::from(value)))
                .collect(),
        )
    }

    /// Takes over `other`, whose values win.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// A text that is there and not empty. Numbers and booleans read as their text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// Whether a switch is on: `1` and `true` alike; absent is `otherwise`.
    #[must_use]
    pub fn flag(&self, name: &str, otherwise: bool) -> bool {
        match self.text(name).as_deref() {
            Some("1" | "true" | "True") => true,
            Some("0" | "false" | "False") => false,
            Some(_) | None => otherwise,
        }
    }

    /// A JSON value, given as such or as text; absent, `null` and an empty text are `None`.
    ///
    /// # Errors
    /// When a text is not JSON.
    pub fn json(&self, name: &str) -> Result<Option<Value>, NotJson> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| NotJson),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// Whether an argument was given at all, even empty.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether a required argument is not there: absent, `null` or empty.
    #[must_use]
    pub fn missing(&self, name: &str) -> bool {
        match self.0.get(name) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => false,
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// `invalid_arguments` when it is something else.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Refusal::arguments(format!(
                "[ERROR] must be an integer [json-pointer:/{name}]"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn switches_read_alike_from_forms_and_json() {
        let form = Args::from_form(b"a=1&b=0&c=true&d=false&e=");
        for (name, expected) in [("a", true), ("b", false), ("c", true), ("d", false)] {
            assert_eq!(form.flag(name, !expected), expected, "{name}");
        }
        assert!(form.flag("e", true) && form.flag("absent", true));
        let json = Args(json!({ "a": true, "b": 0 }).as_object().cloned().unwrap());
        assert!(json.flag("a", false) && !json.flag("b", true));
    }

    #[test]
    fn json_comes_as_a_value_or_as_text() {
        let form = Args::from_form(b"blocks=%5B1%5D&bad=%5B&empty=");
        assert_eq!(form.json("blocks"), Ok(Some(json!([1]))));
        assert_eq!(form.json("bad"), Err(NotJson));
        assert_eq!(form.json("empty"), Ok(None));
        let json = Args(json!({ "blocks": [1] }).as_object().cloned().unwrap());
        assert_eq!(json.json("blocks"), Ok(Some(json!([1]))));
    }

    #[test]
    fn numbers_are_whole_or_refused() {
        let args = Args::from_form(b"limit=20&bad=many");
        assert_eq!(args.number("limit"), Ok(Some(20)));
        assert_eq!(args.number("bad").unwrap_err().error, "invalid_arguments");
    }
}
