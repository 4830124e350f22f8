//! The language that Block Kit's tables are written in.

use serde_json::{Map, Value};

use super::check::Checker;

/// What a value must be.
pub enum Rule {
    /// A text of so many characters.
    Str {
        min: usize,
        max: usize,
    },
    /// An address that begins with `http://` or `https://`.
    Url,
    /// An address that begins with `https://`.
    SafeUrl,
    /// One of these words.
    Word(&'static [&'static str]),
    Bool,
    /// A whole number.
    Int {
        min: i64,
        max: i64,
    },
    /// A text object; `plain` says whether mrkdwn is refused.
    Text {
        plain: bool,
        max: usize,
    },
    /// An object of exactly this shape.
    Object(&'static Shape),
    /// An object of one of these shapes, told apart by `type`.
    OneOf(&'static [&'static Shape]),
    /// An array.
    List {
        min: usize,
        max: usize,
        of: &'static Rule,
    },
    /// The rule, or `null`.
    Nullable(&'static Rule),
    /// A date, a time of day: so many characters of digits and these separators (`9999-99-99`).
    Pattern(&'static str),
    /// Whatever it is: Slack's own business.
    Any,
}

/// An object: its `type` and its fields.
pub struct Shape {
    /// The value of `type`; empty for objects that have none.
    pub kind: &'static str,
    pub fields: &'static [Field],
    /// What no single field can say.
    pub also: fn(&Map<String, Value>, &mut Checker),
}

/// A field of an object.
pub struct Field {
    pub name: &'static str,
    pub required: bool,
    pub rule: Rule,
}

/// A field that must be there.
pub const fn needs(name: &'static str, rule: Rule) -> Field {
    Field {
        name,
        required: true,
        rule,
    }
}

/// A field that may be there.
pub const fn may(name: &'static str, rule: Rule) -> Field {
    Field {
        name,
        required: false,
        rule,
    }
}

/// A text of at most `max` characters, not empty.
pub const fn str_to(max: usize) -> Rule {
    Rule::Str { min: 1, max }
}

/// A plain text object of at most `max` characters.
pub const fn plain(max: usize) -> Rule {
    Rule::Text { plain: true, max }
}

/// A text object of either kind.
pub const fn words(max: usize) -> Rule {
    Rule::Text { plain: false, max }
}

/// An array of `min` to `max` values.
pub const fn list(min: usize, max: usize, of: &'static Rule) -> Rule {
    Rule::List { min, max, of }
}

/// An object without further rules.
pub const fn shape(kind: &'static str, fields: &'static [Field]) -> Shape {
    Shape {
        kind,
        fields,
        also: nothing,
    }
}

/// An object with a rule over its fields.
pub const fn shape_and(
    kind: &'static str,
    fields: &'static [Field],
    also: fn(&Map<String, Value>, &mut Checker),
) -> Shape {
    Shape { kind, fields, also }
}

fn nothing(_: &Map<String, Value>, _: &mut Checker) {}
