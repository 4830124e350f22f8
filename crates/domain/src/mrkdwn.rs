//! Slack's markup, as a type that text from outside can enter only escaped.
//!
//! Slack reads `<…>` as links, mentions and channel-wide pings, `*_~` and backticks as styles,
//! `>` at the start of a line as a quote, and `:name:` as an emoji. [`escape`] makes all of them
//! plain text; every other way to make a [`Mrkdwn`] goes through it or takes a `&'static str`
//! that stands in our own code.
//!
//! Slack has escapes for `&`, `<` and `>` alone. A style mark counts at the edge of a word only,
//! and a zero-width character beside it makes an edge rather than hiding it, so a mark that
//! could count is written as the character that looks like it (`∗ ˍ ∼ ˋ`); inside a word
//! (`feature_flag_name`, `2*3`) it stays as it is. Slack reads the full-width forms `＊ ＿ ｀ ＞`
//! like the narrow ones.

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

/// Takes no room, and keeps Slack from reading what stands on its two sides as one thing.
const WORD_JOINER: char = '\u{2060}';

/// Text from outside as plain text: nothing in it is a link, a mention, a style, a quote or an
/// emoji. Characters that nobody can see, or that turn the direction of the text around, are
/// left out.
#[must_use]
pub fn escape(text: &str) -> Mrkdwn {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(&mut out, text);
    Mrkdwn(out)
}

/// [`escape`], written to the end of `out`.
pub fn escape_into(out: &mut String, text: &str) {
    let from = out.len();
    let mut before = None;
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(needs_care).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(plain);
        out.push_str(head);
        before = head.chars().next_back().or(before);
        let mut chars = tail.chars();
        let Some(c) = chars.next() else { return };
        rest = chars.as_str();
        if matches!(c, '>' | '＞') && begins_line(out.get(from..).unwrap_or("")) {
            out.push(WORD_JOINER);
        }
        if !is_hidden(c) {
            escape_char(out, c, before, rest);
            before = Some(c);
        }
    }
}

/// Whether a character that begins with this byte may be more than itself.
fn needs_care(byte: u8) -> bool {
    matches!(
        byte,
        b'&' | b'<' | b'>' | b'*' | b'_' | b'~' | b'`' | b':' | 0..=8 | 11..=31 | 127..=255
    )
}

fn escape_char(out: &mut String, c: char, before: Option<char>, rest: &str) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '*' | '_' | '~' | '＊' | '＿' if is_inside_word(before, rest) => out.push(c),
        '*' => out.push('∗'),
        '_' => out.push('ˍ'),
        '~' => out.push('∼'),
        '＊' => out.push('﹡'),
        '＿' => out.push('⸏'),
        '`' | '｀' => out.push('ˋ'),
        ':' => {
            out.push(':');
            if begins_emoji_name(rest) {
                out.push(WORD_JOINER);
            }
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
        c => out.push(c),
    }
}

/// Whether what follows `written` begins a line, apart from spaces.
fn begins_line(written: &str) -> bool {
    let line = written.trim_end_matches(|c: char| c.is_whitespace() && c != '\n');
    line.is_empty() || line.ends_with('\n')
}

/// Whether the character between `before` and `rest` has a letter or digit on both sides. Only
/// ASCII's count: what Slack takes for a letter beyond them is not documented.
fn is_inside_word(before: Option<char>, rest: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    is_word(before) && is_word(visible(rest).next())
}

/// Whether what follows a colon is a name and then a colon, or a name to the end of the text:
/// there a colon of our own could follow.
fn begins_emoji_name(rest: &str) -> bool {
    let mut name_is_empty = true;
    for c in visible(rest) {
        if !is_in_emoji_name(c) {
            return c == ':' && !name_is_empty;
        }
        name_is_empty = false;
    }
    !name_is_empty
}

fn is_in_emoji_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '\'')
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|&c| !is_hidden(c))
}

/// Characters that only deceive: controls, zero-width ones, overrides of the text's direction,
/// and the invisible alphabet. The joiners that emoji and scripts need are not among them.
fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' | '\u{85}' => false,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{feff}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

/// Text from outside on one line: the first line that says something, escaped.
#[must_use]
pub fn escape_line(text: &str) -> Mrkdwn {
    escape(text.trim_start().lines().next().unwrap_or("").trim_end())
}

/// A link with `label` as its text; without an address that can be linked, the label alone.
#[must_use]
pub fn link(url: &str, label: &str) -> Mrkdwn {
    linked(url, &escape_line(label))
}

/// A link around markup; without an address that can be linked, or around a link, the markup
/// alone. Links are one line: a line break in the label becomes a space.
#[must_use]
pub fn linked(url: &str, label: &Mrkdwn) -> Mrkdwn {
    if !is_linkable(url) || label.0.contains(['<', '>']) {
        return label.clone();
    }
    let mut out = String::with_capacity(url.len() + label.0.len() + 3);
    out.push('<');
    push_url(&mut out, url);
    // Slack ends the address at the first `|` and the label at the first `>`; a label's `>` is
    // escaped already, its `|` is harmless.
    out.push('|');
    match label.as_str().trim() {
        "" => out.push_str("link"),
        label if label.contains('\n') => {
            out.extend(label.chars().map(|c| if c == '\n' { ' ' } else { c }));
        }
        label => out.push_str(label),
    }
    out.push('>');
    Mrkdwn(out)
}

/// A link that shows its own address; what cannot be linked is plain text.
#[must_use]
pub fn address(url: &str) -> Mrkdwn {
    if !is_linkable(url) {
        return escape_line(url);
    }
    let mut out = String::with_capacity(url.len() + 2);
    out.push('<');
    push_url(&mut out, url);
    out.push('>');
    Mrkdwn(out)
}

fn push_url(out: &mut String, url: &str) {
    for c in url.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' | '>' | '|' | '"' | '`' | '\\' => push_percent(out, c),
            c if c.is_whitespace() || is_hidden(c) => push_percent(out, c),
            c => out.push(c),
        }
    }
}

fn push_percent(out: &mut String, c: char) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        out.push('%');
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(digit.into(), 16).map(|digit| digit.to_ascii_uppercase()));
        }
    }
}

/// Whether `url` is a web address or a `mailto:` address, the two that a link may open.
#[must_use]
pub fn is_linkable(url: &str) -> bool {
    let is_mail = after_scheme(url, "mailto:")
        .is_some_and(|address| address.contains('@') && !address.chars().any(char::is_whitespace));
    is_web_address(url) || (is_mail && is_one_line(url))
}

/// Whether `url` is an `http` or `https` address that can be linked.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    let host = after_scheme(url, "https://").or_else(|| after_scheme(url, "http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) && is_one_line(url)
}

fn after_scheme<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = url.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn is_one_line(url: &str) -> bool {
    const LONGEST: usize = 2_000;
    url.len() <= LONGEST
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

/// Text from outside as inline code, its first line. A backtick in it becomes `ˋ`, the nearest
/// that cannot end it.
#[must_use]
pub fn code(text: &str) -> Mrkdwn {
    let line = text.trim_start().lines().next().unwrap_or("").trim_end();
    if !visible(line).any(|c| !c.is_whitespace()) {
        return Mrkdwn::empty();
    }
    let mut out = String::with_capacity(line.len() + 2);
    out.push('`');
    escape_code_into(&mut out, line, Backticks::Replaced);
    out.push('`');
    Mrkdwn(out)
}

/// What becomes of the backticks of a text that is shown as code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backticks {
    /// `ˋ` stands for each: for code inside a line, which a backtick ends.
    Replaced,
    /// They stay: for one line of a block, after its runs of three were replaced.
    Kept,
}

/// Text from outside for the inside of code, written to the end of `out`: `&`, `<` and `>`
/// escaped, nothing hidden in it.
pub fn escape_code_into(out: &mut String, text: &str, backticks: Backticks) {
    for c in visible(text) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '`' | '｀' if backticks == Backticks::Replaced => out.push('ˋ'),
            '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c => out.push(c),
        }
    }
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

    /// Compares with the word joiners shown as `·`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(escape(text).as_str().replace('\u{2060}', "·"), expected);
    }

    #[test]
    fn pings_and_entities_stay_text() {
        check("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;");
        check("&lt;!here&gt;", "&amp;lt;!here&amp;gt;");
        check("@here #general", "@here #general");
    }

    #[test]
    fn marks_that_slack_would_read_become_their_look_alikes() {
        check("feature_flag_name and 2*3*4", "feature_flag_name and 2*3*4");
        check("*bold* _it_ ~gone~", "∗bold∗ ˍitˍ ∼gone∼");
        check("__init__.py", "ˍˍinitˍˍ.py");
        check("a `b` c", "a ˋbˋ c");
        check("é*b*é ＊b＊", "é∗b∗é ﹡b﹡");
        check("a\u{200b}*b* c", "a*b∗ c");
    }

    #[test]
    fn a_quote_needs_the_start_of_a_line() {
        check("> a\n>b\n＞c", "·&gt; a\n·&gt;b\n·＞c");
        check("a\n  > b", "a\n  ·&gt; b");
        check("a > b -> c", "a &gt; b -&gt; c");
    }

    #[test]
    fn emoji_names_stay_text() {
        check(":smile: at 10:30 h", ":·smile: at 10:30 h");
        check("fix: a, workflow::done ok", "fix: a, workflow::done ok");
        check(":+1::skin-tone-2:", ":·+1::·skin-tone-2:");
        check(":sm\u{200b}ile:", ":·smile:");
        // A colon of our own may follow.
        check("see :tada", "see :·tada");
    }

    #[test]
    fn nothing_is_hidden_and_nothing_turns_the_text_around() {
        check("a\u{7}b\r\nc\td", "ab\nc\td");
        check("gpj.\u{202e}exe\u{2066}", "gpj.exe");
        check("pay\u{200b}pal\u{feff}\u{e0041}", "paypal");
        check("a\u{2028}> b", "a &gt; b");
        check(
            "👩\u{200d}💻 می\u{200c}خواهم",
            "👩\u{200d}💻 می\u{200c}خواهم",
        );
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("a`b*c* <d> :e:").as_str(), "`aˋb*c* &lt;d&gt; :e:`");
        assert_eq!(code("first\nsecond").as_str(), "`first`");
        assert_eq!(code(" \u{200b}").as_str(), "");
    }

    #[test]
    fn links_cannot_be_forged() {
        assert_eq!(
            link("https://g.ex/a|b>c", "x|y>").as_str(),
            "<https://g.ex/a%7Cb%3Ec|x|y&gt;>"
        );
        assert_eq!(link("javascript:alert(1)", "x").as_str(), "x");
        assert_eq!(link("https://g.ex", "").as_str(), "<https://g.ex|link>");
        assert_eq!(link("HTTPS://g.ex/ü", "x").as_str(), "<HTTPS://g.ex/ü|x>");
        assert_eq!(
            link("https://g.ex/\u{202e}a b", "x").as_str(),
            "<https://g.ex/%E2%80%AEa%20b|x>"
        );
        assert_eq!(link("mailto:a@b.c", "x").as_str(), "<mailto:a@b.c|x>");
        assert_eq!(link("mailto:nobody", "x").as_str(), "x");
        assert_eq!(
            address("https://g.ex/?a&b").as_str(),
            "<https://g.ex/?a&amp;b>"
        );
        assert_eq!(address("no:<address>").as_str(), "no:&lt;address&gt;");
    }

    #[test]
    fn a_label_is_one_line_and_holds_no_link() {
        let two_lines = Mrkdwn::fixed("a\nb");
        assert_eq!(
            linked("https://g.ex", &two_lines).as_str(),
            "<https://g.ex|a b>"
        );
        let inner = link("https://a.ex", "a");
        assert_eq!(linked("https://g.ex", &inner), inner);
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
