//! The tree as HTML.

use super::{Element, Node};

/// Writes the nodes as HTML, everything in them escaped.
#[must_use]
pub fn to_html(nodes: &[Node]) -> String {
    let mut out = String::new();
    write_nodes(&mut out, nodes);
    out
}

fn write_nodes(out: &mut String, nodes: &[Node]) {
    for node in nodes {
        match node {
            Node::Text(text) => escape_into(out, text),
            Node::Element(element) => write_element(out, element),
        }
    }
}

fn write_element(out: &mut String, element: &Element) {
    out.push('<');
    out.push_str(element.tag);
    for (name, value) in &element.attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape_into(out, value);
        out.push('"');
    }
    out.push('>');
    if is_void(element.tag) {
        return;
    }
    write_nodes(out, &element.children);
    out.push_str("</");
    out.push_str(element.tag);
    out.push('>');
}

/// Elements that hold nothing and have no closing tag.
fn is_void(tag: &str) -> bool {
    matches!(tag, "br" | "hr" | "img" | "input" | "link" | "meta")
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}
