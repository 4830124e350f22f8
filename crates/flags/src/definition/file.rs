//! A definition file whose values can be asked for, and what was found wrong with it so far.

use crate::nearest::nearest;
use crate::yaml::{self, Entry, Value};

use super::Problem;

/// Every key of a definition, in the order in which it is written.
const KEYS: &[&str] = &[
    "name",
    "description",
    "feature_issue_url",
    "introduced_by_url",
    "rollout_issue_url",
    "milestone",
    "log_state_changes",
    "group",
    "type",
    "default_enabled",
    "intended_to_rollout_by",
];

pub(super) struct File<'a> {
    pub(super) path: &'a str,
    entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> File<'a> {
    pub(super) fn read(path: &'a str, text: &str) -> Result<Self, Problem> {
        let entries = yaml::read(text).map_err(|broken| Problem {
            file: path.to_owned(),
            line: broken.line,
            key: None,
            message: broken.message,
        })?;
        let mut file = Self {
            path,
            entries: Vec::with_capacity(entries.len()),
            problems: Vec::new(),
        };
        for entry in entries {
            file.take(entry);
        }
        Ok(file)
    }

    /// Keeps an entry whose key is known and new.
    fn take(&mut self, entry: Entry) {
        let first = self.entries.iter().find(|known| known.key == entry.key);
        let message = if let Some(first) = first {
            format!("is given twice, first in line {}", first.line)
        } else if KEYS.contains(&entry.key.as_str()) {
            self.entries.push(entry);
            return;
        } else {
            match nearest(&entry.key, KEYS.iter().copied()).first() {
                Some(known) => format!("is no key of a definition; did you mean {known}?"),
                None => format!("is no key of a definition; those are {}", KEYS.join(", ")),
            }
        };
        let key = shortened(&entry.key).escape_debug().to_string();
        self.problems.push(Problem {
            file: self.path.to_owned(),
            line: entry.line,
            key: Some(key),
            message,
        });
    }

    pub(super) fn needed_text(&mut self, key: &'static str) -> Option<String> {
        if self.value(key).is_none() {
            self.refuse(key, "is missing".to_owned());
        }
        self.text(key)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let message = match self.value(key)? {
            Value::Text(text) if text.trim().is_empty() => return None,
            Value::Text(text) => return Some(text.clone()),
            Value::Number(number) => {
                format!("is a text; put it in quotes: '{}'", shortened(number))
            }
            Value::Bool(bool) => format!("is a text; put it in quotes: '{bool}'"),
            other @ (Value::List(_) | Value::Mapping(_) | Value::Other(_)) => {
                format!("is a text, not {}", other.what())
            }
            Value::Null => return None,
        };
        self.refuse(key, message);
        None
    }

    pub(super) fn bool(&mut self, key: &'static str) -> Option<bool> {
        let message = match self.value(key)? {
            Value::Bool(bool) => return Some(*bool),
            Value::Text(text) => {
                format!("is true or false without quotes, not {:?}", shortened(text))
            }
            Value::Number(number) => format!("is true or false, not {}", shortened(number)),
            other @ (Value::List(_) | Value::Mapping(_) | Value::Other(_)) => {
                format!("is true or false, not {}", other.what())
            }
            Value::Null => return None,
        };
        self.refuse(key, message);
        None
    }

    /// What is given for a key; a key that is there without a value is as good as absent.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        match &entry.value {
            Value::Null => None,
            Value::Text(text) if text.trim().is_empty() => None,
            value => Some(value),
        }
    }

    pub(super) fn refuse(&mut self, key: &'static str, message: String) {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        self.problems.push(Problem {
            file: self.path.to_owned(),
            line: entry.map_or(1, |entry| entry.line),
            key: Some(key.to_owned()),
            message,
        });
    }
}

/// Enough of a text to recognize it by.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}
