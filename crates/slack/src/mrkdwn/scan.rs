//! Slack's markup piece by piece, and what is open between two pieces.

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<…>`: a link, a mention, a date.
    Link,
    /// A `<` that nothing closes.
    Broken,
    /// Three backticks.
    Fence,
    /// One backtick.
    Tick,
    /// `*`, `_` or `~`.
    Mark(char),
    Newline,
    Blank,
    /// A character or an entity.
    Plain,
}

/// The smallest part that is kept whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) kind: Kind,
}

impl<'a> Piece<'a> {
    /// The piece as it is sent.
    pub(super) fn written(&self) -> &'a str {
        if self.kind == Kind::Broken {
            "&lt;"
        } else {
            self.text
        }
    }
}

/// The piece of `text` that begins at the byte `at`; `None` at the end.
pub(super) fn next_piece(text: &str, at: usize) -> Option<Piece<'_>> {
    let rest = &text[at..];
    let first = rest.chars().next()?;
    let (length, kind) = match first {
        '<' => match link_length(rest) {
            Some(length) => (length, Kind::Link),
            None => (1, Kind::Broken),
        },
        '&' => (entity_length(rest), Kind::Plain),
        '`' if rest.starts_with("```") => (3, Kind::Fence),
        '`' => (1, Kind::Tick),
        '*' | '_' | '~' => (1, Kind::Mark(first)),
        '\n' => (1, Kind::Newline),
        c if c.is_whitespace() => (c.len_utf8(), Kind::Blank),
        c => (c.len_utf8(), Kind::Plain),
    };
    Some(Piece {
        text: &rest[..length],
        kind,
    })
}

/// The length of the link that `rest`, beginning with `<`, begins with.
fn link_length(rest: &str) -> Option<usize> {
    let end = rest[1..].find(['<', '>'])? + 1;
    rest[end..].starts_with('>').then_some(end + 1)
}

fn entity_length(rest: &str) -> usize {
    ["&amp;", "&lt;", "&gt;"]
        .iter()
        .find(|entity| rest.starts_with(*entity))
        .map_or(1, |entity| entity.len())
}

/// Whether every `<` of `text` is closed.
pub(super) fn is_whole(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        match link_length(&rest[start..]) {
            Some(length) => rest = &rest[start + length..],
            None => return false,
        }
    }
    true
}

/// What is open at a place of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    fence: bool,
    code: bool,
    /// Outermost first.
    styles: Vec<char>,
}

impl Marks {
    pub(super) fn in_code(&self) -> bool {
        self.fence || self.code
    }

    /// Goes past `piece`, which stands between `before` and `after`.
    pub(super) fn pass(&mut self, before: &str, piece: &Piece<'_>, after: &str) {
        /// Stands beside every mark that was escaped.
        const WORD_JOINER: char = '\u{2060}';
        let last = before.chars().next_back().unwrap_or(' ');
        let next = after.chars().next().unwrap_or(' ');
        let escaped = last == WORD_JOINER || next == WORD_JOINER;
        match piece.kind {
            Kind::Fence if self.code => self.code = false,
            Kind::Fence => self.fence = !self.fence,
            Kind::Tick if !self.fence && !escaped => {
                self.code = !self.code && has_tick_on_line(after);
            }
            Kind::Mark(mark) if !self.in_code() && !escaped => self.pass_style(mark, last, next),
            Kind::Newline => {
                self.code = false;
                self.styles.clear();
            }
            Kind::Tick | Kind::Mark(_) => (),
            Kind::Link | Kind::Broken | Kind::Blank | Kind::Plain => (),
        }
    }

    fn pass_style(&mut self, mark: char, last: char, next: char) {
        let open = self.styles.iter().position(|&style| style == mark);
        match open {
            Some(place) if !last.is_whitespace() && !next.is_alphanumeric() => {
                self.styles.truncate(place);
            }
            None if !last.is_alphanumeric() && !next.is_whitespace() => self.styles.push(mark),
            Some(_) | None => (),
        }
    }

    /// Closes what is open at the end of `out`.
    pub(super) fn close(&mut self, out: &mut String) {
        if self.code {
            out.push('`');
        }
        if self.fence {
            out.push_str("\n```");
        }
        out.extend(self.styles.drain(..).rev());
    }
}

/// Whether a backtick that opens code has one that closes it. Looks a bounded way, so that a
/// long line of backticks does not cost its square.
fn has_tick_on_line(after: &str) -> bool {
    const FAR_ENOUGH: usize = 16_384;
    after
        .bytes()
        .take(FAR_ENOUGH)
        .take_while(|&b| b != b'\n')
        .any(|b| b == b'`')
}
