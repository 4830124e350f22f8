//! A plan's file: its mappings, and what was found wrong so far.

mod values;

use std::collections::BTreeMap;

use flags::yaml::{Entry, Value};
use flags::{Problem, nearest};

use crate::plan::keys::Keys;

/// More problems than anybody puts right in one go.
const MOST_PROBLEMS: usize = 100;

/// A file that is being read.
pub(super) struct Reader<'a> {
    file: &'a str,
    problems: Vec<Problem>,
    /// Where each key and list item is: `stages.25-percent.soak`.
    lines: BTreeMap<String, usize>,
}

/// A mapping whose keys are known and given once.
pub(super) struct Fields<'v> {
    /// Its own key, with all above it: `stages.25-percent`; empty at the top.
    pub(super) at: String,
    pub(super) line: usize,
    entries: Vec<&'v Entry>,
}

impl<'v> Fields<'v> {
    pub(super) fn entry(&self, key: &str) -> Option<&'v Entry> {
        self.entries.iter().find(|entry| entry.key == key).copied()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'v str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// A key's full name.
    pub(super) fn path(&self, key: &str) -> String {
        joined(&self.at, key)
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self {
            file,
            problems: Vec::new(),
            lines: BTreeMap::new(),
        }
    }

    /// The problems in the order of the file, and where everything is.
    pub(super) fn finish(mut self) -> (Vec<Problem>, BTreeMap<String, usize>) {
        self.problems.sort_by_key(|problem| problem.line);
        (self.problems, self.lines)
    }

    pub(super) fn refuse(&mut self, at: &str, line: usize, message: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem {
                file: self.file.to_owned(),
                line,
                key: (!at.is_empty()).then(|| at.to_owned()),
                message: message.into(),
            });
        }
    }

    /// Says of a key what is wrong with it; of one that is absent, in its mapping's line.
    pub(super) fn refuse_key(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        message: impl Into<String>,
    ) {
        let line = fields.entry(key).map_or(fields.line, |entry| entry.line);
        self.refuse(&fields.path(key), line, message);
    }

    /// The mapping, with what it may not hold left out and told.
    pub(super) fn fields<'v>(
        &mut self,
        keys: &'static Keys,
        at: &str,
        line: usize,
        value: &'v Value,
    ) -> Option<Fields<'v>> {
        let Value::Mapping(entries) = value else {
            let what = format!("is {}, not {}", keys.what, value.what());
            self.refuse(at, line, format!("{what}; its keys are {}", listed(keys)));
            return None;
        };
        Some(self.mapping(keys, at, line, entries))
    }

    pub(super) fn mapping<'v>(
        &mut self,
        keys: &'static Keys,
        at: &str,
        line: usize,
        entries: &'v [Entry],
    ) -> Fields<'v> {
        let mut fields = Fields {
            at: at.to_owned(),
            line,
            entries: Vec::with_capacity(entries.len()),
        };
        for entry in entries {
            match self.wrong_key(keys, &fields, entry) {
                Some(message) => {
                    let shown = shortened(&entry.key).escape_debug().to_string();
                    self.refuse(&joined(at, &shown), entry.line, message);
                }
                None => {
                    self.lines.insert(fields.path(&entry.key), entry.line);
                    fields.entries.push(entry);
                }
            }
        }
        for key in keys.keys.iter().filter(|key| key.needed) {
            if !entries.iter().any(|entry| entry.key == key.name) {
                self.refuse_key(
                    &fields,
                    key.name,
                    format!("is missing: {}", lowered(key.about)),
                );
            }
        }
        fields
    }

    fn wrong_key(&self, keys: &Keys, fields: &Fields<'_>, entry: &Entry) -> Option<String> {
        if let Some(first) = fields.entry(&entry.key) {
            return Some(format!("is given twice, first in line {}", first.line));
        }
        if keys.get(&entry.key).is_none() {
            let what = keys.what;
            return Some(match nearest(&entry.key, keys.names()).first() {
                Some(known) => format!("is no key of {what}; did you mean {known}?"),
                None => format!("is no key of {what}; those are {}", listed(keys)),
            });
        }
        matches!(entry.value, Value::Null).then(|| {
            "has no value; leave the key out, or put a value that begins with # or @ in quotes"
                .to_owned()
        })
    }

    /// Remembers where something is.
    pub(super) fn place(&mut self, at: String, line: usize) {
        self.lines.insert(at, line);
    }
}

fn listed(keys: &Keys) -> String {
    keys.names().collect::<Vec<_>>().join(", ")
}

fn joined(at: &str, key: &str) -> String {
    if at.is_empty() {
        key.to_owned()
    } else {
        format!("{at}.{key}")
    }
}

/// A sentence to stand after a colon.
fn lowered(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// Enough of a text to recognize it by.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}
