//! The lines of a Markdown text, and which of them are items of a task list.

use std::ops::Range;

use super::TaskState;

/// A line.
pub(super) struct Line<'a> {
    /// Its box, when it has one.
    pub(super) task: Option<Task<'a>>,
}

/// A box and what follows it.
pub(super) struct Task<'a> {
    pub(super) state: TaskState,
    pub(super) text: &'a str,
    /// Where the sign between the brackets is, in bytes of the whole text.
    pub(super) box_at: Range<usize>,
}

/// Columns from which on a line that belongs to no list is code.
const CODE: usize = 4;

/// What the lines before say about the next one.
#[derive(Default)]
struct Reader {
    block: Option<Open>,
    /// The column at which the text of the last list item begins, while its list goes on.
    list: Option<usize>,
    after_blank: bool,
}

/// A block that goes on, and where it is: it ends with what it is in, too.
struct Open {
    block: Block,
    quotes: usize,
    column: usize,
}

/// What has its own end.
enum Block {
    /// A code block between fences of this sign, of this length at least.
    Fence(char, usize),
    Comment,
    Preformatted,
}

pub(super) fn lines(markdown: &str) -> impl Iterator<Item = Line<'_>> {
    let mut reader = Reader::default();
    let mut at = 0;
    markdown.split_inclusive('\n').map(move |line| {
        let task = reader.read(line.trim_end_matches(['\r', '\n']), at);
        at += line.len();
        Line { task }
    })
}

impl Reader {
    fn read<'a>(&mut self, line: &'a str, at: usize) -> Option<Task<'a>> {
        let Unquoted { rest, quotes } = unquoted(line);
        let indent = columns(rest);
        let text = rest.trim_start();
        if let Some(open) = &self.block {
            let left = quotes < open.quotes || (indent < open.column && !text.is_empty());
            let ends = open.block.ends_with(text);
            if left || ends {
                self.block = None;
            }
            if !left {
                return None;
            }
        }
        if text.is_empty() {
            self.after_blank = true;
            return None;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        if is_code(indent, self.list) {
            return None;
        }
        if let Some(block) = Block::begun_by(text) {
            self.block = Some(Open {
                block,
                quotes,
                column: self.list.filter(|column| *column <= indent).unwrap_or(0),
            });
            return None;
        }
        match list_prefix(text) {
            Some(prefix) => {
                self.list = Some(indent + prefix);
                task(text, prefix, at + (line.len() - text.len()))
            }
            None => {
                // A paragraph that begins outside of the list ends it.
                if after_blank && indent == 0 {
                    self.list = None;
                }
                None
            }
        }
    }
}

/// Too far to the right for an item of the list that goes on, or of a new one.
fn is_code(indent: usize, list: Option<usize>) -> bool {
    list.unwrap_or_default() + CODE <= indent
}

impl Block {
    fn begun_by(text: &str) -> Option<Self> {
        for sign in ['`', '~'] {
            let length = text.chars().take_while(|c| *c == sign).count();
            // What follows a fence of backticks has none.
            let is_inline = sign == '`' && text.trim_start_matches('`').contains('`');
            if 3 <= length && !is_inline {
                return Some(Self::Fence(sign, length));
            }
        }
        if text.starts_with("<!--") && !text.contains("-->") {
            return Some(Self::Comment);
        }
        let lower = text.get(..4).unwrap_or_default().to_ascii_lowercase();
        (lower == "<pre" && !text.to_ascii_lowercase().contains("</pre>"))
            .then_some(Self::Preformatted)
    }

    fn ends_with(&self, text: &str) -> bool {
        match self {
            Self::Fence(sign, length) => {
                let fence = text.trim_end();
                *length <= fence.chars().count() && fence.chars().all(|c| c == *sign)
            }
            Self::Comment => text.contains("-->"),
            Self::Preformatted => text.to_ascii_lowercase().contains("</pre>"),
        }
    }
}

/// A line behind its quotation marks.
struct Unquoted<'a> {
    rest: &'a str,
    quotes: usize,
}

fn unquoted(line: &str) -> Unquoted<'_> {
    let (mut rest, mut quotes) = (line, 0);
    while let Some(quoted) = rest.trim_start().strip_prefix('>') {
        if CODE <= columns(rest) {
            break;
        }
        rest = quoted.strip_prefix(' ').unwrap_or(quoted);
        quotes += 1;
    }
    Unquoted { rest, quotes }
}

/// How far a line is indented; a tab goes to the next fourth column.
fn columns(line: &str) -> usize {
    line.chars()
        .map_while(|c| match c {
            ' ' => Some(1),
            '\t' => Some(CODE),
            _ => None,
        })
        .fold(0, |column, width| {
            if width == 1 {
                column + 1
            } else {
                column / CODE * CODE + CODE
            }
        })
}

/// The length of `- `, `12. ` or several of them, up to what the item says.
fn list_prefix(text: &str) -> Option<usize> {
    let mut rest = text;
    while let Some(behind) = behind_sign(rest) {
        let said = behind.trim_start_matches([' ', '\t']);
        if said.len() == behind.len() {
            break;
        }
        rest = said;
    }
    let length = text.len() - rest.len();
    (0 < length).then_some(length)
}

/// What follows the sign of a list item.
fn behind_sign(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(['-', '*', '+']) {
        return Some(rest);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=9).contains(&digits) {
        return None;
    }
    text.get(digits..)?.strip_prefix(['.', ')'])
}

/// The box at the beginning of what an item says; `at` is where `text` begins.
fn task(text: &str, prefix: usize, at: usize) -> Option<Task<'_>> {
    let said = text.get(prefix..)?.strip_prefix('[')?;
    let sign = said.chars().next()?;
    let state = match sign {
        ' ' | '\t' | '\u{a0}' => TaskState::Open,
        'x' | 'X' => TaskState::Done,
        '~' => TaskState::Inapplicable,
        _ => return None,
    };
    let text = said.get(sign.len_utf8()..)?.strip_prefix(']')?;
    let is_said = text.starts_with(char::is_whitespace) && !text.trim().is_empty();
    let begin = at + prefix + 1;
    is_said.then_some(Task {
        state,
        text,
        box_at: begin..begin + sign.len_utf8(),
    })
}
