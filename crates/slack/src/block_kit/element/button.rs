//! Buttons, and the question that may come before an act.

use serde::Serialize;

use super::super::limits;
use super::super::text::Text;
use crate::mrkdwn::Unit;

/// A button: it opens a page, or says that it was pressed, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    text: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<Style>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessibility_label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Style {
    Primary,
    Danger,
}

impl Button {
    #[must_use]
    pub fn new(label: &str, action_id: impl Into<String>) -> Self {
        Self {
            text: Text::plain(label, limits::BUTTON_TEXT),
            url: None,
            action_id: limits::id(action_id),
            value: None,
            style: None,
            confirm: None,
            accessibility_label: None,
        }
    }

    /// What comes back when it is pressed, at most 2,000 characters; a longer one is left out,
    /// as a part of it would be another's.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.value = Unit::Utf16
            .fits(&value, limits::BUTTON_VALUE)
            .then_some(value);
        self
    }

    /// The page that it opens; what is no web address is left out.
    #[must_use]
    pub fn url(mut self, url: &str) -> Self {
        self.url = limits::web_address(url);
        self
    }

    /// Green: the one that most people want. At most one beside others.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.style = Some(Style::Primary);
        self
    }

    /// Red: it cannot be undone.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Some(Style::Danger);
        self
    }

    /// Asks before.
    #[must_use]
    pub fn confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }

    /// What a screen reader says instead of the label.
    #[must_use]
    pub fn accessibility_label(mut self, label: &str) -> Self {
        let label = Text::plain_if(label, limits::BUTTON_TEXT);
        self.accessibility_label = label.map(|label| label.as_str().to_owned());
        self
    }
}

/// "Are you sure?", asked by Slack before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confirm {
    title: Text,
    text: Text,
    confirm: Text,
    deny: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<Style>,
}

impl Confirm {
    /// `yes` is the label of the button that goes on: say what it does.
    #[must_use]
    pub fn new(title: &str, text: &str, yes: &str) -> Self {
        Self {
            title: Text::plain(title, limits::CONFIRM_TITLE),
            text: Text::plain(text, limits::CONFIRM_TEXT),
            confirm: Text::plain(yes, limits::CONFIRM_BUTTON),
            deny: Text::plain("Cancel", limits::CONFIRM_BUTTON),
            style: None,
        }
    }

    /// The label of the button that does nothing, instead of "Cancel".
    #[must_use]
    pub fn deny(mut self, label: &str) -> Self {
        self.deny = Text::plain(label, limits::CONFIRM_BUTTON);
        self
    }

    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Some(Style::Danger);
        self
    }
}
