//! What GitLab says when it refuses, on one line.
//!
//! GitLab gives its reason as `message` or `error`: a text, a list, or an object of lists by
//! field. Rate limiting and old routes answer plain text.

use serde::Deserialize;
use serde_json::Value;

/// The longest line that is kept, in characters.
const LONGEST: usize = 300;

/// More objections than these are not read one by one.
const MOST_MESSAGES: usize = 20;

/// Deeper objects say nothing to people.
const DEEPEST: usize = 4;

/// The body of a refusal.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    message: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    error_description: Value,
    #[serde(default)]
    scope: Value,
}

impl Refusal {
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// GitLab's reason without the status that it repeats; `None` when it says no more than
    /// the status does.
    pub(super) fn reason(&self, status: u16) -> Option<String> {
        let said = [&self.message, &self.error_description, &self.error]
            .into_iter()
            .map(|value| flatten(value, 0))
            .find(|text| !text.is_empty())?;
        let said = one_line(&said);
        let said = without_status(&said, status);
        let empty = ["", "unauthorized", "forbidden", "not found", "bad request"];
        let says_something = !empty.contains(&said.to_ascii_lowercase().as_str());
        says_something.then(|| said.to_owned())
    }

    /// What GitLab objects to, one by one: a field that lacks several things is told several
    /// times.
    pub(super) fn messages(&self, status: u16) -> Vec<String> {
        let mut messages = Vec::new();
        for value in [&self.message, &self.error_description, &self.error] {
            gather(value, "", 0, &mut messages);
            if !messages.is_empty() {
                break;
            }
        }
        messages
            .iter()
            .map(|message| without_status(message, status).to_owned())
            .collect()
    }

    /// The scopes that the token lacks, when that is the reason.
    pub(super) fn missing_scope(&self) -> Option<String> {
        let lacking = self.error.as_str() == Some("insufficient_scope");
        let scope = self.scope.as_str().unwrap_or("api");
        lacking.then(|| one_line(scope))
    }
}

/// `400 Bad request - it is wrong` is `it is wrong`, and so for 403.
fn without_status(said: &str, status: u16) -> &str {
    let Some(said) = said.strip_prefix(&status.to_string()) else {
        return said;
    };
    let said = said.trim_start();
    match said.split_once(" - ") {
        Some((reason, rest)) if is_status(reason) => rest,
        Some(_) | None => said,
    }
}

fn is_status(reason: &str) -> bool {
    ["bad request", "forbidden"].contains(&reason.to_ascii_lowercase().as_str())
}

/// Whether a reason is about the account as a whole: blocked, deactivated, waiting for
/// approval, with an expired password, or before the terms are accepted.
pub(super) fn is_about_the_account(said: &str) -> bool {
    [
        "Your account",
        "Your primary email",
        "Your password",
        "You must accept",
    ]
    .iter()
    .any(|beginning| said.starts_with(beginning))
}

fn flatten(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(list) if depth < DEEPEST => {
            joined(list.iter().map(|value| flatten(value, depth + 1)))
        }
        Value::Object(fields) if depth < DEEPEST => {
            joined(fields.iter().map(|(name, value)| {
                match (name.as_str(), flatten(value, depth + 1)) {
                    (_, text) if text.is_empty() => text,
                    (name, text) if is_no_field(name) => text,
                    (name, text) => format!("{name} {text}"),
                }
            }))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn gather(value: &Value, field: &str, depth: usize, messages: &mut Vec<String>) {
    if messages.len() == MOST_MESSAGES || DEEPEST < depth {
        return;
    }
    match value {
        Value::String(text) => {
            let line = one_line(&format!("{field} {text}"));
            if !line.is_empty() {
                messages.push(line);
            }
        }
        Value::Array(list) => {
            for value in list {
                gather(value, field, depth + 1, messages);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = if is_no_field(name) { field } else { name };
                gather(value, name, depth + 1, messages);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

/// Rails' names for what concerns no field.
fn is_no_field(name: &str) -> bool {
    matches!(name, "base" | "error" | "message")
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    texts.join(", ")
}

/// Text from outside as one bounded line without control characters.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if LONGEST < line.len() && LONGEST < line.chars().count() {
            line = line.chars().take(LONGEST - 1).collect();
            line.push('…');
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: Option<&str>) {
        let reason = Refusal::read(body.as_bytes()).reason(status);
        assert_eq!(reason.as_deref(), expected, "{body}");
    }

    #[test]
    fn a_reason_is_one_line_whatever_its_shape() {
        check(401, r#"{"message":"401 Unauthorized"}"#, None);
        check(
            404,
            r#"{"message":"404 Project Not Found"}"#,
            Some("Project Not Found"),
        );
        check(404, r#"{"error":"404 Not Found"}"#, None);
        check(
            400,
            r#"{"error":"value is missing"}"#,
            Some("value is missing"),
        );
        check(
            400,
            r#"{"message":"400 Bad request - nobody is not found!"}"#,
            Some("nobody is not found!"),
        );
        check(
            400,
            r#"{"message":{"title":["can't be blank","is too long"],"base":["No"]}}"#,
            Some("No, title can't be blank, is too long"),
        );
        check(
            403,
            r#"{"message":"403 Forbidden - Your account has been blocked."}"#,
            Some("Your account has been blocked."),
        );
        check(400, r#"{"message":["one","two",null]}"#, Some("one, two"));
        check(400, r#"{"message":{"error":"deep"}}"#, Some("deep"));
        check(
            401,
            r#"{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}"#,
            Some("Token was revoked. You have to re-authorize from the user."),
        );
        check(400, r#"{"message":"a\n\tb\u0000c"}"#, Some("a b c"));
        for nothing in [
            "",
            "Retry later",
            "[]",
            "{}",
            "{\"message\":null}",
            "{\"message\":{}}",
            "7",
        ] {
            check(400, nothing, None);
        }
    }

    #[test]
    fn objections_are_told_one_by_one() {
        let told = |body: &str| Refusal::read(body.as_bytes()).messages(400);
        assert_eq!(
            told(r#"{"message":{"title":["can't be blank","is too long"],"base":["No"]}}"#),
            ["No", "title can't be blank", "title is too long"]
        );
        assert_eq!(told(r#"{"message":["one","two",null]}"#), ["one", "two"]);
        assert_eq!(
            told(r#"{"error":"value is missing"}"#),
            ["value is missing"]
        );
        assert_eq!(told(r#"{"message":"400 Bad request - No"}"#), ["No"]);
        assert!(told("Retry later").is_empty());
        let many = format!(r#"{{"message":[{}"x"]}}"#, r#""x","#.repeat(500));
        assert_eq!(told(&many).len(), MOST_MESSAGES);
    }

    #[test]
    fn a_reason_is_bounded() {
        let long = format!(r#"{{"message":"{}"}}"#, "é".repeat(5_000));
        let reason = Refusal::read(long.as_bytes()).reason(400).unwrap();
        assert_eq!(reason.chars().count(), LONGEST);
        let deep = format!("{}\"x\"{}", r#"{"message":"#.repeat(50), "}".repeat(50));
        check(400, &deep, None);
    }

    #[test]
    fn a_missing_scope_is_named() {
        let body = br#"{"error":"insufficient_scope","error_description":"More is needed.","scope":"api read_api"}"#;
        assert_eq!(
            Refusal::read(body).missing_scope().as_deref(),
            Some("api read_api")
        );
        assert_eq!(Refusal::read(b"{}").missing_scope(), None);
    }
}
