//! Text that is taken aside before anything is written: of cells, code, HTML and images.

use super::{LinkOf, Walk};
use crate::markdown::address::{Shows, resolve};

/// Text that is taken aside, and what it is for.
#[derive(Debug)]
pub(in crate::markdown) struct Taken {
    pub(in crate::markdown) text: String,
    pub(in crate::markdown) purpose: Purpose,
}

#[derive(Debug)]
pub(in crate::markdown) enum Purpose {
    Cell,
    CodeBlock,
    HtmlBlock,
    /// Code that stands between HTML tags.
    HtmlCode {
        is_block: bool,
    },
    Image {
        target: String,
    },
    /// A link to a wiki page. With a title of its own, the page is what was taken.
    Wiki {
        written: String,
        has_title: bool,
    },
}

/// Bytes of text that are taken aside at most; more is never shown.
const LONGEST_TAKEN: usize = 1 << 16;

impl Walk<'_> {
    pub(in crate::markdown) fn start_taking(&mut self, purpose: Purpose) {
        // Inside a cell or another image everything is its text.
        if self.taken.is_none() {
            self.taken = Some(Taken {
                text: String::new(),
                purpose,
            });
        }
    }

    pub(in crate::markdown) fn take(&mut self, text: &str) {
        if let Some(taken) = &mut self.taken
            && taken.text.len() < LONGEST_TAKEN
        {
            taken.text.push_str(text);
        }
    }

    pub(in crate::markdown) fn end_taking(&mut self) {
        let Some(Taken { text, purpose }) = self.taken.take() else {
            return;
        };
        match purpose {
            Purpose::Cell => {
                if let Some(table) = &mut self.table {
                    table.cell(&text);
                }
            }
            Purpose::CodeBlock | Purpose::HtmlCode { is_block: true } => self.fenced(&text),
            Purpose::HtmlBlock => {
                self.gap();
                self.read_html(&text);
                self.end_html();
            }
            Purpose::HtmlCode { is_block: false } => self.writer.code(&text),
            Purpose::Image { target } => self.image(&target, &text),
            Purpose::Wiki { written, has_title } => self.wiki_link(&written, has_title, &text),
        }
    }

    pub(in crate::markdown) fn image(&mut self, target: &str, alt: &str) {
        self.after_image = true;
        let alt = match alt.trim() {
            "" => target.rsplit('/').next().unwrap_or("image"),
            alt => alt,
        };
        if self.link != LinkOf::None {
            return self.words(alt);
        }
        let label = format!("🖼 {alt}");
        match resolve(target, self.place, Shows::Image) {
            Some(url) => self.writer.link(&url, &label),
            None => self.words(&label),
        }
    }
}
