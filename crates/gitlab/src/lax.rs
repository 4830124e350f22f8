//! JSON values that may be anything: what fits is taken, what does not fit counts as absent.
//!
//! GitLab's payloads differ from version to version (a number becomes a text, an object becomes
//! null), and one odd optional field must not lose an event. A type of this module therefore
//! never fails on a well-formed value; only JSON that is not JSON is an error. Lengths are
//! bounded here too, so that no payload can make a huge event.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Bytes of a text that are kept: twice what any message can show.
const LONGEST_TEXT: usize = 24_000;
/// Bytes of a title, name or ref that are kept; GitLab's own limit for them is 255 characters.
const LONGEST_LINE: usize = 1_024;
/// Bytes of an address; longer ones are of no use in a message (Slack takes 3,000).
const LONGEST_LINK: usize = 2_900;
/// Items of a list that are kept.
const MOST_ITEMS: usize = 1_000;

/// The visitor methods of values that do not fit.
macro_rules! absent {
    ($($kind:ident)*) => { $(absent!(@ $kind);)* };
    (@ null) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ bool) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ number) => {
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ text) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ list) => {
        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
            IgnoredAny.visit_seq(list).map(|_| Default::default())
        }
    };
    (@ object) => {
        fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
            IgnoredAny.visit_map(object).map(|_| Default::default())
        }
    };
}

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

/// A number that is not negative; texts of digits are read as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Number(Option<f64>, Option<u64>);

impl Number {
    /// The number as an id or count.
    pub(crate) fn get(self) -> Option<u64> {
        self.1
    }

    /// The number with its fraction.
    pub(crate) fn real(self) -> Option<f64> {
        self.0
    }

    fn of(real: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the range of whole numbers that a float holds exactly"
        )]
        let whole = (0.0..9e15).contains(&real).then(|| real.round() as u64);
        Self((real.is_finite() && 0.0 <= real).then_some(real), whole)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "the exact number is kept beside it"
                )]
                let real = number as f64;
                // JSON elsewhere (and SQL) knows signed numbers only.
                Ok(Number(
                    Some(real),
                    i64::try_from(number).is_ok().then_some(number),
                ))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Number, E> {
                Ok(Number::default())
            }
            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number::of(number))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                let text = text.trim();
                match (text.parse(), text.parse()) {
                    (Ok(whole), _) => self.visit_u64(whole),
                    (Err(_), Ok(real)) => Ok(Number::of(real)),
                    (Err(_), Err(_)) => Ok(Number::default()),
                }
            }
            absent!(null bool list object);
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

/// Yes or no; the numbers 0 and 1 and the words `true` and `false` are read as such.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flag(Option<bool>);

impl Flag {
    pub(crate) fn get(self) -> Option<bool> {
        self.0
    }

    /// Whether it is there and says yes.
    pub(crate) fn yes(self) -> bool {
        self.0 == Some(true)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl<'de> Visitor<'de> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(Some(flag)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Flag, E> {
                Ok(Flag(match number {
                    0 => Some(false),
                    1 => Some(true),
                    _ => None,
                }))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_str<E>(self, text: &str) -> Result<Flag, E> {
                Ok(Flag(match text {
                    "true" | "1" | "t" | "yes" => Some(true),
                    "false" | "0" | "f" | "no" => Some(false),
                    _ => None,
                }))
            }
            absent!(null list object);
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

/// An object; whatever else stands in its place counts as absent.
#[derive(Clone, Debug)]
pub(crate) struct Object<T>(Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Object<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(object)).map(|value| Object(Some(value)))
            }
            absent!(null bool number text list);
        }
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

/// A list; whatever else stands in its place counts as empty.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> List<T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T> List<Object<T>> {
    /// The items that are objects.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(Object::get)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while items.len() < MOST_ITEMS {
                    match list.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(List(items)),
                    }
                }
                IgnoredAny.visit_seq(list)?;
                Ok(List(items))
            }
            absent!(null bool number text object);
        }
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}
