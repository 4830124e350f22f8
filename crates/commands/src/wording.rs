//! How names stand in a sentence, and how a sentence becomes a message or a line in a shell.
//!
//! One-line texts (errors above all) are plain text with names between backticks: a shell shows
//! them as they are, [`prose`] makes markup of them.

use std::fmt;

use domain::Mrkdwn;
use domain::mrkdwn;

/// The most characters of a text from outside that a sentence repeats.
const LONGEST: usize = 100;

/// A name between backticks, shortened, on one line.
pub struct Name<'a>(pub &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.0.chars().filter(|c| !c.is_control());
        let shown: String = line.by_ref().take(LONGEST).collect();
        let shown = shown.replace('`', "ˋ");
        let more = if line.next().is_some() { "…" } else { "" };
        write!(f, "`{shown}{more}`")
    }
}

/// Names as a choice: `a`, `a or b`, `a, b or c`.
pub struct OneOf<'a, T>(pub &'a [T]);

impl<T: AsRef<str>> fmt::Display for OneOf<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            let between = match place {
                0 => "",
                _ if place + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{between}{}", Name(name.as_ref()))?;
        }
        Ok(())
    }
}

/// A sentence as markup: what stands between two backticks is code, the rest is escaped.
#[must_use]
pub fn prose(text: &str) -> Mrkdwn {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, after)) = after.split_once('`') else {
            break;
        };
        pieces.push(mrkdwn::escape(before));
        pieces.push(mrkdwn::code(name));
        rest = after;
    }
    pieces.push(mrkdwn::escape(rest));
    pieces
        .iter()
        .fold(Mrkdwn::empty(), |text, piece| text.and(piece))
}

/// The names nearest to what was typed, at most three, the nearest first.
#[must_use]
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let typed = typed.to_lowercase();
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let distance = strsim::damerau_levenshtein(&typed, &name.to_lowercase());
            let begins = 2 < typed.len() && name.starts_with(&typed);
            let limit = 1 + name.len().min(typed.len()) / 4;
            (distance <= limit || begins).then_some((if begins { 1 } else { distance }, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter()
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// `; did you mean …?`, or nothing.
#[must_use]
pub fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", OneOf(near))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_code_and_nothing_else_becomes_markup() {
        for (text, expected) in [
            ("there is no `a_b`", "there is no `a_b`"),
            ("<!channel> `x`", "&lt;!channel&gt; `x`"),
            ("one ` alone", "one ˋ alone"),
        ] {
            assert_eq!(prose(text).as_str(), expected);
        }
        assert_eq!(Name("a`b\nc").to_string(), "`aˋbc`");
        assert!(Name(&"x".repeat(300)).to_string().ends_with("x…`"));
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["staging", "staging-ref", "production"];
        assert_eq!(nearest("stagin", names), ["staging", "staging-ref"]);
        assert_eq!(nearest("prodcution", names), ["production"]);
        assert!(nearest("zebra", names).is_empty());
    }
}
