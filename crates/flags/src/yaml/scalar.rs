//! A text as it is written in a file.

use std::fmt::Write;

use super::looks_like_a_number;

/// A text as a value: plain where every reader of YAML takes it for this text, else in quotes.
#[must_use]
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if !text.chars().any(needs_escape) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if needs_escape(c) => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn is_plain(text: &str) -> bool {
    // What YAML 1.1 or 1.2 takes for something else.
    const WORDS: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-./:=?&%+~ ".contains(c);
    let is_date = text.split('-').all(|part| part.parse::<u32>().is_ok());
    begins
        && !text.ends_with([' ', ':'])
        && text.chars().all(allowed)
        && !text.contains(": ")
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !looks_like_a_number(text)
        && !is_date
}

/// Control characters, what YAML takes for the end of a line, and marks that no editor shows.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}
