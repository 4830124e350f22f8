//! Cutting Slack's markup without breaking it.
//!
//! Escaping is `domain::mrkdwn`'s; what belongs into a message is the renderer's.

mod scan;

use std::borrow::Cow;

use scan::{Kind, Marks, Piece, is_whole, next_piece};

/// How long Slack may take a text to be. It does not say what it counts, so limits are kept in
/// the unit that gives the larger number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// UTF-16 code units: never fewer than characters.
    Utf16,
    /// UTF-8 bytes, which `chat.update` has been seen to count.
    Bytes,
}

impl Unit {
    /// The length of `text` in this unit.
    #[must_use]
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Utf16 if !text.is_ascii() => text.chars().map(char::len_utf16).sum(),
            Self::Utf16 | Self::Bytes => text.len(),
        }
    }

    /// Whether `text` is at most `limit` long, without counting what is plainly short or long.
    #[must_use]
    pub fn fits(self, text: &str, limit: usize) -> bool {
        /// No UTF-16 code unit takes more bytes.
        const MOST_BYTES: usize = 3;
        text.len() <= limit
            || (text.len() <= limit.saturating_mul(MOST_BYTES) && self.length(text) <= limit)
    }
}

const ELLIPSIS: &str = "…";

/// Closing a fence (`\n` and three backticks) and three styles.
const LONGEST_CLOSING: usize = 7;

/// `text` in at most `limit` UTF-16 code units.
///
/// A text that is too long ends in `…` at a word if there is one near, never inside an entity or
/// a link, and with its code and styles closed. A `<` that opens no link is escaped.
#[must_use]
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    cut_in(Unit::Utf16, text, limit)
}

/// [`cut`] with a limit in a unit of choice.
#[must_use]
pub fn cut_in(unit: Unit, text: &str, limit: usize) -> Cow<'_, str> {
    if unit.fits(text, limit) && is_whole(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Cutter::new(unit, limit).cut(text))
}

/// `text`, which is no markup, in at most `limit` UTF-16 code units, ending in `…` when cut.
#[must_use]
pub fn cut_plain(text: &str, limit: usize) -> Cow<'_, str> {
    if Unit::Utf16.fits(text, limit) {
        return Cow::Borrowed(text);
    }
    let mut left = limit.saturating_sub(1);
    let kept = text.char_indices().find(|(_, c)| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        !fits
    });
    let kept = kept.map_or(text, |(end, _)| &text[..end]).trim_end();
    Cow::Owned(if limit == 0 {
        String::new()
    } else {
        format!("{kept}{ELLIPSIS}")
    })
}

/// A place where the text can end.
#[derive(Clone, Default)]
struct Place {
    /// In bytes of what is written.
    end: usize,
    used: usize,
    marks: Marks,
}

struct Cutter {
    unit: Unit,
    limit: usize,
    /// What leaves room for the ellipsis and for closing everything.
    room: usize,
    out: String,
    used: usize,
    marks: Marks,
    after_any: Place,
    after_word: Place,
    outside_code: Place,
}

impl Cutter {
    fn new(unit: Unit, limit: usize) -> Self {
        Self {
            unit,
            limit,
            room: limit.saturating_sub(unit.length(ELLIPSIS) + LONGEST_CLOSING),
            out: String::with_capacity(limit.min(16_384)),
            used: 0,
            marks: Marks::default(),
            after_any: Place::default(),
            after_word: Place::default(),
            outside_code: Place::default(),
        }
    }

    fn cut(mut self, text: &str) -> String {
        let mut at = 0;
        let mut crossing = None;
        while let Some(piece) = next_piece(text, at) {
            let written = piece.written();
            let used = self.used + self.unit.length(written);
            if crossing.is_none() {
                self.note_place(piece.kind);
            }
            if self.room < used && crossing.is_none() {
                crossing = Some(piece);
            }
            if self.limit < used {
                return self.finish(crossing);
            }
            let (before, after) = text.split_at(at);
            self.marks.pass(before, &piece, &after[piece.text.len()..]);
            self.out.push_str(written);
            self.used = used;
            at += piece.text.len();
        }
        self.out
    }

    /// The text can end here, before a piece of `kind`.
    fn note_place(&mut self, kind: Kind) {
        let place = Place {
            end: self.out.len(),
            used: self.used,
            marks: self.marks.clone(),
        };
        if !self.marks.in_code() {
            if matches!(kind, Kind::Blank | Kind::Newline) {
                self.after_word = place.clone();
            }
            self.outside_code = place.clone();
        }
        self.after_any = place;
    }

    fn finish(mut self, crossing: Option<Piece<'_>>) -> String {
        let mut place = if self.room * 3 / 4 <= self.after_word.used {
            self.after_word
        } else if self.room / 2 <= self.outside_code.used {
            self.outside_code
        } else {
            self.after_any
        };
        self.out.truncate(place.end);
        if place.used < self.room / 2
            && let Some(link) = crossing.filter(|piece| piece.kind == Kind::Link)
            && let Some(link) = shorter_link(self.unit, link.text, self.room - place.used)
        {
            self.out.push_str(&link);
        } else {
            self.out.truncate(self.out.trim_end().len());
            if self.unit.length(ELLIPSIS) <= self.limit {
                self.out.push_str(ELLIPSIS);
            }
        }
        place.marks.close(&mut self.out);
        self.out
    }
}

/// A link with a label cut to what `room` leaves; `None` when its address alone is too long.
fn shorter_link(unit: Unit, link: &str, room: usize) -> Option<String> {
    let (address, label) = link.strip_suffix('>')?.split_once('|')?;
    let mut out = format!("{address}|");
    let mut left = room.checked_sub(unit.length(&out) + unit.length(ELLIPSIS) + 1)?;
    let mut at = 0;
    while let Some(piece) = next_piece(label, at) {
        let Some(rest) = left.checked_sub(unit.length(piece.written())) else {
            break;
        };
        out.push_str(piece.written());
        left = rest;
        at += piece.text.len();
    }
    out.truncate(out.trim_end().len());
    out.push_str(ELLIPSIS);
    out.push('>');
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &str) {
        let cut = cut(text, limit);
        assert!(Unit::Utf16.length(&cut) <= limit, "{cut:?} is over {limit}");
        assert_eq!(cut, expected);
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        check("", 0, "");
        check(
            "*bold* <https://g.ex|x> &amp; `code`",
            36,
            "*bold* <https://g.ex|x> &amp; `code`",
        );
    }

    #[test]
    fn a_long_text_ends_at_a_word() {
        check(
            "the quick brown fox jumps over the lazy dog",
            30,
            "the quick brown fox…",
        );
        check(
            "thequickbrownfoxjumpsoverthelazydog",
            30,
            "thequickbrownfoxjumpso…",
        );
    }

    #[test]
    fn entities_and_links_are_kept_whole_or_left_out() {
        check(
            "aaaaaaaaaaaaaaaaaaa&amp;bbbbbbbbbbb",
            30,
            "aaaaaaaaaaaaaaaaaaa…",
        );
        check("see it at <https://g.ex/a/long/way|here>", 30, "see it at…");
    }

    #[test]
    fn a_link_that_is_most_of_the_text_keeps_its_address() {
        let text = format!("<https://g.ex|{}> and more", "word ".repeat(20));
        check(&text, 40, "<https://g.ex|word word word w…>");
    }

    #[test]
    fn what_is_open_is_closed() {
        check(
            "*bold and _italic words go on* and on",
            31,
            "*bold and _italic words…_*",
        );
        check(
            "`code code code code code code code`",
            30,
            "`code code code code c…`",
        );
        check(
            "```\nlet a = 1;\nlet b = 2;\nlet c = 3;\n```",
            34,
            "```\nlet a = 1;\nlet b = 2;…\n```",
        );
        check(
            "some words before `then long code`",
            30,
            "some words before…",
        );
    }

    #[test]
    fn a_pointed_bracket_that_opens_no_link_is_escaped() {
        check("a < b", 40, "a &lt; b");
        check("<<https://g.ex|x>", 40, "&lt;<https://g.ex|x>");
    }

    #[test]
    fn text_for_update_is_measured_in_bytes() {
        let text = "漢".repeat(50);
        assert_eq!(
            cut_in(Unit::Bytes, &text, 40),
            format!("{}…", "漢".repeat(10))
        );
    }

    #[test]
    fn labels_are_cut_at_a_character() {
        assert_eq!(cut_plain("Open the merge request", 9), "Open the…");
        assert_eq!(cut_plain("🚂🚂🚂", 5), "🚂🚂…");
        assert_eq!(cut_plain("ab", 0), "");
    }

    fn markup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            ".{0,40}".prop_map(|text| String::from(domain::mrkdwn::escape(&text))),
            ".{0,20}".prop_map(|text| String::from(domain::mrkdwn::bold(&text))),
            ".{0,20}".prop_map(|text| String::from(domain::mrkdwn::code(&text))),
            ".{0,20}"
                .prop_map(|text| String::from(domain::mrkdwn::link("https://g.ex/?a&b", &text))),
            Just("\n```\na &lt; b\n```\n".to_owned()),
            Just("\n".to_owned()),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    /// Every `<` has its `>`, every `&` is an entity.
    fn is_well_formed(text: &str) -> bool {
        is_whole(text)
            && text.match_indices('&').all(|(at, _)| {
                ["&amp;", "&lt;", "&gt;"]
                    .iter()
                    .any(|entity| text[at..].starts_with(entity))
            })
    }

    proptest! {
        #[test]
        fn cut_markup_is_markup(text in markup(), limit in 0_usize..200) {
            for unit in [Unit::Utf16, Unit::Bytes] {
                let cut = cut_in(unit, &text, limit);
                prop_assert!(unit.length(&cut) <= limit, "{cut:?} is over {limit}");
                prop_assert!(is_well_formed(&cut), "{cut:?}");
                prop_assert_eq!(cut.matches("```").count() % 2, 0, "{:?}", cut);
            }
        }

        #[test]
        fn any_text_at_all_is_cut_in_its_limit(text in "[<>&|`*_~a \n漢🚂]{0,80}", limit in 0_usize..60) {
            let mended = cut(&text, limit);
            prop_assert!(Unit::Utf16.length(&mended) <= limit);
            prop_assert!(is_whole(&mended), "{mended:?}");
        }
    }
}
