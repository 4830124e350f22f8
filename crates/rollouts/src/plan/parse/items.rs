//! What must hold, as it is written: words, and mappings for what people do.

use flags::nearest;
use flags::yaml::{Entry, Item, Value};

use super::reader::{Fields, Reader, shortened};
use crate::plan::keys::{CHECKS, ITEM, MOST_ITEMS};
use crate::plan::{ItemId, Precondition};

/// The preconditions of a key; none is given twice.
pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Vec<Precondition> {
    let at = fields.path(key);
    let mut preconditions: Vec<Precondition> = Vec::new();
    let items = reader.items(fields, key, MOST_ITEMS).unwrap_or_default();
    for (place, item) in items.iter().enumerate() {
        let read = match &item.value {
            Value::Text(word) => checked(reader, &at, item.line, word),
            Value::Mapping(entries) => written_out(reader, &at, place, item, entries),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::List(_)
            | Value::Other(_)) => {
                let message = format!("has words and items, not {}", other.what());
                reader.refuse(&at, item.line, message);
                None
            }
        };
        let Some(precondition) = read else { continue };
        if preconditions
            .iter()
            .any(|known| known.id() == precondition.id())
        {
            let message = format!("has {} twice", precondition.id());
            reader.refuse(&at, item.line, message);
        } else {
            reader.place(format!("{at}.{}", precondition.id()), item.line);
            preconditions.push(precondition);
        }
    }
    preconditions
}

fn checked(reader: &mut Reader<'_>, at: &str, line: usize, word: &str) -> Option<Precondition> {
    let known = by_word(word);
    if known.is_none() {
        let words = || CHECKS.iter().map(|check| check.0);
        let shown = shortened(word);
        let message = match nearest(word, words()).first() {
            Some(near) => format!("has {shown:?}; did you mean {near}?"),
            None => format!(
                "has {shown:?}, which is none of {}; what people do is written as \
                 `- item: NAME` and `do: WHAT`",
                words().collect::<Vec<_>>().join(", ")
            ),
        };
        reader.refuse(at, line, message);
    }
    known
}

fn by_word(word: &str) -> Option<Precondition> {
    Some(match word {
        "deployed" => Precondition::Deployed,
        "no-incident" => Precondition::NoIncident,
        "no-change-in-progress" => Precondition::NoChangeInProgress,
        "no-change-lock" => Precondition::NoChangeLock,
        "healthy" => Precondition::Healthy,
        "on-call" => Precondition::OnCall,
        "watched" => Precondition::Watched,
        "documentation" => Precondition::Documentation,
        "milestone" => Precondition::Milestone,
        "change-issue" => Precondition::ChangeIssue,
        "announced" => Precondition::Announced,
        "notified" => Precondition::Notified,
        "removal-merged" => Precondition::RemovalMerged,
        "removal-deployed" => Precondition::RemovalDeployed,
        "removal-released" => Precondition::RemovalReleased,
        _ => return None,
    })
}

fn written_out(
    reader: &mut Reader<'_>,
    at: &str,
    place: usize,
    item: &Item,
    entries: &[Entry],
) -> Option<Precondition> {
    let at = format!("{at}.{}", place + 1);
    let fields = reader.mapping(&ITEM, &at, item.line, entries);
    let id: Option<ItemId> = reader.parsed(&fields, "item");
    if let Some(word) = id
        .as_ref()
        .map(ItemId::as_str)
        .filter(|id| by_word(id).is_some())
    {
        let message =
            format!("is {word}, which Signalbox finds out by itself; choose another name");
        reader.refuse_key(&fields, "item", message);
    }
    match (fields.has("do"), fields.has("http")) {
        (true, false) => manual(reader, &fields, id),
        (false, true) => gate(reader, &fields, id),
        (true, true) | (false, false) => {
            let message =
                "says either what a person does (`do`) or which endpoint is asked (`http`)";
            reader.refuse(&at, item.line, message);
            None
        }
    }
}

fn manual(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    id: Option<ItemId>,
) -> Option<Precondition> {
    only(reader, fields, &["item", "do", "environment"], "do");
    let environment = reader.text(fields, "environment");
    Some(Precondition::Manual {
        text: reader.text(fields, "do")?,
        item: id?,
        environment,
    })
}

fn gate(reader: &mut Reader<'_>, fields: &Fields<'_>, id: Option<ItemId>) -> Option<Precondition> {
    only(
        reader,
        fields,
        &["item", "http", "path", "pointer", "equals"],
        "http",
    );
    let pointer = reader.text(fields, "pointer");
    let equals = reader.text(fields, "equals");
    if pointer.is_some() != equals.is_some() {
        let message = "needs both `pointer` and `equals`, or neither";
        reader.refuse(&fields.at, fields.line, message);
    }
    Some(Precondition::Http {
        endpoint: reader.text(fields, "http")?,
        path: reader
            .text(fields, "path")
            .unwrap_or_else(|| "/".to_owned()),
        item: id?,
        pointer,
        equals,
    })
}

/// Refuses the keys that have no meaning beside another.
fn only(reader: &mut Reader<'_>, fields: &Fields<'_>, allowed: &[&str], beside: &str) {
    for key in fields.keys().filter(|key| !allowed.contains(key)) {
        reader.refuse_key(fields, key, format!("has no meaning beside `{beside}`"));
    }
}
