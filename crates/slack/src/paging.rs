//! Lists that come in pages.

use serde::{Deserialize, Serialize};

/// Channels or people a page, as Slack recommends.
pub(crate) const ITEMS_A_PAGE: u32 = 200;

/// The items of a list that one call gives. Slack may give fewer than it could, even none,
/// before the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Cursor>,
}

/// A place in a list, good for a while and for the list that gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cursor(String);

/// The part of a list's answer that says where it goes on.
#[derive(Default, Deserialize)]
pub(crate) struct ListMetadata {
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Vec<T>, metadata: Option<ListMetadata>) -> Self {
        let cursor = metadata.unwrap_or_default().next_cursor;
        Self {
            items,
            next: cursor.filter(|cursor| !cursor.is_empty()).map(Cursor),
        }
    }
}
