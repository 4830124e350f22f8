//! Block Kit: the JSON of what people see.
//!
//! [`render()`] turns a message into it, inside every limit of Slack's whatever the message holds;
//! [`render_all`] turns several into one.
//! The types here are what we send, not all that Slack knows.

#[cfg(test)]
mod checker;
mod limits;
mod render;

use serde::Serialize;

pub use render::{render, render_all};

/// A message as Slack takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// What Slack shows where blocks cannot be shown: a push notification, a screen reader.
    pub text: String,
    pub blocks: Vec<Block>,
    pub attachments: Vec<Attachment>,
}

/// Blocks beside a coloured bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// `#rrggbb`.
    pub color: &'static str,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    Section(Section),
    Context { elements: Vec<Text> },
    Actions { elements: Vec<Button> },
}

/// A text, or labelled values in two columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Text>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Text {
    /// `verbatim` keeps Slack from finding links, channels and people in the text itself.
    Mrkdwn {
        text: String,
        verbatim: bool,
    },
    PlainText {
        text: String,
        emoji: bool,
    },
}

/// A button that opens a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "button")]
pub struct Button {
    pub text: Text,
    pub url: String,
    /// Unique in its message: Slack refuses a message with two alike.
    pub action_id: String,
}

impl Text {
    fn mrkdwn(text: impl Into<String>) -> Self {
        Self::Mrkdwn {
            text: text.into(),
            verbatim: true,
        }
    }

    /// What Slack shows, markup included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mrkdwn { text, .. } | Self::PlainText { text, .. } => text,
        }
    }
}

impl Block {
    fn text(text: impl Into<String>) -> Self {
        Self::Section(Section {
            text: Some(Text::mrkdwn(text)),
            fields: Vec::new(),
        })
    }
}

impl Rendered {
    /// A message of one text, such as a digest or an answer.
    #[must_use]
    pub fn of_text(text: &domain::Mrkdwn) -> Self {
        Self {
            text: limits::message_text(text.as_str()),
            blocks: Vec::new(),
            attachments: Vec::new(),
        }
    }

    /// The same message without blocks, for when Slack refuses them.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self {
            text: self.text.clone(),
            blocks: Vec::new(),
            attachments: Vec::new(),
        }
    }
}
