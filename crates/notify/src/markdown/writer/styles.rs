//! Styles: which are open, which are wanted around the next piece, and the marks between.

use super::{EDGE, Writer};

/// A style that Slack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::markdown) enum Style {
    Bold,
    Italic,
    Strike,
}

impl Style {
    const ALL: [Self; 3] = [Self::Bold, Self::Italic, Self::Strike];

    pub(super) fn mark(self) -> char {
        match self {
            Self::Bold => '*',
            Self::Italic => '_',
            Self::Strike => '~',
        }
    }
}

/// For each style how many runs of it are open around the next piece.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    bold: u32,
    italic: u32,
    strike: u32,
}

impl Wanted {
    fn depth(&mut self, style: Style) -> &mut u32 {
        match style {
            Style::Bold => &mut self.bold,
            Style::Italic => &mut self.italic,
            Style::Strike => &mut self.strike,
        }
    }

    fn has(mut self, style: Style) -> bool {
        0 < *self.depth(style)
    }
}

impl Writer<'_> {
    pub(in crate::markdown) fn begin(&mut self, style: Style) {
        *self.wanted.depth(style) += 1;
    }

    pub(in crate::markdown) fn end(&mut self, style: Style) {
        let depth = self.wanted.depth(style);
        *depth = depth.saturating_sub(1);
        self.close_unwanted();
    }

    /// Ends every style and link that is still open: a block is over.
    pub(in crate::markdown) fn end_inline(&mut self) {
        self.end_link();
        self.wanted = Wanted::default();
        self.close_unwanted();
    }

    pub(super) fn close_unwanted(&mut self) {
        let outside = self.link.as_ref().map_or(0, |link| link.outside);
        let wanted = self.wanted;
        let keep = self
            .open
            .iter()
            .position(|&style| !wanted.has(style))
            .unwrap_or(self.open.len());
        self.close_down_to(keep.max(outside));
    }

    pub(super) fn close_down_to(&mut self, depth: usize) {
        while depth < self.open.len() {
            if let Some(style) = self.open.pop() {
                self.push_char(style.mark());
                self.after_mark = true;
            }
        }
    }

    pub(super) fn open_wanted(&mut self) {
        for style in Style::ALL {
            if self.wanted.has(style) && !self.open.contains(&style) {
                if self.after_mark || self.sticks_to_what_follows() {
                    self.push_char(EDGE);
                    self.after_mark = false;
                }
                self.push_char(style.mark());
                self.open.push(style);
            }
        }
    }
}
