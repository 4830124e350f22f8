//! The elements that keep a value: where they keep it, and what sort of value it is.

use serde_json::{Value, json};

/// What sort of value an element keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Text,
    RichText,
    Choice,
    Choices,
    Person,
    People,
    Channel,
    Channels,
    Date,
    Time,
    Moment,
    Files,
}

/// How one type of element keeps its value.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    name: &'static str,
    pub sort: Sort,
    /// The field of its entry.
    pub field: &'static str,
    /// The element's own field that says what it begins with.
    pub initial: Option<&'static str>,
}

impl Kind {
    /// The value of an element that nobody touched.
    pub fn empty(self) -> Value {
        match self.sort {
            Sort::Choices | Sort::People | Sort::Channels | Sort::Files => json!([]),
            Sort::Text
            | Sort::RichText
            | Sort::Choice
            | Sort::Person
            | Sort::Channel
            | Sort::Date
            | Sort::Time
            | Sort::Moment => Value::Null,
        }
    }
}

const fn kind(name: &'static str, sort: Sort, field: &'static str, initial: &'static str) -> Kind {
    Kind {
        name,
        sort,
        field,
        initial: Some(initial),
    }
}

const KINDS: &[Kind] = &[
    kind("plain_text_input", Sort::Text, "value", "initial_value"),
    kind("email_text_input", Sort::Text, "value", "initial_value"),
    kind("url_text_input", Sort::Text, "value", "initial_value"),
    kind("number_input", Sort::Text, "value", "initial_value"),
    kind(
        "rich_text_input",
        Sort::RichText,
        "rich_text_value",
        "initial_value",
    ),
    kind(
        "static_select",
        Sort::Choice,
        "selected_option",
        "initial_option",
    ),
    kind(
        "external_select",
        Sort::Choice,
        "selected_option",
        "initial_option",
    ),
    kind(
        "radio_buttons",
        Sort::Choice,
        "selected_option",
        "initial_option",
    ),
    kind(
        "multi_static_select",
        Sort::Choices,
        "selected_options",
        "initial_options",
    ),
    kind(
        "multi_external_select",
        Sort::Choices,
        "selected_options",
        "initial_options",
    ),
    kind(
        "checkboxes",
        Sort::Choices,
        "selected_options",
        "initial_options",
    ),
    kind(
        "users_select",
        Sort::Person,
        "selected_user",
        "initial_user",
    ),
    kind(
        "multi_users_select",
        Sort::People,
        "selected_users",
        "initial_users",
    ),
    kind(
        "channels_select",
        Sort::Channel,
        "selected_channel",
        "initial_channel",
    ),
    kind(
        "multi_channels_select",
        Sort::Channels,
        "selected_channels",
        "initial_channels",
    ),
    kind(
        "conversations_select",
        Sort::Channel,
        "selected_conversation",
        "initial_conversation",
    ),
    kind(
        "multi_conversations_select",
        Sort::Channels,
        "selected_conversations",
        "initial_conversations",
    ),
    kind("datepicker", Sort::Date, "selected_date", "initial_date"),
    kind("timepicker", Sort::Time, "selected_time", "initial_time"),
    kind(
        "datetimepicker",
        Sort::Moment,
        "selected_date_time",
        "initial_date_time",
    ),
    Kind {
        name: "file_input",
        sort: Sort::Files,
        field: "files",
        initial: None,
    },
];

/// How this element, or this entry, keeps its value; none keeps none.
pub fn kind_of(typed: &Value) -> Option<Kind> {
    let name = typed.get("type")?.as_str()?;
    KINDS.iter().find(|kind| kind.name == name).copied()
}
