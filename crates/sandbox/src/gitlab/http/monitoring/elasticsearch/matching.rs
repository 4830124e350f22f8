//! Whether a document has what a query asks for, once the query knows the index's fields.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::gitlab::world::{Document, Scalar};

/// A query bound to an index: names are fields that are there, values have the fields' types.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bound {
    All,
    None,
    Ids(Vec<String>),
    /// One of the fields has a value that passes.
    Any(Vec<(Arc<str>, Test)>),
    Clauses {
        must: Vec<Bound>,
        must_not: Vec<Bound>,
        should: Vec<Bound>,
        /// So many of `should` have to match.
        minimum: usize,
    },
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Present,
    Is(Scalar),
    Between {
        low: Option<(Scalar, bool)>,
        high: Option<(Scalar, bool)>,
    },
    /// A text has these words, all or any.
    Words {
        words: Vec<String>,
        all: bool,
    },
    /// A text has these words one after the other; with `prefix` the last may be cut short.
    Phrase {
        words: Vec<String>,
        prefix: bool,
    },
    /// A text as a whole is like this.
    Like {
        pattern: String,
        folded: bool,
    },
    /// One of a text's words is like this.
    WordLike(String),
    StartsWith(String),
}

impl Bound {
    pub fn fits(&self, document: &Document) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Ids(ids) => ids.contains(&document.id),
            Self::Any(tests) => tests.iter().any(|(field, test)| {
                let mut values = document.fields.iter().filter(|(name, _)| name == field);
                values.any(|(_, value)| test.passes(value))
            }),
            Self::Clauses {
                must,
                must_not,
                should,
                minimum,
            } => {
                must.iter().all(|clause| clause.fits(document))
                    && !must_not.iter().any(|clause| clause.fits(document))
                    && (*minimum == 0
                        || *minimum <= should.iter().filter(|clause| clause.fits(document)).count())
            }
        }
    }
}

impl Test {
    fn passes(&self, value: &Scalar) -> bool {
        let text = match value {
            Scalar::Text(text) => text.as_str(),
            Scalar::Bool(_) | Scalar::Number(_) | Scalar::Date(_) => "",
        };
        match self {
            Self::Present => true,
            Self::Is(wanted) => value == wanted,
            Self::Between { low, high } => {
                let above = low
                    .as_ref()
                    .is_none_or(|(low, included)| match compare(value, low) {
                        Some(Ordering::Greater) => true,
                        Some(Ordering::Equal) => *included,
                        Some(Ordering::Less) | None => false,
                    });
                let below =
                    high.as_ref()
                        .is_none_or(|(high, included)| match compare(value, high) {
                            Some(Ordering::Less) => true,
                            Some(Ordering::Equal) => *included,
                            Some(Ordering::Greater) | None => false,
                        });
                above && below
            }
            Self::Words { words: wanted, all } => {
                let found = words(text);
                let has = |word: &String| found.contains(word);
                match all {
                    // No words find nothing.
                    true => !wanted.is_empty() && wanted.iter().all(has),
                    false => wanted.iter().any(has),
                }
            }
            Self::Phrase {
                words: wanted,
                prefix,
            } => {
                let found = words(text);
                let mut windows = found.windows(wanted.len().max(1));
                windows.any(|window| is_phrase(window, wanted, *prefix))
            }
            Self::Like {
                pattern,
                folded: false,
            } => is_like(text, pattern),
            Self::Like {
                pattern,
                folded: true,
            } => is_like(&text.to_lowercase(), pattern),
            Self::WordLike(pattern) => words(text).iter().any(|word| is_like(word, pattern)),
            Self::StartsWith(start) => text.starts_with(start.as_str()),
        }
    }
}

fn is_phrase(window: &[String], wanted: &[String], prefix: bool) -> bool {
    match (window.split_last(), wanted.split_last()) {
        (Some((last, before)), Some((wanted_last, wanted_before))) => {
            let ends = last == wanted_last || prefix && last.starts_with(wanted_last.as_str());
            ends && before == wanted_before
        }
        _ => false,
    }
}

/// Values of one type; values of different ones are neither above nor below.
pub(super) fn compare(a: &Scalar, b: &Scalar) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
        (Scalar::Number(a), Scalar::Number(b)) => a.partial_cmp(b),
        (Scalar::Date(a), Scalar::Date(b)) => Some(a.cmp(b)),
        (Scalar::Text(a), Scalar::Text(b)) => Some(a.cmp(b)),
        (Scalar::Bool(_) | Scalar::Number(_) | Scalar::Date(_) | Scalar::Text(_), _) => None,
    }
}

/// The words of a text, in lower case. A dot or an apostrophe inside a word belongs to it.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '.' | '\'')
            && word
                .chars()
                .last()
                .zip(chars.peek().copied())
                .is_some_and(|(before, after)| {
                    before.is_alphabetic() && after.is_alphabetic()
                        || before.is_numeric() && after.is_numeric()
                });
        if c.is_alphanumeric() || c == '_' || joins {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether the whole text is like the pattern: `*` is any characters, `?` one, `\` escapes.
pub(super) fn is_like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = pieces(pattern);
    let (mut t, mut p) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Piece::Any) => {
                back = Some((p, t));
                p += 1;
                continue;
            }
            Some(Piece::One) => {
                (t, p) = (t + 1, p + 1);
                continue;
            }
            Some(Piece::Char(c)) if *c == text[t] => {
                (t, p) = (t + 1, p + 1);
                continue;
            }
            Some(Piece::Char(_)) | None => (),
        }
        let Some((star, from)) = back else {
            return false;
        };
        back = Some((star, from + 1));
        (t, p) = (from + 1, star + 1);
    }
    pattern[p..].iter().all(|piece| *piece == Piece::Any)
}

#[derive(PartialEq)]
enum Piece {
    Any,
    One,
    Char(char),
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut chars = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Char(chars.next().unwrap_or('\\')),
            c => Piece::Char(c),
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_cut_into_words() {
        for (text, expected) in [
            (
                "Integrations::ExecuteWorker failed",
                "integrations|executeworker|failed",
            ),
            ("It's v1.2 of foo.bar, e.g.", "it's|v1.2|of|foo.bar|e.g"),
            ("channel_not_found", "channel_not_found"),
            (" - ", ""),
        ] {
            assert_eq!(words(text).join("|"), expected, "{text:?}");
        }
    }

    #[test]
    fn a_pattern_is_about_the_whole_text() {
        for (text, pattern, expected) in [
            ("abc", "a*", true),
            ("abc", "*c", true),
            ("abc", "a?c", true),
            ("abc", "b*", false),
            ("a*c", r"a\*c", true),
            ("abc", r"a\*c", false),
            ("aXbXc", "a*X?", true),
            ("", "*", true),
            ("", "?", false),
        ] {
            assert_eq!(is_like(text, pattern), expected, "{text} {pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself_and_like_any(text in ".{0,30}") {
            let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert!(is_like(&text, &escaped));
            prop_assert!(is_like(&text, "*"));
            let inside = format!("*{escaped}*");
            prop_assert!(is_like(&text, &inside));
        }

        #[test]
        fn many_stars_take_no_long_time(text in "a{0,200}") {
            prop_assert!(!is_like(&text, &"*a".repeat(100).replace("*a", "*a*b")));
        }
    }
}
