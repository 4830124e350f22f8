//! Links: a label is written like any text, then taken back and put into its link.

use domain::mrkdwn::{self, Mrkdwn};

use super::{LONGEST_PIECE, Writer};

/// A link whose label is being written.
#[derive(Debug)]
pub(super) struct OpenLink {
    pub(super) url: String,
    /// Where its label begins.
    pub(super) start: usize,
    pub(super) used_before: usize,
    /// How many styles were open around it.
    pub(super) outside: usize,
}

impl Writer<'_> {
    /// What is written until [`Writer::end_link`] is the label of a link to `url`.
    pub(in crate::markdown) fn begin_link(&mut self, url: String) {
        if self.is_full || self.link.is_some() {
            return;
        }
        self.note_cut(false);
        self.before_piece('<');
        self.link = Some(OpenLink {
            url,
            start: self.out.len(),
            used_before: self.used,
            outside: self.open.len(),
        });
    }

    /// Ends the link that is open, if one is. One without a label shows its address.
    pub(in crate::markdown) fn end_link(&mut self) {
        let Some(outside) = self.link.as_ref().map(|link| link.outside) else {
            return;
        };
        self.close_down_to(outside);
        let Some(link) = self.link.take() else { return };
        let label = self.out.split_off(link.start);
        let markup = if label.is_empty() || label == mrkdwn::escape(&link.url).as_str() {
            mrkdwn::address(&link.url)
        } else {
            mrkdwn::linked(&link.url, &Mrkdwn::from_trusted(label))
        };
        self.used = link.used_before;
        self.push(markup.as_str());
        self.after_mark = false;
        self.check_limit();
        self.close_unwanted();
    }

    /// A link with a label of its own; inside another link, its label alone.
    pub(in crate::markdown) fn link(&mut self, url: &str, label: &str) {
        let label: String = label.chars().take(LONGEST_PIECE).collect();
        let label = mrkdwn::escape_line(&label);
        if self.link.is_some() {
            self.words(label.as_str());
        } else {
            self.piece(mrkdwn::linked(url, &label).as_str());
        }
    }

    /// A link that shows its own address.
    pub(in crate::markdown) fn address(&mut self, url: &str) {
        self.piece(mrkdwn::address(url).as_str());
    }

    pub(super) fn label_is_long(&self) -> bool {
        self.link
            .as_ref()
            .is_some_and(|link| link.used_before + LONGEST_PIECE < self.used)
    }
}
