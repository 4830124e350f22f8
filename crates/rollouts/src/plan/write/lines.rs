//! The lines of a file that is being written.

use std::fmt::{Display, Write};

use flags::yaml::scalar;

use crate::plan::Precondition;

/// Longer lists take a line for each item.
const WIDTH: usize = 96;

#[derive(Default)]
pub(super) struct Lines {
    text: String,
    depth: usize,
    /// The next line begins an item of a list.
    begins_item: bool,
}

impl Lines {
    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn plain(&mut self, line: &str) {
        let indent = if self.begins_item {
            format!("{}- ", "  ".repeat(self.depth.saturating_sub(1)))
        } else {
            "  ".repeat(self.depth)
        };
        self.begins_item = false;
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{indent}{line}");
    }

    /// An empty line, unless there is one.
    pub(super) fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(super) fn comment(&mut self, words: &str) {
        self.plain(&format!("# {words}"));
    }

    pub(super) fn raw(&mut self, key: &str, value: &str) {
        self.plain(&format!("{key}: {value}"));
    }

    /// With a remark at the line's end.
    pub(super) fn remarked(&mut self, key: &str, value: &str, remark: &str) {
        self.plain(&format!("{key}: {value}  # {remark}"));
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        if is_block(text) {
            let mark = match text.chars().rev().take_while(|c| *c == '\n').count() {
                0 => "|-",
                1 => "|",
                _ => "|+",
            };
            self.raw(key, mark);
            self.depth += 1;
            for line in text.trim_end_matches('\n').lines() {
                if line.is_empty() {
                    self.text.push('\n');
                } else {
                    self.plain(line);
                }
            }
            self.depth -= 1;
        } else {
            self.raw(key, &scalar(text));
        }
    }

    pub(super) fn maybe(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    pub(super) fn list<T: Display>(&mut self, key: &str, values: &[T]) {
        let values: Vec<String> = values
            .iter()
            .map(|value| scalar(&value.to_string()))
            .collect();
        let line = values.join(", ");
        if values.is_empty() {
            return;
        }
        if line.len() + key.len() + 2 * self.depth < WIDTH {
            self.raw(key, &format!("[{line}]"));
        } else {
            self.plain(&format!("{key}:"));
            for value in values {
                self.plain(&format!("  - {value}"));
            }
        }
    }

    pub(super) fn open(&mut self, key: &str) {
        self.plain(&format!("{key}:"));
        self.depth += 1;
    }

    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Begins an item of the list that is open.
    pub(super) fn item(&mut self) {
        self.depth += 1;
        self.begins_item = true;
    }

    /// A mapping of texts, if any is given.
    pub(super) fn section<const N: usize>(
        &mut self,
        key: &str,
        values: [(&str, Option<String>); N],
    ) {
        if values.iter().any(|(_, value)| value.is_some()) {
            self.open(key);
            for (key, value) in values {
                self.maybe(key, value.as_deref());
            }
            self.close();
        }
    }

    /// What must hold: words in one line as long as they fit, what people do written out.
    pub(super) fn items(&mut self, key: &str, items: &[Precondition]) {
        let is_word = |item: &Precondition| {
            !matches!(
                item,
                Precondition::Manual { .. } | Precondition::Http { .. }
            )
        };
        if items.iter().all(is_word) {
            let words: Vec<&str> = items.iter().map(Precondition::id).collect();
            self.list(key, &words);
            return;
        }
        self.open(key);
        for item in items {
            match item {
                Precondition::Manual {
                    item,
                    text,
                    environment,
                } => {
                    self.item();
                    self.text("item", item.as_str());
                    self.text("do", text);
                    self.maybe("environment", environment.as_deref());
                    self.close();
                }
                Precondition::Http {
                    item,
                    endpoint,
                    path,
                    pointer,
                    equals,
                } => {
                    self.item();
                    self.text("item", item.as_str());
                    self.text("http", endpoint);
                    self.text("path", path);
                    self.maybe("pointer", pointer.as_deref());
                    self.maybe("equals", equals.as_deref());
                    self.close();
                }
                word => self.plain(&format!("- {}", word.id())),
            }
        }
        self.close();
    }
}

/// Whether a text reads best as lines of its own, and every reader of YAML takes it for itself.
fn is_block(text: &str) -> bool {
    let odd = |c: char| {
        c != '\n'
            && (c.is_control()
                || matches!(
                    c,
                    '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                ))
    };
    text.contains('\n')
        && !text.starts_with(['\n', ' ', '\t'])
        && !text.contains(odd)
        && !text
            .lines()
            .any(|line| line.ends_with(' ') || line.trim().is_empty() && !line.is_empty())
        && !text.ends_with("\n\n")
}
