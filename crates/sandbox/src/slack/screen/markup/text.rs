//! The tree as plain text: what a person reads, top to bottom.

use super::{Element, Node, Reads};

/// Writes what a person reads, without decoration. Lines are never empty.
#[must_use]
pub fn to_text(nodes: &[Node]) -> String {
    let mut page = Page::default();
    page.nodes(nodes);
    page.end_line();
    page.out
}

/// The text so far, and the line that is being written.
#[derive(Default)]
struct Page {
    out: String,
    line: String,
    /// What each new line begins with, outermost first.
    margins: Vec<Margin>,
    /// Whether a cell stands in the line already.
    in_row: bool,
}

/// What the next line begins with, and every line after it.
struct Margin {
    next: String,
    then: String,
}

impl Page {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn text(&mut self, text: &str) {
        let mut lines = text.split('\n');
        self.line.push_str(lines.next().unwrap_or_default());
        for line in lines {
            self.end_line();
            self.line.push_str(line);
        }
    }

    fn element(&mut self, element: &Element) {
        match &element.reads {
            Reads::Silent => (),
            Reads::Break => self.end_line(),
            Reads::Inline => self.nodes(&element.children),
            Reads::Bracketed => self.bracketed(element),
            Reads::Words(words) => self.text(words),
            Reads::Cell => self.cell(element),
            Reads::As(words) => self.block(|page| page.line.push_str(words)),
            Reads::Block => self.block(|page| page.nodes(&element.children)),
            Reads::Quoted(margin) => self.set_in(margin, margin, element),
            Reads::Listed(mark) => {
                let margin = " ".repeat(mark.chars().count());
                self.set_in(mark, &margin, element);
            }
        }
    }

    fn bracketed(&mut self, element: &Element) {
        if !self.line.is_empty() && !self.line.ends_with([' ', '[']) {
            self.line.push(' ');
        }
        self.line.push('[');
        self.nodes(&element.children);
        if let Some((_, description)) = element.attributes.iter().find(|(name, _)| *name == "alt") {
            self.line.push_str(description);
        }
        self.line.push(']');
    }

    fn cell(&mut self, element: &Element) {
        if self.in_row {
            self.line.push_str(" | ");
        }
        self.nodes(&element.children);
        self.in_row = true;
    }

    fn block(&mut self, write: impl FnOnce(&mut Self)) {
        self.end_line();
        write(self);
        self.end_line();
    }

    fn set_in(&mut self, first: &str, margin: &str, element: &Element) {
        self.end_line();
        self.margins.push(Margin {
            next: first.to_owned(),
            then: margin.to_owned(),
        });
        self.nodes(&element.children);
        self.end_line();
        self.margins.pop();
    }

    /// Closes the line; one that says nothing is left out.
    fn end_line(&mut self) {
        self.in_row = false;
        if self.line.trim().is_empty() {
            self.line.clear();
            return;
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        for margin in &mut self.margins {
            self.out.push_str(&margin.next);
            margin.next.clone_from(&margin.then);
        }
        self.out.push_str(self.line.trim_end());
        self.line.clear();
    }
}
