//! The little YAML that definitions and plans are made of: mappings, lists and single values.
//!
//! Read event by event, so that nothing that a file can hold (aliases that multiply, nesting
//! without end, tags that make objects) is ever built. Values keep how they were written, because
//! `'16.9'` is a text and `16.9` a number.

mod scalar;

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

pub use scalar::scalar;

/// The longest file that is read.
pub const MAX_BYTES: usize = 64 * 1024;
/// The deepest nesting that is read.
const MAX_DEPTH: usize = 16;

/// One line of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: String,
    /// From 1.
    pub line: usize,
    pub value: Value,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// From 1.
    pub line: usize,
    pub value: Value,
}

/// What a key or an item has.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    Text(String),
    List(Vec<Item>),
    /// In the order of the file, those of the same key included.
    Mapping(Vec<Entry>),
    /// What has no place in such a file, in words.
    Other(&'static str),
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// From 1.
    pub line: usize,
    pub message: String,
}

type Step<'a> = (Event<'a>, Span);
type Events<'a> = Parser<'a, StrInput<'a>>;

impl Value {
    /// What it is, in words.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Mapping(_) => "a mapping",
            Self::Other(what) => what,
        }
    }
}

/// The entries in their order, those of the same key included.
///
/// # Errors
/// When the text is no YAML, or not one mapping.
pub fn read(text: &str) -> Result<Vec<Entry>, Broken> {
    if MAX_BYTES < text.len() {
        return Err(broken(1, format!("is longer than {MAX_BYTES} bytes")));
    }
    let mut parser = Parser::new_from_str(text).keep_tags(true);
    let mapping = loop {
        match next(&mut parser)? {
            (Event::Nothing | Event::StreamStart | Event::DocumentStart(_), _) => (),
            (Event::MappingStart(anchor, tag), _) if anchor == 0 && tag.is_none() => {
                break entries(&mut parser, 1)?;
            }
            (Event::StreamEnd, _) => return Err(broken(1, "is empty")),
            (Event::Scalar(text, ..), _) if text.is_empty() => return Err(broken(1, "is empty")),
            (_, span) => return Err(broken(line(span), "is not a list of `key: value` lines")),
        }
    };
    loop {
        match next(&mut parser)? {
            (Event::StreamEnd, _) => return Ok(mapping),
            (Event::DocumentStart(_), span) => {
                return Err(broken(line(span), "holds a second document"));
            }
            _ => (),
        }
    }
}

fn entries(parser: &mut Events<'_>, depth: usize) -> Result<Vec<Entry>, Broken> {
    let mut entries = Vec::new();
    loop {
        let (key, line) = match next(parser)? {
            (Event::MappingEnd, _) => return Ok(entries),
            (Event::Scalar(key, _, 0, None), span) => (key.into_owned(), line(span)),
            (_, span) => return Err(broken(line(span), "has a key that is no plain name")),
        };
        let step = next(parser)?;
        let value = value(parser, step, depth)?;
        entries.push(Entry { key, line, value });
    }
}

fn items(parser: &mut Events<'_>, depth: usize) -> Result<Vec<Item>, Broken> {
    let mut items = Vec::new();
    loop {
        let step = next(parser)?;
        if matches!(step.0, Event::SequenceEnd) {
            return Ok(items);
        }
        let line = line(step.1);
        let value = value(parser, step, depth)?;
        items.push(Item { line, value });
    }
}

fn value(parser: &mut Events<'_>, step: Step<'_>, depth: usize) -> Result<Value, Broken> {
    let (event, span) = step;
    Ok(match event {
        Event::Scalar(text, ScalarStyle::Plain, 0, None) => plain(text),
        Event::Scalar(text, _, 0, None) => Value::Text(text.into_owned()),
        Event::Scalar(_, _, _, Some(_)) => Value::Other("a tag"),
        Event::Scalar(_, _, _, None) => Value::Other("an anchor"),
        Event::Alias(_) => Value::Other("an alias"),
        Event::SequenceStart(..) | Event::MappingStart(..) if MAX_DEPTH < depth => {
            return Err(broken(line(span), "is nested too deeply"));
        }
        Event::SequenceStart(anchor, tag) => {
            let items = items(parser, depth + 1)?;
            marked(anchor, tag.is_some()).unwrap_or(Value::List(items))
        }
        Event::MappingStart(anchor, tag) => {
            let entries = entries(parser, depth + 1)?;
            marked(anchor, tag.is_some()).unwrap_or(Value::Mapping(entries))
        }
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd
        | Event::SequenceEnd
        | Event::MappingEnd => Value::Null,
    })
}

/// Anchors and tags have no meaning here.
fn marked(anchor: usize, is_tagged: bool) -> Option<Value> {
    if is_tagged {
        Some(Value::Other("a tag"))
    } else {
        (anchor != 0).then_some(Value::Other("an anchor"))
    }
}

/// YAML 1.2's core schema, without its octal and hexadecimal numbers; dates are texts.
fn plain(text: Cow<'_, str>) -> Value {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if looks_like_a_number(number) => Value::Number(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    }
}

/// What some reader of YAML would take for a number.
fn looks_like_a_number(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    let special = [".inf", ".nan"].contains(&unsigned.to_ascii_lowercase().as_str());
    let begins = unsigned
        .trim_start_matches('.')
        .starts_with(|c: char| c.is_ascii_digit());
    let radix = ["0x", "0o", "0b"]
        .iter()
        .any(|radix| unsigned.starts_with(radix));
    special || radix || begins && unsigned.replace('_', "").parse::<f64>().is_ok()
}

fn next<'a>(parser: &mut Events<'a>) -> Result<Step<'a>, Broken> {
    match parser.next_event() {
        Some(Ok(step)) => Ok(step),
        Some(Err(error)) => Err(no_yaml(&error)),
        None => Err(broken(1, "ends too early")),
    }
}

fn no_yaml(error: &ScanError) -> Broken {
    broken(
        error.marker().line(),
        format!("is no YAML: {}", error.info()),
    )
}

fn line(span: Span) -> usize {
    span.start.line()
}

fn broken(line: usize, message: impl Into<String>) -> Broken {
    let message = message.into();
    Broken {
        line: line.max(1),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_were_written_as() {
        let text = "---\na: x # comment\nb: 'true'\nc: true\nd: 16.9\ne: '16.9'\nf:\ng: ~\nh: |\n  two\n  lines\ni: [1, [2]]\nj: {k: l}\nk: &m n\nl: !!str o\nm: 2026-01-31\nn: \"q\\nr\"\n";
        let read: Vec<_> = read(text)
            .unwrap()
            .into_iter()
            .map(|entry| entry.value)
            .collect();
        let text = |text: &str| Value::Text(text.to_owned());
        let number = |number: &str, line| Item {
            line,
            value: Value::Number(number.to_owned()),
        };
        let list = Item {
            line: 12,
            value: Value::List(vec![number("2", 12)]),
        };
        assert_eq!(
            read,
            [
                text("x"),
                text("true"),
                Value::Bool(true),
                Value::Number("16.9".to_owned()),
                text("16.9"),
                Value::Null,
                Value::Null,
                text("two\nlines\n"),
                Value::List(vec![number("1", 12), list]),
                Value::Mapping(vec![Entry {
                    key: "k".to_owned(),
                    line: 13,
                    value: text("l"),
                }]),
                Value::Other("an anchor"),
                Value::Other("a tag"),
                text("2026-01-31"),
                text("q\nr"),
            ]
        );
    }

    #[test]
    fn lines_are_counted_from_one() {
        let lines: Vec<_> = read("# comment\n\na: |\n  x\n  y\nb: 1\n")
            .unwrap()
            .into_iter()
            .map(|entry| (entry.key, entry.line))
            .collect();
        assert_eq!(lines, [("a".to_owned(), 3), ("b".to_owned(), 6)]);
    }

    #[test]
    fn what_is_not_one_mapping_is_refused_with_its_line() {
        let deep = format!("a: {}{}", "[".repeat(20), "]".repeat(20));
        for (text, expected) in [
            ("", "1: is empty"),
            ("# only a comment\n", "1: is empty"),
            ("- a\n", "1: is not a list of `key: value` lines"),
            ("\nword\n", "2: is not a list of `key: value` lines"),
            ("&a {b: c}\n", "1: is not a list of `key: value` lines"),
            ("a: b\n---\nc: d\n", "2: holds a second document"),
            ("a: b\n? [c]\n: d\n", "2: has a key that is no plain name"),
            (deep.as_str(), "1: is nested too deeply"),
        ] {
            let broken = read(text).unwrap_err();
            assert_eq!(format!("{}: {}", broken.line, broken.message), expected);
        }
        let broken = read("a: b\nc: 'd\n").unwrap_err();
        assert!(broken.message.starts_with("is no YAML: "), "{broken:?}");
        assert!(read(&format!("a: {}", "x".repeat(MAX_BYTES))).is_err());
    }

    #[test]
    fn nesting_without_end_is_refused() {
        for piece in [
            "[", "{", "- ", "? ", "&a ", "*a ", "a: ", "a: [", "!t ", "- ? ",
        ] {
            let text = format!("a:\n  {}", piece.repeat(60_000 / piece.len()));
            assert!(read(&text).is_err(), "{piece:?}");
        }
    }
}
