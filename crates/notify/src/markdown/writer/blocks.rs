//! Blocks: line breaks, bullets, quotes and fixed-width text.

use domain::mrkdwn;

use super::cut::FENCE;
use super::{LONGEST_WORD, Writer, split_word};

impl Writer<'_> {
    /// The next piece stands at least `count` line breaks further down.
    pub(in crate::markdown) fn line_breaks(&mut self, count: usize) {
        if self.link.is_some() {
            self.space = true;
        } else {
            self.line_breaks = self.line_breaks.max(count);
        }
    }

    /// The next piece stands behind this bullet; the lines under it stand `indent` spaces in.
    pub(in crate::markdown) fn bullet(&mut self, bullet: String, indent: usize) {
        self.line_breaks(1);
        self.bullet = bullet;
        self.indent = indent;
    }

    /// The bullet that waits becomes a box, ticked when the task is `done`.
    pub(in crate::markdown) fn check(&mut self, done: bool) {
        let mark = if done { '☑' } else { '☐' };
        if self.bullet.trim_end().ends_with(['•', '◦', '▪']) {
            self.bullet = self
                .bullet
                .replace(['•', '◦', '▪'], mark.encode_utf8(&mut [0; 4]));
        } else {
            self.bullet.push(mark);
            self.bullet.push(' ');
        }
    }

    /// Nothing came to stand behind the bullet.
    pub(in crate::markdown) fn drop_bullet(&mut self) {
        self.bullet.clear();
    }

    pub(in crate::markdown) fn indent(&mut self, indent: usize) {
        self.indent = indent;
    }

    pub(in crate::markdown) fn begin_quote(&mut self) {
        self.quotes += 1;
    }

    pub(in crate::markdown) fn end_quote(&mut self) {
        self.quotes = self.quotes.saturating_sub(1);
    }

    /// Lines of text from outside in a fixed-width block. They stand at the left edge: a quote's
    /// mark would be read as a part of them.
    pub(in crate::markdown) fn fenced(&mut self, text: &str) {
        self.end_inline();
        if self.is_full || text.trim().is_empty() {
            return;
        }
        self.bullet_alone();
        self.note_cut(false);
        self.push_line_breaks(false);
        self.push(FENCE);
        let mut line_text = String::new();
        for line in text.trim_end().lines() {
            self.push_char('\n');
            line_text.clear();
            escape_fenced_line(&mut line_text, line);
            self.fenced_line(&line_text);
            if self.is_full {
                return;
            }
        }
        self.push_char('\n');
        self.push(FENCE);
        self.check_limit();
        self.line_breaks = 1;
        self.space = false;
        self.after_mark = false;
    }

    pub(super) fn fenced_line(&mut self, mut line: &str) {
        while !line.is_empty() && !self.is_full {
            let (head, rest) = if LONGEST_WORD < line.len() {
                split_word(line)
            } else {
                (line, "")
            };
            self.push(head);
            self.check_limit();
            if !self.is_full {
                self.note_cut(true);
            }
            line = rest;
        }
    }

    /// A block that cannot stand behind a bullet begins on the line under it.
    pub(super) fn bullet_alone(&mut self) {
        if !self.bullet.is_empty() {
            let bullet = std::mem::take(&mut self.bullet);
            self.piece(bullet.trim_end());
            self.line_breaks = 1;
        }
    }
}

/// One line for the inside of a block: three backticks in a row would end it.
fn escape_fenced_line(out: &mut String, line: &str) {
    mrkdwn::escape_code_into(out, line, mrkdwn::Backticks::Kept);
    if out.contains(FENCE) {
        *out = out.replace(FENCE, "ˋˋˋ");
    }
}
