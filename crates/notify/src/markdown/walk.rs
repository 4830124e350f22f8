//! Goes through the parser's events and says what each becomes.
//!
//! How it is written, and where it is cut, is the writer's business; what HTML becomes stands in
//! [`super::tags`].

mod links;
mod taken;
mod text;

use std::ops::Range;

use domain::mrkdwn;
use pulldown_cmark::{BlockQuoteKind, Event, Tag, TagEnd};

use super::Place;
use super::html;
use super::table::Table;
use super::writer::{Style, Writer};

use taken::Taken;

pub(super) use links::LinkOf;
pub(super) use taken::Purpose;

/// See the module.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    source: &'a str,
    place: &'a Place<'a>,
    pub(super) writer: Writer<'a>,
    /// The lists around the current place; an ordered one knows its next number.
    lists: Vec<Option<u64>>,
    quotes: usize,
    table: Option<Table>,
    pub(super) taken: Option<Taken>,
    pub(super) html: html::Reader,
    pub(super) link: LinkOf,
    at_line_start: bool,
    in_quick_action: bool,
    after_image: bool,
}

/// Spaces that a list stands further in than the one around it.
const STEP: usize = 4;
/// Lists deeper than this stand no further in.
const DEEPEST: usize = 6;

impl<'a> Walk<'a> {
    pub(super) fn new(source: &'a str, place: &'a Place<'a>, writer: Writer<'a>) -> Self {
        Self {
            source,
            place,
            writer,
            lists: Vec::new(),
            quotes: 0,
            table: None,
            taken: None,
            html: html::Reader::default(),
            link: LinkOf::None,
            at_line_start: false,
            in_quick_action: false,
            after_image: false,
        }
    }

    pub(super) fn event(&mut self, event: Event<'a>, at: &Range<usize>) {
        let after_image = std::mem::take(&mut self.after_image);
        let at_line_start = std::mem::take(&mut self.at_line_start);
        if self.in_quick_action && !ends_line(&event) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Code(text) | Event::Html(text) if self.taken.is_some() => {
                self.take(&text);
            }
            Event::Text(_) if at_line_start && self.quick_action(at.start) => {}
            Event::Text(text) if after_image => self.text(without_attributes(&text)),
            Event::Text(text) => self.text(&text),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.writer.code(&code);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.read_html(&html),
            Event::FootnoteReference(name) => self.words(&format!("[{name}]")),
            Event::SoftBreak => self.line_end(0),
            Event::HardBreak => self.line_end(1),
            Event::Rule => self.rule(),
            Event::TaskListMarker(done) => self.writer.check(done),
        }
    }

    pub(super) fn place(&self) -> &'a Place<'a> {
        self.place
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Paragraph => {
                self.gap();
                self.at_line_start = true;
            }
            Tag::Heading { .. } => {
                self.gap();
                self.writer.begin(Style::Bold);
            }
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(_) => self.start_taking(Purpose::CodeBlock),
            Tag::HtmlBlock => self.start_taking(Purpose::HtmlBlock),
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.start_item(),
            Tag::FootnoteDefinition(name) => {
                let name = mrkdwn::escape_line(&format!("[{name}]: "));
                self.gap();
                self.writer.bullet(format!("{name} "), 0);
            }
            Tag::Table(alignments) => self.table = Some(Table::new(&alignments)),
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            Tag::TableCell => self.start_taking(Purpose::Cell),
            Tag::Emphasis => self.writer.begin(Style::Italic),
            Tag::Strong => self.writer.begin(Style::Bold),
            Tag::Strikethrough => self.writer.begin(Style::Strike),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => self.start_link(link_type, &dest_url),
            Tag::Image { dest_url, .. } => self.start_taking(Purpose::Image {
                target: dest_url.into_string(),
            }),
            // Not asked of the parser.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => (),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.end_block(),
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
                self.writer.end_quote();
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::TableCell | TagEnd::Image => {
                self.end_taking();
            }
            TagEnd::List(_) => self.end_list(),
            TagEnd::Item => {
                self.writer.end_inline();
                self.writer.drop_bullet();
            }
            TagEnd::FootnoteDefinition => self.writer.drop_bullet(),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.fenced(&table.lines());
                }
            }
            TagEnd::Emphasis => self.writer.end(Style::Italic),
            TagEnd::Strong => self.writer.end(Style::Bold),
            TagEnd::Strikethrough => self.writer.end(Style::Strike),
            TagEnd::Link => self.end_link(),
            TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => (),
        }
    }

    /// The next piece begins a block: with a blank line above it, in a list without.
    pub(super) fn gap(&mut self) {
        let breaks = if self.lists.is_empty() { 2 } else { 1 };
        self.writer.line_breaks(breaks);
    }

    pub(super) fn end_block(&mut self) {
        self.writer.end_inline();
        self.link = LinkOf::None;
        self.in_quick_action = false;
        self.gap();
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        self.gap();
        self.quotes += 1;
        self.writer.begin_quote();
        let title = match kind {
            None => return,
            Some(BlockQuoteKind::Note) => "*Note*",
            Some(BlockQuoteKind::Tip) => "*Tip*",
            Some(BlockQuoteKind::Important) => "*Important*",
            Some(BlockQuoteKind::Warning) => "*Warning*",
            Some(BlockQuoteKind::Caution) => "*Caution*",
        };
        self.writer.piece(title);
        self.writer.line_breaks(1);
    }

    fn start_list(&mut self, first: Option<u64>) {
        self.writer.end_inline();
        self.gap();
        self.lists.push(first);
    }

    fn end_list(&mut self) {
        self.lists.pop();
        let depth = self.lists.len().min(DEEPEST);
        self.writer.indent(depth * STEP);
        self.gap();
    }

    fn start_item(&mut self) {
        let depth = self.lists.len().clamp(1, DEEPEST);
        let indent = (depth - 1) * STEP;
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}.");
                *number = number.saturating_add(1);
                mark
            }
            Some(None) | None => bullet_at(depth).to_owned(),
        };
        let bullet = format!("{:indent$}{mark} ", "");
        self.writer.bullet(bullet, indent + STEP);
    }

    pub(super) fn rule(&mut self) {
        self.gap();
        self.writer.piece("──────────");
        self.gap();
    }

    pub(super) fn fenced(&mut self, text: &str) {
        self.gap();
        self.writer.fenced(text);
        self.gap();
    }
}

fn ends_line(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph)
    )
}

fn bullet_at(depth: usize) -> &'static str {
    match depth {
        0 | 1 => "•",
        2 => "◦",
        _ => "▪",
    }
}

/// What follows an image without the size that GitLab lets people set: `{width=50%}`.
fn without_attributes(text: &str) -> &str {
    text.strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
        .filter(|(inner, _)| inner.contains("width=") || inner.contains("height="))
        .map_or(text, |(_, after)| after)
}
