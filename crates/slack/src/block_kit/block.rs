//! Blocks: what a message, a modal and the Home tab are made of.

use domain::{Message, Mrkdwn};
use serde::Serialize;

use super::element::{Accessory, Control, Field, number_twins};
use super::text::Text;
use super::{limits, render};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    Header { text: Text },
    Section(Section),
    Context { elements: Vec<Text> },
    Divider {},
    Actions(Actions),
    Input(Box<Input>),
}

/// A text, or labelled values in two columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) block_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) accessory: Option<Box<Accessory>>,
}

/// Buttons and menus side by side, at most 25.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Actions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) block_id: Option<String>,
    pub(super) elements: Vec<Control>,
}

/// A labelled field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    pub(super) block_id: String,
    label: Text,
    element: Field,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Text>,
    optional: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dispatch_action: bool,
}

impl Block {
    /// Large and bold. Plain text: nothing in it is markup.
    #[must_use]
    pub fn header(text: &str) -> Self {
        Self::Header {
            text: Text::plain(text, limits::HEADER),
        }
    }

    /// A paragraph.
    #[must_use]
    pub fn text(text: &Mrkdwn) -> Self {
        Section::new(text).into()
    }

    /// Small print, at most ten pieces; those that say nothing are left out.
    #[must_use]
    pub fn context(pieces: impl IntoIterator<Item = Mrkdwn>) -> Self {
        let pieces = pieces
            .into_iter()
            .filter_map(|piece| Text::marked_if(&piece, limits::FIELD));
        Self::Context {
            elements: pieces.take(limits::CONTEXT_ELEMENTS).collect(),
        }
    }

    #[must_use]
    pub fn divider() -> Self {
        Self::Divider {}
    }

    /// Buttons and menus side by side.
    #[must_use]
    pub fn actions(controls: impl IntoIterator<Item = Control>) -> Self {
        Actions::new(controls).into()
    }

    /// A message as it would stand in a channel, without its coloured bar.
    #[must_use]
    pub fn of_message(message: &Message) -> Vec<Self> {
        render(message).into_blocks()
    }

    /// Whether there is nothing in it, which Slack refuses.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Section(section) => section.text.is_none() && section.fields.is_empty(),
            Self::Context { elements } => elements.is_empty(),
            Self::Actions(actions) => actions.elements.is_empty(),
            Self::Header { .. } | Self::Divider {} | Self::Input(_) => false,
        }
    }

    pub(super) fn block_id_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Section(section) => section.block_id.as_mut(),
            Self::Actions(actions) => actions.block_id.as_mut(),
            Self::Input(input) => Some(&mut input.block_id),
            Self::Header { .. } | Self::Context { .. } | Self::Divider {} => None,
        }
    }

    /// A paragraph that was cut already.
    pub(super) fn paragraph(text: impl Into<String>) -> Self {
        Self::Section(Section {
            text: Some(Text::mrkdwn(text)),
            ..Section::default()
        })
    }
}

impl Section {
    #[must_use]
    pub fn new(text: &Mrkdwn) -> Self {
        Self {
            text: Some(Text::marked(text, limits::SECTION)),
            ..Self::default()
        }
    }

    /// Two columns and no text above them.
    #[must_use]
    pub fn of_fields(fields: impl IntoIterator<Item = Mrkdwn>) -> Self {
        fields
            .into_iter()
            .fold(Self::default(), |section, field| section.field(&field))
    }

    /// Adds a piece to the two columns, of which there are ten at most; one that says nothing
    /// is left out.
    #[must_use]
    pub fn field(mut self, text: &Mrkdwn) -> Self {
        if self.fields.len() < limits::FIELDS {
            self.fields.extend(Text::marked_if(text, limits::FIELD));
        }
        self
    }

    /// What stands at the right of the text.
    #[must_use]
    pub fn accessory(mut self, accessory: impl Into<Accessory>) -> Self {
        self.accessory = Some(Box::new(accessory.into()));
        self
    }

    #[must_use]
    pub fn block_id(mut self, id: impl Into<String>) -> Self {
        self.block_id = Some(limits::id(id));
        self
    }
}

impl Actions {
    #[must_use]
    pub fn new(controls: impl IntoIterator<Item = Control>) -> Self {
        let mut elements: Vec<Control> = controls.into_iter().take(limits::BUTTONS).collect();
        number_twins(&mut elements);
        Self {
            block_id: None,
            elements,
        }
    }

    #[must_use]
    pub fn block_id(mut self, id: impl Into<String>) -> Self {
        self.block_id = Some(limits::id(id));
        self
    }
}

impl Input {
    /// A field that must be filled in; `block_id` names it in the submission.
    #[must_use]
    pub fn new(block_id: impl Into<String>, label: &str, field: impl Into<Field>) -> Self {
        Self {
            block_id: limits::id(block_id),
            label: Text::plain(label, limits::LABEL),
            element: field.into(),
            hint: None,
            optional: false,
            dispatch_action: false,
        }
    }

    /// Smaller, under the field.
    #[must_use]
    pub fn hint(mut self, text: &str) -> Self {
        self.hint = Text::plain_if(text, limits::LABEL);
        self
    }

    /// May stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Tells us at once what is chosen, as a click.
    #[must_use]
    pub fn dispatch_action(mut self) -> Self {
        self.dispatch_action = true;
        self
    }
}

impl From<Section> for Block {
    fn from(section: Section) -> Self {
        Self::Section(section)
    }
}

impl From<Actions> for Block {
    fn from(actions: Actions) -> Self {
        Self::Actions(actions)
    }
}

impl From<Input> for Block {
    fn from(input: Input) -> Self {
        Self::Input(Box::new(input))
    }
}
