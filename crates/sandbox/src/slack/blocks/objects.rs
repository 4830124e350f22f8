//! Composition objects: confirmation dialogs, options, files, filters.

use super::shape::{Rule, Shape, list, may, needs, plain, shape, shape_and, str_to, words};

pub static CONFIRM: Shape = shape(
    "",
    &[
        needs("title", plain(100)),
        needs("text", words(300)),
        needs("confirm", plain(30)),
        needs("deny", plain(30)),
        may("style", Rule::Word(&["primary", "danger"])),
    ],
);

/// An option of a select menu.
pub static OPTION: Shape = shape(
    "",
    &[
        needs("text", plain(75)),
        needs("value", str_to(150)),
        may("description", plain(75)),
    ],
);

/// An option of an overflow menu: may open a page.
pub static OVERFLOW_OPTION: Shape = shape(
    "",
    &[
        needs("text", plain(75)),
        needs("value", str_to(150)),
        may("description", plain(75)),
        may("url", Rule::Url),
    ],
);

/// An option of checkboxes or radio buttons: may be mrkdwn.
pub static CHOICE: Shape = shape(
    "",
    &[
        needs("text", words(75)),
        needs("value", str_to(150)),
        may("description", words(75)),
    ],
);

pub static OPTION_GROUP: Shape = shape(
    "",
    &[
        needs("label", plain(75)),
        needs("options", list(1, 100, &Rule::Object(&OPTION))),
    ],
);

pub static SLACK_FILE: Shape = shape_and(
    "",
    &[may("id", str_to(255)), may("url", Rule::Url)],
    |fields, checker| checker.exactly_one(fields, &["id", "url"]),
);

pub static FILTER: Shape = shape(
    "",
    &[
        may(
            "include",
            list(1, 4, &Rule::Word(&["im", "mpim", "private", "public"])),
        ),
        may("exclude_external_shared_channels", Rule::Bool),
        may("exclude_bot_users", Rule::Bool),
    ],
);

pub static DISPATCH: Shape = shape(
    "",
    &[may(
        "trigger_actions_on",
        list(
            1,
            2,
            &Rule::Word(&["on_enter_pressed", "on_character_entered"]),
        ),
    )],
);

pub static FEEDBACK_BUTTON: Shape = shape(
    "",
    &[
        needs("text", plain(75)),
        needs("value", Rule::Str { min: 0, max: 2000 }),
        may("accessibility_label", str_to(75)),
    ],
);

/// The image element, in contexts and as an accessory.
pub static IMAGE: Shape = shape_and(
    "image",
    &[
        needs("alt_text", str_to(2000)),
        may("image_url", Rule::Url),
        may("slack_file", Rule::Object(&SLACK_FILE)),
    ],
    |fields, checker| checker.exactly_one(fields, &["image_url", "slack_file"]),
);

/// Text objects, where a list mixes them with other things.
pub static MRKDWN: Shape = shape(
    "mrkdwn",
    &[needs("text", str_to(3000)), may("verbatim", Rule::Bool)],
);
pub static PLAIN_TEXT: Shape = shape(
    "plain_text",
    &[needs("text", str_to(3000)), may("emoji", Rule::Bool)],
);
