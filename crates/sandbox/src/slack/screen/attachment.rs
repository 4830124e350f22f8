//! Attachments: what stands beside a coloured bar under a message.
//!
//! An attachment holds blocks, or the older fields; Slack draws the older fields only when there
//! are no blocks.

use jiff::Timestamp;
use serde_json::Value;

use super::blocks::{self, folded, items, str_of};
use super::markup::{Element, Node, Reads, div, element, link, picture, span};
use super::mrkdwn::{self, Reading};
use super::reader::Reader;

/// Draws a message's attachments from top to bottom.
#[must_use]
pub fn draw(attachments: &Value, reader: &Reader<'_>) -> Vec<Node> {
    items(attachments)
        .iter()
        .map(|attachment| draw_one(attachment, reader))
        .collect()
}

fn draw_one(attachment: &Value, reader: &Reader<'_>) -> Node {
    let pretext = str_of(attachment, "pretext");
    let above = (!pretext.is_empty()).then(|| {
        div("pretext").nodes(mrkdwn::read(
            pretext,
            reading(attachment, "pretext"),
            reader,
        ))
    });
    let inside = match attachment
        .get("blocks")
        .filter(|blocks| !items(blocks).is_empty())
    {
        Some(blocks) => blocks::draw(blocks, reader),
        None => fields_of(attachment, reader),
    };
    let beside = div("attachment")
        .reads(Reads::Quoted("│ "))
        .with(bar(str_of(attachment, "color")))
        .with(div("attachment-body").nodes(inside));
    div("attachment-group").maybe(above).with(beside).into()
}

/// The coloured bar: an SVG, because its colour is data and the page allows no inline styles.
fn bar(color: &str) -> Element {
    let fill = match color {
        "good" => "#2eb67d".to_owned(),
        "warning" => "#ecb22e".to_owned(),
        "danger" => "#e01e5a".to_owned(),
        hex => match hex.trim_start_matches('#') {
            digits if is_color(digits) => format!("#{digits}"),
            _ => "#b9b9bb".to_owned(),
        },
    };
    element("svg")
        .class("bar")
        .attr("aria-hidden", "true")
        .with(
            element("rect")
                .attr("width", "100%")
                .attr("height", "100%")
                .attr("rx", "2")
                .attr("fill", fill),
        )
}

fn is_color(digits: &str) -> bool {
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// `mrkdwn_in` names the fields whose styles are read; without it Slack reads all of them.
fn reading(attachment: &Value, field: &str) -> Reading {
    match attachment.get("mrkdwn_in").and_then(Value::as_array) {
        Some(named) if !named.iter().any(|name| name == field) => Reading::PLAIN,
        _ => Reading::FULL,
    }
}

fn fields_of(attachment: &Value, reader: &Reader<'_>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    nodes.extend(author(attachment));
    nodes.extend(title(attachment));
    let text = str_of(attachment, "text");
    if !text.is_empty() {
        let drawn = div("text").nodes(mrkdwn::read(text, reading(attachment, "text"), reader));
        nodes.push(folded(drawn.into(), text, &Value::Null));
    }
    nodes.extend(facts(attachment, reader));
    let image = str_of(attachment, "image_url");
    if !image.is_empty() {
        nodes.push(
            div("attachment-image")
                .with(link(image, vec![image.into()]))
                .into(),
        );
    }
    nodes.extend(footer(attachment));
    if nodes.is_empty() {
        nodes.push(div("text").text(str_of(attachment, "fallback")).into());
    }
    nodes
}

fn author(attachment: &Value) -> Option<Node> {
    let name = Some(str_of(attachment, "author_name")).filter(|name| !name.is_empty())?;
    let icon = icon(attachment, "author_icon");
    Some(
        div("attachment-author")
            .maybe(icon)
            .with(linked(name, str_of(attachment, "author_link")))
            .into(),
    )
}

fn title(attachment: &Value) -> Option<Node> {
    let title = Some(str_of(attachment, "title")).filter(|title| !title.is_empty())?;
    let title = mrkdwn::decode(title);
    Some(
        div("attachment-title")
            .with(linked(&title, str_of(attachment, "title_link")))
            .into(),
    )
}

fn linked(words: &str, address: &str) -> Node {
    let words = mrkdwn::read_plain(words, true);
    if address.is_empty() {
        element("span").nodes(words).into()
    } else {
        link(address, words)
    }
}

fn icon(attachment: &Value, field: &str) -> Option<Node> {
    let address = Some(str_of(attachment, field)).filter(|address| !address.is_empty())?;
    Some(
        span("icon")
            .reads(Reads::Silent)
            .with(picture("small-icon", address, "icon"))
            .into(),
    )
}

fn facts(attachment: &Value, reader: &Reader<'_>) -> Option<Node> {
    let fields = items(&attachment["fields"]);
    let drawn = fields.iter().map(|field| {
        let short = field["short"] == Value::Bool(true);
        let class = if short { "fact short" } else { "fact" };
        let title = mrkdwn::read_plain(&mrkdwn::decode(str_of(field, "title")), true);
        let value = mrkdwn::read(
            str_of(field, "value"),
            reading(attachment, "fields"),
            reader,
        );
        div(class)
            .with(div("fact-title").nodes(title))
            .with(div("fact-value").nodes(value))
            .into()
    });
    (!fields.is_empty()).then(|| div("facts").nodes(drawn).into())
}

fn footer(attachment: &Value) -> Option<Node> {
    let words = mrkdwn::read_plain(&mrkdwn::decode(str_of(attachment, "footer")), true);
    let time = match &attachment["ts"] {
        Value::Number(ts) => ts.as_f64(),
        Value::String(ts) => ts.parse().ok(),
        _ => None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
    let time = time.and_then(|seconds| Timestamp::from_second(seconds as i64).ok());
    if words.is_empty() && time.is_none() {
        return None;
    }
    let between = (!words.is_empty() && time.is_some()).then_some(" | ");
    let when = time.map(|time| {
        element("time")
            .attr("datetime", time.to_string())
            .text(mrkdwn::day_and_time(time))
    });
    let icon = icon(attachment, "footer_icon");
    Some(
        div("attachment-footer")
            .maybe(icon)
            .nodes(words)
            .maybe(between)
            .maybe(when)
            .into(),
    )
}
