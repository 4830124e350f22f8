//! What a query says about itself: its options, the field that it is about.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::super::refused::Refused;

/// Every query may have these; neither changes what matches.
pub(super) fn is_common(name: &str) -> bool {
    matches!(name, "boost" | "_name")
}

/// What a query says about itself.
pub(super) struct Body<'a> {
    pub name: &'a str,
    pub fields: Cow<'a, Map<String, Value>>,
}

impl Body<'_> {
    pub fn only(&self, known: &[&str]) -> Result<(), Refused> {
        let mut names = self.fields.keys();
        let unknown = names.find(|name| !known.contains(&name.as_str()) && !is_common(name));
        let Some(unknown) = unknown else {
            return Ok(());
        };
        let name = self.name;
        if name == "bool" {
            let reason = format!("[1:1] [bool] unknown field [{unknown}]");
            let status = axum::http::StatusCode::BAD_REQUEST;
            return Err(Refused::new(status, "x_content_parse_exception", reason));
        }
        let reason = format!("[{name}] query does not support [{unknown}]");
        Err(Refused::parsing(reason))
    }

    /// The one field that the query is about: its options, or its value alone, as `alone`.
    pub fn field(&self, alone: &str) -> Result<(String, Body<'_>), Refused> {
        let mut entries = self.fields.iter().filter(|(name, _)| !is_common(name));
        let name = self.name;
        let Some((field, value)) = entries.next() else {
            let reason = format!("[{name}] query malformed, no field");
            return Err(Refused::parsing(reason));
        };
        if let Some((second, _)) = entries.next() {
            let reason = format!(
                "[{name}] query doesn't support multiple fields, found [{field}] and [{second}]"
            );
            return Err(Refused::parsing(reason));
        }
        let fields = match value {
            Value::Object(options) => Cow::Borrowed(options),
            value => Cow::Owned(Map::from_iter([(alone.to_owned(), value.clone())])),
        };
        Ok((field.clone(), Body { name, fields }))
    }

    pub fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::String(text) => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    pub fn lacks(&self, name: &str) -> Refused {
        Refused::argument(format!("[{}] requires '{name}' field", self.name))
    }

    pub fn needed(&self, name: &str) -> Result<String, Refused> {
        self.text(name).ok_or_else(|| self.lacks(name))
    }

    pub fn texts(&self, name: &str) -> Result<Vec<String>, Refused> {
        let wrong = || Refused::parsing(format!("[{}] failed to parse field [{name}]", self.name));
        let Some(Value::Array(values)) = self.fields.get(name) else {
            return Err(wrong());
        };
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
        values.iter().map(text).collect()
    }

    pub fn flag(&self, name: &str, unless_given: bool) -> Result<bool, Refused> {
        match self.fields.get(name) {
            None => Ok(unless_given),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(value) => {
                let reason = format!(
                    "Failed to parse value [{value}] as only [true] or [false] are allowed."
                );
                Err(Refused::argument(reason))
            }
        }
    }

    pub fn is_and(&self, name: &str) -> Result<bool, Refused> {
        let given = self.text(name).unwrap_or_else(|| "or".to_owned());
        match given.to_lowercase().as_str() {
            "and" => Ok(true),
            "or" => Ok(false),
            _ => {
                let reason =
                    format!("No enum constant org.elasticsearch.index.query.Operator.{given}");
                Err(Refused::argument(reason))
            }
        }
    }
}
