//! Rich text: sections, lists, quotes and what stands in them.

use super::shape::{Rule, Shape, list, may, needs, shape, str_to};

static STYLE: Shape = shape(
    "",
    &[
        may("bold", Rule::Bool),
        may("italic", Rule::Bool),
        may("strike", Rule::Bool),
        may("code", Rule::Bool),
        may("underline", Rule::Bool),
        may("highlight", Rule::Bool),
        may("client_highlight", Rule::Bool),
        may("unlink", Rule::Bool),
    ],
);
const STYLED: super::shape::Field = may("style", Rule::Object(&STYLE));

static LEAVES: &[&Shape] = &[
    &shape("text", &[needs("text", str_to(MESSAGE_TEXT)), STYLED]),
    &shape(
        "link",
        &[
            needs("url", Rule::Str { min: 1, max: 3000 }),
            may(
                "text",
                Rule::Str {
                    min: 0,
                    max: MESSAGE_TEXT,
                },
            ),
            may("unsafe", Rule::Bool),
            STYLED,
        ],
    ),
    &shape("user", &[needs("user_id", str_to(32)), STYLED]),
    &shape("usergroup", &[needs("usergroup_id", str_to(32)), STYLED]),
    &shape("channel", &[needs("channel_id", str_to(32)), STYLED]),
    &shape("team", &[needs("team_id", str_to(32)), STYLED]),
    &shape(
        "broadcast",
        &[
            needs("range", Rule::Word(&["here", "channel", "everyone"])),
            STYLED,
        ],
    ),
    &shape(
        "emoji",
        &[
            needs("name", str_to(255)),
            may("unicode", str_to(255)),
            may("skin_tone", Rule::Int { min: 1, max: 6 }),
            may("url", Rule::Url),
            STYLED,
        ],
    ),
    &shape(
        "date",
        &[
            needs(
                "timestamp",
                Rule::Int {
                    min: 0,
                    max: 9_999_999_999,
                },
            ),
            needs("format", str_to(255)),
            may("url", Rule::Url),
            may("fallback", str_to(255)),
            STYLED,
        ],
    ),
    &shape("color", &[needs("value", str_to(7)), STYLED]),
];

/// A text leaf has no limit of its own beyond a message's.
const MESSAGE_TEXT: usize = 40_000;
static A_LEAF: Rule = Rule::OneOf(LEAVES);
const ALL_LEAVES: Rule = list(0, 1000, &A_LEAF);
const BORDER: super::shape::Field = may("border", Rule::Int { min: 0, max: 1 });

static SECTION: Shape = shape("rich_text_section", &[needs("elements", ALL_LEAVES)]);
static LIST: Shape = shape(
    "rich_text_list",
    &[
        needs("style", Rule::Word(&["bullet", "ordered"])),
        needs("elements", list(1, 1000, &Rule::OneOf(&[&SECTION]))),
        may("indent", Rule::Int { min: 0, max: 8 }),
        may(
            "offset",
            Rule::Int {
                min: 0,
                max: i64::MAX,
            },
        ),
        BORDER,
    ],
);
static PREFORMATTED: Shape = shape(
    "rich_text_preformatted",
    &[
        needs("elements", ALL_LEAVES),
        may("language", str_to(64)),
        BORDER,
    ],
);
static QUOTE: Shape = shape("rich_text_quote", &[needs("elements", ALL_LEAVES), BORDER]);

/// The parts of a rich_text block.
pub static PARTS: &[&Shape] = &[&SECTION, &LIST, &PREFORMATTED, &QUOTE];
