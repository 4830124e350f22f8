//! Where the text may end, and how it ends there.

use domain::mrkdwn::{self, Mrkdwn};

use super::Writer;
use super::styles::Style;

pub(super) const FENCE: &str = "```";

/// Where the text may end.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut {
    length: usize,
    /// The marks to close there, outermost first.
    open: Vec<Style>,
    in_fence: bool,
}

/// What a text that was cut ends with.
#[derive(Debug)]
pub(super) struct Tail<'a> {
    more_url: &'a str,
    length: usize,
}

impl Tail<'_> {
    pub(super) fn new(more_url: &str, limit: usize) -> Tail<'_> {
        let whole = Tail {
            more_url,
            length: 0,
        };
        let length = whole.text().chars().count();
        if length <= limit {
            Tail { more_url, length }
        } else {
            Tail {
                more_url: "",
                length: 1.min(limit),
            }
        }
    }

    pub(super) fn text(&self) -> String {
        if mrkdwn::is_web_address(self.more_url) {
            format!("… {}", mrkdwn::link(self.more_url, "more"))
        } else {
            "…".to_owned()
        }
    }
}

impl Writer<'_> {
    /// The text, with its end where it was cut or where `is_cut` says that the source was.
    pub(in crate::markdown) fn finish(mut self, is_cut: bool) -> Mrkdwn {
        self.end_inline();
        self.check_limit();
        if is_cut && !self.is_full {
            self.note_cut(false);
        }
        if is_cut || self.is_full {
            self.cut_here();
        }
        Mrkdwn::from_trusted(self.out)
    }

    pub(super) fn cut_here(&mut self) {
        self.out.truncate(self.cut.length);
        while let Some(style) = self.cut.open.pop() {
            self.out.push(style.mark());
        }
        if self.cut.in_fence {
            self.out.push('\n');
            self.out.push_str(FENCE);
            self.out.push('\n');
        }
        if 0 < self.tail.length {
            self.out.push_str(&self.tail.text());
        }
    }

    /// Notes that the text may end here, if the end would fit.
    pub(super) fn note_cut(&mut self, in_fence: bool) {
        let fence = if in_fence { FENCE.len() + 2 } else { 0 };
        let end = self.open.len() + fence + self.tail.length;
        if self.link.is_none() && self.used + end <= self.limit {
            self.cut.length = self.out.len();
            self.cut.open.clone_from(&self.open);
            self.cut.in_fence = in_fence;
        }
    }

    pub(super) fn check_limit(&mut self) {
        // A label is bounded by itself, so an open link is judged at its end.
        self.is_full |= self.link.is_none() && self.limit < self.used;
    }
}
