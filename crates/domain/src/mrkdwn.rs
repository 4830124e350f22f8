//! Slack's markup, as a type that text from outside can enter only escaped.
//!
//! Slack reads `<…>` as links, mentions and channel-wide pings, `*_~` and backticks as styles,
//! and `:name:` as an emoji. [`escape`] makes all of them plain text; every other way to make a
//! [`Mrkdwn`] goes through it or takes a `&'static str` that stands in our own code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text in Slack's markup, safe to send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mrkdwn(String);

impl Mrkdwn {
    /// Nothing.
    #[must_use]
    pub const fn empty() -> Self {
        Self(String::new())
    }

    /// Markup that stands in our own code.
    #[must_use]
    pub fn fixed(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// Markup made by a converter that has escaped what came from outside.
    ///
    /// For converters only: a renderer never needs it.
    #[must_use]
    pub fn from_trusted(markup: String) -> Self {
        Self(markup)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds more markup at the end.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.0.push_str(&more.0);
        self
    }

    /// Adds a piece of our own wording at the end.
    #[must_use]
    pub fn then(mut self, wording: &'static str) -> Self {
        self.0.push_str(wording);
        self
    }
}

impl fmt::Display for Mrkdwn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Mrkdwn> for String {
    fn from(markup: Mrkdwn) -> Self {
        markup.0
    }
}

/// A sentence of our own words and of markup: `say!("{} pushed to {}", person, branch)`.
///
/// Only [`Mrkdwn`] and numbers can stand in the holes, so text from outside cannot slip in
/// unescaped.
#[macro_export]
macro_rules! say {
    ($format:literal $(, $hole:expr)* $(,)?) => {
        $crate::mrkdwn::Mrkdwn::from_trusted(format!($format $(, $crate::mrkdwn::Hole::hole(&$hole))*))
    };
}

/// What may stand in a hole of [`say!`].
pub trait Hole {
    type Shown<'a>: fmt::Display
    where
        Self: 'a;
    fn hole(&self) -> Self::Shown<'_>;
}

impl Hole for Mrkdwn {
    type Shown<'a> = &'a str;
    fn hole(&self) -> &str {
        &self.0
    }
}

impl Hole for &Mrkdwn {
    type Shown<'a>
        = &'a str
    where
        Self: 'a;
    fn hole(&self) -> &str {
        &self.0
    }
}

impl Hole for &'static str {
    type Shown<'a> = &'static str;
    fn hole(&self) -> &'static str {
        self
    }
}

macro_rules! number_holes {
    ($($number:ty),*) => {$(
        impl Hole for $number {
            type Shown<'a> = $number;
            fn hole(&self) -> $number {
                *self
            }
        }
    )*};
}
number_holes!(u32, u64, i64, usize);

/// Text from outside as plain text: nothing in it is a link, a mention, a style or an emoji.
#[must_use]
pub fn escape(text: &str) -> Mrkdwn {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(&mut out, text);
    Mrkdwn(out)
}

/// [`escape`], written to the end of `out`.
pub fn escape_into(out: &mut String, text: &str) {
    /// Takes no room and keeps Slack from reading the character before it as markup.
    const WORD_JOINER: char = '\u{2060}';
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '~' | '`' if !(before.is_alphanumeric() && after.is_alphanumeric()) => {
                out.push(WORD_JOINER);
                out.push(c);
                out.push(WORD_JOINER);
            }
            ':' if after.is_alphanumeric() || matches!(after, '+' | '-' | '_') => {
                out.push(':');
                out.push(WORD_JOINER);
            }
            c if c.is_control() && c != '\n' && c != '\t' => (),
            c => out.push(c),
        }
        before = c;
    }
}

/// Text from outside on one line: the first line that says something, escaped.
#[must_use]
pub fn escape_line(text: &str) -> Mrkdwn {
    escape(text.trim_start().lines().next().unwrap_or("").trim_end())
}

/// A link with `label` as its text; without a web address, the label alone.
#[must_use]
pub fn link(url: &str, label: &str) -> Mrkdwn {
    linked(url, &escape_line(label))
}

/// A link around markup; without a web address, the markup alone.
#[must_use]
pub fn linked(url: &str, label: &Mrkdwn) -> Mrkdwn {
    if !is_web_address(url) {
        return label.clone();
    }
    let mut out = String::with_capacity(url.len() + label.0.len() + 3);
    out.push('<');
    push_url(&mut out, url);
    // Slack ends the address at the first `|` and the label at the first `>`; a label's `>` is
    // escaped already, its `|` is harmless.
    out.push('|');
    out.push_str(if label.is_empty() { "link" } else { &label.0 });
    out.push('>');
    Mrkdwn(out)
}

fn push_url(out: &mut String, url: &str) {
    for c in url.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '|' => out.push_str("%7C"),
            '"' => out.push_str("%22"),
            ' ' => out.push_str("%20"),
            c => out.push(c),
        }
    }
}

/// Whether `url` is an `http` or `https` address that can be linked.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    const LONGEST: usize = 2_000;
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
        && url.len() <= LONGEST
        && !url
            .chars()
            .any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
}

/// Text from outside in bold.
#[must_use]
pub fn bold(text: &str) -> Mrkdwn {
    styled('*', text)
}

/// Text from outside in italics.
#[must_use]
pub fn italic(text: &str) -> Mrkdwn {
    styled('_', text)
}

fn styled(mark: char, text: &str) -> Mrkdwn {
    let inner = escape_line(text);
    if inner.is_empty() {
        inner
    } else {
        Mrkdwn(format!("{mark}{inner}{mark}"))
    }
}

/// Text from outside as inline code. A backtick in it becomes `ˋ`, the nearest that cannot end it.
#[must_use]
pub fn code(text: &str) -> Mrkdwn {
    let line = text.trim_start().lines().next().unwrap_or("").trim_end();
    if line.is_empty() {
        return Mrkdwn::empty();
    }
    let mut out = String::with_capacity(line.len() + 2);
    out.push('`');
    for c in line.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '`' => out.push('ˋ'),
            c if c.is_control() => (),
            c => out.push(c),
        }
    }
    out.push('`');
    Mrkdwn(out)
}

/// Pieces joined by `between`, empty ones left out.
#[must_use]
pub fn join(pieces: impl IntoIterator<Item = Mrkdwn>, between: &'static str) -> Mrkdwn {
    let mut out = String::new();
    for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&piece.0);
    }
    Mrkdwn(out)
}

/// A list as people say it: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn and_list(pieces: Vec<Mrkdwn>) -> Mrkdwn {
    let mut pieces = pieces;
    match pieces.pop() {
        None => Mrkdwn::empty(),
        Some(last) if pieces.is_empty() => last,
        Some(last) => join(pieces, ", ").then(" and ").and(&last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(escape(text).as_str().replace('\u{2060}', "~"), expected);
    }

    #[test]
    fn text_from_outside_stays_text() {
        check("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;");
        check("feature_flag_name and 2*3*4", "feature_flag_name and 2*3*4");
        check("*bold*", "~*~bold~*~");
        check(":smile: at 10:30", ":~smile: at 10:~30");
        check("a\u{7}b", "ab");
    }

    #[test]
    fn links_cannot_be_forged() {
        assert_eq!(
            link("https://g.ex/a|b>c", "x|y>").as_str(),
            "<https://g.ex/a%7Cb%3Ec|x|y&gt;>"
        );
        assert_eq!(link("javascript:alert(1)", "x").as_str(), "x");
        assert_eq!(link("https://g.ex", "").as_str(), "<https://g.ex|link>");
    }

    #[test]
    fn lists_read_as_people_say_them() {
        let said = |names: &[&str]| and_list(names.iter().map(|name| escape(name)).collect());
        assert_eq!(said(&["Bo"]).as_str(), "Bo");
        assert_eq!(said(&["Bo", "Cy", "Di"]).as_str(), "Bo, Cy and Di");
    }

    #[test]
    fn sentences_take_markup_and_numbers() {
        let said = say!("{} pushed {} commits", escape("a<b"), 3_u32);
        assert_eq!(said.as_str(), "a&lt;b pushed 3 commits");
    }
}
