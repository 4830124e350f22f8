//! The values of a file, asked for by their keys.

use std::fmt::Display;
use std::str::FromStr;

use flags::yaml::{Item, Value};
use flags::{Percentage, nearest};
use jiff::SignedDuration;

use super::{Fields, Reader, shortened};
use crate::plan::duration::parse_duration;
use crate::plan::keys::{Key, Shape};

impl Reader<'_> {
    pub(in crate::plan::parse) fn text(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
    ) -> Option<String> {
        let entry = fields.entry(key)?;
        match text_of(&entry.value) {
            Ok(text) => Some(text),
            Err(message) => {
                self.refuse_key(fields, key, message);
                None
            }
        }
    }

    /// What a text stands for.
    pub(in crate::plan::parse) fn parsed<T>(&mut self, fields: &Fields<'_>, key: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.text(fields, key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse_key(fields, key, T::Err::to_string(&error));
                None
            }
        }
    }

    /// One of a few words, and what it stands for.
    pub(in crate::plan::parse) fn word<T: Copy>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(fields, key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let shown = shortened(&text);
            let message = match nearest(&text, known.iter().copied()).first() {
                Some(near) => format!("is {shown:?}; did you mean {near}?"),
                None => format!("is {shown:?}, not one of {}", known.join(", ")),
            };
            self.refuse_key(fields, key, message);
        }
        found.map(|(_, value)| *value)
    }

    pub(in crate::plan::parse) fn bool(&mut self, fields: &Fields<'_>, key: &str) -> Option<bool> {
        match &fields.entry(key)?.value {
            Value::Bool(bool) => Some(*bool),
            other => {
                let message = format!("is true or false without quotes, not {}", other.what());
                self.refuse_key(fields, key, message);
                None
            }
        }
    }

    pub(in crate::plan::parse) fn number(&mut self, fields: &Fields<'_>, key: &str) -> Option<f64> {
        let number = match &fields.entry(key)?.value {
            Value::Number(number) => number
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite()),
            Value::Null
            | Value::Bool(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Mapping(_)
            | Value::Other(_) => None,
        };
        if number.is_none() {
            self.refuse_key(fields, key, "is a number without quotes, such as 1.5");
        }
        number
    }

    /// A whole number, up to what the key's shape says.
    pub(in crate::plan::parse) fn count(
        &mut self,
        fields: &Fields<'_>,
        key: &'static Key,
    ) -> Option<u32> {
        let Shape::Count(most) = key.shape else {
            return None;
        };
        let count = match &fields.entry(key.name)?.value {
            Value::Number(number) => number.parse().ok().filter(|count| *count <= most),
            Value::Null
            | Value::Bool(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Mapping(_)
            | Value::Other(_) => None,
        };
        if count.is_none() {
            let message = format!("is a whole number from 0 to {most}, without quotes");
            self.refuse_key(fields, key.name, message);
        }
        count
    }

    pub(in crate::plan::parse) fn percentage(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
    ) -> Option<Percentage> {
        let percentage = match &fields.entry(key)?.value {
            Value::Number(number) => number.parse().ok(),
            Value::Null
            | Value::Bool(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Mapping(_)
            | Value::Other(_) => None,
        };
        if percentage.is_none() {
            let message = "is a number from 0 to 100, without % and quotes, such as 25";
            self.refuse_key(fields, key, message);
        }
        percentage
    }

    pub(in crate::plan::parse) fn duration(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
    ) -> Option<SignedDuration> {
        let duration = match &fields.entry(key)?.value {
            Value::Text(text) => parse_duration(text).map_err(|error| error.to_string()),
            Value::Number(number) => {
                let number = shortened(number);
                Err(format!(
                    "is {number} of which unit? such as {number}m for minutes"
                ))
            }
            other => Err(format!("is a duration such as 15m, not {}", other.what())),
        };
        match duration {
            Ok(duration) => Some(duration),
            Err(message) => {
                self.refuse_key(fields, key, message);
                None
            }
        }
    }

    /// The items of a list of at most `most`.
    pub(in crate::plan::parse) fn items<'v>(
        &mut self,
        fields: &Fields<'v>,
        key: &str,
        most: usize,
    ) -> Option<&'v [Item]> {
        let entry = fields.entry(key)?;
        let Value::List(items) = &entry.value else {
            let message = format!("is a list, not {}", entry.value.what());
            self.refuse_key(fields, key, message);
            return None;
        };
        if most < items.len() {
            let message = format!("has {} items, more than {most}", items.len());
            self.refuse_key(fields, key, message);
            return None;
        }
        Some(items)
    }

    /// What each text of a list stands for; none twice.
    pub(in crate::plan::parse) fn list<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        most: usize,
    ) -> Vec<T>
    where
        T: FromStr + PartialEq,
        T::Err: Display,
    {
        let mut values = Vec::new();
        for item in self.items(fields, key, most).unwrap_or_default() {
            let read = text_of(&item.value).and_then(|text| {
                let value = text.parse().map_err(|error| T::Err::to_string(&error))?;
                if values.contains(&value) {
                    return Err(format!("has {:?} twice", shortened(&text)));
                }
                Ok(value)
            });
            match read {
                Ok(value) => values.push(value),
                Err(message) => self.refuse(&fields.path(key), item.line, message),
            }
        }
        values
    }
}

fn text_of(value: &Value) -> Result<String, String> {
    match value {
        Value::Text(text) if text.trim().is_empty() => Err("is empty".to_owned()),
        Value::Text(text) => Ok(text.clone()),
        Value::Number(number) => {
            let number = shortened(number);
            Err(format!("is a text; put it in quotes: '{number}'"))
        }
        Value::Bool(bool) => Err(format!("is a text; put it in quotes: '{bool}'")),
        Value::Null => Err("has no value; put what begins with # or @ in quotes".to_owned()),
        other @ (Value::List(_) | Value::Mapping(_) | Value::Other(_)) => {
            Err(format!("is a text, not {}", other.what()))
        }
    }
}
