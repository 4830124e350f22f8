//! Modals and the Home tab: what stands in them, and the calls that show them.
//!
//! A [`View`] is built from `block_kit`'s blocks, which are re-exported here. Whatever text
//! comes in, Slack takes the result; the one thing that is refused is too much private metadata,
//! as a part of it would be worth nothing.

mod answer;
mod calls;

use serde::{Serialize, Serializer};

pub use crate::block_kit::{
    Accessory, Actions, Block, Button, ChannelsSelect, Checkboxes, Choice, Choices, Confirm,
    Control, ConversationKind, ConversationsSelect, DatePicker, Dispatch, EmailTextInput,
    ExternalSelect, Field, Group, Input, MultiExternalSelect, MultiStaticSelect, NumberInput,
    Overflow, PlainTextInput, RadioButtons, Section, StaticSelect, Text, UrlTextInput, UsersSelect,
};
pub use answer::{Suggestions, ViewAnswer};
pub use calls::{ViewId, ViewRef};

use crate::block_kit::Fitted;
use crate::mrkdwn::{Unit, cut_plain};

/// A modal or somebody's Home tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    surface: Surface,
    callback_id: Option<String>,
    external_id: Option<String>,
    private_metadata: Option<String>,
    blocks: Fitted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Surface {
    Modal(Frame),
    Home,
}

/// What is around a modal's blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Frame {
    title: Text,
    submit: Option<Text>,
    close: Option<Text>,
    notify_on_close: bool,
    clear_on_close: bool,
}

/// More private metadata than Slack keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the view's private metadata has {length} characters, at most {limit} are allowed")]
pub struct MetadataTooLong {
    pub length: usize,
    pub limit: usize,
}

/// A modal's title and the labels of its buttons.
const FRAME_TEXT: usize = 24;
const METADATA: usize = 3_000;
/// The ids of views; ours are far shorter.
const ID: usize = 255;

/// The submit button of a form whose author named none: Slack refuses a form without.
const SUBMIT: &str = "Submit";

impl View {
    /// A modal without blocks; `title` is cut to 24 characters.
    #[must_use]
    pub fn modal(title: &str) -> Self {
        Self::with(Surface::Modal(Frame {
            title: Text::plain(title, FRAME_TEXT),
            submit: None,
            close: None,
            notify_on_close: false,
            clear_on_close: false,
        }))
    }

    /// A Home tab without blocks.
    #[must_use]
    pub fn home() -> Self {
        Self::with(Surface::Home)
    }

    fn with(surface: Surface) -> Self {
        Self {
            surface,
            callback_id: None,
            external_id: None,
            private_metadata: None,
            blocks: Fitted::view(),
        }
    }

    /// Names the view in what Slack sends about it.
    #[must_use]
    pub fn callback_id(mut self, id: &str) -> Self {
        self.callback_id = id_of_ours(id);
        self
    }

    /// An id of our own, one of a kind in the workspace.
    #[must_use]
    pub fn external_id(mut self, id: &str) -> Self {
        self.external_id = id_of_ours(id);
        self
    }

    /// Comes back with everything that Slack sends about the view. People do not see it, but it
    /// passes through their Slack: nothing secret, nothing that is trusted.
    ///
    /// # Errors
    /// When it has more than 3,000 characters.
    pub fn private_metadata(mut self, text: impl Into<String>) -> Result<Self, MetadataTooLong> {
        let text: String = text.into();
        let length = Unit::Utf16.length(&text);
        if METADATA < length {
            return Err(MetadataTooLong {
                length,
                limit: METADATA,
            });
        }
        self.private_metadata = (!text.is_empty()).then_some(text);
        Ok(self)
    }

    /// The button of a modal that sends it. The Home tab has none.
    #[must_use]
    pub fn submit(self, label: &str) -> Self {
        let label = Text::plain(label, FRAME_TEXT);
        self.framed(|frame| frame.submit = Some(label))
    }

    /// The button of a modal that closes it. The Home tab has none.
    #[must_use]
    pub fn close(self, label: &str) -> Self {
        let label = Text::plain(label, FRAME_TEXT);
        self.framed(|frame| frame.close = Some(label))
    }

    /// Tells us when a modal is closed without being sent.
    #[must_use]
    pub fn notify_on_close(self) -> Self {
        self.framed(|frame| frame.notify_on_close = true)
    }

    /// Closes the modals under this one too.
    #[must_use]
    pub fn clear_on_close(self) -> Self {
        self.framed(|frame| frame.clear_on_close = true)
    }

    fn framed(mut self, change: impl FnOnce(&mut Frame)) -> Self {
        match &mut self.surface {
            Surface::Modal(frame) => change(frame),
            Surface::Home => (),
        }
        self
    }

    /// Adds a block. Of those that find no room (100 blocks, 250 KB) the number is said.
    #[must_use]
    pub fn block(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }

    #[must_use]
    pub fn blocks(mut self, blocks: impl IntoIterator<Item = Block>) -> Self {
        blocks.into_iter().for_each(|block| self.blocks.push(block));
        self
    }

    /// Adds a message as it would stand in a channel, without its coloured bar.
    #[must_use]
    pub fn message(self, message: &domain::Message) -> Self {
        self.blocks(Block::of_message(message))
    }
}

fn id_of_ours(id: &str) -> Option<String> {
    (!id.is_empty()).then(|| cut_plain(id, ID).into_owned())
}

/// A view as Slack takes it.
#[derive(Serialize)]
struct ViewArguments<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a Text>,
    blocks: Vec<Block>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submit: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_metadata: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    notify_on_close: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    clear_on_close: bool,
}

impl<'a> ViewArguments<'a> {
    fn of(view: &'a View) -> Self {
        let frame = match &view.surface {
            Surface::Modal(frame) => Some(frame),
            Surface::Home => None,
        };
        let submit = frame.and_then(|frame| frame.submit.clone());
        let needs_submit = frame.is_some() && view.blocks.has_input();
        Self {
            r#type: if frame.is_some() { "modal" } else { "home" },
            title: frame.map(|frame| &frame.title),
            blocks: view.blocks.shown(),
            submit: submit.or_else(|| needs_submit.then(|| Text::plain(SUBMIT, FRAME_TEXT))),
            close: frame.and_then(|frame| frame.close.as_ref()),
            callback_id: view.callback_id.as_deref(),
            external_id: view.external_id.as_deref(),
            private_metadata: view.private_metadata.as_deref(),
            notify_on_close: frame.is_some_and(|frame| frame.notify_on_close),
            clear_on_close: frame.is_some_and(|frame| frame.clear_on_close),
        }
    }
}

impl Serialize for View {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ViewArguments::of(self).serialize(serializer)
    }
}
