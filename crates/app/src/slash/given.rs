//! What somebody gave a command.

use std::collections::HashMap;

/// A thing with a number, and the project when the reference named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub project: Option<String>,
    pub number: u64,
}

/// A pipeline by its number, or the latest of a branch or tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichPipeline {
    Number(Numbered),
    LatestOf(String),
}

/// A part of a line, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Numbered(Numbered),
    Pipeline(WhichPipeline),
    Text(String),
}

/// What stood after a command's name, by the names of its arguments.
///
/// What an argument's kind says is there: a needed one that is missing never gets this far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    values: HashMap<&'static str, Value>,
}

impl Given {
    pub(super) fn put(&mut self, name: &'static str, value: Value) {
        self.values.insert(name, value);
    }

    /// The number of an issue or merge request.
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        match self.values.get(name) {
            Some(Value::Numbered(numbered)) => numbered.number,
            Some(Value::Pipeline(_) | Value::Text(_)) | None => 0,
        }
    }

    #[must_use]
    pub fn pipeline(&self, name: &str) -> Option<&WhichPipeline> {
        match self.values.get(name) {
            Some(Value::Pipeline(which)) => Some(which),
            Some(Value::Numbered(_) | Value::Text(_)) | None => None,
        }
    }

    /// A word, a line or a text; empty for an optional one that was left out.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.values.get(name) {
            Some(Value::Text(text)) => text,
            Some(Value::Numbered(_) | Value::Pipeline(_)) | None => "",
        }
    }

    /// The first line of a text, and what stands below it.
    #[must_use]
    pub fn title_and_rest(&self, name: &str) -> (&str, &str) {
        let text = self.text(name);
        let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
        (title.trim(), rest.trim())
    }

    /// The project that a reference named: `group/project#12`.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.values.values().find_map(|value| match value {
            Value::Numbered(numbered) | Value::Pipeline(WhichPipeline::Number(numbered)) => {
                numbered.project.as_deref()
            }
            Value::Pipeline(WhichPipeline::LatestOf(_)) | Value::Text(_) => None,
        })
    }
}
