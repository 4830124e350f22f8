//! Plain text: its references linked, quick actions shown as code.

use domain::mrkdwn;

use super::{LinkOf, Walk};
use crate::markdown::quick_action::is_quick_action;
use crate::markdown::references::{Stretch, stretches};

impl Walk<'_> {
    /// Plain text, its references linked.
    pub(in crate::markdown) fn text(&mut self, text: &str) {
        if self.link != LinkOf::None {
            return self.words(text);
        }
        let (place, writer) = (self.place, &mut self.writer);
        stretches(text, place, |stretch| match stretch {
            Stretch::Plain(text) => writer.words(mrkdwn::escape(text).as_str()),
            Stretch::Reference { text, url } => writer.link(&url, text),
            Stretch::Address { url, label } => match label {
                Some(label) => writer.link(url, &label),
                None => writer.address(url),
            },
        });
    }

    pub(in crate::markdown) fn words(&mut self, text: &str) {
        self.writer.words(mrkdwn::escape(text).as_str());
    }

    /// A line of the source ends here; it is one on the screen when `breaks` says so.
    pub(super) fn line_end(&mut self, breaks: usize) {
        if let Some(taken) = &mut self.taken {
            taken.text.push(' ');
            return;
        }
        let after_quick_action = std::mem::take(&mut self.in_quick_action);
        if 0 < breaks || after_quick_action {
            self.writer.line_breaks(1);
        } else {
            self.writer.space();
        }
        self.at_line_start = true;
    }

    /// Shows the line that begins at `start` as code when it is a quick action, and says so.
    pub(super) fn quick_action(&mut self, start: usize) -> bool {
        let line = self
            .source
            .get(start..)
            .and_then(|rest| rest.lines().next());
        let is_top_level = self.lists.is_empty() && self.quotes == 0;
        let Some(line) = line.filter(|line| is_top_level && is_quick_action(line)) else {
            return false;
        };
        self.writer.line_breaks(1);
        self.writer.code(line.trim());
        self.in_quick_action = true;
        true
    }
}
