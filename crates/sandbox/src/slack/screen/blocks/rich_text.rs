//! `rich_text`: what Slack's own composer writes, as structure instead of marks.

use serde_json::Value;

use super::super::markup::{Element, Node, Reads, div, element, link, span};
use super::super::mrkdwn;
use super::super::reader::Reader;
use super::{items, kind, placeholder, str_of};

/// Draws a `rich_text` block's elements.
pub fn draw(block: &Value, reader: &Reader<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for part in items(&block["elements"]) {
        nodes.push(match kind(part) {
            "rich_text_section" => div("rich-section").nodes(inline(part, reader)).into(),
            "rich_text_preformatted" => element("pre").nodes(inline(part, reader)).into(),
            "rich_text_quote" => element("blockquote").nodes(inline(part, reader)).into(),
            "rich_text_list" => list(part, reader),
            unknown => placeholder("rich text", unknown),
        });
    }
    nodes
}

/// The words alone, for an input that begins with some.
pub fn plain(block: &Value) -> Vec<Node> {
    let parts = items(&block["elements"])
        .iter()
        .flat_map(|part| items(&part["elements"]));
    parts.map(|leaf| Node::from(str_of(leaf, "text"))).collect()
}

fn list(part: &Value, reader: &Reader<'_>) -> Node {
    let ordered = str_of(part, "style") == "ordered";
    let indent = part["indent"].as_u64().unwrap_or(0).min(8);
    let offset = part["offset"].as_u64().unwrap_or(0);
    let margin = "    ".repeat(usize::try_from(indent).unwrap_or(0));
    let entries = items(&part["elements"])
        .iter()
        .zip(offset + 1..)
        .map(|(item, number)| {
            let mark = if ordered {
                format!("{margin}{number}. ")
            } else {
                format!("{margin}• ")
            };
            element("li")
                .reads(Reads::Listed(mark))
                .nodes(inline(item, reader))
                .into()
        });
    let tag = if ordered { "ol" } else { "ul" };
    let bordered = if part["border"].as_u64() == Some(1) {
        "list bordered"
    } else {
        "list"
    };
    element(tag)
        .class(bordered)
        .attr("data-indent", indent.to_string())
        .attr_if(
            "start",
            (ordered && offset != 0).then(|| (offset + 1).to_string()),
        )
        .nodes(entries)
        .into()
}

fn inline(part: &Value, reader: &Reader<'_>) -> Vec<Node> {
    items(&part["elements"])
        .iter()
        .map(|leaf| styled(leaf, draw_leaf(leaf, reader)))
        .collect()
}

fn draw_leaf(leaf: &Value, reader: &Reader<'_>) -> Node {
    match kind(leaf) {
        "text" => words(str_of(leaf, "text")),
        "link" => {
            let url = str_of(leaf, "url");
            let label = match str_of(leaf, "text") {
                "" => url,
                label => label,
            };
            link(url, vec![label.into()])
        }
        "emoji" => emoji(leaf),
        "user" => {
            let id = str_of(leaf, "user_id");
            let class = if id == reader.person {
                "mention mention-you"
            } else {
                "mention"
            };
            let name = reader
                .workspace
                .people
                .get(id)
                .map_or(id, |person| person.name.as_str());
            span(class).text(format!("@{name}")).into()
        }
        "usergroup" => span("mention mention-group")
            .text(format!("@{}", str_of(leaf, "usergroup_id")))
            .into(),
        "channel" => {
            let id = str_of(leaf, "channel_id");
            let name = reader
                .channel_name(id)
                .unwrap_or(match reader.workspace.channel(id) {
                    Some(_) => "private-channel",
                    None => id,
                });
            span("mention mention-channel")
                .text(format!("#{name}"))
                .into()
        }
        "broadcast" => span("mention mention-all")
            .text(format!("@{}", str_of(leaf, "range")))
            .into(),
        "date" => mrkdwn::date(
            leaf["timestamp"].as_i64().unwrap_or_default(),
            str_of(leaf, "format"),
            str_of(leaf, "fallback"),
            reader,
        ),
        "color" => color(str_of(leaf, "value")),
        unknown => span("placeholder").text(format!("[{unknown}]")).into(),
    }
}

/// Text as it is, line breaks kept.
fn words(text: &str) -> Node {
    let mut lines = text.split('\n');
    let mut drawn = element("span").text(lines.next().unwrap_or_default());
    for line in lines {
        drawn = drawn.with(element("br")).text(line);
    }
    drawn.into()
}

fn emoji(leaf: &Value) -> Node {
    let name = str_of(leaf, "name");
    if let Some(known) = mrkdwn::emoji_node(name) {
        return known;
    }
    let parts = str_of(leaf, "unicode").split('-');
    let drawn: Option<String> = parts
        .map(|part| u32::from_str_radix(part, 16).ok().and_then(char::from_u32))
        .collect();
    match drawn {
        Some(drawn) => span("emoji")
            .attr("title", format!(":{name}:"))
            .text(drawn)
            .into(),
        None => Node::Text(format!(":{name}:")),
    }
}

/// A colour with its swatch, drawn in SVG because the page allows no inline styles.
fn color(value: &str) -> Node {
    let swatch = element("svg")
        .class("swatch")
        .attr("viewBox", "0 0 10 10")
        .attr("aria-hidden", "true")
        .with(
            element("rect")
                .attr("width", "10")
                .attr("height", "10")
                .attr("rx", "2")
                .attr("fill", value),
        );
    element("span").text(value).with(swatch).into()
}

fn styled(leaf: &Value, drawn: Node) -> Node {
    const STYLES: [(&str, &str); 5] = [
        ("code", "code"),
        ("bold", "b"),
        ("italic", "i"),
        ("strike", "s"),
        ("underline", "u"),
    ];
    let style = &leaf["style"];
    let mut drawn = drawn;
    for (name, tag) in STYLES {
        if style[name] == Value::Bool(true) {
            let wrapped: Element = element(tag).with(drawn);
            drawn = wrapped.into();
        }
    }
    drawn
}
