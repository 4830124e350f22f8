//! Styles inside one line.
//!
//! A mark opens where a word may begin and closes where one may end: `feature_flag_name` is not
//! italic, `2*3*4` not bold. A mark with a letter, a digit, its own twin or a word joiner
//! (U+2060) beside it on the outside is a character like any other.

use super::super::markup::{Node, element};
use super::super::reader::Reader;
use super::scan::Piece;
use super::{Reading, angle, plain};

/// The marks of styles, and the elements that they become.
const STYLES: [(char, &str); 3] = [('*', "b"), ('_', "i"), ('~', "s")];

/// Text with links and mentions but without styles; line breaks are kept.
pub fn unstyled(pieces: &[Piece<'_>], reading: Reading, reader: &Reader<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (at, line) in pieces.split(|piece| piece.is('\n')).enumerate() {
        if at != 0 {
            nodes.push(element("br").into());
        }
        let atoms: Vec<_> = line.iter().map(|piece| Atom::Piece(*piece)).collect();
        Line {
            atoms,
            closers: Default::default(),
            reading,
            reader,
        }
        .words(0..line.len(), &mut nodes);
    }
    nodes
}

/// One line with its styles.
pub fn styled(line: &[Piece<'_>], reading: Reading, reader: &Reader<'_>) -> Vec<Node> {
    let atoms = set_code_apart(line);
    let closers = STYLES.map(|(mark, _)| closers(&atoms, mark));
    let end = atoms.len();
    let mut nodes = Vec::new();
    Line {
        atoms,
        closers,
        reading,
        reader,
    }
    .styles(0..end, [true; 3], &mut nodes);
    nodes
}

/// The inside of code: characters as they are, and links.
pub fn code(pieces: &[Piece<'_>], reader: &Reader<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut words = String::new();
    for piece in pieces {
        match piece {
            Piece::Char(c) => words.push(*c),
            Piece::Angle(token) => {
                nodes.extend(text(&mut words));
                nodes.push(angle::read(token, reader));
            }
        }
    }
    nodes.extend(text(&mut words));
    nodes
}

/// The label of a link: styles and emoji, but no link inside a link.
pub fn label(pieces: &[Piece<'_>], reader: &Reader<'_>) -> Vec<Node> {
    let words: Vec<_> = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Char(_)))
        .map(|piece| {
            if piece.is('\n') {
                Piece::Char(' ')
            } else {
                *piece
            }
        })
        .collect();
    styled(
        &words,
        Reading {
            styles: true,
            autolink: false,
        },
        reader,
    )
}

fn text(words: &mut String) -> Option<Node> {
    (!words.is_empty()).then(|| Node::Text(std::mem::take(words)))
}

/// A piece, or a whole span of code, in which no style can begin or end.
#[derive(Clone, Debug)]
enum Atom<'p> {
    Piece(Piece<'p>),
    Code(&'p [Piece<'p>]),
}

impl Atom<'_> {
    fn is(&self, wanted: char) -> bool {
        matches!(self, Self::Piece(piece) if piece.is(wanted))
    }

    fn is_space(&self) -> bool {
        matches!(self, Self::Piece(piece) if piece.is_space())
    }

    /// Whether a mark after this may open a style.
    fn lets_open(&self) -> bool {
        let Self::Piece(Piece::Char(c)) = self else {
            return false;
        };
        c.is_whitespace() || "?.,-!^;:{([%$#+=\"'|*_~`>—–…“‘«·•".contains(*c)
    }

    /// Whether a mark before this may close a style.
    fn lets_close(&self) -> bool {
        let Self::Piece(Piece::Char(c)) = self else {
            return false;
        };
        c.is_whitespace() || "?.,-!^;:})]%$#+=\"'/|*_~`—–…”’»·•".contains(*c)
    }
}

fn set_code_apart<'p>(line: &'p [Piece<'p>]) -> Vec<Atom<'p>> {
    let plain: Vec<_> = line.iter().map(|piece| Atom::Piece(*piece)).collect();
    let ends = closers(&plain, '`');
    let mut atoms = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        let end = if opens(&plain, at, '`') {
            next_closer(&ends, at)
        } else {
            None
        };
        match end {
            Some(end) => {
                atoms.push(Atom::Code(&line[at + 1..end]));
                at = end + 1;
            }
            None => {
                atoms.push(Atom::Piece(line[at]));
                at += 1;
            }
        }
    }
    atoms
}

fn opens(atoms: &[Atom<'_>], at: usize, mark: char) -> bool {
    let before = at.checked_sub(1).and_then(|before| atoms.get(before));
    let Some(after) = atoms.get(at + 1) else {
        return false;
    };
    atoms[at].is(mark)
        && before.is_none_or(|before| before.lets_open() && !before.is(mark))
        && !after.is_space()
        && !after.is(mark)
}

/// Where this mark may close, from left to right.
fn closers(atoms: &[Atom<'_>], mark: char) -> Vec<usize> {
    (1..atoms.len())
        .filter(|&at| {
            let before = &atoms[at - 1];
            let after = atoms.get(at + 1);
            atoms[at].is(mark)
                && !before.is_space()
                && !before.is(mark)
                && after.is_none_or(|after| after.lets_close() && !after.is(mark))
        })
        .collect()
}

fn next_closer(closers: &[usize], opened: usize) -> Option<usize> {
    closers
        .get(closers.partition_point(|&at| at <= opened + 1))
        .copied()
}

/// A line and where its styles may end.
struct Line<'p> {
    atoms: Vec<Atom<'p>>,
    closers: [Vec<usize>; 3],
    reading: Reading,
    reader: &'p Reader<'p>,
}

impl Line<'_> {
    /// Draws a part of the line with those styles that it does not stand in already.
    fn styles(&self, part: std::ops::Range<usize>, free: [bool; 3], nodes: &mut Vec<Node>) {
        let mut drawn = part.start;
        let mut at = part.start;
        while at < part.end {
            let Some((style, end)) = self.style_at(at, part.end, free) else {
                at += 1;
                continue;
            };
            self.words(drawn..at, nodes);
            let mut inside = Vec::new();
            let mut left = free;
            left[style] = false;
            self.styles(at + 1..end, left, &mut inside);
            nodes.push(element(STYLES[style].1).nodes(inside).into());
            at = end + 1;
            drawn = at;
        }
        self.words(drawn..part.end, nodes);
    }

    fn style_at(&self, at: usize, limit: usize, free: [bool; 3]) -> Option<(usize, usize)> {
        let style = STYLES
            .iter()
            .position(|(mark, _)| self.atoms[at].is(*mark))?;
        if !free[style] || !opens(&self.atoms, at, STYLES[style].0) {
            return None;
        }
        next_closer(&self.closers[style], at)
            .filter(|&end| end < limit)
            .map(|end| (style, end))
    }

    /// Draws what has no style: words, emoji, addresses, tokens, code.
    fn words(&self, part: std::ops::Range<usize>, nodes: &mut Vec<Node>) {
        let mut words = String::new();
        for atom in &self.atoms[part] {
            if let Atom::Piece(Piece::Char(c)) = atom {
                words.push(*c);
                continue;
            }
            plain::push_words(
                nodes,
                &std::mem::take(&mut words),
                true,
                self.reading.autolink,
            );
            nodes.push(match atom {
                Atom::Code(pieces) => element("code").nodes(code(pieces, self.reader)).into(),
                Atom::Piece(Piece::Angle(token)) => angle::read(token, self.reader),
                Atom::Piece(Piece::Char(_)) => continue,
            });
        }
        plain::push_words(nodes, &words, true, self.reading.autolink);
    }
}
