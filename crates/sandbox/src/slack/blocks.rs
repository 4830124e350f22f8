//! Block Kit's rules: what Slack refuses in blocks, attachments and views.
//!
//! Pure. The shapes of blocks and elements are tables (`table`, `elements`, `objects`), `check`
//! holds a value against a shape, and the rules that look at a whole message are here. Figures:
//! <https://docs.slack.dev/reference/block-kit>, and where that is silent the constants of the
//! official SDKs. Slack names one code, `failed_constraint`; the constraint's type tells more.

mod attachments;
mod check;
mod elements;
mod objects;
mod rich_text;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use check::Checker;

pub use attachments::validate_attachments;
pub use elements::validate_suggestions;
pub use view::{VIEW_SIZE_LIMIT, validate_view};

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Message,
    Modal,
    Home,
}

impl Surface {
    /// How many blocks it takes.
    #[must_use]
    pub fn limit(self) -> usize {
        match self {
            Self::Message => 50,
            Self::Modal | Self::Home => 100,
        }
    }
}

/// One thing that Slack would refuse.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Always `failed_constraint`, the one code that Slack's reference shows.
    pub code: &'static str,
    /// In Slack's words where they are known: `must be less than 151 characters`.
    pub message: String,
    /// A JSON pointer from the value that was checked: `/0/text/text`.
    pub pointer: String,
    pub constraint: Constraint,
}

/// The rule that was broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// `max_length`, `min_length`, `max_items`, `min_items`, `minimum`, `maximum`, `enum`, `type`,
    /// `required`, `additional_property`, `unique`, `format`, `one_of`.
    pub kind: &'static str,
    /// The limit, the allowed values, the field's name.
    pub expected: Value,
}

impl Problem {
    /// As `blocks.validate` answers it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "code": self.code, "message": self.message, "pointer": self.pointer,
            "constraint": { "type": self.constraint.kind, "expected": self.constraint.expected } })
    }
}

/// The most characters in all `markdown` blocks of a message together.
const MARKDOWN_LIMIT: usize = 12_000;
/// What a header costs beyond its text in the measured limit on all blocks.
const HEADER_COST: usize = 100;

/// Everything that Slack would refuse in an array of blocks; pointers begin at the array.
#[must_use]
pub fn validate_blocks(blocks: &Value, surface: Surface) -> Vec<Problem> {
    let mut checker = Checker::default();
    let Some(all) = blocks.as_array() else {
        checker.expect("array");
        return checker.problems;
    };
    checker.at_most(all.len(), surface.limit());
    for (at, block) in all.iter().enumerate() {
        checker.within(at, |checker| {
            checker.one_of(table::for_surface(surface), block)
        });
    }
    unique_block_ids(all, &mut checker);
    one_table(all, &mut checker);
    markdown_together(all, &mut checker);
    checker.problems
}

/// Everything that Slack would refuse in a message: `{"text", "blocks", "attachments"}`.
#[must_use]
pub fn validate_message(message: &Value) -> Vec<Problem> {
    let mut checker = Checker::default();
    let Some(fields) = message.as_object() else {
        checker.expect("object");
        return checker.problems;
    };
    if !["text", "blocks", "attachments"]
        .iter()
        .any(|name| fields.contains_key(*name))
    {
        checker.missing("text");
    }
    let mut problems = checker.problems;
    if let Some(blocks) = fields.get("blocks") {
        problems.extend(under("/blocks", validate_blocks(blocks, Surface::Message)));
    }
    if let Some(attachments) = fields.get("attachments") {
        problems.extend(under("/attachments", validate_attachments(attachments)));
    }
    problems
}

/// How many characters blocks show, a header counting a hundred more.
#[must_use]
pub fn characters(blocks: &Value) -> usize {
    match blocks {
        Value::Array(items) => items.iter().map(characters).sum(),
        Value::Object(fields) => {
            let header = fields.get("type").is_some_and(|kind| kind == "header");
            let inner = fields
                .iter()
                .map(|(name, value)| match (name.as_str(), value) {
                    ("text", Value::String(text)) => text.chars().count(),
                    (_, value) => characters(value),
                });
            inner.sum::<usize>() + if header { HEADER_COST } else { 0 }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The same for the blocks inside attachments.
#[must_use]
pub fn characters_of_attachments(attachments: &Value) -> usize {
    let all = attachments.as_array().into_iter().flatten();
    all.filter_map(|attachment| attachment.get("blocks"))
        .map(characters)
        .sum()
}

fn under(root: &str, problems: Vec<Problem>) -> impl Iterator<Item = Problem> {
    problems.into_iter().map(move |problem| {
        let pointer = format!("{root}{}", problem.pointer);
        Problem { pointer, ..problem }
    })
}

fn text<'v>(block: &'v Value, field: &str) -> Option<&'v str> {
    block.get(field).and_then(Value::as_str)
}

fn unique_block_ids(blocks: &[Value], checker: &mut Checker) {
    let mut seen = BTreeSet::new();
    for (at, id) in blocks
        .iter()
        .enumerate()
        .filter_map(|(at, b)| Some((at, text(b, "block_id")?)))
    {
        if !seen.insert(id) {
            checker.within(at, |checker| checker.duplicate("block_id", id));
        }
    }
}

/// Slack takes one table in a message and answers `only_one_table_allowed` to more.
fn one_table(blocks: &[Value], checker: &mut Checker) {
    let tables = blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| text(block, "type") == Some("table"));
    for (at, _) in tables.skip(1) {
        checker.within(at, |checker| {
            checker.note("max_items", json!(1), "only_one_table_allowed".to_owned());
        });
    }
}

fn markdown_together(blocks: &[Value], checker: &mut Checker) {
    let markdown = blocks
        .iter()
        .filter(|block| text(block, "type") == Some("markdown"));
    let lengths: Vec<usize> = markdown
        .filter_map(|block| text(block, "text"))
        .map(|text| text.chars().count())
        .collect();
    // A single one that is too long is reported where it stands.
    if 1 < lengths.len() && MARKDOWN_LIMIT < lengths.iter().sum() {
        let message = format!(
            "markdown blocks must be less than {} characters in all",
            MARKDOWN_LIMIT + 1
        );
        checker.note("max_length", json!(MARKDOWN_LIMIT), message);
    }
}
