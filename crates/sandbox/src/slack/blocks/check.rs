//! Holding a JSON value against a shape.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use super::shape::{Field, Rule, Shape};
use super::{Constraint, Problem};

/// Collects problems on a walk through a value.
#[derive(Default)]
pub struct Checker {
    pub problems: Vec<Problem>,
    /// Where the walk is, as a JSON pointer.
    pointer: String,
}

impl Checker {
    /// Goes one step down.
    pub fn within(&mut self, step: impl Display, visit: impl FnOnce(&mut Self)) {
        let back = self.pointer.len();
        self.pointer.push('/');
        // Names of fields come from our tables, never with `~` or `/`.
        self.pointer.push_str(&step.to_string());
        visit(self);
        self.pointer.truncate(back);
    }

    /// Notes a problem here.
    pub fn note(&mut self, kind: &'static str, expected: Value, message: String) {
        self.problems.push(Problem {
            code: "failed_constraint",
            message,
            pointer: self.pointer.clone(),
            constraint: Constraint { kind, expected },
        });
    }

    /// Notes that the value here is of the wrong JSON type.
    pub fn expect(&mut self, json_type: &'static str) {
        let article = if json_type.starts_with(['a', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        self.note(
            "type",
            json!(json_type),
            format!("must provide {article} {json_type}"),
        );
    }

    /// Notes that a field is not there.
    pub fn missing(&mut self, name: &str) {
        self.note(
            "required",
            json!([name]),
            format!("missing required field: {name}"),
        );
    }

    /// Notes that of these fields not exactly one is there.
    pub fn exactly_one(&mut self, fields: &Map<String, Value>, names: &[&str]) {
        if names
            .iter()
            .filter(|name| fields.contains_key(**name))
            .count()
            != 1
        {
            let message = format!("must provide exactly one of: {}", names.join(", "));
            self.note("one_of", json!(names), message);
        }
    }

    /// Notes a second use of an id.
    pub fn duplicate(&mut self, field: &'static str, id: &str) {
        self.within(field, |checker| {
            checker.note(
                "unique",
                json!(field),
                format!("{field} `{id}` already exists"),
            );
        });
    }

    /// Notes too many items.
    pub fn at_most(&mut self, count: usize, max: usize) {
        if max < count {
            self.note(
                "max_items",
                json!(max),
                format!("no more than {max} items allowed"),
            );
        }
    }

    /// Holds a value against a rule.
    pub fn rule(&mut self, rule: &Rule, value: &Value) {
        match rule {
            Rule::Str { min, max } => {
                self.string(value, |checker, text| checker.length(text, *min, *max))
            }
            Rule::Url => self.string(value, |checker, text| {
                checker.url(text, &["https://", "http://"])
            }),
            Rule::SafeUrl => self.string(value, |checker, text| checker.url(text, &["https://"])),
            Rule::Word(words) => self.string(value, |checker, text| checker.word(text, words)),
            Rule::Pattern(pattern) => {
                self.string(value, |checker, text| checker.pattern(text, pattern))
            }
            Rule::Bool if !value.is_boolean() => self.expect("boolean"),
            Rule::Int { min, max } => self.int(value, *min, *max),
            Rule::Text { plain, max } => self.text(value, *plain, *max),
            Rule::Object(shape) => {
                self.object(value, |checker, fields| checker.shape(shape, fields))
            }
            Rule::OneOf(shapes) => self.one_of(shapes, value),
            Rule::List { min, max, of } => self.list(value, *min, *max, of),
            Rule::Nullable(rule) if !value.is_null() => self.rule(rule, value),
            Rule::Bool | Rule::Nullable(_) | Rule::Any => (),
        }
    }

    /// Holds an object against the shape that its `type` names.
    pub fn one_of(&mut self, shapes: &[&Shape], value: &Value) {
        self.object(value, |checker, fields| {
            let Some(kind) = fields.get("type") else {
                return checker.missing("type");
            };
            match shapes.iter().find(|shape| kind == shape.kind) {
                Some(shape) => checker.shape(shape, fields),
                None => checker.unsupported(kind, shapes),
            }
        });
    }

    fn unsupported(&mut self, kind: &Value, shapes: &[&Shape]) {
        let kinds: Vec<&str> = shapes.iter().map(|shape| shape.kind).collect();
        let kind = kind
            .as_str()
            .map_or_else(|| kind.to_string(), str::to_owned);
        self.within("type", |checker| {
            checker.note("enum", json!(kinds), format!("unsupported type: {kind}"));
        });
    }

    fn shape(&mut self, shape: &Shape, fields: &Map<String, Value>) {
        for Field {
            name,
            required,
            rule,
        } in shape.fields
        {
            match fields.get(*name) {
                Some(value) => self.within(name, |checker| checker.rule(rule, value)),
                None if *required => self.missing(name),
                None => (),
            }
        }
        for name in fields.keys() {
            let typed = name == "type" && !shape.kind.is_empty();
            if !typed && !shape.fields.iter().any(|field| field.name == name) {
                let message = format!("invalid additional property: {name}");
                self.note("additional_property", json!(name), message);
            }
        }
        (shape.also)(fields, self);
    }

    fn object(&mut self, value: &Value, visit: impl FnOnce(&mut Self, &Map<String, Value>)) {
        match value.as_object() {
            Some(fields) => visit(self, fields),
            None => self.expect("object"),
        }
    }

    fn string(&mut self, value: &Value, visit: impl FnOnce(&mut Self, &str)) {
        match value.as_str() {
            Some(text) => visit(self, text),
            None => self.expect("string"),
        }
    }

    fn list(&mut self, value: &Value, min: usize, max: usize, of: &Rule) {
        let Some(items) = value.as_array() else {
            return self.expect("array");
        };
        if items.len() < min {
            self.note(
                "min_items",
                json!(min),
                format!("no fewer than {min} items allowed"),
            );
        }
        self.at_most(items.len(), max);
        for (at, item) in items.iter().enumerate() {
            self.within(at, |checker| checker.rule(of, item));
        }
    }

    fn text(&mut self, value: &Value, plain: bool, max: usize) {
        self.object(value, |checker, fields| {
            let kinds: &[&str] = if plain {
                &["plain_text"]
            } else {
                &["plain_text", "mrkdwn"]
            };
            let kind = fields.get("type");
            match kind.and_then(Value::as_str) {
                Some(kind) if kinds.contains(&kind) => checker.text_fields(fields, kind),
                _ if kind.is_none() => checker.missing("type"),
                _ => checker.within("type", |checker| {
                    let kind = kind.and_then(Value::as_str).unwrap_or_default();
                    checker.note("enum", json!(kinds), format!("unsupported type: {kind}"));
                }),
            }
            match fields.get("text") {
                Some(text) => {
                    checker.within("text", |checker| {
                        checker.rule(&Rule::Str { min: 1, max }, text)
                    });
                }
                None => checker.missing("text"),
            }
        });
    }

    fn text_fields(&mut self, fields: &Map<String, Value>, kind: &str) {
        let own = if kind == "mrkdwn" {
            "verbatim"
        } else {
            "emoji"
        };
        for (name, value) in fields {
            match name.as_str() {
                "type" | "text" => (),
                name if name == own => {
                    self.within(name, |checker| checker.rule(&Rule::Bool, value))
                }
                name => {
                    let message = format!("invalid additional property: {name}");
                    self.note("additional_property", json!(name), message);
                }
            }
        }
    }

    fn length(&mut self, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if max < length {
            self.note(
                "max_length",
                json!(max),
                format!("must be less than {} characters", max + 1),
            );
        }
        if length < min {
            self.note(
                "min_length",
                json!(min),
                format!("must be more than {} characters", min - 1),
            );
        }
    }

    fn url(&mut self, text: &str, schemes: &[&str]) {
        self.length(text, 1, 3000);
        let well_formed = schemes.iter().any(|scheme| {
            text.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
        if !well_formed || text.contains(char::is_whitespace) {
            self.note("format", json!("url"), "must be a valid url".to_owned());
        }
    }

    fn word(&mut self, text: &str, words: &[&str]) {
        if !words.contains(&text) {
            self.note(
                "enum",
                json!(words),
                format!("must be one of: {}", words.join(", ")),
            );
        }
    }

    fn pattern(&mut self, text: &str, pattern: &str) {
        let fits = |(c, wanted): (char, char)| {
            if wanted == '9' {
                c.is_ascii_digit()
            } else {
                c == wanted
            }
        };
        if text.chars().count() != pattern.chars().count()
            || !text.chars().zip(pattern.chars()).all(fits)
        {
            self.note(
                "format",
                json!(pattern),
                format!("must be of the form {pattern}"),
            );
        }
    }

    fn int(&mut self, value: &Value, min: i64, max: i64) {
        let Some(number) = value.as_i64() else {
            return self.expect("integer");
        };
        if number < min {
            self.note("minimum", json!(min), format!("must be at least {min}"));
        }
        if max < number {
            self.note("maximum", json!(max), format!("must be at most {max}"));
        }
    }
}
