//! `query_string`: its options, and its text as Lucene reads it.

use super::super::lucene::{self, Problem, Rules};
use super::super::refused::{Refused, ShardFailure};
use super::body::Body;

/// A query in words.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct QueryString {
    pub text: String,
    /// Where words without a field are looked for; everywhere when there are none.
    pub fields: Vec<String>,
    pub and: bool,
    pub leading_wildcards: bool,
    /// Values that are not of a field's type match nothing instead of failing; for words without
    /// a field this is so unless it is said.
    pub lenient: Option<bool>,
    pub zone: Option<String>,
}

const OPTIONS: [&str; 10] = [
    "query",
    "default_field",
    "fields",
    "default_operator",
    "analyze_wildcard",
    "allow_leading_wildcard",
    "lenient",
    "time_zone",
    "type",
    "escape",
];

pub(super) fn read(body: &Body<'_>) -> Result<QueryString, Refused> {
    body.only(&OPTIONS)?;
    if body.flag("escape", false)? {
        return Err(Refused::argument("this sandbox knows no [escape]"));
    }
    if body.text("type").is_some_and(|kind| kind != "best_fields") {
        return Err(Refused::argument(
            "this sandbox knows the [type] [best_fields] alone",
        ));
    }
    // It changes how patterns are cut into words; they are not cut here.
    body.flag("analyze_wildcard", false)?;
    let mut fields = match body.fields.contains_key("fields") {
        true => body.texts("fields")?,
        false => body.text("default_field").into_iter().collect(),
    };
    for field in &mut fields {
        if let Some(name) = field.split('^').next().map(str::len) {
            field.truncate(name);
        }
    }
    fields.retain(|field| field != "*");
    let lenient = match body.fields.contains_key("lenient") {
        true => Some(body.flag("lenient", false)?),
        false => None,
    };
    Ok(QueryString {
        text: body
            .text("query")
            .ok_or_else(|| Refused::parsing("[query_string] must be provided with a [query]"))?,
        fields,
        and: body.is_and("default_operator")?,
        leading_wildcards: body.flag("allow_leading_wildcard", true)?,
        lenient,
        zone: body.text("time_zone"),
    })
}

impl QueryString {
    /// What the text asks for; none when it is empty.
    pub fn parse(&self) -> Result<Option<lucene::Node>, ShardFailure> {
        let rules = Rules {
            and: self.and,
            leading_wildcards: self.leading_wildcards,
        };
        lucene::parse(&self.text, rules).map_err(|problem| self.failed(&problem))
    }

    fn failed(&self, problem: &Problem) -> ShardFailure {
        let text = &self.text;
        let kind = match problem {
            Problem::Unexpected { .. }
            | Problem::LeadingWildcard
            | Problem::Open(_)
            | Problem::Unknown(_) => "parse_exception",
            Problem::TooMany | Problem::TooDeep => "too_many_clauses",
        };
        let reason = format!("Cannot parse '{text}': {problem}");
        ShardFailure {
            cause: Some((kind, reason)),
            ..ShardFailure::new(
                "query_shard_exception",
                format!("Failed to parse query [{text}]"),
            )
        }
    }
}
