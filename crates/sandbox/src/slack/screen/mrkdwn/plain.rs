//! Words without styles: emoji codes and bare addresses are all that has a meaning in them.

use super::super::emoji;
use super::super::markup::{Node, link, span};

/// Takes no room; an escaper puts it beside a character that is to stay one.
const WORD_JOINER: char = '\u{2060}';

/// Draws words; `emoji` and `autolink` say whether `:tada:` and bare addresses are read.
pub fn push_words(nodes: &mut Vec<Node>, words: &str, emoji: bool, autolink: bool) {
    let mut said = String::new();
    let mut rest = words;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let found = match c {
            ':' if emoji => emoji_code(rest),
            'h' | 'H' if autolink && !before.is_alphanumeric() => address(rest),
            _ => None,
        };
        let length = match found {
            Some((node, length)) => {
                push(nodes, &mut said);
                nodes.push(node);
                length
            }
            None => {
                if c != WORD_JOINER {
                    said.push(c);
                }
                c.len_utf8()
            }
        };
        before = c;
        rest = &rest[length..];
    }
    push(nodes, &mut said);
}

fn push(nodes: &mut Vec<Node>, said: &mut String) {
    if !said.is_empty() {
        nodes.push(Node::Text(std::mem::take(said)));
    }
}

/// An emoji that is known by this code.
pub fn emoji_node(code: &str) -> Option<Node> {
    let shown = emoji::character(code)?;
    Some(
        span("emoji")
            .attr("title", format!(":{code}:"))
            .text(shown)
            .into(),
    )
}

fn emoji_code(rest: &str) -> Option<(Node, usize)> {
    const LONGEST: usize = 60;
    let end = rest[1..].find(|c: char| {
        !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '+'))
    })?;
    if !rest[1 + end..].starts_with(':') || LONGEST < end {
        return None;
    }
    let node = emoji_node(&rest[1..=end])?;
    Some((node, end + 2 + skin_tone(&rest[end + 2..])))
}

/// The length of a skin tone that follows: it changes the emoji before it.
fn skin_tone(rest: &str) -> usize {
    let tone = rest
        .strip_prefix(":skin-tone-")
        .and_then(|rest| rest.get(..2));
    match tone {
        Some("2:" | "3:" | "4:" | "5:" | "6:") => ":skin-tone-2:".len(),
        _ => 0,
    }
}

fn address(rest: &str) -> Option<(Node, usize)> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '|' | '`' | WORD_JOINER)
    };
    let end = rest.find(ends).unwrap_or(rest.len());
    let address = without_closing_marks(&rest[..end]);
    (scheme.len() < address.len()).then(|| {
        (
            link(address, vec![Node::Text(address.to_owned())]),
            address.len(),
        )
    })
}

/// A full stop or bracket after an address belongs to the sentence, not to the address.
fn without_closing_marks(address: &str) -> &str {
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let belongs = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | ']' | '}' | '…' => false,
            ')' => address.matches('(').count() >= address.matches(')').count(),
            _ => true,
        };
        if belongs {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}
