//! The options of an act: what may be given, and reading what was.
//!
//! Each act lists its [`Field`]s; the endpoint, the page's forms and the self-description are
//! made from that list. Values come as JSON or as a form's strings; an empty string counts as
//! not given. What an option means is the act's business.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const LINE: usize = 255;
const TEXT: usize = 1_000_000;

/// One option of an act.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub takes: Takes,
    pub help: &'static str,
}

/// What an option takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// One line of at most 255 characters.
    Line,
    /// Text with Markdown.
    Text,
    /// Name of a branch or tag.
    Ref,
    /// A whole number in this range.
    Number(u64, u64),
    YesNo,
    OneOf(&'static [&'static str]),
    /// Several names: a list, or one string with commas.
    Many,
    /// A number within the project, or a name that stands for it.
    Item,
}

/// Why nothing happened. Every variant names the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoError {
    #[error("{field} is missing; it must be one of {}", allowed.join(", "))]
    Missing { field: String, allowed: Vec<String> },
    #[error("{field} {value:?} is not known; it must be one of {}", allowed.join(", "))]
    UnknownValue {
        field: String,
        value: String,
        allowed: Vec<String>,
    },
    #[error("{what} takes no {field}; it takes {}", allowed.join(", "))]
    UnknownField {
        field: String,
        what: String,
        allowed: Vec<String>,
    },
    #[error("{field} must be {expected}")]
    WrongValue { field: String, expected: String },
    #[error("{field}: {problem}")]
    Impossible { field: String, problem: String },
}

impl DoError {
    /// The field at fault.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field, .. }
            | Self::UnknownValue { field, .. }
            | Self::UnknownField { field, .. }
            | Self::WrongValue { field, .. }
            | Self::Impossible { field, .. } => field,
        }
    }

    /// What would have been taken; empty when that cannot be listed.
    #[must_use]
    pub fn allowed(&self) -> &[String] {
        match self {
            Self::Missing { allowed, .. }
            | Self::UnknownValue { allowed, .. }
            | Self::UnknownField { allowed, .. } => allowed,
            Self::WrongValue { .. } | Self::Impossible { .. } => &[],
        }
    }

    pub(super) fn impossible(field: &str, problem: impl Into<String>) -> Self {
        Self::Impossible {
            field: field.to_owned(),
            problem: problem.into(),
        }
    }
}

#[derive(Debug)]
enum Arg {
    Text(String),
    Number(u64),
    YesNo(bool),
    Many(Vec<String>),
}

/// The options that were given, checked.
#[derive(Debug, Default)]
pub(super) struct Args(BTreeMap<&'static str, Arg>);

impl Args {
    /// Checks `given` against what `what` takes.
    pub fn parse(
        what: &str,
        fields: &'static [Field],
        given: &Map<String, Value>,
    ) -> Result<Self, DoError> {
        let mut args = BTreeMap::new();
        for (name, value) in given {
            let field = fields
                .iter()
                .find(|field| field.name == name)
                .ok_or_else(|| DoError::UnknownField {
                    field: name.clone(),
                    what: what.to_owned(),
                    allowed: fields.iter().map(|field| field.name.to_owned()).collect(),
                })?;
            let empty = value.is_null() || value.as_str().is_some_and(str::is_empty);
            if !empty {
                args.insert(field.name, field.read(value)?);
            }
        }
        Ok(Self(args))
    }

    /// The text of a line, text, branch, choice or item.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Arg::Text(text) => Some(text),
            Arg::Number(_) | Arg::YesNo(_) | Arg::Many(_) => None,
        }
    }

    /// As [`Self::text`], or what `default` draws.
    pub fn text_or(&self, name: &str, default: impl FnOnce() -> String) -> String {
        self.text(name).map_or_else(default, str::to_owned)
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        match self.0.get(name)? {
            Arg::Number(number) => Some(*number),
            Arg::Text(_) | Arg::YesNo(_) | Arg::Many(_) => None,
        }
    }

    pub fn yes_no(&self, name: &str) -> Option<bool> {
        match self.0.get(name)? {
            Arg::YesNo(yes) => Some(*yes),
            Arg::Text(_) | Arg::Number(_) | Arg::Many(_) => None,
        }
    }

    pub fn many(&self, name: &str) -> Option<&[String]> {
        match self.0.get(name)? {
            Arg::Many(names) => Some(names),
            Arg::Text(_) | Arg::Number(_) | Arg::YesNo(_) => None,
        }
    }

    /// Whether nothing but this option was given.
    pub fn is_only(&self, name: &str) -> bool {
        self.0.keys().all(|given| *given == name)
    }
}

impl Field {
    /// The field in the endpoint's description of itself.
    pub(super) fn describe(&self) -> Value {
        let mut field = json!({ "name": self.name, "takes": self.expected(), "help": self.help });
        if let Takes::OneOf(allowed) = self.takes {
            field["allowed"] = json!(allowed);
        }
        field
    }

    fn expected(&self) -> String {
        match self.takes {
            Takes::Line => format!("one line of text, at most {LINE} characters"),
            Takes::Text => format!("text, at most {TEXT} characters"),
            Takes::Ref => "the name of a branch or tag".to_owned(),
            Takes::Number(from, to) => format!("a whole number from {from} to {to}"),
            Takes::YesNo => "true or false".to_owned(),
            Takes::OneOf(allowed) => format!("one of {}", allowed.join(", ")),
            Takes::Many => "a list of names, or one string with commas".to_owned(),
            Takes::Item => "a number, or a name".to_owned(),
        }
    }

    fn wrong(&self) -> DoError {
        DoError::WrongValue {
            field: self.name.to_owned(),
            expected: self.expected(),
        }
    }

    fn read(&self, value: &Value) -> Result<Arg, DoError> {
        match (self.takes, value) {
            (Takes::Line, Value::String(text)) => {
                let fits = text.chars().count() <= LINE && !text.contains(['\n', '\r', '\0']);
                fits.then(|| Arg::Text(text.clone()))
                    .ok_or_else(|| self.wrong())
            }
            (Takes::Text, Value::String(text)) => {
                let fits = text.chars().count() <= TEXT && !text.contains('\0');
                fits.then(|| Arg::Text(text.clone()))
                    .ok_or_else(|| self.wrong())
            }
            (Takes::Ref, Value::String(text)) => is_ref(text)
                .then(|| Arg::Text(text.clone()))
                .ok_or_else(|| self.wrong()),
            (Takes::Item, Value::String(text)) => {
                Ok(Arg::Text(text.trim_start_matches(['!', '#']).to_owned()))
            }
            (Takes::Item, Value::Number(number)) => Ok(Arg::Text(number.to_string())),
            (Takes::Number(from, to), Value::Number(_) | Value::String(_)) => {
                let number = value
                    .as_u64()
                    .or_else(|| value.as_str()?.trim().parse().ok());
                number
                    .filter(|number| (from..=to).contains(number))
                    .map(Arg::Number)
                    .ok_or_else(|| self.wrong())
            }
            (Takes::YesNo, Value::Bool(yes)) => Ok(Arg::YesNo(*yes)),
            (Takes::YesNo, Value::String(text)) => match text.as_str() {
                "true" | "yes" | "on" => Ok(Arg::YesNo(true)),
                "false" | "no" | "off" => Ok(Arg::YesNo(false)),
                _ => Err(self.wrong()),
            },
            (Takes::OneOf(allowed), Value::String(text)) => self.read_choice(allowed, text),
            (Takes::OneOf(allowed), Value::Number(number)) => {
                self.read_choice(allowed, &number.to_string())
            }
            (Takes::Many, Value::String(text)) => Ok(Arg::Many(
                text.split(',')
                    .map(str::trim)
                    .filter(|t| !t.is_empty())
                    .map(str::to_owned)
                    .collect(),
            )),
            (Takes::Many, Value::Array(names)) => names
                .iter()
                .map(|name| name.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Arg::Many)
                .ok_or_else(|| self.wrong()),
            _ => Err(self.wrong()),
        }
    }

    fn read_choice(&self, allowed: &[&str], text: &str) -> Result<Arg, DoError> {
        if allowed.contains(&text) {
            return Ok(Arg::Text(text.to_owned()));
        }
        Err(DoError::UnknownValue {
            field: self.name.to_owned(),
            value: text.to_owned(),
            allowed: allowed.iter().map(|&choice| choice.to_owned()).collect(),
        })
    }
}

/// Git's rules for names, as far as a person could break them.
fn is_ref(name: &str) -> bool {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    !name.is_empty()
        && name.len() <= LINE
        && !name.contains(forbidden)
        && !name.contains("..")
        && !name.contains("//")
        && !name.starts_with(['/', '-'])
        && !name.ends_with(['/', '.'])
}
