//! The fields of documents: what the search engine makes of a document's JSON.
//!
//! Nested objects and names with dots are the same: `{"log": {"level": "error"}}` and
//! `{"log.level": "error"}` both have the field `log.level`. A field's type is that of the first
//! value seen in an index; a later value that cannot be of this type is refused. Texts are
//! keywords, as the built-in templates for logs make them, but messages and stack traces, which
//! are cut into words.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// An index has at most so many fields, so deep.
const FIELDS: usize = 1000;
const DEPTH: usize = 20;

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Boolean,
    Number,
    Date,
    /// A text that is compared as a whole.
    Keyword,
    /// A text that is searched by its words.
    Text,
}

impl FieldType {
    /// As the search engine names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "double",
            Self::Date => "date",
            Self::Keyword => "keyword",
            Self::Text => "text",
        }
    }

    fn of(name: &str, value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) if name == "@timestamp" => Self::Date,
            Value::Number(_) => Self::Number,
            Value::String(text) if name == "@timestamp" || is_instant(text) => Self::Date,
            Value::String(_) if is_prose(name) => Self::Text,
            Value::String(_) | Value::Null | Value::Array(_) | Value::Object(_) => Self::Keyword,
        }
    }

    /// The value as this type has it; none when it cannot be.
    fn read(self, value: &Value) -> Option<Scalar> {
        match (self, value) {
            (Self::Boolean, Value::Bool(value)) => Some(Scalar::Bool(*value)),
            (Self::Boolean, Value::String(text)) => text.parse().ok().map(Scalar::Bool),
            (Self::Number, Value::Number(number)) => number.as_f64().map(Scalar::Number),
            (Self::Number, Value::String(text)) => number(text).map(Scalar::Number),
            (Self::Date, Value::Number(number)) => number.as_i64().map(Scalar::Date),
            (Self::Date, Value::String(text)) => {
                let at: Timestamp = text.parse().ok()?;
                Some(Scalar::Date(at.as_millisecond()))
            }
            (Self::Keyword | Self::Text, Value::String(text)) => Some(Scalar::Text(text.clone())),
            (Self::Keyword | Self::Text, value) => Some(Scalar::Text(value.to_string())),
            (Self::Boolean | Self::Number | Self::Date, _) => None,
        }
    }
}

/// A finite number.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// A date with a time of day and a zone.
fn is_instant(text: &str) -> bool {
    text.get(10..11) == Some("T") && text.parse::<Timestamp>().is_ok()
}

fn is_prose(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    matches!(last, "message" | "stack_trace")
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Bool(bool),
    Number(f64),
    /// Milliseconds since 1970.
    Date(i64),
    Text(String),
}

/// The types of an index's fields.
pub type Types = BTreeMap<Arc<str>, FieldType>;
/// A document's values, one entry a value.
pub type Fields = Vec<(Arc<str>, Scalar)>;

/// Why a document is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("failed to parse field [{field}] of type [{}] in document with id '{{id}}'. Preview of field's value: '{value}'", .of.name())]
    Value {
        field: String,
        of: FieldType,
        value: String,
    },
    #[error("Limit of total fields [1000] has been exceeded")]
    TooManyFields,
    #[error("Limit of mapping depth [20] has been exceeded due to object field [{0}]")]
    TooDeep(String),
    #[error("field name cannot be an empty string")]
    Unnamed,
}

/// The document's values; what is new in `types` is added to it.
///
/// # Errors
/// When a value is not of its field's type, or there are too many fields or levels.
pub fn flatten(source: &Map<String, Value>, types: &mut Types) -> Result<Fields, Unfit> {
    let mut found = Found {
        types,
        new: Types::new(),
        fields: Vec::new(),
    };
    found.object("", source, 1)?;
    let Found { new, fields, .. } = found;
    types.extend(new);
    Ok(fields)
}

struct Found<'a> {
    types: &'a Types,
    new: Types,
    fields: Fields,
}

impl Found<'_> {
    fn object(
        &mut self,
        prefix: &str,
        object: &Map<String, Value>,
        depth: usize,
    ) -> Result<(), Unfit> {
        if DEPTH < depth {
            return Err(Unfit::TooDeep(prefix.to_owned()));
        }
        for (key, value) in object {
            if key.is_empty() {
                return Err(Unfit::Unnamed);
            }
            let name = match prefix {
                "" => key.clone(),
                prefix => format!("{prefix}.{key}"),
            };
            self.value(&name, value, depth)?;
        }
        Ok(())
    }

    fn value(&mut self, name: &str, value: &Value, depth: usize) -> Result<(), Unfit> {
        match value {
            Value::Null => Ok(()),
            Value::Object(object) => self.object(name, object, depth + 1),
            Value::Array(values) => {
                let mut values = values.iter();
                values.try_for_each(|value| self.value(name, value, depth))
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => self.scalar(name, value),
        }
    }

    fn scalar(&mut self, name: &str, value: &Value) -> Result<(), Unfit> {
        let known = self.types.get_key_value(name);
        let known = known.or_else(|| self.new.get_key_value(name));
        let (name, of) = match known {
            Some((name, of)) => (name.clone(), *of),
            None => {
                if FIELDS <= self.types.len() + self.new.len() {
                    return Err(Unfit::TooManyFields);
                }
                let (name, of) = (Arc::from(name), FieldType::of(name, value));
                self.new.insert(Arc::clone(&name), of);
                (name, of)
            }
        };
        let scalar = of.read(value).ok_or_else(|| Unfit::Value {
            field: name.to_string(),
            of,
            value: value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        })?;
        self.fields.push((name, scalar));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn fields(types: &mut Types, source: &Value) -> Result<Vec<String>, Unfit> {
        let fields = flatten(source.as_object().unwrap(), types)?;
        let said = fields
            .iter()
            .map(|(name, value)| format!("{name}={value:?}"));
        Ok(said.collect())
    }

    #[test]
    fn nested_and_dotted_names_are_the_same_and_lists_have_each_value() {
        let mut types = Types::new();
        let nested = json!({ "log": { "level": "error" }, "tags": ["a", ["b"]], "none": null });
        let dotted = json!({ "log.level": "error", "tags": ["a", "b"] });
        let nested = fields(&mut types, &nested).unwrap();
        assert_eq!(nested, fields(&mut types, &dotted).unwrap());
        assert_eq!(types.len(), 2);
    }

    #[test]
    fn a_fields_type_is_that_of_its_first_value() {
        let mut types = Types::new();
        let first =
            json!({ "@timestamp": "2026-11-20T09:00:00Z", "n": 1, "message": "a b", "k": "x" });
        fields(&mut types, &first).unwrap();
        let types_of = |name: &str| types.get(name).copied().unwrap();
        assert_eq!(types_of("@timestamp"), FieldType::Date);
        assert_eq!(types_of("n"), FieldType::Number);
        assert_eq!(types_of("message"), FieldType::Text);
        assert_eq!(types_of("k"), FieldType::Keyword);
        let more = json!({ "n": "2.5", "k": 7, "@timestamp": 1000 });
        let more = fields(&mut types, &more).unwrap();
        assert_eq!(
            more,
            ["@timestamp=Date(1000)", "k=Text(\"7\")", "n=Number(2.5)"]
        );
        let wrong = fields(&mut types, &json!({ "new": 1, "n": "many" })).unwrap_err();
        assert!(
            wrong.to_string().contains("[n] of type [double]"),
            "{wrong}"
        );
        assert!(!types.contains_key("new"));
    }

    #[test]
    fn depth_and_number_of_fields_are_limited() {
        let mut deep = json!(1);
        for _ in 0..DEPTH + 1 {
            deep = json!({ "a": deep });
        }
        let mut types = Types::new();
        assert!(matches!(fields(&mut types, &deep), Err(Unfit::TooDeep(_))));
        let wide: Map<String, Value> = (0..=FIELDS).map(|n| (format!("f{n}"), json!(n))).collect();
        let wide = fields(&mut types, &Value::Object(wide));
        assert_eq!(wide, Err(Unfit::TooManyFields));
    }
}
