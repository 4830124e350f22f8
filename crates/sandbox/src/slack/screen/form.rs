//! What is entered on the surface that is drawn: in a view, or in a message's menus.

use serde_json::Value;

use crate::slack::views::entries;
use crate::slack::views::places::Place;
use crate::slack::workspace::{Values, View};

/// What to draw controls with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<'a> {
    view: Option<&'a View>,
    chosen: Option<&'a Values>,
}

impl<'a> Form<'a> {
    /// A view's.
    #[must_use]
    pub fn of_view(view: &'a View) -> Self {
        Self {
            view: Some(view),
            chosen: Some(&view.entered),
        }
    }

    /// A message's: what its reader chose there.
    #[must_use]
    pub fn of_message(chosen: Option<&'a Values>) -> Self {
        Self { view: None, chosen }
    }

    /// What an element holds.
    #[must_use]
    pub fn value(self, place: Place<'_>) -> Value {
        let entry = match self.chosen {
            Some(chosen) => entries::current(place, chosen),
            None => entries::initial(place.element),
        };
        entries::value_of(&entry).clone()
    }

    /// What is wrong with what was entered in a block.
    #[must_use]
    pub fn error(self, block_id: &str) -> Option<&'a str> {
        let errors = &self.view?.errors;
        errors.get(block_id).map(String::as_str)
    }

    /// An id for something beside a control; none in a message, which may stand on the page
    /// twice.
    #[must_use]
    pub fn id(self, what: &str, block_id: &str) -> Option<String> {
        let view = self.view?;
        Some(format!("{what}-{}-{block_id}", view.id))
    }
}
