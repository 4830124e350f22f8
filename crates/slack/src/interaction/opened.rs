//! A view as Slack tells of it.

use super::State;
use crate::payload::{Fields, InvalidPayload, LONGEST_NAME};
use crate::view::{ViewId, ViewRef};

/// Characters of private metadata, which is ours.
const METADATA: usize = 3_000;

/// A modal or Home tab that somebody has before them, with what stands in its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedView {
    pub shown: ViewRef,
    /// Empty when it has none.
    pub callback_id: String,
    /// Empty when it has none.
    pub external_id: String,
    /// Empty when it has none. It went through the person's Slack: not to be trusted.
    pub private_metadata: String,
    /// The lowest modal of the stack; itself when it is alone.
    pub root: Option<ViewId>,
    /// The modal under this one.
    pub previous: Option<ViewId>,
    pub is_home: bool,
    pub state: State,
}

impl OpenedView {
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, InvalidPayload> {
        Ok(Self {
            shown: ViewRef {
                id: fields.id("view.id")?,
                hash: fields.or_empty("view.hash", LONGEST_NAME)?,
            },
            callback_id: fields.or_empty("view.callback_id", LONGEST_NAME)?,
            external_id: fields.or_empty("view.external_id", LONGEST_NAME)?,
            private_metadata: fields.or_empty("view.private_metadata", METADATA)?,
            root: fields.optional_id("view.root_view_id")?,
            previous: fields.optional_id("view.previous_view_id")?,
            is_home: fields.raw("view.type") == Some("home"),
            state: fields.inside("view").map(State::read).unwrap_or_default(),
        })
    }
}
