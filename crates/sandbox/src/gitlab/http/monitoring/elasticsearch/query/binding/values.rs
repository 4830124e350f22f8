//! Texts of a query as values of a field's type.

use super::super::super::dates::Reading;
use super::super::super::matching::{Test, words};
use super::super::super::refused::ShardFailure;
use super::Found;
use crate::gitlab::world::{FieldType, Scalar, number};

/// How texts become values of a field.
#[derive(Clone)]
pub(super) struct Values {
    pub reading: Reading,
    pub lenient: bool,
    /// Words of a text must all be there.
    pub and: bool,
}

impl Values {
    /// A value as it is: `term`.
    pub fn term(&self, of: FieldType, text: &str, folded: bool) -> Found<Option<Test>> {
        match of {
            FieldType::Keyword if folded => {
                let pattern = text.chars().flat_map(|c| ['\\', c]).collect::<String>();
                let pattern = pattern.to_lowercase();
                Ok(Some(Test::Like { pattern, folded }))
            }
            FieldType::Text => {
                // The words of a text are kept in lower case, and the value is not changed.
                let word = if folded {
                    text.to_lowercase()
                } else {
                    text.to_owned()
                };
                Ok(Some(Test::Words {
                    words: vec![word],
                    all: true,
                }))
            }
            of => self.words(of, text),
        }
    }

    /// A text as the field cuts it; none when it cannot be and that is no failure.
    pub fn words(&self, of: FieldType, text: &str) -> Found<Option<Test>> {
        let test = match of {
            FieldType::Text => Some(Test::Words {
                words: words(text),
                all: self.and,
            }),
            FieldType::Keyword => Some(Test::Is(Scalar::Text(text.to_owned()))),
            FieldType::Boolean => text.parse().ok().map(|value| Test::Is(Scalar::Bool(value))),
            FieldType::Number => number(text).map(|value| Test::Is(Scalar::Number(value))),
            FieldType::Date => self.reading.date(text).map(|spell| Test::Between {
                low: Some((Scalar::Date(spell.first), true)),
                high: Some((Scalar::Date(spell.last), true)),
            }),
        };
        self.or_fail(test, of, text)
    }

    /// From one end to the other.
    pub fn between(
        &self,
        of: FieldType,
        low: Option<&(String, bool)>,
        high: Option<&(String, bool)>,
    ) -> Found<Option<Test>> {
        let end = |end: Option<&(String, bool)>, is_low: bool| match end {
            None => Ok(Some(None)),
            Some((text, included)) => {
                let scalar = self.end(of, text, is_low == *included);
                let scalar = self.or_fail(scalar, of, text)?;
                Ok(scalar.map(|scalar| Some((scalar, *included))))
            }
        };
        let (Some(low), Some(high)) = (end(low, true)?, end(high, false)?) else {
            return Ok(None);
        };
        Ok(Some(Test::Between { low, high }))
    }

    /// A date that is a span counts from its first moment for `gte` and `lt`, else from its last.
    fn end(&self, of: FieldType, text: &str, first: bool) -> Option<Scalar> {
        match of {
            FieldType::Text | FieldType::Keyword => Some(Scalar::Text(text.to_owned())),
            FieldType::Boolean => text.parse().ok().map(Scalar::Bool),
            FieldType::Number => number(text).map(Scalar::Number),
            FieldType::Date => {
                let spell = self.reading.date(text)?;
                Some(Scalar::Date(if first { spell.first } else { spell.last }))
            }
        }
    }

    fn or_fail<T>(&self, value: Option<T>, of: FieldType, text: &str) -> Found<Option<T>> {
        if value.is_some() || self.lenient {
            return Ok(value);
        }
        let (kind, reason) = match of {
            FieldType::Boolean => (
                "illegal_argument_exception",
                format!("Can't parse boolean value [{text}], expected [true] or [false]"),
            ),
            FieldType::Date => (
                "parse_exception",
                format!(
                    "failed to parse date field [{text}] with format [strict_date_optional_time||epoch_millis]"
                ),
            ),
            FieldType::Number | FieldType::Keyword | FieldType::Text => (
                "number_format_exception",
                format!("For input string: \"{text}\""),
            ),
        };
        Err(ShardFailure {
            cause: Some((kind, reason.clone())),
            ..ShardFailure::new(
                "query_shard_exception",
                format!("failed to create query: {reason}"),
            )
        })
    }
}
