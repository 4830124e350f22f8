//! Block Kit on the screen.
//!
//! Blocks come as JSON that `chat.*` has checked; what is missing here all the same is drawn as
//! far as it goes, and a block of an unknown type says which it is.

mod controls;
mod markdown;
mod media;
mod rich_text;
mod table;

use serde_json::Value;

use super::markup::{Node, Reads, div, element, span};
use super::mrkdwn::{self, Reading};
use super::reader::Reader;

/// Text longer than this is folded behind "Show more", as in Slack; in characters.
const FOLDED_ABOVE: usize = 700;

/// Draws blocks from top to bottom.
#[must_use]
pub fn draw(blocks: &Value, reader: &Reader<'_>) -> Vec<Node> {
    items(blocks)
        .iter()
        .map(|block| draw_one(block, reader))
        .collect()
}

fn draw_one(block: &Value, reader: &Reader<'_>) -> Node {
    match kind(block) {
        "section" => section(block, reader),
        "header" => header(block),
        "divider" => element("hr").class("divider").into(),
        "context" => context(block, reader),
        "actions" | "context_actions" => controls::row(block, reader),
        "input" => controls::input(block, reader),
        "image" => media::image(block),
        "video" => media::video(block),
        "file" => media::file(block),
        "rich_text" => div("rich-text")
            .nodes(rich_text::draw(block, reader))
            .into(),
        "markdown" => {
            let text = str_of(block, "text");
            folded(
                div("markdown").nodes(markdown::draw(text)).into(),
                text,
                block,
            )
        }
        "table" => table::draw(block, reader),
        "alert" => div("alert")
            .nodes(text_object(&block["text"], reader))
            .into(),
        unknown => placeholder("block", unknown),
    }
}

/// Says what is not drawn.
fn placeholder(what: &str, kind: &str) -> Node {
    let kind = if kind.is_empty() {
        "without a type"
    } else {
        kind
    };
    div("placeholder")
        .text(format!("This sandbox does not draw the {what} “{kind}”."))
        .into()
}

fn section(block: &Value, reader: &Reader<'_>) -> Node {
    let mut body = div("section-body");
    if let Some(text) = block.get("text") {
        let drawn = div("text").nodes(text_object(text, reader)).into();
        body = body.with(folded(drawn, str_of(text, "text"), block));
    }
    let fields = items(&block["fields"]);
    if !fields.is_empty() {
        let drawn = fields
            .iter()
            .map(|field| div("field").nodes(text_object(field, reader)).into());
        body = body.with(div("fields").nodes(drawn));
    }
    let accessory = block.get("accessory").map(|accessory| {
        div("accessory").with(match kind(accessory) {
            "image" => media::picture_of(accessory, "accessory-image"),
            _ => controls::draw(accessory, block, reader),
        })
    });
    div("section").with(body).maybe(accessory).into()
}

fn header(block: &Value) -> Node {
    let text = &block["text"];
    let words = mrkdwn::read_plain(str_of(text, "text"), text["emoji"] != Value::Bool(false));
    element("h3").class("header").nodes(words).into()
}

fn context(block: &Value, reader: &Reader<'_>) -> Node {
    let drawn = items(&block["elements"])
        .iter()
        .map(|item| match kind(item) {
            "image" => media::picture_of(item, "context-image"),
            _ => span("context-item").nodes(text_object(item, reader)).into(),
        });
    div("context").nodes(parted(drawn, " ")).into()
}

/// Puts a space between nodes that stand in one line.
fn parted(nodes: impl Iterator<Item = Node>, between: &'static str) -> Vec<Node> {
    let mut out = Vec::new();
    for node in nodes {
        if !out.is_empty() {
            out.push(between.into());
        }
        out.push(node);
    }
    out
}

/// Draws a text object: `mrkdwn` or `plain_text`.
pub fn text_object(text: &Value, reader: &Reader<'_>) -> Vec<Node> {
    let words = str_of(text, "text");
    if kind(text) == "plain_text" {
        return mrkdwn::read_plain(words, text["emoji"] != Value::Bool(false));
    }
    let autolink = text["verbatim"] != Value::Bool(true);
    mrkdwn::read(
        words,
        Reading {
            autolink,
            ..Reading::FULL
        },
        reader,
    )
}

/// Folds a long text behind "Show more", unless the block says `expand: true`.
pub fn folded(drawn: Node, text: &str, block: &Value) -> Node {
    let long = FOLDED_ABOVE < text.chars().count() && block["expand"] != Value::Bool(true);
    if !long {
        return drawn;
    }
    let more = element("button")
        .class("fold-toggle")
        .attr("type", "button")
        .attr("aria-expanded", "false")
        .reads(Reads::Bracketed)
        .text("Show more");
    div("fold")
        .with(div("fold-body").with(drawn))
        .with(more)
        .into()
}

/// The `type` of a block, element or text object.
pub fn kind(value: &Value) -> &str {
    str_of(value, "type")
}

/// A string of an object; nothing when it is missing.
pub fn str_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The items of a list; none when it is not one.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
