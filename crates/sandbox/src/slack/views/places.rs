//! Finding elements in blocks: a button, a menu, an input, with the block it stands in.

use serde_json::{Map, Value};

/// An element that can be acted on, and its block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place<'v> {
    pub block: &'v Value,
    pub element: &'v Value,
}

impl<'v> Place<'v> {
    /// `type` of the element.
    #[must_use]
    pub fn kind(self) -> &'v str {
        text(self.element, "type")
    }

    #[must_use]
    pub fn action_id(self) -> &'v str {
        text(self.element, "action_id")
    }

    #[must_use]
    pub fn block_id(self) -> &'v str {
        text(self.block, "block_id")
    }

    /// Whether it stands in an input block, whose value is sent with the whole form.
    #[must_use]
    pub fn is_input(self) -> bool {
        text(self.block, "type") == "input"
    }

    /// Whether acting on it tells the app at once.
    #[must_use]
    pub fn dispatches(self) -> bool {
        !self.is_input() || self.block["dispatch_action"] == Value::Bool(true)
    }

    /// What names it on one surface: a view's id, or a message's channel and `ts`.
    #[must_use]
    pub fn key(self, surface: &str) -> String {
        format!("{surface}/{}/{}", self.block_id(), self.action_id())
    }
}

/// Everything that can be acted on in these blocks, top to bottom.
#[must_use]
pub fn all(blocks: &Value) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    for block in items(blocks) {
        collect(block, &mut places);
    }
    places
}

/// The same for a message: its blocks, then those of its attachments.
#[must_use]
pub fn in_message<'v>(blocks: Option<&'v Value>, attachments: Option<&'v Value>) -> Vec<Place<'v>> {
    let attached = attachments.into_iter().flat_map(items);
    let inner = attached.filter_map(|attachment| attachment.get("blocks"));
    blocks.into_iter().chain(inner).flat_map(all).collect()
}

fn collect<'v>(block: &'v Value, places: &mut Vec<Place<'v>>) {
    let Some(fields) = block.as_object() else {
        return;
    };
    for element in elements(fields) {
        if element.get("action_id").is_some() {
            places.push(Place { block, element });
        }
        // The cards of a carousel hold their own actions.
        collect_inner(element, places);
    }
    collect_inner(block, places);
}

fn collect_inner<'v>(holder: &'v Value, places: &mut Vec<Place<'v>>) {
    for inner in holder.get("child_blocks").into_iter().flat_map(items) {
        collect(inner, places);
    }
    for element in holder.get("actions").into_iter().flat_map(items) {
        places.push(Place {
            block: holder,
            element,
        });
    }
}

fn elements(block: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let one = ["accessory", "element"];
    let one = one.into_iter().filter_map(|name| block.get(name));
    one.chain(block.get("elements").into_iter().flat_map(items))
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
