//! `table`: rows of cells, the first row its heading. Wide ones scroll inside the message.

use serde_json::Value;

use super::super::markup::{Element, Node, div, element};
use super::super::reader::Reader;
use super::{items, kind, rich_text, str_of};

/// Draws a `table` block.
pub fn draw(block: &Value, reader: &Reader<'_>) -> Node {
    let columns = items(&block["column_settings"]);
    let mut rows = items(&block["rows"]).iter();
    let head = rows
        .next()
        .map(|row| element("thead").with(draw_row(row, "th", columns, reader)));
    let body = element("tbody").nodes(rows.map(|row| draw_row(row, "td", columns, reader).into()));
    div("table-scroll")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", "Table")
        .with(element("table").maybe(head).with(body))
        .into()
}

fn draw_row(row: &Value, tag: &'static str, columns: &[Value], reader: &Reader<'_>) -> Element {
    let cells = items(row).iter().enumerate().map(|(at, cell)| {
        let settings = columns.get(at).unwrap_or(&Value::Null);
        let align = match str_of(settings, "align") {
            "center" => "center",
            "right" => "right",
            _ => "left",
        };
        let wrap = if settings["is_wrapped"] == Value::Bool(true) {
            "yes"
        } else {
            "no"
        };
        let drawn = element(tag)
            .attr("data-align", align)
            .attr("data-wrap", wrap);
        drawn.nodes(draw_cell(cell, reader)).into()
    });
    element("tr").nodes(cells)
}

fn draw_cell(cell: &Value, reader: &Reader<'_>) -> Vec<Node> {
    match kind(cell) {
        "rich_text" => rich_text::draw(cell, reader),
        "raw_number" => match cell.get("text").and_then(Value::as_str) {
            Some(text) => vec![text.into()],
            None => vec![Node::Text(cell["value"].to_string())],
        },
        _ => vec![str_of(cell, "text").into()],
    }
}
