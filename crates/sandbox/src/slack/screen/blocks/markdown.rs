//! `markdown`: standard Markdown, as Slack draws it: no raw HTML, pictures as links.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::markup::{Element, Node, Reads, element, link, span};
use super::super::mrkdwn;

/// Draws Markdown.
pub fn draw(text: &str) -> Vec<Node> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page = Page {
        open: vec![Open::new(Frame::Root)],
        lists: Vec::new(),
        in_head: false,
    };
    for event in Parser::new_ext(text, options) {
        page.event(event);
    }
    while 1 < page.open.len() {
        page.close();
    }
    page.open.pop().map(|root| root.nodes).unwrap_or_default()
}

/// What is open, outermost first, and the numbers of the open lists.
struct Page {
    open: Vec<Open>,
    lists: Vec<Option<u64>>,
    in_head: bool,
}

struct Open {
    frame: Frame,
    nodes: Vec<Node>,
}

enum Frame {
    Root,
    Element(Element),
    Link(String),
}

impl Open {
    fn new(frame: Frame) -> Self {
        Self {
            frame,
            nodes: Vec::new(),
        }
    }
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => {
                match end {
                    TagEnd::List(_) => drop(self.lists.pop()),
                    TagEnd::TableHead => self.in_head = false,
                    _ => (),
                }
                self.close();
            }
            Event::Text(text) => self.push_all(mrkdwn::read_plain(&text, true)),
            Event::Code(code) => self.push(element("code").text(code.as_ref())),
            Event::Html(text) | Event::InlineHtml(text) => self.push(text.as_ref()),
            Event::SoftBreak | Event::HardBreak => self.push(element("br")),
            Event::Rule => self.push(element("hr").class("divider")),
            Event::TaskListMarker(done) => self.push(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(text.as_ref());
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let frame = match tag {
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                Frame::Link(dest_url.into_string())
            }
            Tag::List(first) => {
                self.lists.push(first);
                let list = element(if first.is_some() { "ol" } else { "ul" }).class("list");
                let start = first
                    .filter(|first| *first != 1)
                    .map(|first| first.to_string());
                Frame::Element(list.attr_if("start", start))
            }
            Tag::Item => Frame::Element(element("li").reads(Reads::Listed(self.mark()))),
            Tag::TableHead => {
                self.in_head = true;
                Frame::Element(element("tr"))
            }
            other => Frame::Element(plain_element(&other, self.in_head)),
        };
        self.open.push(Open::new(frame));
    }

    /// The mark of the next item of the innermost list.
    fn mark(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number += 1;
                mark
            }
            _ => "• ".to_owned(),
        }
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else {
            return;
        };
        match closed.frame {
            Frame::Root => self.open.push(closed),
            Frame::Element(element) => self.push(element.nodes(closed.nodes)),
            Frame::Link(url) => self.push(link(&url, closed.nodes)),
        }
    }

    fn push(&mut self, node: impl Into<Node>) {
        if let Some(innermost) = self.open.last_mut() {
            innermost.nodes.push(node.into());
        }
    }

    fn push_all(&mut self, nodes: Vec<Node>) {
        if let Some(innermost) = self.open.last_mut() {
            innermost.nodes.extend(nodes);
        }
    }
}

fn plain_element(tag: &Tag<'_>, in_head: bool) -> Element {
    match tag {
        Tag::Paragraph => element("p"),
        Tag::Heading {
            level: HeadingLevel::H1 | HeadingLevel::H2,
            ..
        } => element("h3").class("header"),
        Tag::Heading { .. } => element("h4").class("header"),
        Tag::BlockQuote(_) => element("blockquote"),
        Tag::CodeBlock(_) => element("pre"),
        Tag::Emphasis => element("i"),
        Tag::Strong => element("b"),
        Tag::Strikethrough => element("s"),
        Tag::Table(_) => element("table"),
        Tag::TableRow => element("tr"),
        Tag::TableCell => element(if in_head { "th" } else { "td" }),
        _ => span("markdown-part"),
    }
}
