//! What people type into.

use jiff::civil::Date;
use serde::Serialize;

use super::super::limits;
use super::super::text::Text;
use crate::mrkdwn::cut_plain;

/// When typing is told at once, in an input that dispatches its actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dispatch {
    OnEnterPressed,
    OnCharacterEntered,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct DispatchConfig {
    trigger_actions_on: [Dispatch; 1],
}

/// A line, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlainTextInput {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    multiline: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u16>,
    max_length: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    dispatch_action_config: Option<DispatchConfig>,
}

impl PlainTextInput {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            multiline: false,
            placeholder: None,
            initial_value: None,
            min_length: None,
            max_length: limits::INPUT_TEXT,
            dispatch_action_config: None,
        }
    }

    #[must_use]
    pub fn multiline(mut self) -> Self {
        self.multiline = true;
        self
    }

    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        self.placeholder = Text::plain_if(text, limits::PLACEHOLDER);
        self
    }

    /// What stands in it at first, cut to the longest that may be typed.
    #[must_use]
    pub fn initial(mut self, text: &str) -> Self {
        let cut = cut_plain(text, usize::from(self.max_length));
        self.initial_value = (!cut.is_empty()).then(|| cut.into_owned());
        self
    }

    /// How much may be typed, in characters: at most 3,000, which is also what holds without
    /// this.
    #[must_use]
    pub fn max_length(mut self, most: u16) -> Self {
        self.max_length = most.clamp(1, limits::INPUT_TEXT);
        self.min_length = self.min_length.map(|fewest| fewest.min(self.max_length));
        match self.initial_value.take() {
            Some(text) => self.initial(&text),
            None => self,
        }
    }

    /// How much must be typed, in characters.
    #[must_use]
    pub fn min_length(mut self, fewest: u16) -> Self {
        self.min_length = Some(fewest.min(self.max_length));
        self
    }

    #[must_use]
    pub fn dispatch(mut self, when: Dispatch) -> Self {
        self.dispatch_action_config = Some(DispatchConfig {
            trigger_actions_on: [when],
        });
        self
    }
}

/// What an address of any kind may be: Slack checks its form.
macro_rules! address_input {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct $name {
            pub(super) action_id: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            placeholder: Option<Text>,
            #[serde(skip_serializing_if = "Option::is_none")]
            initial_value: Option<String>,
        }

        impl $name {
            #[must_use]
            pub fn new(action_id: impl Into<String>) -> Self {
                Self {
                    action_id: limits::id(action_id),
                    placeholder: None,
                    initial_value: None,
                }
            }

            #[must_use]
            pub fn placeholder(mut self, text: &str) -> Self {
                self.placeholder = Text::plain_if(text, limits::PLACEHOLDER);
                self
            }

            /// What stands in it at first.
            #[must_use]
            pub fn initial(mut self, address: &str) -> Self {
                let cut = cut_plain(address, usize::from(limits::INPUT_TEXT));
                self.initial_value = (!cut.is_empty()).then(|| cut.into_owned());
                self
            }
        }
    };
}
address_input!(
    /// A web address.
    UrlTextInput
);
address_input!(
    /// An email address.
    EmailTextInput
);

/// A whole number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NumberInput {
    pub(super) action_id: String,
    is_decimal_allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<String>,
}

impl NumberInput {
    /// From `least` to `most`, both included.
    #[must_use]
    pub fn new(action_id: impl Into<String>, least: i64, most: i64) -> Self {
        Self {
            action_id: limits::id(action_id),
            is_decimal_allowed: false,
            placeholder: None,
            initial_value: None,
            min_value: Some(least.min(most).to_string()),
            max_value: Some(least.max(most).to_string()),
        }
    }

    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        self.placeholder = Text::plain_if(text, limits::PLACEHOLDER);
        self
    }

    #[must_use]
    pub fn initial(mut self, number: i64) -> Self {
        self.initial_value = Some(number.to_string());
        self
    }
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatePicker {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_date: Option<String>,
}

impl DatePicker {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            placeholder: None,
            initial_date: None,
        }
    }

    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        self.placeholder = Text::plain_if(text, limits::PLACEHOLDER);
        self
    }

    /// A day of the years 0 to 9999.
    #[must_use]
    pub fn initial(mut self, day: Date) -> Self {
        self.initial_date = (0 <= day.year()).then(|| day.to_string());
        self
    }
}
