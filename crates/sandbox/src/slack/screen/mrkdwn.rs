//! Slack's markup, read as Slack reads it.
//!
//! The steps are Slack's: `<…>` tokens and the three entities first, then code blocks, then
//! quotes line by line, then code, then bold, italic and strike, and emoji and bare addresses
//! in what is left. A text that was escaped on its way in therefore stays text.

mod angle;
mod date;
mod inline;
mod plain;
mod scan;

use super::markup::{Node, element};
use super::reader::Reader;
use scan::Piece;

pub use date::{ago, clock_time, date, day, day_and_time};
pub use plain::emoji_node;
pub use scan::decode;

/// What of the markup is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Bold, italic, strike, code, quotes. Links and mentions are read in any case.
    pub styles: bool,
    /// Bare addresses become links (`verbatim: true` in a text object switches it off).
    pub autolink: bool,
}

impl Reading {
    /// A message, or a `mrkdwn` text object.
    pub const FULL: Self = Self {
        styles: true,
        autolink: true,
    };
    /// A field that is not in `mrkdwn_in`, a message with `mrkdwn: false`.
    pub const PLAIN: Self = Self {
        styles: false,
        autolink: true,
    };
}

/// Reads a text in Slack's markup.
#[must_use]
pub fn read(text: &str, reading: Reading, reader: &Reader<'_>) -> Vec<Node> {
    let pieces = scan::scan(text);
    if !reading.styles {
        return inline::unstyled(&pieces, reading, reader);
    }
    let mut nodes = Vec::new();
    let mut rest = pieces.as_slice();
    while let Some((before, code, after)) = code_block(rest) {
        lines(trim_end_of_line(before), reading, reader, &mut nodes);
        let code = trim_end_of_line(trim_start_of_line(code));
        nodes.push(element("pre").nodes(inline::code(code, reader)).into());
        rest = trim_start_of_line(after);
    }
    lines(rest, reading, reader, &mut nodes);
    nodes
}

/// Reads a `plain_text` object, where only emoji have a meaning (unless `emoji: false`).
#[must_use]
pub fn read_plain(text: &str, emoji: bool) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (at, line) in text.split('\n').enumerate() {
        if at != 0 {
            nodes.push(element("br").into());
        }
        plain::push_words(&mut nodes, line, emoji, false);
    }
    nodes
}

/// The first code block: what stands before it, in it and after it.
fn code_block<'p>(
    pieces: &'p [Piece<'p>],
) -> Option<(&'p [Piece<'p>], &'p [Piece<'p>], &'p [Piece<'p>])> {
    let fence = |from: usize| {
        (from..pieces.len().saturating_sub(2))
            .find(|&at| pieces[at..at + 3].iter().all(|piece| piece.is('`')))
    };
    let opened = fence(0)?;
    let mut closed = fence(opened + 3)?;
    while pieces.get(closed + 3).is_some_and(|piece| piece.is('`')) {
        closed += 1;
    }
    let says_something = pieces[opened + 3..closed]
        .iter()
        .any(|piece| !piece.is_space());
    says_something.then(|| {
        (
            &pieces[..opened],
            &pieces[opened + 3..closed],
            &pieces[closed + 3..],
        )
    })
}

fn trim_start_of_line<'p>(pieces: &'p [Piece<'p>]) -> &'p [Piece<'p>] {
    match pieces.split_first() {
        Some((first, rest)) if first.is('\n') => rest,
        _ => pieces,
    }
}

fn trim_end_of_line<'p>(pieces: &'p [Piece<'p>]) -> &'p [Piece<'p>] {
    match pieces.split_last() {
        Some((last, rest)) if last.is('\n') => rest,
        _ => pieces,
    }
}

/// Lines and quotes. `>` quotes its line, `>>>` everything to the end.
fn lines(pieces: &[Piece<'_>], reading: Reading, reader: &Reader<'_>, nodes: &mut Vec<Node>) {
    if pieces.is_empty() {
        return;
    }
    let mut rest = pieces;
    let mut begun = false;
    loop {
        if let Some((quote, after)) = leading_quote(rest) {
            nodes.push(
                element("blockquote")
                    .nodes(quoted(&quote, reading, reader))
                    .into(),
            );
            begun = false;
            match after {
                None => return,
                Some(after) => rest = after,
            }
            continue;
        }
        if begun {
            nodes.push(element("br").into());
        }
        let end = end_of_line(rest);
        nodes.extend(inline::styled(&rest[..end], reading, reader));
        begun = true;
        match rest.get(end + 1..) {
            None => return,
            Some(after) => rest = after,
        }
    }
}

fn quoted(lines: &[&[Piece<'_>]], reading: Reading, reader: &Reader<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if at != 0 {
            nodes.push(element("br").into());
        }
        nodes.extend(inline::styled(line, reading, reader));
    }
    nodes
}

type Quote<'p> = (Vec<&'p [Piece<'p>]>, Option<&'p [Piece<'p>]>);

/// The quote that `pieces` begins with, line by line, and what follows it.
fn leading_quote<'p>(pieces: &'p [Piece<'p>]) -> Option<Quote<'p>> {
    let mut lines = Vec::new();
    let mut rest = Some(pieces);
    let mut to_the_end = false;
    while let Some(here) = rest {
        let marks = here
            .iter()
            .take(3)
            .take_while(|piece| piece.is('>'))
            .count();
        if marks == 0 && !to_the_end {
            break;
        }
        let skipped = match marks {
            3 if lines.is_empty() => {
                to_the_end = true;
                3
            }
            0 => 0,
            _ if to_the_end => 0,
            _ => 1,
        };
        let end = end_of_line(here);
        let line = &here[skipped..end];
        lines.push(match line.split_first() {
            Some((first, line)) if first.is(' ') && skipped != 0 => line,
            _ => line,
        });
        rest = here.get(end + 1..);
    }
    (!lines.is_empty()).then_some((lines, rest))
}

fn end_of_line(pieces: &[Piece<'_>]) -> usize {
    pieces
        .iter()
        .position(|piece| piece.is('\n'))
        .unwrap_or(pieces.len())
}

#[cfg(test)]
mod tests;
