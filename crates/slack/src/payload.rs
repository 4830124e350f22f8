//! Reading the JSON that Slack sends, by name, with errors that say which field is wrong.

use std::str::FromStr;

use domain::ids::InvalidId;
use serde_json::Value;

use crate::hook_url::{HookHost, InvalidHookUrl};
use crate::response_url::ResponseUrl;
use crate::ts::Ts;

/// Why what came is not what Slack sends.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPayload {
    #[error("the body is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("the body has no field payload, or two")]
    NoPayload,
    #[error("the payload is not JSON, or nested too deeply")]
    NotJson,
    #[error("the field {field} is missing")]
    Missing { field: String },
    #[error("the field {field} has {length} characters, at most {limit} are allowed")]
    FieldTooLong {
        field: String,
        length: usize,
        limit: usize,
    },
    #[error("the field {field} is invalid: {why}")]
    Id { field: String, why: InvalidId },
    #[error("the field {field} is not a message's time stamp")]
    Ts { field: String },
    #[error("the field {field} is refused: {why}")]
    ResponseUrl { field: String, why: InvalidHookUrl },
    #[error("there is nothing to do for a payload of type {kind:?}")]
    UnknownType { kind: String },
}

/// Characters of ids, names and the like.
pub(crate) const LONGEST_NAME: usize = 255;
/// Characters of a message; Slack cuts at 40,000.
pub(crate) const LONGEST_MESSAGE: usize = 40_000;

/// The longest payload in bytes: a view of 250 KB with what was typed into it, or a message.
pub(crate) const LONGEST_JSON: usize = 1024 * 1024;

/// Parses the JSON of a body; nesting deeper than 128 is refused.
pub(crate) fn parse_json(body: &[u8]) -> Result<Value, InvalidPayload> {
    if LONGEST_JSON < body.len() {
        return Err(InvalidPayload::TooLong {
            limit: LONGEST_JSON,
        });
    }
    serde_json::from_slice(body).map_err(|_| InvalidPayload::NotJson)
}

/// An object and the fields in it, named with dots: `view.state.values`.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a Value);

impl<'a> Fields<'a> {
    /// The value of `field`; `None` when it is not there or `null`.
    pub(crate) fn value(self, field: &str) -> Option<&'a Value> {
        let found = field
            .split('.')
            .try_fold(self.0, |object, name| object.get(name));
        found.filter(|value| !value.is_null())
    }

    pub(crate) fn inside(self, field: &str) -> Option<Self> {
        self.value(field).map(Self)
    }

    pub(crate) fn items(self, field: &str) -> &'a [Value] {
        let items = self.value(field).and_then(Value::as_array);
        items.map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_true(self, field: &str) -> bool {
        self.value(field).and_then(Value::as_bool) == Some(true)
    }

    /// The text of `field`; `None` when it is not there, empty, or no text.
    pub(crate) fn raw(self, field: &str) -> Option<&'a str> {
        let text = self.value(field).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// The text of `field`, cut to `limit` characters; empty when it is not there.
    pub(crate) fn cut(self, field: &str, limit: usize) -> String {
        let text = self.raw(field).unwrap_or_default();
        match text.char_indices().nth(limit) {
            Some((end, _)) => text[..end].to_owned(),
            None => text.to_owned(),
        }
    }

    pub(crate) fn optional(
        self,
        field: &str,
        limit: usize,
    ) -> Result<Option<String>, InvalidPayload> {
        let Some(text) = self.raw(field) else {
            return Ok(None);
        };
        let length = text.chars().count();
        if limit < length {
            return Err(InvalidPayload::FieldTooLong {
                field: field.to_owned(),
                length,
                limit,
            });
        }
        Ok(Some(text.to_owned()))
    }

    pub(crate) fn or_empty(self, field: &str, limit: usize) -> Result<String, InvalidPayload> {
        self.optional(field, limit).map(Option::unwrap_or_default)
    }

    pub(crate) fn needed(self, field: &str) -> Result<String, InvalidPayload> {
        self.optional(field, LONGEST_NAME)?
            .ok_or_else(|| missing(field))
    }

    pub(crate) fn id<T: FromStr<Err = InvalidId>>(self, field: &str) -> Result<T, InvalidPayload> {
        self.optional_id(field)?.ok_or_else(|| missing(field))
    }

    pub(crate) fn optional_id<T: FromStr<Err = InvalidId>>(
        self,
        field: &str,
    ) -> Result<Option<T>, InvalidPayload> {
        let parsed = self.raw(field).map(str::parse).transpose();
        parsed.map_err(|why| InvalidPayload::Id {
            field: field.to_owned(),
            why,
        })
    }

    pub(crate) fn ts(self, field: &str) -> Result<Ts, InvalidPayload> {
        self.optional_ts(field)?.ok_or_else(|| missing(field))
    }

    pub(crate) fn optional_ts(self, field: &str) -> Result<Option<Ts>, InvalidPayload> {
        let parsed = self.raw(field).map(str::parse).transpose();
        parsed.map_err(|_| InvalidPayload::Ts {
            field: field.to_owned(),
        })
    }

    pub(crate) fn response_url(
        self,
        field: &str,
        host: &HookHost,
    ) -> Result<Option<ResponseUrl>, InvalidPayload> {
        let url = self.raw(field);
        let parsed = url.map(|url| ResponseUrl::parse(url, host)).transpose();
        parsed.map_err(|why| InvalidPayload::ResponseUrl {
            field: field.to_owned(),
            why,
        })
    }
}

pub(crate) fn missing(field: &str) -> InvalidPayload {
    InvalidPayload::Missing {
        field: field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_found_by_its_dotted_name_or_named_when_missing() {
        let payload = json!({ "user": { "id": "U0ANA", "name": "", "team_id": null } });
        let fields = Fields(&payload);
        assert_eq!(fields.needed("user.id").as_deref(), Ok("U0ANA"));
        for field in ["user.name", "user.team_id", "user.id.x", "team.id"] {
            assert_eq!(fields.needed(field), Err(missing(field)), "{field}");
            assert_eq!(fields.optional(field, 1), Ok(None), "{field}");
        }
        assert_eq!(
            fields.optional("user.id", 4).unwrap_err().to_string(),
            "the field user.id has 5 characters, at most 4 are allowed"
        );
        assert_eq!(fields.cut("user.id", 4), "U0AN");
    }

    #[test]
    fn what_is_too_long_or_too_deep_is_refused() {
        assert_eq!(
            parse_json(&vec![b' '; LONGEST_JSON + 1]),
            Err(InvalidPayload::TooLong {
                limit: LONGEST_JSON
            })
        );
        let deep = "[".repeat(500) + &"]".repeat(500);
        for body in [deep.as_str(), "", "{", "payload=1"] {
            assert_eq!(
                parse_json(body.as_bytes()),
                Err(InvalidPayload::NotJson),
                "{body:.20}"
            );
        }
    }
}
