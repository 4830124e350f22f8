//! Writes mrkdwn piece by piece and knows where it may be cut.
//!
//! A piece (a word, a code span, a link) is whole or missing. Before each piece the writer notes
//! where it stands; when the limit is passed it goes back to the last note that leaves room for
//! the end. Spaces, line breaks, bullets and opening marks wait for the piece that needs them,
//! so none is left over. What the pieces mean is the walk's business.

mod blocks;
mod cut;
mod links;
mod styles;

use domain::mrkdwn;

use cut::{Cut, Tail};
use links::OpenLink;
use styles::Wanted;

pub(super) use styles::Style;

/// What Slack needs to see a mark beside a letter: a character of no width that is no letter.
const EDGE: char = '\u{200b}';
const WORD_JOINER: char = '\u{2060}';
/// Characters of a link's label, and of an inline code span, that are shown.
const LONGEST_PIECE: usize = 200;
/// A word longer than this may be cut inside.
const LONGEST_WORD: usize = 60;

/// See the module.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    out: String,
    /// Characters in `out`.
    used: usize,
    limit: usize,
    tail: Tail<'a>,
    cut: Cut,
    is_full: bool,
    line_breaks: usize,
    space: bool,
    /// A mark was just closed: a letter may not follow at once.
    after_mark: bool,
    bullet: String,
    /// Spaces at the start of each line.
    indent: usize,
    quotes: usize,
    /// Nothing but a prefix stands on the line.
    at_line_start: bool,
    /// The last line is a quote's.
    in_quote: bool,
    wanted: Wanted,
    open: Vec<Style>,
    link: Option<OpenLink>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(more_url: &'a str, limit: usize) -> Self {
        Self {
            out: String::with_capacity(limit.min(1 << 12)),
            used: 0,
            limit,
            tail: Tail::new(more_url, limit),
            cut: Cut::default(),
            is_full: false,
            line_breaks: 0,
            space: false,
            after_mark: false,
            bullet: String::new(),
            indent: 0,
            quotes: 0,
            at_line_start: false,
            in_quote: false,
            wanted: Wanted::default(),
            open: Vec::new(),
            link: None,
        }
    }

    /// Whether the limit is passed and nothing more will be shown.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Escaped text: words and the spaces between them.
    pub(super) fn words(&mut self, escaped: &str) {
        let mut words = escaped.split([' ', '\n', '\t']);
        if let Some(first) = words.next() {
            self.word(first);
        }
        for word in words {
            self.space = true;
            self.word(word);
        }
    }

    fn word(&mut self, mut word: &str) {
        while LONGEST_WORD < word.len() {
            let (head, rest) = split_word(word);
            self.piece(head);
            word = rest;
        }
        self.piece(word);
    }

    /// Something that is whole or missing, without line breaks.
    pub(super) fn piece(&mut self, markup: &str) {
        let Some(first) = markup.chars().next() else {
            return;
        };
        if self.is_full || self.label_is_long() {
            return;
        }
        self.note_cut(false);
        self.before_piece(first);
        if self.at_line_start && markup.trim_start().starts_with("&gt;") {
            self.push_char(WORD_JOINER);
        }
        self.at_line_start = false;
        self.push(markup);
        self.check_limit();
    }

    pub(super) fn space(&mut self) {
        self.space = true;
    }

    /// Code inside a line.
    pub(super) fn code(&mut self, text: &str) {
        let shown: String = text.chars().take(LONGEST_PIECE).collect();
        let joined = shown.replace(['\n', '\r'], " ");
        let mut code = String::from(mrkdwn::code(&joined));
        if shown.len() < text.len() && code.pop().is_some() {
            code.push_str("…`");
        }
        // A mark only counts at the edge of a word, and a backtick is one.
        let sticks = !self.space && self.line_breaks == 0 && self.sticks_to_what_follows();
        if sticks && !code.is_empty() {
            code.insert(0, EDGE);
        }
        self.piece(&code);
        self.after_mark |= !code.is_empty();
    }

    /// Everything that waited for a piece which begins with `first`.
    fn before_piece(&mut self, first: char) {
        let is_new_line = 0 < self.line_breaks && !self.out.is_empty();
        if is_new_line || self.out.is_empty() {
            if self.link.is_none() {
                self.close_down_to(0);
            }
            self.push_line_breaks(true);
            self.at_line_start = true;
        } else if self.space && !self.label_is_empty() {
            self.push_char(' ');
        }
        if self.space || is_new_line {
            self.after_mark = false;
        }
        self.space = false;
        self.line_breaks = 0;
        self.open_wanted();
        if self.after_mark && (first.is_alphanumeric() || matches!(first, '`' | '<')) {
            self.push_char(EDGE);
        }
        self.after_mark = false;
        if self.out.ends_with(':') && (first.is_alphanumeric() || matches!(first, '+' | '-' | '_'))
        {
            self.push_char(WORD_JOINER);
        }
    }

    fn label_is_empty(&self) -> bool {
        self.link
            .as_ref()
            .is_some_and(|link| link.start == self.out.len())
    }

    fn push_line_breaks(&mut self, with_prefix: bool) {
        let quoted = with_prefix && 0 < self.quotes;
        if !self.out.is_empty() {
            for line in 1..=self.line_breaks.clamp(1, 2) {
                if line == 2 && quoted && self.in_quote {
                    self.push_char('>');
                }
                self.push_char('\n');
            }
        }
        self.line_breaks = 0;
        self.in_quote = quoted;
        if !with_prefix {
            return;
        }
        if quoted {
            self.push("> ");
        }
        let bullet = std::mem::take(&mut self.bullet);
        if self.out.is_empty() {
            self.push(bullet.trim_start());
        } else if bullet.is_empty() {
            for _ in 0..self.indent {
                self.push_char(' ');
            }
        } else {
            self.push(&bullet);
        }
    }

    /// Whether a mark right here would not count: behind a letter, a link or code.
    fn sticks_to_what_follows(&self) -> bool {
        let last = self.out.chars().next_back();
        last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '>' | '`'))
    }

    fn push(&mut self, markup: &str) {
        self.out.push_str(markup);
        self.used += markup.chars().count();
    }

    fn push_char(&mut self, c: char) {
        self.out.push(c);
        self.used += 1;
    }
}

/// The first part of a long word, and the rest; never inside an entity, nor behind a mark that
/// does not count only because a letter follows.
fn split_word(word: &str) -> (&str, &str) {
    const PART: usize = 40;
    let mut at = PART.min(word.len());
    while !word.is_char_boundary(at) {
        at += 1;
    }
    let (head, _) = word.split_at_checked(at).unwrap_or((word, ""));
    if let Some(entity) = head.rfind('&')
        && !head
            .get(entity..)
            .is_some_and(|entity| entity.contains(';'))
    {
        at = word
            .get(entity..)
            .and_then(|rest| rest.find(';'))
            .map_or(word.len(), |end| entity + end + 1);
    } else if head.ends_with(['*', '_', '~']) {
        at -= 1;
    }
    word.split_at_checked(at).unwrap_or((word, ""))
}
