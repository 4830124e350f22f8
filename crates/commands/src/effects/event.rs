//! A document in Elasticsearch. Its id is the effect's, so that a second try writes no second.

use monitors::elasticsearch::{DocumentId, IndexName};
use serde_json::json;

use crate::grammar::Opt;
use crate::rules::Rules;

use super::{Clients, Facts, Tried, Undone};

pub(super) async fn write(clients: &Clients, rules: &Rules, facts: &Facts, marker: &str) -> Tried {
    let (Some(elasticsearch), Some(index)) =
        (&clients.elasticsearch, &rules.effects.elasticsearch_index)
    else {
        return Err(Undone::not_configured("Elasticsearch"));
    };
    let index = index
        .replace("$environment", facts.environment.as_str())
        .replace("$short", &facts.short);
    let broken = |error: monitors::elasticsearch::InvalidName| Undone::Dead {
        reason: error.to_string(),
        remedy: "correct effects.elasticsearch_index".to_owned(),
    };
    let index: IndexName = index.parse().map_err(broken)?;
    let id: DocumentId = marker.parse().map_err(broken)?;
    let written = elasticsearch.create(&index, &id, &document(facts)).await;
    written
        .map(|_| None)
        .map_err(|error| Undone::of_monitor(error.retry(), error.to_string()))
}

fn document(facts: &Facts) -> serde_json::Value {
    let gates = |gates: &Option<flags::Gates>| json!(gates);
    json!({
        "time": facts.at.to_string(),
        "type": "chatops",
        "source": "signalbox",
        "message": facts.title(),
        "env": facts.short,
        "environment": facts.environment,
        "username": facts.note.author.name,
        "feature_name": facts.flag,
        "feature_value": facts.state(),
        "actors": facts.note.command.as_deref().is_some_and(|command| {
            command.split(' ').any(|word| word.trim_start_matches('-') == Opt::Actors.spec().name)
        }),
        "before": gates(&facts.before),
        "after": gates(&facts.after),
        "reason": facts.note.reason,
        "overrides": facts.note.overrides,
        "request_id": facts.note.request_id,
    })
}
