//! The query DSL: JSON to a [`Query`], and a query bound to an index's fields.
//!
//! Reading finds what is wrong with the query itself; binding finds what does not go with the
//! index: a date that is none, a word where numbers are. What this double does not know is
//! refused as Elasticsearch refuses what it does not know, never ignored.

mod binding;
mod body;
mod query_string;

use std::borrow::Cow;

use serde_json::Value;

use super::refused::Refused;
use body::{Body, is_common};

pub(super) use binding::{Context, bind};

/// Clauses nest so deep.
const DEPTH: usize = 30;

/// What a search asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Query {
    All,
    None,
    Ids(Vec<String>),
    Exists(String),
    Term {
        field: String,
        values: Vec<Value>,
        folded: bool,
    },
    Match {
        field: String,
        text: String,
        and: bool,
        lenient: bool,
    },
    Phrase {
        field: String,
        text: String,
        prefix: bool,
    },
    Range {
        field: String,
        low: Option<End>,
        high: Option<End>,
        format: Option<String>,
        zone: Option<String>,
    },
    Like {
        field: String,
        pattern: String,
        folded: bool,
    },
    Prefix {
        field: String,
        start: String,
    },
    Bool {
        must: Vec<Query>,
        must_not: Vec<Query>,
        should: Vec<Query>,
        minimum: Option<usize>,
    },
    QueryString(query_string::QueryString),
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    pub value: Value,
    pub included: bool,
}

/// Reads a query.
pub(super) fn read(value: &Value) -> Result<Query, Refused> {
    nested(value, 0)
}

fn nested(value: &Value, depth: usize) -> Result<Query, Refused> {
    if DEPTH < depth {
        let reason = "The nested depth of the query exceeds the maximum nested depth for bool \
            queries set in [indices.query.bool.max_nested_depth]";
        return Err(Refused::argument(reason));
    }
    let Value::Object(object) = value else {
        let reason = "[_na] query malformed, must start with start_object";
        return Err(Refused::parsing(reason));
    };
    let mut entries = object.iter();
    let Some((name, body)) = entries.next() else {
        return Err(Refused::argument("query malformed, empty clause found"));
    };
    if entries.next().is_some() {
        let reason =
            format!("[{name}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]");
        return Err(Refused::parsing(reason));
    }
    clause(name, body, depth)
}

fn clause(name: &str, body: &Value, depth: usize) -> Result<Query, Refused> {
    let Value::Object(body) = body else {
        let reason = format!("[{name}] query malformed, no start_object after query name");
        return Err(Refused::parsing(reason));
    };
    let body = Body {
        name,
        fields: Cow::Borrowed(body),
    };
    match name {
        "match_all" => body.only(&[]).map(|()| Query::All),
        "match_none" => body.only(&[]).map(|()| Query::None),
        "bool" => bool(&body, depth),
        "constant_score" => {
            body.only(&["filter"])?;
            nested(body.fields.get("filter").unwrap_or(&Value::Null), depth + 1)
        }
        "ids" => {
            body.only(&["values"])?;
            body.texts("values").map(Query::Ids)
        }
        "exists" => {
            body.only(&["field"])?;
            body.needed("field").map(Query::Exists)
        }
        "term" => term(&body),
        "terms" => terms(&body),
        "match" => matching(&body),
        "match_phrase" => phrase(&body, false),
        "match_phrase_prefix" => phrase(&body, true),
        "range" => range(&body),
        "wildcard" => {
            let (field, options) = body.field("value")?;
            options.only(&["value", "wildcard", "case_insensitive"])?;
            let pattern = options.text("value").or(options.text("wildcard"));
            let pattern = pattern.ok_or_else(|| options.lacks("value"))?;
            let folded = options.flag("case_insensitive", false)?;
            Ok(Query::Like {
                field,
                pattern,
                folded,
            })
        }
        "prefix" => {
            let (field, options) = body.field("value")?;
            options.only(&["value"])?;
            let start = options.needed("value")?;
            Ok(Query::Prefix { field, start })
        }
        "query_string" => query_string::read(&body).map(Query::QueryString),
        unknown => Err(Refused::parsing(format!("unknown query [{unknown}]"))),
    }
}

fn bool(body: &Body<'_>, depth: usize) -> Result<Query, Refused> {
    let known = [
        "filter",
        "must",
        "must_not",
        "should",
        "minimum_should_match",
    ];
    body.only(&known)?;
    let clauses = |name: &str| match body.fields.get(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(clauses)) => clauses
            .iter()
            .map(|clause| nested(clause, depth + 1))
            .collect(),
        Some(clause) => nested(clause, depth + 1).map(|clause| vec![clause]),
    };
    let mut must = clauses("must")?;
    must.extend(clauses("filter")?);
    let minimum = match body.fields.get("minimum_should_match") {
        None => None,
        Some(value) => {
            let number = match value {
                Value::String(text) => text.parse().ok(),
                value => value.as_u64(),
            };
            let number = number.and_then(|number| usize::try_from(number).ok());
            let wrong = || Refused::parsing("[bool] failed to parse field [minimum_should_match]");
            Some(number.ok_or_else(wrong)?)
        }
    };
    Ok(Query::Bool {
        must,
        must_not: clauses("must_not")?,
        should: clauses("should")?,
        minimum,
    })
}

fn term(body: &Body<'_>) -> Result<Query, Refused> {
    let (field, options) = body.field("value")?;
    options.only(&["value", "case_insensitive"])?;
    let value = options.fields.get("value").filter(|value| !value.is_null());
    let value = value.ok_or_else(|| Refused::argument("value cannot be null"))?;
    if value.is_array() || value.is_object() {
        let reason = format!("[term] query does not support arrays or objects in [{field}]");
        return Err(Refused::parsing(reason));
    }
    Ok(Query::Term {
        field,
        values: vec![value.clone()],
        folded: options.flag("case_insensitive", false)?,
    })
}

fn terms(body: &Body<'_>) -> Result<Query, Refused> {
    let mut entries = body.fields.iter().filter(|(name, _)| !is_common(name));
    let (Some((field, Value::Array(values))), None) = (entries.next(), entries.next()) else {
        return Err(Refused::parsing(
            "[terms] query requires one field with a list of values",
        ));
    };
    if 65_536 < values.len() {
        return Err(Refused::argument("failed to create query: too many terms"));
    }
    Ok(Query::Term {
        field: field.clone(),
        values: values.clone(),
        folded: false,
    })
}

fn matching(body: &Body<'_>) -> Result<Query, Refused> {
    let (field, options) = body.field("query")?;
    options.only(&["query", "operator", "lenient"])?;
    Ok(Query::Match {
        field,
        text: options.needed("query")?,
        and: options.is_and("operator")?,
        lenient: options.flag("lenient", false)?,
    })
}

fn phrase(body: &Body<'_>, prefix: bool) -> Result<Query, Refused> {
    let (field, options) = body.field("query")?;
    options.only(&["query"])?;
    let text = options.needed("query")?;
    Ok(Query::Phrase {
        field,
        text,
        prefix,
    })
}

fn range(body: &Body<'_>) -> Result<Query, Refused> {
    let mut entries = body.fields.iter();
    let (Some((field, Value::Object(options))), None) = (entries.next(), entries.next()) else {
        return Err(Refused::parsing(
            "[range] query requires one field with its ends",
        ));
    };
    let options = Body {
        name: body.name,
        fields: Cow::Borrowed(options),
    };
    options.only(&["gte", "gt", "lte", "lt", "format", "time_zone", "relation"])?;
    let end = |open: &str, closed: &str| {
        let given = |name: &str| options.fields.get(name).filter(|value| !value.is_null());
        let end = |value: &Value, included| End {
            value: value.clone(),
            included,
        };
        let closed = given(closed).map(|value| end(value, true));
        given(open).map(|value| end(value, false)).or(closed)
    };
    Ok(Query::Range {
        field: field.clone(),
        low: end("gt", "gte"),
        high: end("lt", "lte"),
        format: options.text("format"),
        zone: options.text("time_zone"),
    })
}

#[cfg(test)]
mod tests;
