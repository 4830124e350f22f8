//! What menus, checkboxes and radio buttons let people choose from.

use serde::Serialize;

use super::limits;
use super::text::Text;
use crate::mrkdwn::Unit;

/// The value of the one entry of a menu that has nothing to offer: Slack refuses an empty menu.
/// Whoever reads a submission never sees it.
pub(crate) const NOTHING_TO_CHOOSE: &str = "nothing-to-choose";

/// Something to choose: what people read, and what comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    text: Text,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Choice {
    /// A choice with a value of at most 150 characters. One with a longer value, or with none, is
    /// left out of every list: cut, it would be another's.
    #[must_use]
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self {
            text: Text::plain(label, limits::CHOICE_TEXT),
            value: value.into(),
            description: None,
            url: None,
        }
    }

    /// A second line, smaller.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Text::plain_if(text, limits::CHOICE_TEXT);
        self
    }

    /// Opens a page when chosen; for an overflow menu only, ignored elsewhere.
    #[must_use]
    pub fn url(mut self, url: &str) -> Self {
        self.url = limits::web_address(url);
        self
    }

    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn without_url(mut self) -> Self {
        self.url = None;
        self
    }

    pub(super) fn can_come_back(&self) -> bool {
        !self.value.is_empty() && Unit::Utf16.fits(&self.value, limits::CHOICE_VALUE)
    }

    pub(super) fn nothing() -> Self {
        Self::new("Nothing to choose", NOTHING_TO_CHOOSE)
    }
}

/// Choices under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    label: Text,
    options: Vec<Choice>,
}

impl Group {
    #[must_use]
    pub fn new(label: &str, choices: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            label: Text::plain(label, limits::CHOICE_TEXT),
            options: kept(choices, limits::CHOICES),
        }
    }
}

/// A list of choices, at most 100, or 100 groups of 100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Choices {
    #[serde(rename = "options")]
    Listed(Vec<Choice>),
    #[serde(rename = "option_groups")]
    Grouped(Vec<Group>),
}

impl Choices {
    #[must_use]
    pub fn listed(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self::Listed(kept(choices, limits::CHOICES))
    }

    /// Groups that are empty are left out.
    #[must_use]
    pub fn grouped(groups: impl IntoIterator<Item = Group>) -> Self {
        let groups = groups
            .into_iter()
            .filter(|group| !group.options.is_empty())
            .take(limits::CHOICES);
        Self::Grouped(groups.collect())
    }

    /// The choice with this value.
    pub(super) fn find(&self, value: &str) -> Option<&Choice> {
        let mut all: Box<dyn Iterator<Item = &Choice>> = match self {
            Self::Listed(choices) => Box::new(choices.iter()),
            Self::Grouped(groups) => Box::new(groups.iter().flat_map(|group| &group.options)),
        };
        all.find(|choice| choice.value == value)
    }

    /// With an entry that says so when there is none.
    pub(super) fn never_empty(self) -> Self {
        let is_empty = match &self {
            Self::Listed(choices) => choices.is_empty(),
            Self::Grouped(groups) => groups.is_empty(),
        };
        if is_empty {
            Self::Listed(vec![Choice::nothing()])
        } else {
            self
        }
    }
}

impl<T: IntoIterator<Item = Choice>> From<T> for Choices {
    fn from(choices: T) -> Self {
        Self::listed(choices)
    }
}

/// At most `most` choices that can come back, none of which opens a page.
pub(super) fn kept(choices: impl IntoIterator<Item = Choice>, most: usize) -> Vec<Choice> {
    let choices = choices.into_iter().map(Choice::without_url);
    choices.filter(Choice::can_come_back).take(most).collect()
}

/// [`kept`], with an entry that says so when there is none.
pub(super) fn kept_or_nothing(
    choices: impl IntoIterator<Item = Choice>,
    most: usize,
) -> Vec<Choice> {
    let kept = kept(choices, most);
    if kept.is_empty() {
        vec![Choice::nothing()]
    } else {
        kept
    }
}
