//! What a table or a chart of events shows: `count()`, `count_unique(user)`, or a field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::refused::Refused;
use super::search::{self, Field};
use crate::gitlab::world::ErrorEvent;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Count,
    CountUnique(Field),
    Plain(Field),
}

impl Column {
    /// Reads a column's name.
    pub fn read(name: &str) -> Result<Self, Refused> {
        if name == "count()" {
            return Ok(Self::Count);
        }
        let inside = name.strip_prefix("count_unique(");
        if let Some(inside) = inside.and_then(|rest| rest.strip_suffix(')')) {
            let wrong =
                || Refused::bad("count_unique(): column argument invalid: is not a valid column");
            return field(inside).map(Self::CountUnique).ok_or_else(wrong);
        }
        if name.contains('(') {
            let function = name.split('(').next().unwrap_or(name);
            return Err(Refused::bad(format!("{function} is not a valid function")));
        }
        let wrong = || Refused::bad(format!("Invalid field: {name}"));
        field(name).map(Self::Plain).ok_or_else(wrong)
    }

    /// Whether it counts what the other columns have in common.
    pub fn counts(&self) -> bool {
        match self {
            Self::Count | Self::CountUnique(_) => true,
            Self::Plain(_) => false,
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Count | Self::CountUnique(_) => "integer",
            Self::Plain(Field::Flag(_)) => "string",
            Self::Plain(Field::Tag(name)) => match name.as_str() {
                "timestamp" => "date",
                "issue.id" | "project.id" => "integer",
                _ => "string",
            },
        }
    }

    /// Over these events. A field is that of the first.
    pub fn value(&self, events: &[&ErrorEvent]) -> Value {
        match self {
            Self::Count => json!(events.len()),
            Self::CountUnique(field) => {
                // Events that lack it have the empty text together.
                let values = events
                    .iter()
                    .map(|event| field.of(event).unwrap_or_default());
                json!(values.collect::<BTreeSet<_>>().len())
            }
            Self::Plain(field) => {
                let value = events.first().and_then(|event| field.of(event));
                match (self.kind(), value) {
                    ("integer", Some(value)) => json!(value.parse::<u64>().ok()),
                    (_, value) => json!(value),
                }
            }
        }
    }

    /// What events of one row have in common.
    pub fn group(&self, event: &ErrorEvent) -> Option<String> {
        match self {
            Self::Count | Self::CountUnique(_) => None,
            Self::Plain(field) => field.of(event),
        }
    }
}

/// A field, a tag, or a flag in brackets.
fn field(name: &str) -> Option<Field> {
    let field = search::field(&name.replace('"', ""));
    let is_plain = |name: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-:".contains(c);
        !name.is_empty() && name.chars().all(allowed)
    };
    let is_good = match &field {
        Field::Flag(flag) => is_plain(flag),
        Field::Tag(tag) => is_plain(tag),
    };
    is_good.then_some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_or_is_a_field() {
        assert_eq!(Column::read("count()"), Ok(Column::Count));
        let unique = Column::read("count_unique(user)").unwrap();
        assert!(unique.counts() && unique.kind() == "integer");
        let flag = Column::read("flags[\"a_flag\"]").unwrap();
        assert_eq!(flag, Column::Plain(Field::Flag("a_flag".to_owned())));
        for wrong in ["p95(x)", "count_unique()", "", "a b", "count"] {
            let read = Column::read(wrong);
            assert_eq!(read.is_err(), wrong != "count", "{wrong}: {read:?}");
        }
    }
}
