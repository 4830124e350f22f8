//! What is on the screen, as a tree that is written once as HTML and once as plain text.
//!
//! Both writers walk the same nodes, so a page and its plain text cannot tell different things.
//! This is the only place where text becomes HTML: every text and every attribute value is
//! escaped here, tags close because elements nest, and an address is linked only when
//! [`web_address`] lets it pass.

mod html;
mod text;

pub use html::to_html;
pub use text::to_text;

/// A piece of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Text(String),
    Element(Element),
}

/// An HTML element. Names of tags and attributes come from our own code alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    tag: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
    reads: Reads,
}

/// How an element reads as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Runs on in its line.
    Inline,
    /// Begins and ends a line.
    Block,
    /// Runs on in its line, in square brackets: a button, a picture.
    Bracketed,
    /// Begins and ends a line; each of its lines begins with this.
    Quoted(&'static str),
    /// Begins and ends a line; the first begins with this, the others are set in as far.
    Listed(String),
    /// Runs on in its line, parted from the one before by a bar.
    Cell,
    /// Begins and ends a line; is read as this, whatever it holds.
    As(&'static str),
    /// Runs on in its line; is read as these words, whatever it holds.
    Words(String),
    /// Ends the line.
    Break,
    /// Decoration: is not read.
    Silent,
}

/// An element that reads as its tag does in a browser.
#[must_use]
pub fn element(tag: &'static str) -> Element {
    let reads = match tag {
        "br" => Reads::Break,
        "button" | "select" => Reads::Bracketed,
        "td" | "th" => Reads::Cell,
        "blockquote" => Reads::Quoted("> "),
        "hr" => Reads::As("---"),
        "svg" | "script" | "link" | "meta" | "input" | "textarea" => Reads::Silent,
        "a" | "b" | "bdi" | "code" | "em" | "i" | "kbd" | "label" | "option" | "s" | "small"
        | "span" | "strong" | "time" | "u" | "img" => Reads::Inline,
        _ => Reads::Block,
    };
    Element {
        tag,
        attributes: Vec::new(),
        children: Vec::new(),
        reads,
    }
}

/// `<div class="…">`.
#[must_use]
pub fn div(class: &'static str) -> Element {
    element("div").class(class)
}

/// `<span class="…">`.
#[must_use]
pub fn span(class: &'static str) -> Element {
    element("span").class(class)
}

/// A link that opens beside the page, or its label alone when the address may not be followed.
#[must_use]
pub fn link(address: &str, label: Vec<Node>) -> Node {
    match web_address(address) {
        None => span("unlinked").nodes(label).into(),
        Some(address) => element("a")
            .attr("href", address)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .nodes(label)
            .into(),
    }
}

/// A picture from the web; one whose address may not be loaded is its description alone.
#[must_use]
pub fn picture(class: &'static str, address: &str, description: &str) -> Node {
    let alt = if description.is_empty() {
        "image"
    } else {
        description
    };
    match web_address(address).filter(|address| !address.starts_with("mailto:")) {
        None => span("unlinked").reads(Reads::Bracketed).text(alt).into(),
        Some(address) => element("img")
            .class(class)
            .attr("src", address)
            .attr("alt", alt)
            .attr("loading", "lazy")
            .attr("referrerpolicy", "no-referrer")
            .reads(Reads::Bracketed)
            .into(),
    }
}

/// The address as it may stand in `href` or `src`: `http`, `https` and `mailto` only.
#[must_use]
pub fn web_address(address: &str) -> Option<&str> {
    let address = address.trim();
    let (scheme, rest) = address.split_once(':')?;
    let known = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()),
        "mailto" => rest.contains('@'),
        _ => false,
    };
    let whole = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    (known && whole).then_some(address)
}

impl Element {
    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// Sets an attribute; an address goes through [`web_address`] first.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Sets an attribute that is there or not: `disabled`.
    #[must_use]
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// Sets an attribute when there is a value for it.
    #[must_use]
    pub fn attr_if(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    #[must_use]
    pub fn reads(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    #[must_use]
    pub fn with(mut self, child: impl Into<Node>) -> Self {
        self.children.push(child.into());
        self
    }

    #[must_use]
    pub fn maybe(mut self, child: Option<impl Into<Node>>) -> Self {
        self.children.extend(child.map(Into::into));
        self
    }

    #[must_use]
    pub fn nodes(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(children);
        self
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_mail_addresses_are_followed() {
        for (address, followed) in [
            ("https://gitlab.example/a?b=c&d", true),
            ("HTTP://g.ex", true),
            ("mailto:ana@example.com", true),
            ("javascript:alert(1)", false),
            ("java\nscript:alert(1)", false),
            ("data:text/html,x", false),
            ("https:javascript", false),
            ("//evil.example", false),
            ("https://", false),
            ("https://a b", false),
            ("", false),
        ] {
            assert_eq!(web_address(address).is_some(), followed, "{address:?}");
        }
    }

    #[test]
    fn a_page_and_its_plain_text_are_two_readings_of_one_tree() {
        let tree = [div("note")
            .with(element("b").text("1 < 2"))
            .with(element("br"))
            .with(link("https://g.ex/?a=\"b\"", vec!["there".into()]))
            .with(
                element("blockquote")
                    .text("so")
                    .with(element("br"))
                    .text("it is"),
            )
            .with(element("button").text("Retry"))
            .with(span("dot").reads(Reads::Silent).text("x"))
            .into()];
        assert_eq!(
            to_html(&tree),
            "<div class=\"note\"><b>1 &lt; 2</b><br><a href=\"https://g.ex/?a=&quot;b&quot;\" \
             target=\"_blank\" rel=\"noopener noreferrer\">there</a><blockquote>so<br>it is\
             </blockquote><button>Retry</button><span class=\"dot\">x</span></div>"
        );
        assert_eq!(to_text(&tree), "1 < 2\nthere\n> so\n> it is\n[Retry]");
    }

    #[test]
    fn list_items_are_set_in_below_their_mark() {
        let item = element("li").reads(Reads::Listed("1. ".to_owned()));
        let tree = [item.text("one").with(element("br")).text("more").into()];
        assert_eq!(to_text(&tree), "1. one\n   more");
    }
}
