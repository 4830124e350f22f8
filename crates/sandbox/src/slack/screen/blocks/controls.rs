//! Buttons, menus and inputs.
//!
//! A button can be pressed: its action id and value travel in `data-` attributes, and the page's
//! script sends them. Menus and inputs are shown as they stand.

use serde_json::Value;

use super::super::markup::{Element, Node, Reads, div, element, span, web_address};
use super::super::mrkdwn;
use super::super::reader::Reader;
use super::{items, kind, parted, placeholder, rich_text, str_of, text_object};

/// A row of controls: `actions`, `context_actions`.
pub fn row(block: &Value, reader: &Reader<'_>) -> Node {
    let drawn = items(&block["elements"])
        .iter()
        .map(|control| draw(control, block, reader));
    div("actions").nodes(parted(drawn, " ")).into()
}

/// An `input` block: a label, a control and a hint.
pub fn input(block: &Value, reader: &Reader<'_>) -> Node {
    let optional = (block["optional"] == Value::Bool(true))
        .then(|| span("input-optional").text(" (optional)"));
    let label = div("input-label")
        .nodes(words(&block["label"]))
        .maybe(optional);
    let hint = block
        .get("hint")
        .map(|hint| div("input-hint").nodes(words(hint)));
    div("input")
        .with(label)
        .with(draw(&block["element"], block, reader))
        .maybe(hint)
        .into()
}

/// One control of a block.
pub fn draw(control: &Value, block: &Value, reader: &Reader<'_>) -> Node {
    match kind(control) {
        "button" | "workflow_button" => button(control, block),
        "icon_button" => act(control, block)
            .class("button icon")
            .nodes(words(&control["text"]))
            .into(),
        "feedback_buttons" => feedback(control, block),
        "overflow" => overflow(control),
        "checkboxes" => choices(control, "checkbox", reader),
        "radio_buttons" => choices(control, "radio", reader),
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input"
        | "rich_text_input" => field(control),
        "datepicker" => menu(control, str_of(control, "initial_date"), "Select a date"),
        "timepicker" => menu(control, str_of(control, "initial_time"), "Select a time"),
        "datetimepicker" => menu(control, "", "Select a date and a time"),
        "file_input" => menu(control, "", "Choose files"),
        select if select.ends_with("_select") => {
            menu(control, chosen(control, reader).as_str(), "Select an item")
        }
        unknown => placeholder("element", unknown),
    }
}

fn words(text: &Value) -> Vec<Node> {
    mrkdwn::read_plain(str_of(text, "text"), text["emoji"] != Value::Bool(false))
}

/// A button that the page's script sends as a click.
fn act(control: &Value, block: &Value) -> Element {
    let confirm = control.get("confirm").map(|confirm| {
        format!(
            "{}\n{}",
            str_of(&confirm["title"], "text"),
            str_of(&confirm["text"], "text")
        )
    });
    element("button")
        .attr("type", "button")
        .attr("data-action-id", str_of(control, "action_id"))
        .attr("data-block-id", str_of(block, "block_id"))
        .attr("data-value", str_of(control, "value"))
        .attr_if("data-confirm", confirm)
        .attr_if("aria-label", control["accessibility_label"].as_str())
}

fn button(control: &Value, block: &Value) -> Node {
    let class = match str_of(control, "style") {
        "primary" => "button primary",
        "danger" => "button danger",
        _ => "button",
    };
    let label = words(&control["text"]);
    match web_address(str_of(control, "url")) {
        None => act(control, block).class(class).nodes(label).into(),
        Some(url) => element("a")
            .class(class)
            .attr("href", url)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .attr("data-action-id", str_of(control, "action_id"))
            .attr_if("aria-label", control["accessibility_label"].as_str())
            .reads(Reads::Bracketed)
            .nodes(label)
            .into(),
    }
}

fn feedback(control: &Value, block: &Value) -> Node {
    let drawn = ["positive_button", "negative_button"]
        .into_iter()
        .map(|name| {
            let mut button = control[name].clone();
            button["action_id"] = control["action_id"].clone();
            act(&button, block)
                .class("button")
                .nodes(words(&button["text"]))
                .into()
        });
    span("feedback").nodes(parted(drawn, " ")).into()
}

/// The menu behind `…`, open as a list.
fn overflow(control: &Value) -> Node {
    let options = items(&control["options"]).iter().map(|option| {
        let label = words(&option["text"]);
        let item = match str_of(option, "url") {
            "" => span("overflow-item").nodes(label).into(),
            url => super::super::markup::link(url, label),
        };
        element("li")
            .reads(Reads::Listed("… ".to_owned()))
            .with(item)
            .into()
    });
    element("details")
        .class("overflow")
        .with(
            element("summary")
                .class("button icon")
                .attr("aria-label", "More actions")
                .reads(Reads::Bracketed)
                .text("…"),
        )
        .with(element("ul").nodes(options))
        .into()
}

fn choices(control: &Value, input: &'static str, reader: &Reader<'_>) -> Node {
    let is_chosen = |option: &Value| {
        option["value"] == control["initial_option"]["value"]
            || items(&control["initial_options"])
                .iter()
                .any(|chosen| chosen["value"] == option["value"])
    };
    let options = items(&control["options"]).iter().map(|option| {
        let mark = if is_chosen(option) { "(x) " } else { "( ) " };
        let description = option
            .get("description")
            .map(|words| div("choice-description").nodes(text_object(words, reader)));
        element("label")
            .class("choice")
            .reads(Reads::Listed(mark.to_owned()))
            .with(
                element("input")
                    .attr("type", input)
                    .attr("disabled", "")
                    .flag("checked", is_chosen(option)),
            )
            .with(span("choice-text").nodes(text_object(&option["text"], reader)))
            .maybe(description)
            .into()
    });
    div("choices").nodes(options).into()
}

/// What is chosen in a menu at first.
fn chosen(control: &Value, reader: &Reader<'_>) -> String {
    let one = [&control["initial_option"]];
    let options = one.into_iter().chain(items(&control["initial_options"]));
    let labels = options.map(|option| str_of(&option["text"], "text").to_owned());
    let person = |id: &Value| id.as_str().map(|id| format!("@{}", reader.person_name(id)));
    let place = |id: &Value| {
        id.as_str()
            .map(|id| format!("#{}", reader.channel_name(id).unwrap_or(id)))
    };
    let people = person(&control["initial_user"]);
    let places = place(&control["initial_channel"]).or(place(&control["initial_conversation"]));
    let all: Vec<_> = labels
        .chain(people)
        .chain(places)
        .filter(|label| !label.is_empty())
        .collect();
    all.join(", ")
}

fn menu(control: &Value, chosen: &str, otherwise: &str) -> Node {
    let placeholder = match str_of(&control["placeholder"], "text") {
        "" => otherwise,
        words => words,
    };
    let shown = if chosen.is_empty() {
        placeholder
    } else {
        chosen
    };
    let options = items(&control["option_groups"])
        .iter()
        .flat_map(|group| items(&group["options"]))
        .chain(items(&control["options"]))
        .map(|option| {
            element("li")
                .reads(Reads::Silent)
                .nodes(words(&option["text"]))
                .into()
        });
    let options: Vec<Node> = options.collect();
    if options.is_empty() {
        return span("menu")
            .reads(Reads::Bracketed)
            .text(format!("{shown} ▾"))
            .into();
    }
    element("details")
        .class("menu-list")
        .reads(Reads::Inline)
        .with(
            element("summary")
                .class("menu")
                .reads(Reads::Bracketed)
                .text(format!("{shown} ▾")),
        )
        .with(element("ul").reads(Reads::Silent).nodes(options))
        .into()
}

fn field(control: &Value) -> Node {
    let placeholder = str_of(&control["placeholder"], "text");
    let value = match control.get("initial_value") {
        Some(Value::String(value)) => vec![Node::from(value.as_str())],
        Some(rich) if rich.is_object() => rich_text::plain(rich),
        _ => vec![span("input-placeholder").text(placeholder).into()],
    };
    let class = if control["multiline"] == Value::Bool(true) {
        "input-field tall"
    } else {
        "input-field"
    };
    div(class).reads(Reads::Quoted("| ")).nodes(value).into()
}
