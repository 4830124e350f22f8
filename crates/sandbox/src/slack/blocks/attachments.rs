//! Attachments: the coloured bar, the fields from before Block Kit, and blocks inside.
//!
//! Slack never refused unknown fields here, so neither do we; known ones must be what they are.

use serde_json::{Map, Value, json};

use super::check::Checker;
use super::shape::{Field, Shape, may};
use super::shape::{Rule, list, shape};
use super::{Problem, Surface, under, validate_blocks};

static FIELD: Shape = shape(
    "",
    &[
        may("title", Rule::Str { min: 0, max: 3000 }),
        may("value", Rule::Str { min: 0, max: 3000 }),
        may("short", Rule::Bool),
    ],
);

const TEXT: Rule = Rule::Str {
    min: 0,
    max: 40_000,
};

/// The fields that have a rule.
static FIELDS: &[Field] = &[
    may("fallback", TEXT),
    may("pretext", TEXT),
    may("text", TEXT),
    may("title", TEXT),
    may("title_link", TEXT),
    may("author_name", TEXT),
    may("author_subname", TEXT),
    may("author_link", TEXT),
    may("author_icon", TEXT),
    may("image_url", TEXT),
    may("thumb_url", TEXT),
    may("footer", Rule::Str { min: 0, max: 300 }),
    may("footer_icon", TEXT),
    may("fields", list(0, 100, &Rule::Object(&FIELD))),
    may("mrkdwn_in", list(0, 10, &Rule::Str { min: 1, max: 32 })),
    may("callback_id", Rule::Str { min: 0, max: 255 }),
    may("actions", list(0, 5, &Rule::Any)),
];

/// One of these is needed for anything to be seen.
const SHOWN: &[&str] = &[
    "blocks",
    "text",
    "fallback",
    "pretext",
    "title",
    "fields",
    "image_url",
    "thumb_url",
    "footer",
    "author_name",
];

/// Everything that Slack would refuse in an array of attachments; pointers begin at the array.
#[must_use]
pub fn validate_attachments(attachments: &Value) -> Vec<Problem> {
    let mut checker = Checker::default();
    let Some(all) = attachments.as_array() else {
        checker.expect("array");
        return checker.problems;
    };
    checker.at_most(all.len(), 100);
    let mut inner = Vec::new();
    for (at, attachment) in all.iter().enumerate() {
        checker.within(at, |checker| match attachment.as_object() {
            Some(fields) => check(fields, checker),
            None => checker.expect("object"),
        });
        if let Some(blocks) = attachment.get("blocks") {
            let root = format!("/{at}/blocks");
            inner.extend(under(&root, validate_blocks(blocks, Surface::Message)));
        }
    }
    checker.problems.extend(inner);
    checker.problems
}

fn check(fields: &Map<String, Value>, checker: &mut Checker) {
    for Field { name, rule, .. } in FIELDS {
        if let Some(value) = fields.get(*name).filter(|value| !value.is_null()) {
            checker.within(name, |checker| checker.rule(rule, value));
        }
    }
    if !SHOWN.iter().any(|name| fields.contains_key(*name)) {
        checker.missing("text");
    }
    if let Some(color) = fields.get("color").filter(|color| !color.is_null())
        && !color.as_str().is_some_and(is_color)
    {
        checker.within("color", |checker| {
            let message = "must be good, warning, danger or a hex color".to_owned();
            checker.note("format", json!("color"), message);
        });
    }
}

fn is_color(color: &str) -> bool {
    let hex = color.strip_prefix('#').unwrap_or(color);
    matches!(color, "" | "good" | "warning" | "danger")
        || matches!(hex.len(), 3 | 6) && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}
