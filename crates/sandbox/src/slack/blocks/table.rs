//! The blocks, each with its fields and limits, and which surface shows which.
//!
//! Left out, and so refused: `data_visualization` and `call`, whose rules are not published.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Surface;
use super::check::Checker;
use super::elements::{ACCESSORIES, ACTIONS, CARD_ACTIONS, CONTEXT_ACTIONS, INPUTS};
use super::objects::{IMAGE as IMAGE_ELEMENT, MRKDWN, PLAIN_TEXT, SLACK_FILE};
use super::rich_text::PARTS;
use super::shape::{Field, Rule, Shape, list, may, needs, plain, shape, shape_and, str_to, words};

const BLOCK_ID: Field = may("block_id", str_to(255));

static SECTION: Shape = shape_and(
    "section",
    &[
        may("text", words(3000)),
        may("fields", list(1, 10, &words(2000))),
        may("accessory", Rule::OneOf(ACCESSORIES)),
        may("expand", Rule::Bool),
        BLOCK_ID,
    ],
    |fields, checker| {
        if !fields.contains_key("text") && !fields.contains_key("fields") {
            checker.missing("text");
        }
    },
);

static HEADER: Shape = shape(
    "header",
    &[
        needs("text", plain(150)),
        may("level", Rule::Int { min: 1, max: 6 }),
        BLOCK_ID,
    ],
);

static DIVIDER: Shape = shape("divider", &[BLOCK_ID]);

static CONTEXT: Shape = shape(
    "context",
    &[
        needs(
            "elements",
            list(1, 10, &Rule::OneOf(&[&IMAGE_ELEMENT, &MRKDWN, &PLAIN_TEXT])),
        ),
        BLOCK_ID,
    ],
);

static ACTIONS_BLOCK: Shape = shape_and(
    "actions",
    &[
        needs("elements", list(1, 25, &Rule::OneOf(ACTIONS))),
        BLOCK_ID,
    ],
    unique_action_ids,
);

static CONTEXT_ACTIONS_BLOCK: Shape = shape_and(
    "context_actions",
    &[
        needs("elements", list(1, 5, &Rule::OneOf(CONTEXT_ACTIONS))),
        BLOCK_ID,
    ],
    unique_action_ids,
);

static IMAGE: Shape = shape_and(
    "image",
    &[
        needs("alt_text", str_to(2000)),
        may("image_url", Rule::Url),
        may("slack_file", Rule::Object(&SLACK_FILE)),
        may("title", plain(2000)),
        BLOCK_ID,
    ],
    |fields, checker| checker.exactly_one(fields, &["image_url", "slack_file"]),
);

static INPUT: Shape = shape(
    "input",
    &[
        needs("label", plain(2000)),
        needs("element", Rule::OneOf(INPUTS)),
        may("hint", plain(2000)),
        may("optional", Rule::Bool),
        may("dispatch_action", Rule::Bool),
        BLOCK_ID,
    ],
);

static RICH_TEXT: Shape = shape(
    "rich_text",
    &[
        needs("elements", list(1, 1000, &Rule::OneOf(PARTS))),
        BLOCK_ID,
    ],
);

static MARKDOWN: Shape = shape("markdown", &[needs("text", str_to(12_000)), BLOCK_ID]);

static FILE: Shape = shape(
    "file",
    &[
        needs("external_id", str_to(255)),
        needs("source", Rule::Word(&["remote"])),
        BLOCK_ID,
    ],
);

static VIDEO: Shape = shape(
    "video",
    &[
        needs("alt_text", str_to(2000)),
        needs("title", plain(200)),
        needs("thumbnail_url", Rule::Url),
        needs("video_url", Rule::SafeUrl),
        may("title_url", Rule::SafeUrl),
        may("author_name", str_to(50)),
        may("description", plain(200)),
        may("provider_name", str_to(255)),
        may("provider_icon_url", Rule::Url),
        BLOCK_ID,
    ],
);

static CELLS: &[&Shape] = &[
    &shape(
        "raw_text",
        &[needs("text", Rule::Str { min: 0, max: 3000 })],
    ),
    &shape(
        "raw_number",
        &[needs("value", Rule::Any), may("text", str_to(255))],
    ),
    &RICH_TEXT,
];

static COLUMN: Shape = shape(
    "",
    &[
        may("align", Rule::Word(&["left", "center", "right"])),
        may("is_wrapped", Rule::Bool),
    ],
);

static TABLE: Shape = shape(
    "table",
    &[
        needs("rows", list(1, 100, &list(1, 20, &Rule::OneOf(CELLS)))),
        may(
            "column_settings",
            list(1, 20, &Rule::Nullable(&Rule::Object(&COLUMN))),
        ),
        BLOCK_ID,
    ],
);

static DATA_TABLE: Shape = shape(
    "data_table",
    &[
        needs("caption", str_to(2000)),
        needs("rows", list(2, 201, &list(1, 20, &Rule::OneOf(CELLS)))),
        may("page_size", Rule::Int { min: 1, max: 100 }),
        may(
            "column_settings",
            list(1, 20, &Rule::Nullable(&Rule::Object(&COLUMN))),
        ),
        BLOCK_ID,
    ],
);

static ALERT: Shape = shape(
    "alert",
    &[
        needs("text", words(200)),
        may(
            "level",
            Rule::Word(&["default", "info", "warning", "error", "success"]),
        ),
        BLOCK_ID,
    ],
);

static CARD: Shape = shape(
    "card",
    &[
        may("title", words(150)),
        may("subtitle", words(150)),
        may("body", words(200)),
        may("subtext", words(200)),
        may("icon", Rule::OneOf(&[&IMAGE_ELEMENT])),
        may("hero_image", Rule::OneOf(&[&IMAGE_ELEMENT])),
        may("actions", list(1, 3, &Rule::OneOf(CARD_ACTIONS))),
        BLOCK_ID,
    ],
);

static CAROUSEL: Shape = shape(
    "carousel",
    &[
        needs("elements", list(1, 10, &Rule::OneOf(&[&CARD]))),
        BLOCK_ID,
    ],
);

static CONTAINER: Shape = shape(
    "container",
    &[
        needs("title", plain(150)),
        needs("child_blocks", list(1, 10, &Rule::OneOf(EVERYWHERE))),
        may("subtitle", plain(150)),
        may("icon", Rule::OneOf(&[&IMAGE_ELEMENT])),
        may("rich_text_title", Rule::OneOf(&[&RICH_TEXT])),
        may("is_collapsible", Rule::Bool),
        may("default_collapsed", Rule::Bool),
        may("has_header_divider", Rule::Bool),
        may("width", Rule::Word(&["narrow", "standard", "wide", "full"])),
        BLOCK_ID,
    ],
);

static SOURCE: Shape = shape(
    "url",
    &[needs("url", Rule::Url), needs("text", str_to(255))],
);

static TASK_CARD: Shape = shape(
    "task_card",
    &[
        needs("task_id", str_to(255)),
        needs("title", str_to(255)),
        may(
            "status",
            Rule::Word(&["pending", "in_progress", "complete", "error"]),
        ),
        may("details", Rule::OneOf(&[&RICH_TEXT])),
        may("output", Rule::OneOf(&[&RICH_TEXT])),
        may("sources", list(1, 100, &Rule::OneOf(&[&SOURCE]))),
        BLOCK_ID,
    ],
);

static PLAN: Shape = shape(
    "plan",
    &[
        needs("title", str_to(255)),
        may("tasks", list(1, 50, &Rule::OneOf(&[&TASK_CARD]))),
        BLOCK_ID,
    ],
);

/// What every surface shows, and a container holds.
static EVERYWHERE: &[&Shape] = &[
    &SECTION,
    &HEADER,
    &DIVIDER,
    &CONTEXT,
    &ACTIONS_BLOCK,
    &IMAGE,
    &INPUT,
    &RICH_TEXT,
    &VIDEO,
];

static IN_MESSAGES: &[&Shape] = &[
    &SECTION,
    &HEADER,
    &DIVIDER,
    &CONTEXT,
    &ACTIONS_BLOCK,
    &IMAGE,
    &INPUT,
    &RICH_TEXT,
    &VIDEO,
    &CONTEXT_ACTIONS_BLOCK,
    &MARKDOWN,
    &FILE,
    &TABLE,
    &DATA_TABLE,
    &CARD,
    &CAROUSEL,
    &CONTAINER,
    &TASK_CARD,
    &PLAN,
];

static IN_MODALS: &[&Shape] = &[
    &SECTION,
    &HEADER,
    &DIVIDER,
    &CONTEXT,
    &ACTIONS_BLOCK,
    &IMAGE,
    &INPUT,
    &RICH_TEXT,
    &VIDEO,
    &ALERT,
];

/// The blocks that a surface shows.
pub fn for_surface(surface: Surface) -> &'static [&'static Shape] {
    match surface {
        Surface::Message => IN_MESSAGES,
        Surface::Modal => IN_MODALS,
        Surface::Home => EVERYWHERE,
    }
}

/// An `action_id` is used once in a block.
fn unique_action_ids(block: &Map<String, Value>, checker: &mut Checker) {
    let mut seen = BTreeSet::new();
    let elements = block
        .get("elements")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for (at, element) in elements.enumerate() {
        let Some(id) = element.get("action_id").and_then(Value::as_str) else {
            continue;
        };
        if !seen.insert(id) {
            checker.within("elements", |checker| {
                checker.within(at, |checker| checker.duplicate("action_id", id));
            });
        }
    }
}
