//! What Slack was given to show.

use serde_json::Value;

/// What Slack was given to show.
#[derive(Debug)]
pub struct Said(pub Value);

impl Said {
    pub fn is_for_all(&self) -> bool {
        self.0["response_type"] == "in_channel"
    }

    pub fn replaces(&self) -> bool {
        self.0["replace_original"] == true
    }

    /// Everything that can be read in it, a text a line.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        collect(&self.0["blocks"], &mut lines);
        collect(&self.0["attachments"], &mut lines);
        if lines.is_empty() {
            collect(&self.0, &mut lines);
        }
        lines.join("\n")
    }

    #[track_caller]
    pub fn shows(&self, expected: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        self
    }

    #[track_caller]
    pub fn only_to_who_asked(&self) -> &Self {
        assert!(!self.is_for_all(), "{}", self.text());
        self
    }

    #[track_caller]
    pub fn to_all(&self) -> &Self {
        assert!(self.is_for_all(), "{}", self.text());
        self
    }
}

fn collect(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "text" => lines.push(text.clone()),
                    field => collect(field, lines),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, lines)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}
