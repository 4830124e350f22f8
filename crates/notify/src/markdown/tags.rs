//! What the HTML in a description becomes.
//!
//! Tags that Slack has something like are written in its markup; of all others the text between
//! them stays.

use super::address::{Shows, resolve};
use super::html::{Piece, Tag, decoded};
use super::walk::{LinkOf, Purpose, Walk};
use super::writer::Style;

const CODE: &[&str] = &["code", "kbd", "samp", "tt", "var"];
const BOLD: &[&str] = &["b", "strong"];
const ITALIC: &[&str] = &["i", "em"];
const STRIKE: &[&str] = &["s", "del", "strike"];
const TITLE: &[&str] = &["summary", "h1", "h2", "h3", "h4", "h5", "h6"];
const LINE: &[&str] = &["br", "tr", "li", "dt", "dd", "figcaption"];
const BLOCK: &[&str] = &[
    "p",
    "div",
    "details",
    "section",
    "center",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "figure",
];

impl Walk<'_> {
    pub(super) fn read_html(&mut self, html: &str) {
        let mut reader = std::mem::take(&mut self.html);
        reader.read(html, |piece| match piece {
            Piece::Text(text) if self.taken.is_some() => self.take(&decoded(text)),
            Piece::Text(text) => self.text(&decoded(text)),
            Piece::Open(tag) => self.open_tag(tag),
            Piece::Close(tag) => self.close_tag(tag),
        });
        self.html = reader;
    }

    /// Ends what the HTML left open.
    pub(super) fn end_html(&mut self) {
        self.end_taking();
        self.end_block();
    }

    fn open_tag(&mut self, tag: Tag<'_>) {
        if self.taken.is_some() {
            // In a cell or in code a tag parts words at most.
            if tag.is(LINE) {
                self.take(" ");
            }
        } else if tag.is(BOLD) {
            self.writer.begin(Style::Bold);
        } else if tag.is(ITALIC) {
            self.writer.begin(Style::Italic);
        } else if tag.is(STRIKE) {
            self.writer.begin(Style::Strike);
        } else if tag.is(CODE) {
            self.start_taking(Purpose::HtmlCode { is_block: false });
        } else if tag.is(&["pre"]) {
            self.start_taking(Purpose::HtmlCode { is_block: true });
        } else if tag.is(&["a"]) {
            let target = tag.attribute("href").unwrap_or_default();
            self.begin_link(&target, LinkOf::Html);
        } else if tag.is(&["img"]) {
            let target = tag.attribute("src").unwrap_or_default();
            self.image(&target, &tag.attribute("alt").unwrap_or_default());
        } else if tag.is(&["video", "audio"]) {
            self.media(tag);
        } else if tag.is(TITLE) {
            self.gap();
            self.writer.begin(Style::Bold);
        } else if tag.is(&["li"]) {
            self.writer.line_breaks(1);
            self.writer.piece("•");
            self.writer.space();
        } else if tag.is(LINE) {
            self.writer.line_breaks(1);
        } else if tag.is(BLOCK) {
            self.gap();
        } else if tag.is(&["hr"]) {
            self.rule();
        } else if tag.is(&["td", "th"]) {
            self.writer.space();
        }
    }

    fn close_tag(&mut self, tag: Tag<'_>) {
        if let Some(taken) = &self.taken {
            let ends = match taken.purpose {
                Purpose::HtmlCode { is_block: true } => tag.is(&["pre"]),
                Purpose::HtmlCode { is_block: false } => tag.is(CODE),
                Purpose::Cell
                | Purpose::CodeBlock
                | Purpose::HtmlBlock
                | Purpose::Image { .. }
                | Purpose::Wiki { .. } => false,
            };
            if ends {
                self.end_taking();
            }
        } else if tag.is(BOLD) {
            self.writer.end(Style::Bold);
        } else if tag.is(ITALIC) {
            self.writer.end(Style::Italic);
        } else if tag.is(STRIKE) {
            self.writer.end(Style::Strike);
        } else if tag.is(&["a"]) && self.link == LinkOf::Html {
            self.link = LinkOf::None;
            self.writer.end_link();
        } else if tag.is(TITLE) {
            self.writer.end(Style::Bold);
            self.writer.line_breaks(1);
        } else if tag.is(BLOCK) {
            self.gap();
        }
    }

    fn media(&mut self, tag: Tag<'_>) {
        let target = tag.attribute("src").unwrap_or_default();
        if let Some(url) = resolve(&target, self.place(), Shows::Image) {
            self.writer
                .link(&url, target.rsplit('/').next().unwrap_or("media"));
        }
    }
}
