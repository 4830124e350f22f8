//! The parameters of a request, as GitLab takes them: query, form or JSON, each name once.

mod multipart;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Query, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The largest body that is taken, in bytes.
pub(crate) const LARGEST_BODY: usize = 256 * 1024;

/// What was sent. Of a name that comes twice the last one holds; a body's holds over a query's.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Parameters(Map<String, Value>);

type Pairs = Vec<(String, String)>;

impl Parameters {
    pub(crate) fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    /// Each parameter as text: `true`, `25`, `a,b` for a list. Empty ones are left out.
    pub(crate) fn texts(&self) -> Result<Pairs, Refusal> {
        let mut texts = Vec::with_capacity(self.0.len());
        for (name, value) in &self.0 {
            let text = text(value)
                .ok_or_else(|| Refusal::parameters(format_args!("{name} is invalid")))?;
            if !text.is_empty() {
                texts.push((name.clone(), text));
            }
        }
        Ok(texts)
    }

    fn add(&mut self, pairs: Pairs) {
        let pairs = pairs.into_iter();
        self.0.extend(pairs.map(|(name, text)| (name, text.into())));
    }

    fn read(&mut self, content_type: &str, body: &[u8]) -> Result<(), Refusal> {
        let (kind, _) = content_type.split_once(';').unwrap_or((content_type, ""));
        match kind.trim().to_ascii_lowercase().as_str() {
            "application/json" => self.read_json(body),
            // What a client sends that says nothing is most often a form.
            "application/x-www-form-urlencoded" | "" => {
                self.add(form(body));
                Ok(())
            }
            "multipart/form-data" => {
                let pairs = multipart::fields(content_type, body).map_err(|error| {
                    Refusal::parameters(format_args!("Invalid multipart: {error}"))
                })?;
                self.add(pairs);
                Ok(())
            }
            _ => Err(Refusal::of(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                serde_json::json!({
                    "error": format!("The provided content-type '{content_type}' is not supported.")
                }),
            )),
        }
    }

    fn read_json(&mut self, body: &[u8]) -> Result<(), Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => {
                self.0.extend(object);
                Ok(())
            }
            Ok(Value::Null) => Ok(()),
            Ok(_) => Err(Refusal::parameters("the parameters are a JSON object")),
            Err(error) => Err(Refusal::parameters(format_args!(
                "Problem parsing JSON: {error}"
            ))),
        }
    }
}

fn form(body: &[u8]) -> Pairs {
    url::form_urlencoded::parse(body).into_owned().collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value.clone()),
        Value::Array(values) => {
            let texts: Option<Vec<String>> = values
                .iter()
                .filter(|value| !value.is_array())
                .map(text)
                .collect();
            texts
                .filter(|texts| texts.len() == values.len())
                .map(|texts| texts.join(","))
        }
        Value::Object(_) => None,
    }
}

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Refusal;
    async fn from_request(mut request: Request, state: &S) -> Result<Self, Refusal> {
        let mut parameters = Self::default();
        let query = request.extract_parts::<Query<Pairs>>().await;
        let Query(query) = query.map_err(|error| Refusal::parameters(error.body_text()))?;
        parameters.add(query);
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default();
        let body = Bytes::from_request(request, state).await.map_err(|error| {
            let status = error.status();
            Refusal::message(status, status.canonical_reason().unwrap_or("Unreadable"))
        })?;
        if !body.is_empty() {
            parameters.read(&content_type, &body)?;
        }
        Ok(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn texts(content_type: &str, body: &str) -> Result<Vec<(String, String)>, Refusal> {
        let mut parameters = Parameters::default();
        parameters.read(content_type, body.as_bytes())?;
        parameters.texts()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = expected.iter();
        pairs
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn values_are_read_as_clients_send_them() {
        let json = "application/json";
        let form = "application/x-www-form-urlencoded";
        for (content_type, body, expected) in [
            (json, r#"{"value": true}"#, &[("value", "true")][..]),
            (json, r#"{"value": 25}"#, &[("value", "25")]),
            (json, r#"{"value": 25.0}"#, &[("value", "25.0")]),
            (
                json,
                r#"{"value": "opt_out", "user": null}"#,
                &[("value", "opt_out")],
            ),
            (
                json,
                r#"{"project": ["a/b", "c/d"]}"#,
                &[("project", "a/b,c/d")],
            ),
            (json, r#"{"a": 1, "a": 2}"#, &[("a", "2")]),
            (json, "null", &[]),
            (
                "application/json; charset=utf-8",
                r#"{"value":"x"}"#,
                &[("value", "x")],
            ),
            (
                form,
                "value=30&key=percentage_of_actors",
                &[("key", "percentage_of_actors"), ("value", "30")],
            ),
            (
                form,
                "user=a%2Cb&value=true&value=false",
                &[("user", "a,b"), ("value", "false")],
            ),
            ("", "value=true", &[("value", "true")]),
            (form, "reason=a b+c", &[("reason", "a b c")]),
            (form, "", &[]),
        ] {
            assert_eq!(texts(content_type, body), Ok(pairs(expected)), "{body}");
        }
    }

    #[test]
    fn what_is_not_readable_is_refused_in_words() {
        for (content_type, body, status) in [
            ("application/json", "{", 400),
            ("application/json", "[1]", 400),
            ("application/json", r#"{"value": {"a": 1}}"#, 400),
            ("application/json", r#"{"value": [[1]]}"#, 400),
            ("text/plain", "value=1", 415),
            ("application/xml", "<value/>", 415),
            ("multipart/form-data", "value", 400),
        ] {
            let refusal = texts(content_type, body).unwrap_err();
            let answer = axum::response::IntoResponse::into_response(refusal);
            assert_eq!(answer.status().as_u16(), status, "{content_type} {body}");
        }
    }
}
