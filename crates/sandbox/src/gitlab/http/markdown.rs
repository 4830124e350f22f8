//! GitLab Markdown as a page shows it.
//!
//! Only what is listed here becomes an element; HTML in a text stays text, and a comment is not
//! shown at all. Addresses lead to web pages and to paths of this site, nowhere else.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::html::Safe;
use crate::gitlab::tasks::MARKDOWN;

/// The text as HTML. `task_box` draws the box of a task list with this index.
pub(super) fn html(text: &str, task_box: impl Fn(usize) -> String) -> String {
    let mut page = Page::default();
    for event in Parser::new_ext(text, MARKDOWN) {
        match event {
            Event::Start(tag) => page.start(&tag),
            Event::End(tag) => page.end(tag),
            Event::Text(text) => page.text(&text),
            Event::Code(code) => page.html += &format!("<code>{}</code>", Safe(&code)),
            Event::Html(html) | Event::InlineHtml(html) => page.raw(&html),
            Event::SoftBreak => page.html.push('\n'),
            Event::HardBreak => page.html += "<br>",
            Event::Rule => page.html += "<hr>",
            Event::TaskListMarker(_) => {
                page.html += &task_box(page.boxes);
                page.boxes += 1;
            }
            _ => (),
        }
    }
    page.html
}

#[derive(Default)]
struct Page {
    html: String,
    boxes: usize,
    /// Whether each link that is open became an element.
    links: Vec<bool>,
    in_table_head: bool,
}

impl Page {
    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.html += "<p>",
            Tag::Heading { level, .. } => self.html += &format!("<{}>", heading(*level)),
            Tag::BlockQuote(_) => self.html += "<blockquote>",
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.html += "<pre><code>";
            }
            Tag::List(Some(first)) => self.html += &format!("<ol start=\"{first}\">"),
            Tag::List(None) => self.html += "<ul>",
            Tag::Item => self.html += "<li>",
            Tag::Table(_) => self.html += "<table>",
            Tag::TableHead => {
                self.in_table_head = true;
                self.html += "<tr>";
            }
            Tag::TableRow => self.html += "<tr>",
            Tag::TableCell if self.in_table_head => self.html += "<th>",
            Tag::TableCell => self.html += "<td>",
            Tag::Emphasis => self.html += "<em>",
            Tag::Strong => self.html += "<strong>",
            Tag::Strikethrough => self.html += "<del>",
            Tag::Link { dest_url, .. } => self.link(dest_url),
            _ => (),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.html += "</p>",
            TagEnd::Heading(level) => self.html += &format!("</{}>", heading(level)),
            TagEnd::BlockQuote(_) => self.html += "</blockquote>",
            TagEnd::CodeBlock => self.html += "</code></pre>",
            TagEnd::List(true) => self.html += "</ol>",
            TagEnd::List(false) => self.html += "</ul>",
            TagEnd::Item => self.html += "</li>",
            TagEnd::Table => self.html += "</table>",
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.html += "</tr>";
            }
            TagEnd::TableRow => self.html += "</tr>",
            TagEnd::TableCell if self.in_table_head => self.html += "</th>",
            TagEnd::TableCell => self.html += "</td>",
            TagEnd::Emphasis => self.html += "</em>",
            TagEnd::Strong => self.html += "</strong>",
            TagEnd::Strikethrough => self.html += "</del>",
            TagEnd::Link if self.links.pop() == Some(true) => self.html += "</a>",
            _ => (),
        }
    }

    fn link(&mut self, to: &str) {
        let is_web = to.starts_with("https://") || to.starts_with("http://");
        let is_own = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
        self.links.push(is_web || is_own);
        if is_web || is_own {
            self.html += &format!("<a href=\"{}\" rel=\"noreferrer\">", Safe(to));
        }
    }

    fn text(&mut self, text: &str) {
        self.html += &Safe(text).to_string();
    }

    fn raw(&mut self, html: &str) {
        let html = html.trim();
        let is_comment = html.starts_with("<!--") || html.ends_with("-->");
        if !is_comment {
            self.text(html);
        }
    }
}

/// Below the page's own heading.
fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h2",
        HeadingLevel::H2 => "h3",
        HeadingLevel::H3 => "h4",
        HeadingLevel::H4 => "h5",
        HeadingLevel::H5 | HeadingLevel::H6 => "h6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(html(text, |index| format!("[{index}]")), expected, "{text}");
    }

    #[test]
    fn what_people_write_becomes_elements() {
        check(
            "## Steps\n\n1. *one* and **two**\n2. `three`",
            "<h3>Steps</h3><ol start=\"1\"><li><em>one</em> and <strong>two</strong></li>\
             <li><code>three</code></li></ol>",
        );
        check(
            "- [ ] one <!-- signalbox:a -->\n- [x] ~~two~~",
            "<ul><li>[0]one </li><li>[1]<del>two</del></li></ul>",
        );
        check(
            "| a |\n| --- |\n| b |",
            "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>",
        );
        check("```\n<x>\n```", "<pre><code>&lt;x&gt;\n</code></pre>");
    }

    #[test]
    fn nothing_that_people_write_becomes_anything_else() {
        check(
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        );
        check(
            "a <img src=x onerror=y> b",
            "<p>a &lt;img src=x onerror=y&gt; b</p>",
        );
        check("[x](javascript:alert(1))", "<p>x</p>");
        check("[x](//evil.example)", "<p>x</p>");
        check(
            "[x](https://a.example/?a=\"b)",
            "<p><a href=\"https://a.example/?a=&quot;b\" rel=\"noreferrer\">x</a></p>",
        );
        check("![alt](https://a.example/x.png)", "<p>alt</p>");
    }
}
