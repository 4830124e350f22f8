//! Modals under test: as Slack gives them back, and whether Slack takes them.

use serde_json::{Map, Value, json};
use slack::interaction::{Interaction, OpenedView};
use slack::{HookHost, View};

/// The modal as Slack tells of it when somebody sends it as it was opened.
pub(crate) fn unchanged(view: &View) -> OpenedView {
    filled(view, &[])
}

/// The same with other things in some fields, by their blocks.
pub(crate) fn filled(view: &View, changes: &[(&str, Value)]) -> OpenedView {
    let view = serde_json::to_value(view).unwrap();
    let mut values = Map::new();
    for block in view["blocks"].as_array().unwrap() {
        let Some(id) = block["block_id"]
            .as_str()
            .filter(|_| block["type"] == "input")
        else {
            continue;
        };
        let element = &block["element"];
        let change = changes.iter().find(|(changed, _)| *changed == id);
        let entered = change.map_or_else(|| entered(element), |(_, entered)| entered.clone());
        values.insert(
            id.to_owned(),
            json!({element["action_id"].as_str().unwrap(): entered}),
        );
    }
    let payload = json!({
        "type": "view_submission",
        "team": {"id": "T0DEMO"},
        "user": {"id": "U0ANA", "username": "ana"},
        "trigger_id": "1.2.abc",
        "view": {
            "id": "V1",
            "type": "modal",
            "hash": "1.a",
            "callback_id": view["callback_id"],
            "private_metadata": view["private_metadata"],
            "state": {"values": values},
        },
    });
    let host = HookHost::of_slack("https://slack.com/api/").unwrap();
    let Interaction::ViewSubmission(submission) = Interaction::parse(&payload, &host).unwrap()
    else {
        panic!("a submission");
    };
    submission.view
}

fn entered(element: &Value) -> Value {
    json!({
        "type": element["type"],
        "value": element["initial_value"],
        "selected_option": element["initial_option"],
        "selected_options": element["initial_options"],
    })
}

/// What Slack would refuse in a modal; empty when nothing.
pub(crate) fn complaints(view: &View) -> Vec<String> {
    let view = serde_json::to_value(view).unwrap();
    let mut found = Vec::new();
    let mut demand = |holds: bool, what: String| {
        if !holds {
            found.push(what);
        }
    };
    let blocks = view["blocks"].as_array().unwrap();
    demand(view.to_string().len() <= 250_000, "view_too_large".into());
    demand(blocks.len() <= 100, "too many blocks".into());
    for (field, most) in [("private_metadata", 3_000), ("callback_id", 255)] {
        demand(length(&view[field]) <= most, format!("{field} is too long"));
    }
    for field in ["title", "submit", "close"] {
        let length = length(&view[field]["text"]);
        demand((1..=24).contains(&length), format!("{field} has {length}"));
    }
    let mut ids: Vec<&str> = blocks
        .iter()
        .filter_map(|b| b["block_id"].as_str())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    demand(ids.len() == count, "a block id comes twice".into());
    for block in blocks {
        let element = &block["element"];
        let most = element["max_length"].as_u64().unwrap_or(3_000);
        let initial = length(&element["initial_value"]);
        demand(
            initial as u64 <= most,
            format!("{initial} characters in {block}"),
        );
        demand(
            length(&element["action_id"]) <= 255,
            format!("id in {block}"),
        );
        demand(
            length(&block["text"]["text"]) <= 3_000,
            format!("text of {block}"),
        );
        for choice in choices(element) {
            let (label, value) = (length(&choice["text"]["text"]), length(&choice["value"]));
            demand((1..=75).contains(&label), format!("label of {choice}"));
            demand((1..=150).contains(&value), format!("value of {choice}"));
        }
    }
    found
}

fn choices(element: &Value) -> Vec<&Value> {
    let lists = ["options", "initial_options"];
    let listed = lists.iter().filter_map(|list| element[*list].as_array());
    let one = element.get("initial_option").filter(|one| !one.is_null());
    listed.flatten().chain(one).collect()
}

/// In UTF-16 code units, as Slack counts.
fn length(text: &Value) -> usize {
    text.as_str().unwrap_or_default().encode_utf16().count()
}
