//! What goes back to whoever typed or clicked.

use commands::Visibility;
use domain::Message;
use slack::view::Control;
use slack::{Rendered, block_kit};

pub use commands::Refused;

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nobody knows who that is in GitLab.
    #[error("link your GitLab account first")]
    Unlinked,
    /// GitLab takes the linked account's tokens no more.
    #[error("GitLab no longer takes your linked account; link it again")]
    Relink,
}

impl Stopped {
    /// In one line of plain text, names between backticks.
    pub(crate) fn because(why: &str) -> Self {
        Self::Refused(Refused(why.to_owned()))
    }
}

impl From<store::StoreError> for Stopped {
    fn from(error: store::StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// An answer: messages, and buttons that do something below a single one.
#[derive(Clone, Debug)]
pub struct Answer {
    pub visibility: Visibility,
    pub messages: Vec<Message>,
    /// Buttons and menus, in one row.
    pub controls: Vec<Control>,
    /// Whether what was asked for was done.
    pub ok: bool,
}

impl Answer {
    /// For who asked alone.
    #[must_use]
    pub fn ephemeral(message: Message) -> Self {
        Self {
            visibility: Visibility::Ephemeral,
            messages: vec![message],
            controls: Vec::new(),
            ok: true,
        }
    }

    /// For everybody in the channel.
    #[must_use]
    pub fn in_channel(message: Message) -> Self {
        Self {
            visibility: Visibility::InChannel,
            ..Self::ephemeral(message)
        }
    }

    /// For everybody, unless it tells of something confidential.
    #[must_use]
    pub fn unless(is_confidential: bool, message: Message) -> Self {
        if is_confidential {
            Self::ephemeral(message)
        } else {
            Self::in_channel(message)
        }
    }

    /// The same with buttons and menus under it.
    #[must_use]
    pub fn controls(mut self, controls: impl IntoIterator<Item = Control>) -> Self {
        self.controls.extend(controls);
        self
    }

    /// As Slack takes it. Buttons stand under a single message.
    pub(crate) fn render(&self) -> Rendered {
        match self.messages.as_slice() {
            [only] => block_kit::render_with(only, self.controls.iter().cloned()),
            several => block_kit::render_all(several),
        }
    }

    /// Nothing was done, and this is why.
    #[must_use]
    pub fn refused(refused: &Refused) -> Self {
        Self {
            ok: false,
            ..Self::ephemeral(refused.message())
        }
    }
}

impl From<commands::Answer> for Answer {
    fn from(answer: commands::Answer) -> Self {
        Self {
            visibility: answer.visibility,
            messages: answer.messages,
            controls: Vec::new(),
            ok: answer.ok,
        }
    }
}
