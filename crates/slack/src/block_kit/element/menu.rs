//! Menus of choices of our own, listed beforehand or asked for while somebody types.

use serde::Serialize;

use super::super::choice::{Choice, Choices, kept};
use super::super::limits;
use super::super::text::Text;
use super::button::Confirm;

/// A menu for one choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaticSelect {
    pub(super) action_id: String,
    #[serde(flatten)]
    choices: Choices,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

impl StaticSelect {
    /// At most 100 choices, or groups of them; without any, one that says so and means nothing.
    #[must_use]
    pub fn new(action_id: impl Into<String>, choices: impl Into<Choices>) -> Self {
        Self {
            action_id: limits::id(action_id),
            choices: choices.into().never_empty(),
            placeholder: None,
            initial_option: None,
            confirm: None,
        }
    }

    /// Chooses beforehand; a value that is not offered is ignored.
    #[must_use]
    pub fn initial(mut self, value: &str) -> Self {
        self.initial_option = self.choices.find(value).cloned();
        self
    }
}

/// A menu for several choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MultiStaticSelect {
    pub(super) action_id: String,
    #[serde(flatten)]
    choices: Choices,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_selected_items: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

impl MultiStaticSelect {
    /// As [`StaticSelect::new`].
    #[must_use]
    pub fn new(action_id: impl Into<String>, choices: impl Into<Choices>) -> Self {
        Self {
            action_id: limits::id(action_id),
            choices: choices.into().never_empty(),
            placeholder: None,
            initial_options: Vec::new(),
            max_selected_items: None,
            confirm: None,
        }
    }

    /// Chooses beforehand; values that are not offered are ignored.
    #[must_use]
    pub fn initial<'a>(mut self, values: impl IntoIterator<Item = &'a str>) -> Self {
        for choice in values
            .into_iter()
            .filter_map(|value| self.choices.find(value))
        {
            if !self.initial_options.contains(choice)
                && self.initial_options.len() < limits::CHOICES
            {
                self.initial_options.push(choice.clone());
            }
        }
        self
    }
}

/// A menu for one choice that asks us for choices while somebody types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExternalSelect {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_query_length: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

impl ExternalSelect {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            placeholder: None,
            initial_option: None,
            min_query_length: None,
            confirm: None,
        }
    }

    /// Chooses beforehand; a choice that could not come back is ignored.
    #[must_use]
    pub fn initial(mut self, choice: Choice) -> Self {
        self.initial_option = kept([choice], 1).pop();
        self
    }
}

/// A menu for several choices that asks us for choices while somebody types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MultiExternalSelect {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_query_length: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_selected_items: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

impl MultiExternalSelect {
    #[must_use]
    pub fn new(action_id: impl Into<String>) -> Self {
        Self {
            action_id: limits::id(action_id),
            placeholder: None,
            initial_options: Vec::new(),
            min_query_length: None,
            max_selected_items: None,
            confirm: None,
        }
    }

    /// Chooses beforehand; choices that could not come back are ignored.
    #[must_use]
    pub fn initial(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        self.initial_options = kept(choices, limits::CHOICES);
        self
    }
}

macro_rules! menus {
    ($($menu:ident),*) => {$(
        impl $menu {
            #[must_use]
            pub fn placeholder(mut self, text: &str) -> Self {
                self.placeholder = Text::plain_if(text, limits::PLACEHOLDER);
                self
            }

            /// Asks before.
            #[must_use]
            pub fn confirm(mut self, confirm: Confirm) -> Self {
                self.confirm = Some(confirm);
                self
            }
        }
    )*};
}
menus!(
    StaticSelect,
    MultiStaticSelect,
    ExternalSelect,
    MultiExternalSelect
);

macro_rules! menus_that_ask {
    ($($menu:ident),*) => {$(
        impl $menu {
            /// How much must be typed before we are asked; Slack's own rule is 3 characters.
            #[must_use]
            pub fn min_query_length(mut self, characters: u16) -> Self {
                self.min_query_length = Some(characters);
                self
            }
        }
    )*};
}
menus_that_ask!(ExternalSelect, MultiExternalSelect);

macro_rules! menus_for_several {
    ($($menu:ident),*) => {$(
        impl $menu {
            /// How many may be chosen.
            #[must_use]
            pub fn max_selected(mut self, most: u16) -> Self {
                self.max_selected_items = Some(most.max(1));
                self
            }
        }
    )*};
}
menus_for_several!(MultiStaticSelect, MultiExternalSelect);

/// What is behind three dots: at most five choices, each of which acts at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overflow {
    pub(super) action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

impl Overflow {
    /// `first` and the four after it; a choice here may open a page.
    #[must_use]
    pub fn new(
        action_id: impl Into<String>,
        first: Choice,
        more: impl IntoIterator<Item = Choice>,
    ) -> Self {
        let choices = std::iter::once(first).chain(more);
        let mut options: Vec<Choice> = choices
            .filter(Choice::can_come_back)
            .take(limits::OVERFLOW)
            .collect();
        if options.is_empty() {
            options.push(Choice::nothing());
        }
        Self {
            action_id: limits::id(action_id),
            options,
            confirm: None,
        }
    }

    /// Asks before.
    #[must_use]
    pub fn confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }
}
