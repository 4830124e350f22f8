//! Slack's limits, and the room that a message has left.
//!
//! Lengths are UTF-16 code units (see [`Unit`]). The limit of a message as a whole is not
//! documented: others have measured about 13,200 characters.

use std::borrow::Cow;

use domain::mrkdwn;

use crate::mrkdwn::{Unit, cut, cut_in};

pub(super) const SECTION: usize = 3_000;
pub(super) const FIELD: usize = 2_000;
pub(super) const FIELDS: usize = 10;
pub(super) const CONTEXT_ELEMENTS: usize = 10;
/// Elements of an actions block.
pub(super) const BUTTONS: usize = 25;
pub(super) const BUTTON_TEXT: usize = 75;
pub(super) const BUTTON_URL: usize = 3_000;
pub(super) const BUTTON_VALUE: usize = 2_000;
pub(super) const HEADER: usize = 150;
/// A choice's text and its description.
pub(super) const CHOICE_TEXT: usize = 75;
pub(super) const CHOICE_VALUE: usize = 150;
/// Choices of a menu or of a group, and groups.
pub(super) const CHOICES: usize = 100;
pub(super) const OVERFLOW: usize = 5;
/// Checkboxes or radio buttons of one set.
pub(super) const BOXES: usize = 10;
pub(super) const PLACEHOLDER: usize = 150;
pub(super) const INPUT_TEXT: u16 = 3_000;
/// An input's label and its hint.
pub(super) const LABEL: usize = 2_000;
pub(super) const CONFIRM_TITLE: usize = 100;
pub(super) const CONFIRM_TEXT: usize = 300;
pub(super) const CONFIRM_BUTTON: usize = 30;

/// An action's or a block's id, with room for a number that makes it the only one (255).
const ID: usize = 250;

/// Everything that stands in blocks, addresses of buttons included.
pub(super) const MESSAGE: usize = 13_000;

/// Blocks of a message, those of its attachments included.
pub(super) const BLOCKS: usize = 50;
/// Blocks of a modal or the Home tab.
pub(super) const VIEW_BLOCKS: usize = 100;
/// Of all blocks of a view as JSON: the view as a whole may have 250 KB, and its other parts
/// take 25 KB at most.
pub(super) const VIEW_BYTES: usize = 220_000;
/// Attachments that Slack advises; it takes 100, and people read none of them.
pub(super) const ATTACHMENTS: usize = 20;

/// Sections of facts: with the headline, the body, the context and the buttons far below the
/// 50 blocks of a message.
pub(super) const FACT_SECTIONS: usize = 30;

/// `chat.update` refuses more than 4,000, so nothing longer is posted.
const TEXT_BYTES: usize = 3_999;

/// A text shorter than this says nothing, so it is left out instead of being cut to it.
const SHORTEST_USEFUL: usize = 24;

/// A message's `text`; never empty, as Slack refuses that.
pub(super) fn message_text(text: &str) -> String {
    let text = cut_in(Unit::Bytes, text.trim(), TEXT_BYTES);
    if is_blank(&text) {
        "Something happened in GitLab".to_owned()
    } else {
        text.into_owned()
    }
}

/// Whether nothing of `text` would be seen.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || c.is_control() || c == '\u{2060}')
}

/// An id that Slack takes; ours are far shorter.
pub(super) fn id(text: impl Into<String>) -> String {
    let text: String = text.into();
    if Unit::Utf16.fits(&text, ID) && !text.is_empty() {
        return text;
    }
    let mut left = ID;
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    if kept.is_empty() {
        "none".to_owned()
    } else {
        kept
    }
}

/// `url` if a button can open it.
pub(super) fn web_address(url: &str) -> Option<String> {
    let opens = mrkdwn::is_web_address(url) && Unit::Utf16.fits(url, BUTTON_URL);
    opens.then(|| url.to_owned())
}

/// What is left of a message's room.
pub(super) struct Room(usize);

impl Room {
    pub(super) fn new() -> Self {
        Self(MESSAGE)
    }

    /// What is left, in UTF-16 code units.
    pub(super) fn left(&self) -> usize {
        self.0
    }

    /// Lets `fill` use at most `share` of what is left.
    pub(super) fn share<R>(&mut self, share: usize, fill: impl FnOnce(&mut Self) -> R) -> R {
        let share = share.min(self.0);
        let mut part = Self(share);
        let filled = fill(&mut part);
        self.0 -= share - part.0;
        filled
    }

    /// Lets `fill` use what is left but for `reserve`.
    pub(super) fn all_but<R>(&mut self, reserve: usize, fill: impl FnOnce(&mut Self) -> R) -> R {
        self.share(self.0.saturating_sub(reserve), fill)
    }

    /// `text` in at most `limit` of what is left; `None` when it is blank or does not fit.
    pub(super) fn take<'a>(&mut self, text: &'a str, limit: usize) -> Option<Cow<'a, str>> {
        let limit = limit.min(self.0);
        let too_small = limit < SHORTEST_USEFUL && !Unit::Utf16.fits(text, limit);
        if too_small || is_blank(text) {
            return None;
        }
        let kept = cut(text, limit);
        self.0 -= Unit::Utf16.length(&kept);
        Some(kept)
    }

    /// Takes room for something that is whole or not there.
    pub(super) fn take_whole(&mut self, length: usize) -> bool {
        let fits = length <= self.0;
        if fits {
            self.0 -= length;
        }
        fits
    }
}
