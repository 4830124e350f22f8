//! Checkboxes and radio buttons.

use serde::Serialize;

use super::super::choice::{Choice, kept_or_nothing};
use super::super::limits;

/// A set of boxes, of which any number may be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkboxes {
    pub(super) action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
}

impl Checkboxes {
    /// At most ten.
    #[must_use]
    pub fn new(action_id: impl Into<String>, choices: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: limits::id(action_id),
            options: kept_or_nothing(choices, limits::BOXES),
            initial_options: Vec::new(),
        }
    }

    /// Checks beforehand; values that are not offered are ignored.
    #[must_use]
    pub fn initial<'a>(mut self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        let checked = |choice: &&Choice| values.contains(&choice.value());
        self.initial_options = self.options.iter().filter(checked).cloned().collect();
        self
    }
}

/// A set of buttons, of which one is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RadioButtons {
    pub(super) action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
}

impl RadioButtons {
    /// At most ten.
    #[must_use]
    pub fn new(action_id: impl Into<String>, choices: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: limits::id(action_id),
            options: kept_or_nothing(choices, limits::BOXES),
            initial_option: None,
        }
    }

    /// Switches one on beforehand; a value that is not offered is ignored.
    #[must_use]
    pub fn initial(mut self, value: &str) -> Self {
        let on = |choice: &&Choice| choice.value() == value;
        self.initial_option = self.options.iter().find(on).cloned();
        self
    }
}
