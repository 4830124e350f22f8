//! The values of a search: texts with `*`, moments, numbers.

use jiff::{SignedDuration, Timestamp};

use super::super::window::{moment, period};

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Sign {
    Equal,
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Sign {
    /// The sign before a value, and the value.
    pub fn split(text: &str) -> (Self, &str) {
        let signs = [
            (">=", Self::AtLeast),
            ("<=", Self::AtMost),
            (">", Self::Above),
            ("<", Self::Below),
            ("=", Self::Equal),
        ];
        let mut signs = signs.into_iter();
        let found = signs.find_map(|(sign, of)| Some((of, text.strip_prefix(sign)?)));
        found.unwrap_or((Self::Equal, text))
    }

    pub fn holds<T: PartialOrd + Copy>(self, value: T, wanted: T) -> bool {
        match self {
            Self::Equal => value == wanted,
            Self::Above => value > wanted,
            Self::AtLeast => value >= wanted,
            Self::Below => value < wanted,
            Self::AtMost => value <= wanted,
        }
    }
}

/// A part of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Moment {
    /// Before or after one moment.
    Compared(Sign, Timestamp),
    /// From the first, up to the second.
    Between(Timestamp, Timestamp),
}

impl Moment {
    /// `>2026-11-20T09:00:00`, `-24h` (since then), `+24h` (before then), or a day or a moment
    /// give or take five minutes.
    pub fn read(text: &str, now: Timestamp) -> Option<Self> {
        let (sign, value) = Sign::split(text);
        let ago = |period_text: &str| now.checked_sub(period(period_text)?).ok();
        if let Some(text) = value.strip_prefix('-').filter(|_| text == value) {
            return Some(Self::Compared(Sign::AtLeast, ago(text)?));
        }
        if let Some(text) = value.strip_prefix('+').filter(|_| text == value) {
            return Some(Self::Compared(Sign::AtMost, ago(text)?));
        }
        let at = moment(value)?;
        if text != value {
            return Some(Self::Compared(sign, at));
        }
        let day = SignedDuration::from_hours(24);
        let around = SignedDuration::from_mins(5);
        match value.len() {
            10 => Some(Self::Between(at, at.checked_add(day).ok()?)),
            _ => Some(Self::Between(
                at.checked_sub(around).ok()?,
                at.checked_add(around).ok()?,
            )),
        }
    }

    pub fn has(self, at: Timestamp) -> bool {
        match self {
            Self::Compared(sign, wanted) => sign.holds(at, wanted),
            Self::Between(from, until) => from <= at && at < until,
        }
    }
}

/// A text that a field may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Text {
    Is(String),
    /// The parts between the stars, in small letters.
    Like(Vec<String>),
}

impl Text {
    pub fn new(text: &str) -> Self {
        match text.contains('*') {
            true => Self::Like(text.to_lowercase().split('*').map(str::to_owned).collect()),
            false => Self::Is(text.to_owned()),
        }
    }

    pub fn fits(&self, value: &str) -> bool {
        let parts = match self {
            Self::Is(text) => return value == text,
            Self::Like(parts) => parts,
        };
        let value = value.to_lowercase();
        let (Some((first, rest)), Some(last)) = (parts.split_first(), parts.last()) else {
            return false;
        };
        let Some(mut left) = value.strip_prefix(first.as_str()) else {
            return false;
        };
        let middle = rest.get(..rest.len().saturating_sub(1)).unwrap_or_default();
        for part in middle {
            match left.find(part.as_str()) {
                Some(at) => left = &left[at + part.len()..],
                None => return false,
            }
        }
        left.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, value, expected) in [
            ("v1.*", "V1.2", true),
            ("*error", "PostError", true),
            ("*", "", true),
            ("a*b*c", "axxbxxc", true),
            ("a*b*c", "axxc", false),
            ("a*a", "a", false),
            ("a", "A", false),
        ] {
            assert_eq!(
                Text::new(pattern).fits(value),
                expected,
                "{pattern} {value}"
            );
        }
    }
}
