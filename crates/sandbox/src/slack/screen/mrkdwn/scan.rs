//! The first look at a text: entities are decoded, `<…>` tokens set apart.

/// One character of text, or one token that Slack reads as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    Char(char),
    /// What stands between `<` and `>`.
    Angle(&'t str),
}

impl Piece<'_> {
    pub fn is(&self, wanted: char) -> bool {
        matches!(self, Self::Char(c) if *c == wanted)
    }

    pub fn is_space(&self) -> bool {
        matches!(self, Self::Char(c) if c.is_whitespace())
    }
}

/// Cuts a text into pieces. A decoded `&lt;` is a character like any other: it opens no token.
pub fn scan(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (piece, length) = match c {
            '<' => token(rest).unwrap_or((Piece::Char('<'), 1)),
            '&' => entity(rest).unwrap_or((Piece::Char('&'), 1)),
            '\r' => (
                Piece::Char('\n'),
                if rest.starts_with("\r\n") { 2 } else { 1 },
            ),
            c => (Piece::Char(c), c.len_utf8()),
        };
        pieces.push(piece);
        rest = &rest[length..];
    }
    pieces
}

fn entity(rest: &str) -> Option<(Piece<'static>, usize)> {
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')]
        .into_iter()
        .find(|(name, _)| rest.starts_with(name))
        .map(|(name, c)| (Piece::Char(c), name.len()))
}

/// A token has no line break and no other `<` in it, and says something that Slack knows:
/// an address, a person, a channel or a command.
fn token(rest: &str) -> Option<(Piece<'_>, usize)> {
    let body = &rest[1..];
    let end = body.find(['>', '<', '\n'])?;
    let known = body.starts_with(['@', '#', '!']) || super::angle::is_address(&body[..end]);
    (body[end..].starts_with('>') && known && 1 < end)
        .then(|| (Piece::Angle(&body[..end]), end + 2))
}

/// Text in which the three entities stand for themselves again.
pub fn decode(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
