//! A query bound to an index: which fields are meant, and values in the fields' types.

mod values;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::super::dates::{self, Format, Reading};
use super::super::lucene::{self, Node, Occur};
use super::super::matching::{Bound, Test, is_like, words};
use super::super::refused::ShardFailure;
use super::query_string::QueryString;
use super::{End, Query};
use crate::gitlab::world::{FieldType, Types};
use values::Values;

/// What a query is bound to.
#[derive(Clone, Copy)]
pub(in super::super) struct Context<'a> {
    pub types: &'a Types,
    pub now: Timestamp,
}

type Found<T> = Result<T, ShardFailure>;

/// Binds a query.
pub(in super::super) fn bind(query: &Query, context: Context<'_>) -> Found<Bound> {
    let plain = || Values {
        reading: Reading::at(context.now),
        lenient: false,
        and: false,
    };
    match query {
        Query::All => Ok(Bound::All),
        Query::None => Ok(Bound::None),
        Query::Ids(ids) => Ok(Bound::Ids(ids.clone())),
        Query::Exists(field) => Ok(context.each(field, |_| Test::Present)),
        Query::Term {
            field,
            values,
            folded,
        } => {
            let tests = values.iter().map(|value| {
                let text = text_of(value);
                context.try_each(field, |of| plain().term(of, &text, *folded))
            });
            any(tests)
        }
        Query::Match {
            field,
            text,
            and,
            lenient,
        } => {
            let values = Values {
                lenient: *lenient,
                and: *and,
                ..plain()
            };
            context.try_each(field, |of| values.words(of, text))
        }
        Query::Phrase {
            field,
            text,
            prefix,
        } => context.try_each(field, |of| match of {
            FieldType::Text => Ok(Some(Test::Phrase {
                words: words(text),
                prefix: *prefix,
            })),
            FieldType::Keyword if *prefix => Ok(Some(Test::StartsWith(text.clone()))),
            of => plain().words(of, text),
        }),
        Query::Range {
            field,
            low,
            high,
            format,
            zone,
        } => {
            let mut values = plain();
            if let Some(format) = format {
                let wrong = || {
                    let reason = format!("Invalid format: [{format}]: this sandbox knows it not");
                    ShardFailure::new("illegal_argument_exception", reason)
                };
                values.reading.formats = Format::parse(format).ok_or_else(wrong)?;
            }
            values.reading.zone = zone_of(zone.as_deref())?;
            let end = |end: &Option<End>| {
                let end = end.as_ref();
                end.map(|end| (text_of(&end.value), end.included))
            };
            let (low, high) = (end(low), end(high));
            context.try_each(field, |of| values.between(of, low.as_ref(), high.as_ref()))
        }
        Query::Like {
            field,
            pattern,
            folded,
        } => Ok(context.each(field, |of| {
            let mut pattern = pattern.clone();
            if *folded || of == FieldType::Text {
                pattern = pattern.to_lowercase();
            }
            match of {
                FieldType::Text => Test::WordLike(pattern),
                FieldType::Boolean | FieldType::Number | FieldType::Date | FieldType::Keyword => {
                    Test::Like {
                        pattern,
                        folded: *folded,
                    }
                }
            }
        })),
        Query::Prefix { field, start } => {
            Ok(context.each(field, |_| Test::StartsWith(start.clone())))
        }
        Query::Bool {
            must,
            must_not,
            should,
            minimum,
        } => {
            let all = |clauses: &[Query]| {
                let clauses = clauses.iter().map(|clause| bind(clause, context));
                clauses.collect::<Found<Vec<Bound>>>()
            };
            let optional = must.is_empty();
            Ok(Bound::Clauses {
                must: all(must)?,
                must_not: all(must_not)?,
                should: all(should)?,
                minimum: minimum.unwrap_or(usize::from(optional && !should.is_empty())),
            })
        }
        Query::QueryString(query) => query_string(query, context),
    }
}

fn query_string(query: &QueryString, context: Context<'_>) -> Found<Bound> {
    let Some(node) = query.parse()? else {
        return Ok(Bound::None);
    };
    let mut reading = Reading::at(context.now);
    reading.zone = zone_of(query.zone.as_deref())?;
    let words = Words {
        context,
        query,
        reading,
    };
    Ok(match words.node(&node)? {
        // A query that only forbids forbids among everything; inside parentheses it finds nothing.
        Bound::Clauses {
            must,
            must_not,
            should,
            ..
        } if must.is_empty() && should.is_empty() => {
            let (must, minimum) = (vec![Bound::All], 0);
            Bound::Clauses {
                must,
                must_not,
                should,
                minimum,
            }
        }
        bound => bound,
    })
}

struct Words<'a> {
    context: Context<'a>,
    query: &'a QueryString,
    reading: Reading,
}

impl Words<'_> {
    fn node(&self, node: &Node) -> Found<Bound> {
        match node {
            Node::All => Ok(Bound::All),
            Node::Exists(field) => Ok(self.context.each(field, |_| Test::Present)),
            Node::Clauses(clauses) => {
                let (mut must, mut must_not, mut should) = (Vec::new(), Vec::new(), Vec::new());
                for (occur, node) in clauses {
                    let into = match occur {
                        Occur::Must => &mut must,
                        Occur::MustNot => &mut must_not,
                        Occur::Should => &mut should,
                    };
                    into.push(self.node(node)?);
                }
                // Of optional clauses one is needed when nothing else is; without any, none is.
                let minimum = usize::from(must.is_empty());
                Ok(Bound::Clauses {
                    must,
                    must_not,
                    should,
                    minimum,
                })
            }
            Node::Text {
                field,
                text,
                quoted,
            } => self.each(field.as_deref(), |values, of| match (of, quoted) {
                (FieldType::Text, true) => Ok(Some(Test::Phrase {
                    words: words(text),
                    prefix: false,
                })),
                (of, _) => values.words(of, text),
            }),
            Node::Range { field, low, high } => {
                let end = |bound: &Option<lucene::Bound>| {
                    let bound = bound.as_ref();
                    bound.map(|bound| (bound.text.clone(), bound.included))
                };
                let (low, high) = (end(low), end(high));
                self.each(field.as_deref(), |values, of| {
                    values.between(of, low.as_ref(), high.as_ref())
                })
            }
            Node::Pattern { field, pattern } => self.each(field.as_deref(), |_, of| {
                Ok(match of {
                    FieldType::Keyword => {
                        let pattern = pattern.clone();
                        Some(Test::Like {
                            pattern,
                            folded: false,
                        })
                    }
                    FieldType::Text => Some(Test::WordLike(pattern.to_lowercase())),
                    FieldType::Boolean | FieldType::Number | FieldType::Date => None,
                })
            }),
        }
    }

    fn each(
        &self,
        field: Option<&str>,
        test: impl Fn(&Values, FieldType) -> Found<Option<Test>>,
    ) -> Found<Bound> {
        let values = Values {
            reading: self.reading.clone(),
            lenient: self.query.lenient.unwrap_or(field.is_none()),
            and: self.query.and,
        };
        let test = |of| test(&values, of);
        match field {
            Some(field) => self.context.try_each(field, test),
            None if self.query.fields.is_empty() => self.context.try_each("*", test),
            None => {
                let fields = self.query.fields.iter();
                any(fields.map(|field| self.context.try_each(field, test)))
            }
        }
    }
}

/// One of them matches.
fn any(bounds: impl Iterator<Item = Found<Bound>>) -> Found<Bound> {
    Ok(Bound::Clauses {
        must: Vec::new(),
        must_not: Vec::new(),
        should: bounds.collect::<Found<_>>()?,
        minimum: 1,
    })
}

impl Context<'_> {
    /// The fields with this name, which may have `*` in it. `x.keyword` is another name of the
    /// text `x`, as a whole.
    fn fields(&self, name: &str) -> Vec<(Arc<str>, FieldType)> {
        if let Some((field, of)) = self.types.get_key_value(name) {
            return vec![(Arc::clone(field), *of)];
        }
        let whole = name.strip_suffix(".keyword");
        if let Some((field, of)) = whole.and_then(|name| self.types.get_key_value(name)) {
            let of = match of {
                FieldType::Text | FieldType::Keyword => FieldType::Keyword,
                FieldType::Boolean | FieldType::Number | FieldType::Date => return Vec::new(),
            };
            return vec![(Arc::clone(field), of)];
        }
        if !name.contains('*') {
            return Vec::new();
        }
        let like = self.types.iter().filter(|(field, _)| is_like(field, name));
        like.map(|(field, of)| (Arc::clone(field), *of)).collect()
    }

    fn each(&self, name: &str, test: impl Fn(FieldType) -> Test) -> Bound {
        let fields = self.fields(name).into_iter();
        Bound::Any(fields.map(|(field, of)| (field, test(of))).collect())
    }

    fn try_each(
        &self,
        name: &str,
        test: impl Fn(FieldType) -> Found<Option<Test>>,
    ) -> Found<Bound> {
        let mut tests = Vec::new();
        for (field, of) in self.fields(name) {
            if let Some(test) = test(of)? {
                tests.push((field, test));
            }
        }
        Ok(Bound::Any(tests))
    }
}

fn zone_of(zone: Option<&str>) -> Found<TimeZone> {
    let Some(name) = zone else {
        return Ok(TimeZone::UTC);
    };
    dates::zone(name).ok_or_else(|| {
        ShardFailure::new(
            "illegal_argument_exception",
            format!("Unknown time-zone ID: {name}; this sandbox knows UTC and offsets"),
        )
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
