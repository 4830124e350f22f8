//! `_count` and `_search`.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Access;
use super::aggregations::{self, Aggregation, Hit};
use super::indices::{self, Options};
use super::matching::compare;
use super::query::{self, Context, Query};
use super::refused::{Refused, ShardFailure};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{Document, Index};

/// So far into the results a search may go.
const WINDOW: u64 = 10_000;

type Answer = Result<Json<Value>, Refused>;

/// `GET` or `POST /[{index}/]_count`
pub(super) async fn count(State(sandbox): State<GitLabSandbox>, access: Access) -> Answer {
    let options = Options::read(&access, &[])?;
    let body = access.object()?;
    if let Some(unknown) = body.keys().find(|name| *name != "query") {
        return Err(Refused::parsing(format!(
            "request does not support [{unknown}]"
        )));
    }
    let query = body.get("query").map_or(Ok(Query::All), query::read)?;
    let now = sandbox.options().clock.now();
    let state = sandbox.lock();
    let indices = indices::named(&state.world.documents, access.index(), options)?;
    let hits = found(&indices, &query, now)?;
    let hits = reached(hits, access.partial);
    Ok(Json(json!({
        "count": hits.len(),
        "_shards": shards(&indices, access.partial),
    })))
}

/// `GET` or `POST /[{index}/]_search`
pub(super) async fn search(State(sandbox): State<GitLabSandbox>, access: Access) -> Answer {
    let known = [
        "allow_partial_search_results",
        "from",
        "request_cache",
        "rest_total_hits_as_int",
        "size",
        "timeout",
        "track_total_hits",
    ];
    let options = Options::read(&access, &known)?;
    let search = Search::read(&access)?;
    let now = sandbox.options().clock.now();
    let state = sandbox.lock();
    let indices = indices::named(&state.world.documents, access.index(), options)?;
    if access.partial && !access.flag("allow_partial_search_results", true)? {
        let status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
        let kind = "search_phase_execution_exception";
        return Err(Refused::new(status, kind, "Partial shards failure"));
    }
    let hits = found(&indices, &search.query, now)?;
    let mut hits = reached(hits, access.partial);
    let mut answer = json!({
        "took": 1,
        "timed_out": false,
        "_shards": shards(&indices, access.partial),
    });
    if !search.aggregations.is_empty() {
        let found = aggregations::run(&search.aggregations, &hits, now);
        let found = found.map_err(|(index, failure)| Refused::all_shards(&index, &failure))?;
        answer["aggregations"] = found;
    }
    search.sort(&mut hits);
    answer["hits"] = search.hits(&hits, access.flag("rest_total_hits_as_int", false)?);
    Ok(Json(answer))
}

/// What the query finds, index by index.
fn found<'a>(
    indices: &[(&'a str, &'a Index)],
    query: &Query,
    now: Timestamp,
) -> Result<Vec<Hit<'a>>, Refused> {
    let mut hits = Vec::new();
    for &(name, index) in indices {
        let types = &index.types;
        let bound = query::bind(query, Context { types, now });
        let bound = bound.map_err(|failure| Refused::all_shards(name, &failure))?;
        let documents = index
            .documents
            .iter()
            .filter(|document| bound.fits(document));
        hits.extend(documents.map(|document| Hit {
            name,
            index,
            document,
        }));
    }
    Ok(hits)
}

/// A shard that fails takes half of what there is with it.
fn reached(mut hits: Vec<Hit<'_>>, partial: bool) -> Vec<Hit<'_>> {
    if partial {
        hits.retain(|hit| hit.document.seq % 2 == 0);
    }
    hits
}

fn shards(indices: &[(&str, &Index)], partial: bool) -> Value {
    let total = indices.len();
    if !partial {
        return json!({ "total": total, "successful": total, "skipped": 0, "failed": 0 });
    }
    let index = indices.first().map_or("", |(name, _)| *name);
    let reason = ShardFailure::new(
        "es_rejected_execution_exception",
        "rejected execution of a search",
    );
    json!({
        "total": total + 1,
        "successful": total,
        "skipped": 0,
        "failed": 1,
        "failures": [{ "shard": 0, "index": index, "node": "sandbox", "reason": reason.json(index) }],
    })
}

/// A search as it was asked for.
struct Search {
    query: Query,
    aggregations: Vec<Aggregation>,
    from: usize,
    size: usize,
    /// How far hits are counted; none when they are not counted.
    counted: Option<u64>,
    source: bool,
    sort: Vec<(String, bool)>,
}

impl Search {
    fn read(access: &Access) -> Result<Self, Refused> {
        let body = access.object()?;
        let mut search = Self {
            query: Query::All,
            aggregations: Vec::new(),
            from: 0,
            size: 10,
            counted: Some(WINDOW),
            source: true,
            sort: Vec::new(),
        };
        for (name, value) in &body {
            match name.as_str() {
                "query" => search.query = query::read(value)?,
                "aggs" | "aggregations" => search.aggregations = aggregations::read(value)?,
                "size" => search.size = whole(name, value)?,
                "from" => search.from = whole(name, value)?,
                "track_total_hits" => search.counted = counted(value)?,
                "_source" => search.source = source(value)?,
                "sort" => search.sort = sort(value)?,
                "timeout" => (),
                unknown => return Err(unknown_key(unknown, value)),
            }
        }
        let given = |name: &str| {
            let value = access.params.get(name).map(|text| {
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
            });
            value.as_ref().map(|value| whole(name, value)).transpose()
        };
        search.size = given("size")?.unwrap_or(search.size);
        search.from = given("from")?.unwrap_or(search.from);
        if let Some(text) = access.params.get("track_total_hits") {
            let value = serde_json::from_str(text).unwrap_or(Value::Null);
            search.counted = counted(&value)?;
        }
        if WINDOW < (search.from + search.size) as u64 {
            let reason = format!(
                "Result window is too large, from + size must be less than or equal to: [10000] but was [{}]",
                search.from + search.size,
            );
            return Err(Refused::argument(reason));
        }
        Ok(search)
    }

    fn sort(&self, hits: &mut [Hit<'_>]) {
        hits.sort_by(|a, b| {
            let orders = self.sort.iter().map(|(field, ascending)| {
                let (a, b) = (first(a.document, field), first(b.document, field));
                match (a, b) {
                    (Some(a), Some(b)) => {
                        let order = compare(a, b).unwrap_or(std::cmp::Ordering::Equal);
                        if *ascending { order } else { order.reverse() }
                    }
                    // What has no value comes last.
                    (a, b) => b.is_some().cmp(&a.is_some()),
                }
            });
            orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
    }

    fn hits(&self, hits: &[Hit<'_>], total_as_int: bool) -> Value {
        let score = self.sort.is_empty().then_some(1.0);
        let shown = hits.iter().skip(self.from).take(self.size).map(|hit| {
            let mut shown = json!({
                "_index": hit.name,
                "_id": hit.document.id,
                "_score": score,
            });
            if self.source {
                shown["_source"] = json!(hit.document.source);
            }
            shown
        });
        let shown: Vec<Value> = shown.collect();
        let total = hits.len() as u64;
        let mut answer = json!({
            "max_score": score.filter(|_| !shown.is_empty()),
            "hits": shown,
        });
        match self.counted {
            None => (),
            Some(_) if total_as_int => answer["total"] = total.into(),
            Some(limit) => {
                let relation = if limit < total { "gte" } else { "eq" };
                answer["total"] = json!({ "value": total.min(limit), "relation": relation });
            }
        }
        answer
    }
}

fn first<'a>(document: &'a Document, field: &str) -> Option<&'a crate::gitlab::world::Scalar> {
    let whole = field.strip_suffix(".keyword").unwrap_or(field);
    let mut fields = document.fields.iter();
    fields
        .find(|(name, _)| **name == *field || **name == *whole)
        .map(|(_, value)| value)
}

fn whole(name: &str, value: &Value) -> Result<usize, Refused> {
    let number = value
        .as_u64()
        .and_then(|number| usize::try_from(number).ok());
    let wrong = || {
        Refused::argument(format!(
            "[{name}] parameter cannot be negative, found [{value}]"
        ))
    };
    number.filter(|number| *number < 1 << 31).ok_or_else(wrong)
}

fn counted(value: &Value) -> Result<Option<u64>, Refused> {
    match value {
        Value::Bool(true) => Ok(Some(u64::MAX)),
        Value::Bool(false) => Ok(None),
        value => {
            let reason = "[track_total_hits] parameter must be positive or equals to -1";
            let number = value.as_u64();
            number.map(Some).ok_or_else(|| Refused::argument(reason))
        }
    }
}

fn source(value: &Value) -> Result<bool, Refused> {
    let reason = "this sandbox gives the whole [_source] or none of it";
    value.as_bool().ok_or_else(|| Refused::argument(reason))
}

/// `"field"`, `{"field": "desc"}`, `{"field": {"order": "desc"}}`, or a list of these.
fn sort(value: &Value) -> Result<Vec<(String, bool)>, Refused> {
    let wrong = || Refused::argument("this sandbox sorts by fields, [asc] or [desc]");
    let one = |value: &Value| match value {
        Value::String(field) => Ok((field.clone(), true)),
        Value::Object(entry) if entry.len() == 1 => {
            let (field, way) = entry.iter().next().ok_or_else(wrong)?;
            let way = way.get("order").unwrap_or(way).as_str().ok_or_else(wrong)?;
            match way {
                "asc" => Ok((field.clone(), true)),
                "desc" => Ok((field.clone(), false)),
                _ => Err(wrong()),
            }
        }
        _ => Err(wrong()),
    };
    match value {
        Value::Array(values) => values.iter().map(one).collect(),
        value => one(value).map(|one| vec![one]),
    }
}

fn unknown_key(name: &str, value: &Value) -> Refused {
    let token = match value {
        Value::Null => "VALUE_NULL",
        Value::Bool(_) => "VALUE_BOOLEAN",
        Value::Number(_) => "VALUE_NUMBER",
        Value::String(_) => "VALUE_STRING",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    Refused::parsing(format!("Unknown key for a {token} in [{name}]."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_counted_as_far_as_asked() {
        assert_eq!(counted(&json!(true)).unwrap(), Some(u64::MAX));
        assert_eq!(counted(&json!(false)).unwrap(), None);
        assert_eq!(counted(&json!(100)).unwrap(), Some(100));
        assert!(counted(&json!("many")).is_err());
    }

    #[test]
    fn a_sort_names_fields_and_ways() {
        let read = sort(&json!(["a", { "b": "desc" }, { "c": { "order": "asc" } }])).unwrap();
        let expected = [("a", true), ("b", false), ("c", true)];
        assert_eq!(read, expected.map(|(field, way)| (field.to_owned(), way)));
        assert!(sort(&json!({ "a": "up" })).is_err());
        assert!(sort(&json!({})).is_err());
    }
}
