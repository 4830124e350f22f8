//! Texts, and what is read out of them: titles, addresses, moments.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Bytes of a text that are kept: twice what any message can show.
const LONGEST_TEXT: usize = 24_000;
/// Bytes of a title, name or ref that are kept; GitLab's own limit for them is 255 characters.
const LONGEST_LINE: usize = 1_024;
/// Bytes of an address; longer ones are of no use in a message (Slack takes 3,000).
const LONGEST_LINK: usize = 2_900;

/// A text; numbers are read as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// The text as it was sent; `None` when it is absent or blank.
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.trim().is_empty())
    }

    /// The whole text, even when it is blank.
    pub(crate) fn raw(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The text, of several lines if need be.
    pub(crate) fn long(&self) -> Option<String> {
        self.get().map(|text| bounded(text, LONGEST_TEXT))
    }

    /// A title, name or ref: the first line that is not blank.
    pub(crate) fn line(&self) -> Option<String> {
        first_line(self.get()?)
    }

    /// An address of the web; others are nothing to link to.
    pub(crate) fn link(&self) -> Option<String> {
        let link = self.get()?.trim();
        let web = link.starts_with("https://") || link.starts_with("http://");
        (web && link.len() <= LONGEST_LINK && !link.contains(char::is_control))
            .then(|| link.to_owned())
    }

    /// A moment in any of the ways in which GitLab writes it.
    pub(crate) fn moment(&self) -> Option<Timestamp> {
        domain::event::parse_moment(self.get()?)
    }
}

/// The first line that is not blank, bounded.
pub(crate) fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(bounded(line, LONGEST_LINE))
}

fn bounded(text: &str, limit: usize) -> String {
    let end = text.floor_char_boundary(limit);
    // A zero character cannot be stored by every database.
    text[..end].replace('\0', "\u{fffd}")
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'a> {
            type Value = Text<'a>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            absent!(null bool list object);
        }
        deserializer.deserialize_any(TextVisitor(PhantomData))
    }
}
