//! What people press, choose from and type into, and where each of them may stand.

mod button;
mod input;
mod menu;
mod people;
mod toggles;

use serde::Serialize;

pub use button::{Button, Confirm};
pub use input::{DatePicker, Dispatch, EmailTextInput, NumberInput, PlainTextInput, UrlTextInput};
pub use menu::{ExternalSelect, MultiExternalSelect, MultiStaticSelect, Overflow, StaticSelect};
pub use people::{ChannelsSelect, ConversationKind, ConversationsSelect, UsersSelect};
pub use toggles::{Checkboxes, RadioButtons};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Element {
    Button(Button),
    StaticSelect(StaticSelect),
    MultiStaticSelect(MultiStaticSelect),
    ExternalSelect(ExternalSelect),
    MultiExternalSelect(MultiExternalSelect),
    Overflow(Overflow),
    ConversationsSelect(ConversationsSelect),
    ChannelsSelect(ChannelsSelect),
    UsersSelect(UsersSelect),
    Checkboxes(Checkboxes),
    RadioButtons(RadioButtons),
    #[serde(rename = "datepicker")]
    DatePicker(DatePicker),
    PlainTextInput(PlainTextInput),
    UrlTextInput(UrlTextInput),
    EmailTextInput(EmailTextInput),
    NumberInput(NumberInput),
}

impl Element {
    fn action_id_mut(&mut self) -> &mut String {
        match self {
            Self::Button(element) => &mut element.action_id,
            Self::StaticSelect(element) => &mut element.action_id,
            Self::MultiStaticSelect(element) => &mut element.action_id,
            Self::ExternalSelect(element) => &mut element.action_id,
            Self::MultiExternalSelect(element) => &mut element.action_id,
            Self::Overflow(element) => &mut element.action_id,
            Self::ConversationsSelect(element) => &mut element.action_id,
            Self::ChannelsSelect(element) => &mut element.action_id,
            Self::UsersSelect(element) => &mut element.action_id,
            Self::Checkboxes(element) => &mut element.action_id,
            Self::RadioButtons(element) => &mut element.action_id,
            Self::DatePicker(element) => &mut element.action_id,
            Self::PlainTextInput(element) => &mut element.action_id,
            Self::UrlTextInput(element) => &mut element.action_id,
            Self::EmailTextInput(element) => &mut element.action_id,
            Self::NumberInput(element) => &mut element.action_id,
        }
    }
}

/// An element of an actions block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Control(Element);

/// An element beside the text of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Accessory(Element);

/// An element of an input block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Field(Element);

macro_rules! may_stand_in {
    ($place:ident: $($element:ident),* $(,)?) => {$(
        impl From<$element> for $place {
            fn from(element: $element) -> Self {
                Self(Element::$element(element))
            }
        }
    )*};
}
may_stand_in!(
    Control: Button, StaticSelect, ExternalSelect, Overflow, ConversationsSelect,
    ChannelsSelect, UsersSelect, Checkboxes, RadioButtons, DatePicker
);
may_stand_in!(
    Accessory: Button, StaticSelect, MultiStaticSelect, ExternalSelect, MultiExternalSelect,
    Overflow, ConversationsSelect, ChannelsSelect, UsersSelect, Checkboxes, RadioButtons,
    DatePicker
);
may_stand_in!(
    Field: StaticSelect, MultiStaticSelect, ExternalSelect, MultiExternalSelect,
    ConversationsSelect, ChannelsSelect, UsersSelect, Checkboxes, RadioButtons, DatePicker,
    PlainTextInput, UrlTextInput, EmailTextInput, NumberInput
);

/// Makes every action's id the only one of its block, as Slack demands: the second `show`
/// becomes `show~2`. What people click is called `show` again
/// ([`base_of_id`] is applied where a click is read).
pub(super) fn number_twins(controls: &mut [Control]) {
    let mut seen: Vec<String> = Vec::with_capacity(controls.len());
    for control in controls {
        let id = control.0.action_id_mut();
        let unique = unlike(id, &seen);
        seen.push(unique.clone());
        *id = unique;
    }
}

/// `id`, or with the first number that makes it unlike every one of `seen`.
pub(super) fn unlike(id: &str, seen: &[String]) -> String {
    let is_new = |candidate: &String| !seen.contains(candidate);
    let numbered = (2..=seen.len() + 1).map(|n| format!("{id}~{n}"));
    std::iter::once(id.to_owned())
        .chain(numbered)
        .find(is_new)
        .unwrap_or_else(|| id.to_owned())
}

/// The id as it was before [`number_twins`].
pub(crate) fn base_of_id(id: &str) -> &str {
    match id.rsplit_once('~') {
        Some((base, n)) if !base.is_empty() && is_number(n) => base,
        Some(_) | None => id,
    }
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_numbered_and_read_back_alike() {
        let mut controls: Vec<Control> = ["show", "show", "merge", "show", "show~2"]
            .map(|id| Button::new("Show", id).into())
            .to_vec();
        number_twins(&mut controls);
        let ids: Vec<String> = controls
            .iter_mut()
            .map(|control| control.0.action_id_mut().clone())
            .collect();
        assert_eq!(ids, ["show", "show~2", "merge", "show~3", "show~2~2"]);
        assert_eq!(base_of_id("show~3"), "show");
        for id in ["show", "~2", "show~", "show~x", "show~1234"] {
            assert_eq!(base_of_id(id), id);
        }
    }
}
