use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;
use crate::gitlab::world::{Documents, New};

/// An index with a field of each type.
fn documents() -> Documents {
    let mut documents = Documents::default();
    let source = json!({
        "@timestamp": "2026-11-20T09:00:00Z",
        "message": "The channel is gone",
        "level": "error",
        "count": 3,
        "ok": false,
        "nested": { "list": ["a", "b"] },
    });
    let new = New {
        index: "logs",
        id: "1",
        source: &source.to_string(),
        once: false,
        at: "2026-11-20T09:00:00Z".parse().unwrap(),
    };
    documents.write(new).unwrap();
    documents
}

/// Whether the one document is found; why not when the query is none.
fn finds(query: &Value) -> Result<bool, String> {
    let documents = documents();
    let index = documents.index("logs").unwrap();
    let query = read(query).map_err(|refused| refused.error()["reason"].to_string())?;
    let context = Context {
        types: &index.types,
        now: "2026-11-20T09:00:30Z".parse().unwrap(),
    };
    let bound = bind(&query, context).map_err(|failure| failure.reason)?;
    Ok(bound.fits(index.get("1").unwrap()))
}

#[test]
fn each_kind_of_query_finds_what_it_should() {
    for (query, expected) in [
        (json!({ "match_all": {} }), true),
        (json!({ "match_none": {} }), false),
        (json!({ "ids": { "values": ["1"] } }), true),
        (json!({ "exists": { "field": "nested.list" } }), true),
        (json!({ "term": { "level": "error" } }), true),
        (json!({ "term": { "level": "ERROR" } }), false),
        (
            json!({ "term": { "level": { "value": "ERROR", "case_insensitive": true } } }),
            true,
        ),
        (json!({ "term": { "message": "channel" } }), true),
        (json!({ "term": { "message": "Channel" } }), false),
        (json!({ "term": { "ok": false } }), true),
        (json!({ "term": { "count": "3" } }), true),
        (json!({ "terms": { "nested.list": ["x", "b"] } }), true),
        (json!({ "terms": { "nested.list": [] } }), false),
        (json!({ "match": { "message": "CHANNEL nowhere" } }), true),
        (
            json!({ "match": { "message": { "query": "channel nowhere", "operator": "and" } } }),
            false,
        ),
        (json!({ "match_phrase": { "message": "channel is" } }), true),
        (
            json!({ "match_phrase": { "message": "is channel" } }),
            false,
        ),
        (json!({ "match_phrase": { "message": "" } }), false),
        (
            json!({ "match_phrase_prefix": { "message": "the chan" } }),
            true,
        ),
        (json!({ "prefix": { "level": "err" } }), true),
        (json!({ "wildcard": { "level": { "value": "e*r" } } }), true),
        (json!({ "range": { "count": { "gt": 2, "lte": 3 } } }), true),
        (json!({ "range": { "count": { "lt": 3 } } }), false),
        (
            json!({ "range": { "@timestamp": { "gte": "now-1m", "lt": "now" } } }),
            true,
        ),
        (
            json!({ "range": { "@timestamp": { "lt": "2026-11-20" } } }),
            false,
        ),
        (
            json!({ "range": { "@timestamp": { "lte": "2026-11-20" } } }),
            true,
        ),
        (
            json!({ "range": { "@timestamp": { "gte": 1_795_165_200, "format": "epoch_second" } } }),
            true,
        ),
        (
            json!({ "range": { "@timestamp": { "gte": "2026-11-20T10:00", "time_zone": "+01:00" } } }),
            true,
        ),
        (
            json!({ "bool": { "must_not": { "term": { "level": "info" } } } }),
            true,
        ),
        (
            json!({ "bool": { "should": [{ "term": { "level": "info" } }] } }),
            false,
        ),
        (
            json!({ "bool": { "filter": { "match_all": {} }, "should": [{ "match_none": {} }] } }),
            true,
        ),
        (
            json!({ "bool": { "filter": { "match_all": {} }, "should": [{ "match_none": {} }], "minimum_should_match": 1 } }),
            false,
        ),
        (
            json!({ "constant_score": { "filter": { "exists": { "field": "none" } } } }),
            false,
        ),
        (json!({ "query_string": { "query": "-level:info" } }), true),
        (
            json!({ "query_string": { "query": "level:error AND (-level:info)" } }),
            false,
        ),
        (json!({ "query_string": { "query": "" } }), false),
        (
            json!({ "query_string": { "query": "gone", "fields": ["message^2", "level"] } }),
            true,
        ),
        (
            json!({ "query_string": { "query": "gone", "default_field": "level" } }),
            false,
        ),
        (
            json!({ "query_string": { "query": "nested.*:b AND ok:false AND @timestamp:2026-11-20" } }),
            true,
        ),
    ] {
        assert_eq!(finds(&query), Ok(expected), "{query}");
    }
}

#[test]
fn a_value_that_is_not_of_the_fields_type_is_a_failure_unless_that_is_wanted() {
    let many =
        |lenient: bool| json!({ "query_string": { "query": "count:many", "lenient": lenient } });
    assert_eq!(finds(&many(true)), Ok(false));
    let reason = "failed to create query: For input string: \"many\"";
    assert_eq!(finds(&many(false)), Err(reason.to_owned()));
    let anywhere = json!({ "query_string": { "query": "many" } });
    assert_eq!(finds(&anywhere), Ok(false));
    let zone = json!({ "range": { "@timestamp": { "gte": "now", "time_zone": "Europe/Berlin" } } });
    assert!(
        finds(&zone)
            .unwrap_err()
            .contains("Unknown time-zone ID: Europe/Berlin")
    );
}

#[test]
fn clauses_nest_only_so_deep() {
    let mut query = json!({ "match_all": {} });
    for _ in 0..DEPTH {
        query = json!({ "bool": { "must": query } });
    }
    assert_eq!(finds(&query), Ok(true));
    let deeper = json!({ "bool": { "must": query } });
    assert!(finds(&deeper).unwrap_err().contains("max_nested_depth"));
}

/// JSON of the words that queries are made of.
fn anything() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "bool",
        "must",
        "filter",
        "should",
        "must_not",
        "term",
        "terms",
        "match",
        "range",
        "query_string",
        "query",
        "value",
        "gte",
        "lt",
        "format",
        "exists",
        "field",
        "level",
        "count",
        "@timestamp",
        "message",
        "now-1d/d",
        "level:(a OR b",
        "ids",
        "values",
        "wildcard",
        "minimum_should_match",
        "match_phrase",
        "é*",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 4, move |inner| {
        let entries = prop::collection::vec((word.clone(), inner.clone()), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            entries.prop_map(|entries| {
                let entries = entries
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(entries.collect::<Map<_, _>>())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_query_makes_it_panic(query in anything()) {
        drop(finds(&query));
        drop(finds(&json!({ "bool": { "filter": [query] } })));
    }
}
