//! Menus of options, of people and of channels: one choice, or several.

use serde_json::{Value, json};

use super::super::super::markup::{Element, Node, Reads, element, span};
use super::super::super::reader::Reader;
use super::super::{items, str_of};
use super::entry;
use crate::slack::views::places::Place;
use crate::slack::workspace::ChannelKind;

/// An option on the screen: its value and its words, in a group or not.
pub struct Shown {
    pub value: String,
    pub words: String,
    group: Option<String>,
}

/// A menu.
pub fn draw(place: Place<'_>, reader: &Reader<'_>) -> Node {
    let options = options(place, reader);
    let chosen = chosen(&reader.form.value(place));
    let words = label(place, &options, &chosen);
    if place.kind().starts_with("multi_") {
        return several(place, &options, (&chosen, words), reader);
    }
    let none = element("option").attr("value", "").text(placeholder(place));
    let select = element("select")
        .class("menu-select")
        .with(none)
        .nodes(grouped(&options, &chosen));
    let select = entry(select, place, ("text", "Select an item"), reader);
    select.reads(Reads::Words(format!("[{words} ▾]"))).into()
}

/// What is chosen, in words, or else what to choose.
pub fn label(place: Place<'_>, options: &[Shown], chosen: &[String]) -> String {
    let named = chosen.iter().map(|value| {
        let mut known = options.iter();
        let option = known.find(|option| option.value == *value);
        option.map_or(value.as_str(), |option| option.words.as_str())
    });
    let named: Vec<&str> = named.collect();
    match named.as_slice() {
        [] => placeholder(place).to_owned(),
        named => named.join(", "),
    }
}

/// The values of the options, or the ids, that an entry holds.
pub fn chosen(value: &Value) -> Vec<String> {
    let text = |one: &Value| match one {
        Value::String(id) => Some(id.clone()),
        option => option["value"].as_str().map(str::to_owned),
    };
    match value {
        Value::Array(all) => all.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// An option as the app gave it.
pub fn shown(option: &Value, group: Option<&str>) -> Shown {
    Shown {
        value: str_of(option, "value").to_owned(),
        words: str_of(&option["text"], "text").to_owned(),
        group: group.map(str::to_owned),
    }
}

fn placeholder<'v>(place: Place<'v>) -> &'v str {
    match str_of(&place.element["placeholder"], "text") {
        "" => "Select an item",
        words => words,
    }
}

fn options(place: Place<'_>, reader: &Reader<'_>) -> Vec<Shown> {
    match place.kind().trim_start_matches("multi_") {
        "users_select" => people(reader),
        "channels_select" => channels(reader, |kind| kind == ChannelKind::Public),
        "conversations_select" => channels(reader, |_| true),
        _ => {
            let own = items(&place.element["options"]).iter();
            let mut all: Vec<Shown> = own.map(|option| shown(option, None)).collect();
            for group in items(&place.element["option_groups"]) {
                let name = str_of(&group["label"], "text");
                let inner = items(&group["options"]).iter();
                all.extend(inner.map(|option| shown(option, Some(name))));
            }
            all
        }
    }
}

fn people(reader: &Reader<'_>) -> Vec<Shown> {
    let people = reader.workspace.people.values();
    let people = people.filter(|person| !person.deleted);
    let option = |id: &str, name: &str| json!({ "value": id, "text": { "text": name } });
    people
        .map(|person| shown(&option(&person.id, &format!("@{}", person.name)), None))
        .collect()
}

fn channels(reader: &Reader<'_>, is_offered: impl Fn(ChannelKind) -> bool) -> Vec<Shown> {
    let channels = reader.workspace.channels.values();
    let seen = channels
        .filter(|channel| reader.workspace.sees(reader.person, channel))
        .filter(|channel| is_offered(channel.kind) && !channel.is_archived);
    seen.map(|channel| Shown {
        value: channel.id.clone(),
        words: match channel.name.as_str() {
            "" => reader.title(channel),
            name => format!("#{name}"),
        },
        group: None,
    })
    .collect()
}

fn grouped(options: &[Shown], chosen: &[String]) -> Vec<Node> {
    let groups = options.chunk_by(|one, next| one.group == next.group);
    let drawn = groups.flat_map(|group| {
        let drawn = group.iter().map(|option| option_node(option, chosen));
        match group.first().and_then(|first| first.group.clone()) {
            None => drawn.collect::<Vec<Node>>(),
            Some(name) => vec![element("optgroup").attr("label", name).nodes(drawn).into()],
        }
    });
    drawn.collect()
}

fn option_node(option: &Shown, chosen: &[String]) -> Node {
    element("option")
        .attr("value", option.value.as_str())
        .flag("selected", chosen.contains(&option.value))
        .text(option.words.as_str())
        .into()
}

/// A menu that stays open while one chooses.
fn several(
    place: Place<'_>,
    options: &[Shown],
    (chosen, words): (&[String], String),
    reader: &Reader<'_>,
) -> Node {
    let boxes = options.iter().map(|option| {
        let input = element("input")
            .attr("type", "checkbox")
            .attr("value", option.value.as_str())
            .flag("checked", chosen.contains(&option.value));
        let words = span("choice-text").text(option.words.as_str());
        element("label")
            .class("choice")
            .with(input)
            .with(words)
            .into()
    });
    let boxes = element("fieldset").class("multi-options").nodes(boxes);
    let boxes: Element = entry(boxes, place, ("many", "Select items"), reader);
    element("details")
        .class("multi")
        .reads(Reads::Inline)
        .with(
            element("summary")
                .class("menu")
                .reads(Reads::Bracketed)
                .text(format!("{words} ▾")),
        )
        .with(boxes.reads(Reads::Silent))
        .into()
}
