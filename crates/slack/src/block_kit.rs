//! Block Kit: the JSON of what people see.
//!
//! [`render()`] turns a message into it, inside every limit of Slack's whatever the message holds;
//! [`render_with`] puts buttons under it, and [`render_all`] turns several into one. A modal and
//! the Home tab are [`View`](crate::View)s, built from the same blocks.
//! The types here are what we send, not all that Slack knows. None of them can be over a limit:
//! what is too long is cut where it enters, and what is too many is left out.

mod block;
#[cfg(test)]
mod checker;
mod choice;
mod element;
mod fit;
mod limits;
mod render;
mod text;

use domain::Mrkdwn;
use serde::Serialize;

pub use block::{Actions, Block, Input, Section};
pub(crate) use choice::NOTHING_TO_CHOOSE;
pub use choice::{Choice, Choices, Group};
pub(crate) use element::base_of_id;
pub use element::{
    Accessory, Button, ChannelsSelect, Checkboxes, Confirm, Control, ConversationKind,
    ConversationsSelect, DatePicker, Dispatch, EmailTextInput, ExternalSelect, Field,
    MultiExternalSelect, MultiStaticSelect, NumberInput, Overflow, PlainTextInput, RadioButtons,
    StaticSelect, UrlTextInput, UsersSelect,
};
pub(crate) use fit::Fitted;
pub use render::{render, render_all, render_with};
pub use text::Text;

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

impl Rendered {
    /// A message of one text, such as a digest or an answer.
    #[must_use]
    pub fn of_text(text: &Mrkdwn) -> Self {
        Self {
            text: limits::message_text(text.as_str()),
            blocks: Vec::new(),
            attachments: Vec::new(),
        }
    }

    /// A message of blocks of the caller's choice, such as a list with a button in each line.
    /// What finds no room in a message is left out, and its number is said.
    #[must_use]
    pub fn of_blocks(summary: &Mrkdwn, blocks: impl IntoIterator<Item = Block>) -> Self {
        let mut fitted = Fitted::message();
        blocks.into_iter().for_each(|block| fitted.push(block));
        Self {
            text: limits::message_text(summary.as_str()),
            blocks: fitted.shown(),
            attachments: Vec::new(),
        }
    }

    /// Every block, for where there are no coloured bars.
    #[must_use]
    pub fn into_blocks(self) -> Vec<Block> {
        let beside_bars = self.attachments.into_iter().flat_map(|bar| bar.blocks);
        self.blocks.into_iter().chain(beside_bars).collect()
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
