//! What is answered to a submitted modal, and to a menu that asks for choices.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{Choice, Choices, Group, View};
use crate::mrkdwn::cut_plain;

/// The answer to a submitted modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAnswer {
    /// Closes this modal.
    Close,
    /// Closes every modal of the app.
    Clear,
    /// Shows another modal in its place.
    Update(Box<View>),
    /// Shows another modal on top of it; three may lie on each other.
    Push(Box<View>),
    /// Leaves it open and says what is wrong, under the input blocks of these ids.
    Errors(BTreeMap<String, String>),
}

const ERROR_TEXT: usize = 300;

impl ViewAnswer {
    #[must_use]
    pub fn update(view: View) -> Self {
        Self::Update(Box::new(view))
    }

    #[must_use]
    pub fn push(view: View) -> Self {
        Self::Push(Box::new(view))
    }

    /// What is wrong with one input block.
    #[must_use]
    pub fn error(block_id: &str, what: &str) -> Self {
        Self::errors([(block_id, what)])
    }

    /// What is wrong, by the input blocks' ids. Slack takes no other blocks, and without any
    /// error this is [`Self::Close`].
    #[must_use]
    pub fn errors<I: AsRef<str>, T: AsRef<str>>(errors: impl IntoIterator<Item = (I, T)>) -> Self {
        let errors: BTreeMap<String, String> = errors
            .into_iter()
            .map(|(block_id, what)| {
                let what = Some(what.as_ref().trim()).filter(|what| !what.is_empty());
                let what = cut_plain(what.unwrap_or("is not valid"), ERROR_TEXT);
                (block_id.as_ref().to_owned(), what.into_owned())
            })
            .collect();
        if errors.is_empty() {
            Self::Close
        } else {
            Self::Errors(errors)
        }
    }

    /// Whether the body of the answer is to be empty. As JSON it is `{}`, for Socket Mode.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Close => true,
            Self::Clear | Self::Update(_) | Self::Push(_) | Self::Errors(_) => false,
        }
    }
}

#[derive(Serialize)]
struct AnswerArguments<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    response_action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<&'a View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a BTreeMap<String, String>>,
}

impl Serialize for ViewAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (response_action, view, errors) = match self {
            Self::Close => (None, None, None),
            Self::Clear => (Some("clear"), None, None),
            Self::Update(view) => (Some("update"), Some(view.as_ref()), None),
            Self::Push(view) => (Some("push"), Some(view.as_ref()), None),
            Self::Errors(errors) => (Some("errors"), None, Some(errors)),
        };
        let arguments = AnswerArguments {
            response_action,
            view,
            errors,
        };
        arguments.serialize(serializer)
    }
}

/// The answer to a menu that asks for choices: at most 100, or 100 groups of 100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Suggestions(Choices);

impl Suggestions {
    #[must_use]
    pub fn listed(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self(Choices::listed(choices))
    }

    /// Groups that are empty are left out.
    #[must_use]
    pub fn grouped(groups: impl IntoIterator<Item = Group>) -> Self {
        Self(Choices::grouped(groups))
    }
}
