//! One sentence, told twice: alone in a push notification, and with its links on the screen.
//!
//! Wording is written once, with [`tell!`]; each piece brings its two forms. A person is
//! "Ada Byron" in the one and a linked "Ada Byron (ada)" in the other.

use domain::mrkdwn::{self, Mrkdwn};

use super::address;

/// A piece of a sentence, or all of it, in its two forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    summary: Mrkdwn,
    headline: Mrkdwn,
}

impl Sentence {
    /// Different words for the notification and for the screen.
    pub(super) fn of(summary: Mrkdwn, headline: Mrkdwn) -> Self {
        Self { summary, headline }
    }

    /// The same words in both, on the screen with a link; without an address, plain.
    pub(super) fn linked(url: &str, label: Mrkdwn) -> Self {
        let headline = address::link(url, &label);
        Self {
            summary: label,
            headline,
        }
    }

    /// Only on the screen.
    pub(super) fn on_screen(headline: Mrkdwn) -> Self {
        Self {
            summary: Mrkdwn::empty(),
            headline,
        }
    }

    /// Only in the notification.
    pub(super) fn in_summary(summary: Mrkdwn) -> Self {
        Self {
            summary,
            headline: Mrkdwn::empty(),
        }
    }

    /// Pieces as people list them: `a, b and c`.
    pub(super) fn and_list(pieces: Vec<Self>) -> Self {
        let (summaries, headlines) = pieces
            .into_iter()
            .map(|piece| (piece.summary, piece.headline))
            .unzip();
        Self {
            summary: mrkdwn::and_list(summaries),
            headline: mrkdwn::and_list(headlines),
        }
    }

    /// The form for the screen alone.
    pub(super) fn into_headline(self) -> Mrkdwn {
        self.headline
    }

    /// The message that this sentence opens.
    pub(super) fn message(self) -> domain::Message {
        domain::Message::new(self.summary, self.headline)
    }
}

/// What can stand in a hole of [`tell!`].
pub(super) trait Told {
    fn summary(&self) -> &str;
    fn headline(&self) -> &str;
}

impl Told for Sentence {
    fn summary(&self) -> &str {
        self.summary.as_str()
    }
    fn headline(&self) -> &str {
        self.headline.as_str()
    }
}

impl Told for Mrkdwn {
    fn summary(&self) -> &str {
        self.as_str()
    }
    fn headline(&self) -> &str {
        self.as_str()
    }
}

impl Told for &'static str {
    fn summary(&self) -> &str {
        self
    }
    fn headline(&self) -> &str {
        self
    }
}

/// A sentence of our own words around named pieces, which are listed behind it:
/// `tell!("{user} {verb} {thing} in {place}", user verb thing place)`.
///
/// Only markup and words of our own can stand in the holes ([`Told`]), so text from outside
/// cannot slip in unescaped.
macro_rules! tell {
    ($format:literal $(, $($hole:ident)+)?) => {
        $crate::render::sentence::Sentence::of(
            domain::mrkdwn::Mrkdwn::from_trusted(format!(
                $format, $($($hole = $crate::render::sentence::Told::summary(&$hole)),+)?
            )),
            domain::mrkdwn::Mrkdwn::from_trusted(format!(
                $format, $($($hole = $crate::render::sentence::Told::headline(&$hole)),+)?
            )),
        )
    };
}
pub(super) use tell;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_written_once_and_told_twice() {
        let user = Sentence::of(mrkdwn::escape("Ada"), mrkdwn::escape("Ada Byron (ada)"));
        let page = Sentence::linked("https://g.ex/1", mrkdwn::escape("!1 <Fix>"));
        let told = tell!("{user} merged {page}", user page);
        assert_eq!(told.summary.as_str(), "Ada merged !1 &lt;Fix&gt;");
        assert_eq!(
            told.headline.as_str(),
            "Ada Byron (ada) merged <https://g.ex/1|!1 &lt;Fix&gt;>"
        );
    }
}
