//! What was typed, chosen and checked.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::block_kit::{NOTHING_TO_CHOOSE, base_of_id};
use crate::payload::Fields;

/// What one element holds, or what was chosen in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    Nothing,
    /// Typed text, a day, a number; also the value of a button.
    Text(String),
    /// Of a menu or radio buttons; of Slack's own menus the id.
    One(Chosen),
    /// Of a menu for several, or of checkboxes; perhaps none.
    Several(Vec<Chosen>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub value: String,
    /// What people read; empty when it came from one of Slack's own menus.
    pub label: String,
}

/// Where Slack puts text, by the kind of element.
const TEXTS: [&str; 3] = ["value", "selected_date", "selected_time"];
/// Where Slack puts what was chosen from its own menus.
const IDS: [&str; 3] = ["selected_conversation", "selected_channel", "selected_user"];
const SEVERAL_IDS: [&str; 3] = [
    "selected_conversations",
    "selected_channels",
    "selected_users",
];

/// Characters of one text. Slack stops at 3,000 in every element of ours.
const LONGEST_TEXT: usize = 12_000;

impl Entered {
    /// Reads an element of a view's state, or an action.
    pub(super) fn read(element: Fields<'_>) -> Self {
        let one = element.inside("selected_option").and_then(Chosen::read);
        if let Some(chosen) = one {
            return Self::One(chosen);
        }
        if let Some(Value::Array(options)) = element.value("selected_options") {
            let chosen = options.iter().map(Fields).filter_map(Chosen::read);
            return Self::Several(chosen.collect());
        }
        if let Some(id) = IDS.iter().find_map(|field| element.raw(field)) {
            return Self::One(Chosen::of_id(id));
        }
        let ids = SEVERAL_IDS.iter().find_map(|field| element.value(field));
        if let Some(Value::Array(ids)) = ids {
            let ids = ids.iter().filter_map(Value::as_str);
            return Self::Several(ids.map(Chosen::of_id).collect());
        }
        let text = TEXTS.iter().find(|field| element.raw(field).is_some());
        text.map_or(Self::Nothing, |field| {
            Self::Text(element.cut(field, LONGEST_TEXT))
        })
    }

    /// What was typed, or the value of what was chosen or pressed.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::One(chosen) => Some(&chosen.value),
            Self::Nothing | Self::Several(_) => None,
        }
    }

    /// Everything that was chosen; one, when one was.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::Several(chosen) => chosen.iter().map(|chosen| chosen.value.as_str()).collect(),
            Self::Nothing | Self::Text(_) | Self::One(_) => self.value().into_iter().collect(),
        }
    }
}

impl Chosen {
    fn read(option: Fields<'_>) -> Option<Self> {
        let value = option
            .raw("value")
            .filter(|value| *value != NOTHING_TO_CHOOSE)?;
        Some(Self {
            value: value.to_owned(),
            label: option.cut("text.text", LONGEST_TEXT),
        })
    }

    fn of_id(id: &str) -> Self {
        Self {
            value: id.to_owned(),
            label: String::new(),
        }
    }
}

/// What stands in the fields of a view or a message, by block and action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State(BTreeMap<String, BTreeMap<String, Entered>>);

impl State {
    /// Reads `state.values` of a view or a payload.
    pub(super) fn read(holder: Fields<'_>) -> Self {
        let Some(Value::Object(blocks)) = holder.value("state.values") else {
            return Self::default();
        };
        let elements = |block: &Value| -> BTreeMap<String, Entered> {
            let elements = block.as_object().into_iter().flatten();
            elements
                .map(|(id, element)| (base_of_id(id).to_owned(), Entered::read(Fields(element))))
                .collect()
        };
        let blocks = blocks.iter();
        Self(
            blocks
                .map(|(id, block)| (id.clone(), elements(block)))
                .collect(),
        )
    }

    /// What stands in a field; `None` when there is no such field.
    #[must_use]
    pub fn entered(&self, block_id: &str, action_id: &str) -> Option<&Entered> {
        self.0.get(block_id)?.get(action_id)
    }

    /// What was typed, without the space around it; `None` when that is nothing.
    #[must_use]
    pub fn text(&self, block_id: &str, action_id: &str) -> Option<&str> {
        let text = self.entered(block_id, action_id)?.value()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The value that was chosen; of Slack's own menus the id.
    #[must_use]
    pub fn choice(&self, block_id: &str, action_id: &str) -> Option<&str> {
        self.entered(block_id, action_id)?.value()
    }

    /// The label of what was chosen.
    #[must_use]
    pub fn label(&self, block_id: &str, action_id: &str) -> Option<&str> {
        match self.entered(block_id, action_id)? {
            Entered::One(chosen) => Some(&chosen.label),
            Entered::Nothing | Entered::Text(_) | Entered::Several(_) => None,
        }
    }

    /// The values that were chosen.
    #[must_use]
    pub fn choices(&self, block_id: &str, action_id: &str) -> Vec<&str> {
        let entered = self.entered(block_id, action_id);
        entered.map(Entered::values).unwrap_or_default()
    }

    /// Whether the box or choice of this value is on.
    #[must_use]
    pub fn is_checked(&self, block_id: &str, action_id: &str, value: &str) -> bool {
        self.choices(block_id, action_id).contains(&value)
    }
}
