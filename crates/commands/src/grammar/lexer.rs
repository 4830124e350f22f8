//! Words, as Slack and telephones hand them over: smart quotes, dashes that were two hyphens,
//! backticks, colons that were guarded against emoji, characters that nobody sees.

use super::error::BadInput;

/// A piece of what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Stood in quotes or backticks, so it means what it says.
    pub(super) is_literal: bool,
}

/// The most bytes of a command, and the most words: Slack takes no longer messages.
const MOST_BYTES: usize = 8_000;
const MOST_WORDS: usize = 400;

/// Cuts a text into words at white space.
pub(super) fn words(text: &str) -> Result<Vec<Word>, BadInput> {
    if MOST_BYTES < text.len() {
        return Err(BadInput::TooLong { limit: MOST_BYTES });
    }
    let mut lexer = Lexer {
        rest: text,
        is_in_code: false,
    };
    let mut words = Vec::new();
    while let Some(word) = lexer.next_word()? {
        if words.len() == MOST_WORDS {
            return Err(BadInput::TooManyWords { limit: MOST_WORDS });
        }
        words.push(word);
    }
    Ok(words)
}

struct Lexer<'a> {
    rest: &'a str,
    /// Between two backticks, which may stand words apart.
    is_in_code: bool,
}

impl Lexer<'_> {
    /// The next word that is not nothing, such as a backslash alone.
    fn next_word(&mut self) -> Result<Option<Word>, BadInput> {
        loop {
            self.rest = self
                .rest
                .trim_start_matches(|c| is_space(c) || is_hidden(c));
            if self.rest.is_empty() {
                return Ok(None);
            }
            let word = self.word()?;
            if !word.text.is_empty() || word.is_literal {
                return Ok(Some(word));
            }
        }
    }

    /// Reads up to the next white space.
    fn word(&mut self) -> Result<Word, BadInput> {
        let mut word = Word {
            text: String::new(),
            is_literal: false,
        };
        while let Some(c) = self.rest.chars().next() {
            if is_space(c) {
                break;
            }
            let is_beginning = word.text.is_empty() || word.text.ends_with(['=', ',']);
            if is_beginning && let Some(quote) = Quote::of(c) {
                self.quoted(quote, &mut word)?;
            } else if c == '<' && is_beginning && self.bracketed(&mut word) {
                // Taken whole: placeholders and links may have spaces.
            } else {
                self.rest = &self.rest[c.len_utf8()..];
                self.plain(c, &mut word);
            }
        }
        Ok(word)
    }

    fn plain(&mut self, c: char, word: &mut Word) {
        word.is_literal |= self.is_in_code;
        match c {
            '`' => self.is_in_code = !self.is_in_code,
            // Slack's editor guards colons so: `Some:\:Worker`.
            '\\' => {
                if let Some(next) = self.rest.chars().next().filter(|&next| !is_space(next)) {
                    self.rest = &self.rest[next.len_utf8()..];
                    word.text.push(next);
                }
            }
            c if is_hidden(c) => (),
            c => word.text.push(c),
        }
    }

    /// Reads up to the quote that closes: one that a space, a comma or the end follows.
    fn quoted(&mut self, quote: Quote, word: &mut Word) -> Result<(), BadInput> {
        word.is_literal = true;
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|&(_, next)| next);
            if c == '\\' && next.is_some() {
                word.text.extend(chars.next().map(|(_, c)| c));
            } else if Quote::of(c) == Some(quote)
                && next.is_none_or(|c| is_space(c) || c == ',' || c == '`')
            {
                self.rest = &self.rest[at + c.len_utf8()..];
                return Ok(());
            } else {
                word.text.push(if is_space(c) { ' ' } else { c });
            }
        }
        Err(BadInput::UnclosedQuote {
            from: self.rest.to_owned(),
        })
    }

    /// Reads `<…>` up to its end; `false` when there is none.
    fn bracketed(&mut self, word: &mut Word) -> bool {
        let Some(end) = self.rest.find('>') else {
            return false;
        };
        let (bracketed, rest) = self.rest.split_at(end + 1);
        if bracketed.contains('\n') {
            return false;
        }
        self.rest = rest;
        word.text.push_str(linked(bracketed).unwrap_or(bracketed));
        true
    }
}

/// The address in Slack's `<https://…>` and `<https://…|label>`.
fn linked(bracketed: &str) -> Option<&str> {
    let inner = bracketed.strip_prefix('<')?.strip_suffix('>')?;
    let address = inner.split('|').next()?;
    domain::mrkdwn::is_web_address(address).then_some(address)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
}

impl Quote {
    fn of(c: char) -> Option<Self> {
        match c {
            '"' | '“' | '”' | '„' | '‟' | '«' | '»' => Some(Self::Double),
            '\'' | '‘' | '’' | '‚' => Some(Self::Single),
            _ => None,
        }
    }
}

/// A text that [`words`] reads back as one word that says `text`.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.,/@#+=%&?!~^".contains(c);
    // Colons between letters would be mended, a leading dash may be an option's.
    if !text.is_empty() && text.chars().all(|c| is_plain(c) || c == ':') && !text.starts_with(':') {
        return text.to_owned();
    }
    let mut out = String::from('"');
    for c in text.chars() {
        if c == '\\' || Quote::of(c) == Some(Quote::Double) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || (c.is_control() && !is_space(c))
}

/// The name of an option with its value, if a word is one: `--dev`, and `—dev` or `–dev`, which
/// telephones and editors make of it.
pub(super) fn dashed(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(['-', '–', '—', '―', '‐', '‑', '−']);
    let has_dashes = name.len() < word.len();
    (has_dashes && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let words: Vec<String> = words(text)
            .unwrap()
            .into_iter()
            .map(|word| word.text)
            .collect();
        assert_eq!(words, expected, "{text:?}");
    }

    #[test]
    fn words_are_what_was_meant() {
        check(
            "feature  set\n\u{a0}x true ",
            &["feature", "set", "x", "true"],
        );
        check("`feature set x` true", &["feature", "set", "x", "true"]);
        check("--reason “two words” x", &["--reason", "two words", "x"]);
        check("--reason=\"a, b\",c", &["--reason=a, b,c"]);
        check("'it''s' don't", &["it''s", "don't"]);
        check(r"run_x_Some:\:Worker", &["run_x_Some::Worker"]);
        check("a\u{2060}b \u{200b}", &["ab"]);
        check(
            "--user=<your user name> x",
            &["--user=<your user name>", "x"],
        );
        check(
            "<https://a.example/b|a.example/b>",
            &["https://a.example/b"],
        );
        check("a < b", &["a", "<", "b"]);
        check("\"\" x", &["", "x"]);
    }

    #[test]
    fn a_quote_must_end_and_a_text_has_limits() {
        assert!(matches!(
            words("--reason \"a b"),
            Err(BadInput::UnclosedQuote { .. })
        ));
        assert!(matches!(
            words(&"x".repeat(9_000)),
            Err(BadInput::TooLong { .. })
        ));
        assert!(matches!(
            words(&"x ".repeat(500)),
            Err(BadInput::TooManyWords { .. })
        ));
        // Nothing of this is a word, and none of it may cost a frame of the stack.
        assert_eq!(words(&"\\ ".repeat(4_000)), Ok(Vec::new()));
    }

    #[test]
    fn dashes_of_every_kind_begin_an_option() {
        for (word, expected) in [
            ("--dev", Some("dev")),
            ("—dev", Some("dev")),
            ("–dev", Some("dev")),
            ("-h", Some("h")),
            ("-1", None),
            ("—", None),
            ("dev", None),
        ] {
            assert_eq!(dashed(word), expected, "{word:?}");
        }
    }
}
