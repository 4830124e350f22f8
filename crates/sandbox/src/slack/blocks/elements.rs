//! Block elements: buttons, menus, pickers, inputs.

use serde_json::{Map, Value};

use super::Problem;
use super::check::Checker;
use super::objects::{
    CHOICE, CONFIRM, DISPATCH, FEEDBACK_BUTTON, FILTER, IMAGE, OPTION, OPTION_GROUP,
    OVERFLOW_OPTION,
};
use super::shape::{Field, Rule, Shape, list, may, needs, plain, shape, shape_and, str_to};

const ACTION_ID: Field = may("action_id", str_to(255));
const CONFIRMS: Field = may("confirm", Rule::Object(&CONFIRM));
const FOCUS: Field = may("focus_on_load", Rule::Bool);
const PLACEHOLDER: Field = may("placeholder", plain(150));
const MAX_SELECTED: Field = may(
    "max_selected_items",
    Rule::Int {
        min: 1,
        max: i64::MAX,
    },
);
const RESPONSE_URL: Field = may("response_url_enabled", Rule::Bool);
const DISPATCHES: Field = may("dispatch_action_config", Rule::Object(&DISPATCH));
const OPTIONS: Field = may("options", list(1, 100, &AN_OPTION));
const GROUPS: Field = may("option_groups", list(1, 100, &A_GROUP));
const LABEL: Field = may("accessibility_label", str_to(75));
const STYLE: Field = may("style", Rule::Word(&["primary", "danger"]));
const IDS: Rule = list(1, 1000, &str_to(32));

static AN_OPTION: Rule = Rule::Object(&OPTION);
static A_GROUP: Rule = Rule::Object(&OPTION_GROUP);

static BUTTON: Shape = shape(
    "button",
    &[
        needs("text", plain(75)),
        ACTION_ID,
        may("url", Rule::Url),
        may("value", Rule::Str { min: 0, max: 2000 }),
        STYLE,
        CONFIRMS,
        LABEL,
    ],
);

static WORKFLOW_BUTTON: Shape = shape(
    "workflow_button",
    &[
        needs("text", plain(75)),
        needs("workflow", Rule::Any),
        ACTION_ID,
        STYLE,
        LABEL,
    ],
);

static OVERFLOW: Shape = shape(
    "overflow",
    &[
        needs("options", list(1, 5, &Rule::Object(&OVERFLOW_OPTION))),
        ACTION_ID,
        CONFIRMS,
    ],
);

static CHECKBOXES: Shape = shape(
    "checkboxes",
    &[
        needs("options", list(1, 10, &Rule::Object(&CHOICE))),
        may("initial_options", list(1, 10, &Rule::Object(&CHOICE))),
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static RADIO_BUTTONS: Shape = shape(
    "radio_buttons",
    &[
        needs("options", list(1, 10, &Rule::Object(&CHOICE))),
        may("initial_option", Rule::Object(&CHOICE)),
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static DATEPICKER: Shape = shape(
    "datepicker",
    &[
        may("initial_date", Rule::Pattern("9999-99-99")),
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static TIMEPICKER: Shape = shape(
    "timepicker",
    &[
        may("initial_time", Rule::Pattern("99:99")),
        may("timezone", str_to(100)),
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static DATETIMEPICKER: Shape = shape(
    "datetimepicker",
    &[
        may(
            "initial_date_time",
            Rule::Int {
                min: 1_000_000_000,
                max: 9_999_999_999,
            },
        ),
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static STATIC_SELECT: Shape = shape_and(
    "static_select",
    &[
        OPTIONS,
        GROUPS,
        may("initial_option", Rule::Object(&OPTION)),
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
    options_or_groups,
);

static MULTI_STATIC_SELECT: Shape = shape_and(
    "multi_static_select",
    &[
        OPTIONS,
        GROUPS,
        may("initial_options", list(1, 100, &Rule::Object(&OPTION))),
        MAX_SELECTED,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
    options_or_groups,
);

static EXTERNAL_SELECT: Shape = shape(
    "external_select",
    &[
        may("initial_option", Rule::Object(&OPTION)),
        may("min_query_length", Rule::Int { min: 0, max: 1000 }),
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static MULTI_EXTERNAL_SELECT: Shape = shape(
    "multi_external_select",
    &[
        may("initial_options", list(1, 100, &Rule::Object(&OPTION))),
        may("min_query_length", Rule::Int { min: 0, max: 1000 }),
        MAX_SELECTED,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static USERS_SELECT: Shape = shape(
    "users_select",
    &[
        may("initial_user", str_to(32)),
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static MULTI_USERS_SELECT: Shape = shape(
    "multi_users_select",
    &[
        may("initial_users", IDS),
        MAX_SELECTED,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static CHANNELS_SELECT: Shape = shape(
    "channels_select",
    &[
        may("initial_channel", str_to(32)),
        RESPONSE_URL,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static MULTI_CHANNELS_SELECT: Shape = shape(
    "multi_channels_select",
    &[
        may("initial_channels", IDS),
        MAX_SELECTED,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static CONVERSATIONS_SELECT: Shape = shape(
    "conversations_select",
    &[
        may("initial_conversation", str_to(32)),
        may("default_to_current_conversation", Rule::Bool),
        may("filter", Rule::Object(&FILTER)),
        RESPONSE_URL,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static MULTI_CONVERSATIONS_SELECT: Shape = shape(
    "multi_conversations_select",
    &[
        may("initial_conversations", IDS),
        may("default_to_current_conversation", Rule::Bool),
        may("filter", Rule::Object(&FILTER)),
        MAX_SELECTED,
        PLACEHOLDER,
        ACTION_ID,
        CONFIRMS,
        FOCUS,
    ],
);

static PLAIN_TEXT_INPUT: Shape = shape(
    "plain_text_input",
    &[
        may("multiline", Rule::Bool),
        may("min_length", Rule::Int { min: 0, max: 3000 }),
        may("max_length", Rule::Int { min: 1, max: 3000 }),
        may("initial_value", Rule::Str { min: 0, max: 3000 }),
        DISPATCHES,
        PLACEHOLDER,
        ACTION_ID,
        FOCUS,
    ],
);

static EMAIL_TEXT_INPUT: Shape = shape(
    "email_text_input",
    &[
        may("initial_value", str_to(3000)),
        DISPATCHES,
        PLACEHOLDER,
        ACTION_ID,
        FOCUS,
    ],
);

static URL_TEXT_INPUT: Shape = shape(
    "url_text_input",
    &[
        may("initial_value", str_to(3000)),
        DISPATCHES,
        PLACEHOLDER,
        ACTION_ID,
        FOCUS,
    ],
);

static NUMBER_INPUT: Shape = shape(
    "number_input",
    &[
        needs("is_decimal_allowed", Rule::Bool),
        may("initial_value", str_to(255)),
        may("min_value", str_to(255)),
        may("max_value", str_to(255)),
        DISPATCHES,
        PLACEHOLDER,
        ACTION_ID,
        FOCUS,
    ],
);

static FILE_INPUT: Shape = shape(
    "file_input",
    &[
        may("filetypes", list(1, 100, &str_to(32))),
        may("max_files", Rule::Int { min: 1, max: 10 }),
        ACTION_ID,
    ],
);

static RICH_TEXT_INPUT: Shape = shape(
    "rich_text_input",
    &[
        may("initial_value", Rule::Any),
        DISPATCHES,
        PLACEHOLDER,
        ACTION_ID,
        FOCUS,
    ],
);

static FEEDBACK_BUTTONS: Shape = shape(
    "feedback_buttons",
    &[
        needs("positive_button", Rule::Object(&FEEDBACK_BUTTON)),
        needs("negative_button", Rule::Object(&FEEDBACK_BUTTON)),
        ACTION_ID,
    ],
);

static ICON_BUTTON: Shape = shape(
    "icon_button",
    &[
        needs("icon", str_to(255)),
        needs("text", plain(75)),
        may("value", Rule::Str { min: 0, max: 2000 }),
        may("visible_to_user_ids", IDS),
        ACTION_ID,
        CONFIRMS,
        LABEL,
    ],
);

/// What stands beside a section.
pub static ACCESSORIES: &[&Shape] = &[
    &BUTTON,
    &WORKFLOW_BUTTON,
    &OVERFLOW,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &DATEPICKER,
    &TIMEPICKER,
    &IMAGE,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
];

/// What an actions block holds.
pub static ACTIONS: &[&Shape] = &[
    &BUTTON,
    &WORKFLOW_BUTTON,
    &OVERFLOW,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
];

/// What an input block holds.
pub static INPUTS: &[&Shape] = &[
    &PLAIN_TEXT_INPUT,
    &EMAIL_TEXT_INPUT,
    &URL_TEXT_INPUT,
    &NUMBER_INPUT,
    &FILE_INPUT,
    &RICH_TEXT_INPUT,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
];

/// What a context_actions block holds.
pub static CONTEXT_ACTIONS: &[&Shape] = &[&FEEDBACK_BUTTONS, &ICON_BUTTON];

/// What a card offers.
pub static CARD_ACTIONS: &[&Shape] = &[&BUTTON, &ICON_BUTTON];

/// Everything that Slack would refuse in an app's answer with options for an external select.
#[must_use]
pub fn validate_suggestions(answer: &Map<String, Value>) -> Vec<Problem> {
    static OFFERED: Rule = list(0, 100, &AN_OPTION);
    static GROUPED: Rule = list(0, 100, &A_GROUP);
    let mut checker = Checker::default();
    checker.exactly_one(answer, &["options", "option_groups"]);
    for (name, rule) in [("options", &OFFERED), ("option_groups", &GROUPED)] {
        if let Some(value) = answer.get(name) {
            checker.within(name, |checker| checker.rule(rule, value));
        }
    }
    checker.problems
}

fn options_or_groups(fields: &Map<String, Value>, checker: &mut Checker) {
    checker.exactly_one(fields, &["options", "option_groups"]);
}
