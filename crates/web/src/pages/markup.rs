//! Slack's markup as pieces of a page: the history says what the thread says.
//!
//! Nothing in it is HTML: a template writes each piece, and escapes it.

use domain::Mrkdwn;

use super::address;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Bold(String),
    Code(String),
    /// What it is called, and where it leads.
    Link(String, String),
}

/// Markup that our own code made.
pub(super) fn pieces(markup: &Mrkdwn) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    let mut rest = markup.as_str();
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some((inner, after)) = rest[1..].split_once('>')
        {
            pieces.link(inner);
            rest = after;
            continue;
        }
        if let Some((inside, after)) = marked(rest, c, pieces.before()) {
            pieces.end();
            pieces.all.push(match c {
                '`' => Piece::Code(plain(inside)),
                _ => Piece::Bold(plain(inside)),
            });
            rest = after;
            continue;
        }
        let (text, after) = character(rest);
        pieces.text.extend(text);
        rest = after;
    }
    pieces.end();
    pieces.all
}

/// Words from outside: web addresses become links, and what stands in backticks code.
pub(super) fn linked(text: &str) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        pieces.words(&rest[..at]);
        rest = &rest[at..];
        match marked(rest, '`', pieces.before()) {
            Some((inside, after)) => {
                pieces.end();
                pieces.all.push(Piece::Code(inside.to_owned()));
                rest = after;
            }
            None => {
                pieces.text.push('`');
                rest = &rest[1..];
            }
        }
    }
    pieces.words(rest);
    pieces.end();
    pieces.all
}

#[derive(Default)]
struct Pieces {
    all: Vec<Piece>,
    /// What is not a piece yet.
    text: String,
}

impl Pieces {
    fn before(&self) -> Option<char> {
        self.text.chars().next_back()
    }

    fn end(&mut self) {
        if !self.text.is_empty() {
            self.all.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    /// Without marks; an address ends before the punctuation that follows it.
    fn words(&mut self, text: &str) {
        for word in text.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | ')')
            });
            match address::foreign(bare) {
                Some(url) => {
                    self.end();
                    self.all.push(Piece::Link(url.to_owned(), url.to_owned()));
                    self.text.push_str(&word[bare.len()..]);
                }
                None => self.text.push_str(word),
            }
        }
    }

    fn link(&mut self, inner: &str) {
        let (url, label) = inner.split_once('|').unwrap_or((inner, inner));
        let (url, label) = (plain(url), plain(label));
        match address::foreign(&url) {
            Some(url) => {
                self.end();
                self.all.push(Piece::Link(label, url.to_owned()));
            }
            // A mention, or an address that no browser opens.
            None => self.text.push_str(&label),
        }
    }
}

/// What stands between a mark at the edge of a word and the next of its kind.
fn marked(rest: &str, mark: char, before: Option<char>) -> Option<(&str, &str)> {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if !matches!(mark, '*' | '`') || is_word(before) {
        return None;
    }
    let (inside, after) = rest[1..].split_once(mark)?;
    let is_one = !inside.is_empty() && !inside.contains('\n') && !is_word(after.chars().next());
    is_one.then_some((inside, after))
}

fn plain(markup: &str) -> String {
    let mut out = String::new();
    let mut rest = markup;
    while !rest.is_empty() {
        let (text, after) = character(rest);
        out.extend(text);
        rest = after;
    }
    out
}

/// The first character as it was before `domain::mrkdwn` escaped it.
fn character(rest: &str) -> (Option<char>, &str) {
    for (entity, c) in [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')] {
        if let Some(after) = rest.strip_prefix(entity) {
            return (Some(c), after);
        }
    }
    let mut chars = rest.chars();
    let c = match chars.next() {
        Some('∗') => Some('*'),
        Some('ˍ') => Some('_'),
        Some('∼') => Some('~'),
        Some('ˋ') => Some('`'),
        Some('\u{2060}') | None => None,
        Some(c) => Some(c),
    };
    (c, chars.as_str())
}

#[cfg(test)]
mod tests {
    use domain::{mrkdwn, say};

    use super::*;

    fn text(words: &str) -> Piece {
        Piece::Text(words.to_owned())
    }

    #[test]
    fn our_own_marks_become_pieces_and_text_from_outside_stays_what_it_was() {
        let sentence = say!(
            "{} said: {} on {}, see {}",
            mrkdwn::bold("ana"),
            mrkdwn::escape("<b>*no* & `nothing` <https://evil.example|x>"),
            mrkdwn::code("a_b*c"),
            mrkdwn::link("https://gitlab.example/?a&b", "the issue")
        );
        let expected = [
            Piece::Bold("ana".to_owned()),
            text(" said: <b>*no* & `nothing` <https://evil.example|x> on "),
            Piece::Code("a_b*c".to_owned()),
            text(", see "),
            Piece::Link(
                "the issue".to_owned(),
                "https://gitlab.example/?a&b".to_owned(),
            ),
        ];
        assert_eq!(pieces(&sentence), expected);
    }

    #[test]
    fn a_mention_is_no_link() {
        let mention = Mrkdwn::from_trusted("<!subteam^S1|@oncall>: look".to_owned());
        assert_eq!(pieces(&mention), [text("@oncall: look")]);
    }

    #[test]
    fn addresses_in_words_become_links() {
        let found =
            linked("merged, see https://gitlab.example/x/-/merge_requests/3. javascript:alert(1)");
        let url = "https://gitlab.example/x/-/merge_requests/3".to_owned();
        let expected = [
            text("merged, see "),
            Piece::Link(url.clone(), url),
            text(". javascript:alert(1)"),
        ];
        assert_eq!(found, expected);
    }
    #[test]
    fn what_stands_in_backticks_is_code_and_a_lone_backtick_is_itself() {
        let code = |words: &str| Piece::Code(words.to_owned());
        let expected = [text("set "), code("milestone:"), text(" or `not")];
        assert_eq!(linked("set `milestone:` or `not"), expected);
    }
}
