//! How an app differs from its manifest, in words.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// One thing that an app has otherwise than its manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which setting: `slash command /gitlab: url`.
    pub setting: String,
    pub kind: DifferenceKind,
}

/// In what way a setting differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The app lacks it.
    Missing {
        expected: String,
    },
    /// The app has it, and nothing here uses it.
    Unused {
        found: String,
    },
    Other {
        expected: String,
        found: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let setting = &self.setting;
        match &self.kind {
            DifferenceKind::Missing { expected } if expected.is_empty() => {
                write!(f, "{setting} is missing")
            }
            DifferenceKind::Missing { expected } => {
                write!(f, "{setting} is not set, it should be {expected}")
            }
            DifferenceKind::Unused { found } if found.is_empty() => {
                write!(f, "{setting} is not used and can be removed")
            }
            DifferenceKind::Unused { found } => {
                write!(f, "{setting} is {found}, it should not be set")
            }
            DifferenceKind::Other { expected, found } => {
                write!(f, "{setting} is {found}, it should be {expected}")
            }
        }
    }
}

/// What is compared: where it is, and what it is called.
const SETTINGS: &[(&str, &str)] = &[
    ("/features/app_home/home_tab_enabled", "home tab"),
    ("/features/app_home/messages_tab_enabled", "messages tab"),
    (
        "/features/app_home/messages_tab_read_only_enabled",
        "messages tab is read-only",
    ),
    (
        "/settings/event_subscriptions/request_url",
        "events: request URL",
    ),
    ("/settings/interactivity/is_enabled", "interactivity"),
    (
        "/settings/interactivity/request_url",
        "interactivity: request URL",
    ),
    (
        "/settings/interactivity/message_menu_options_url",
        "interactivity: options load URL",
    ),
    ("/settings/socket_mode_enabled", "Socket Mode"),
    ("/settings/token_rotation_enabled", "token rotation"),
    ("/oauth_config/pkce_enabled", "PKCE"),
];

/// Lists of names: where they are, and what each one is.
const NAMES: &[(&str, &str)] = &[
    ("/oauth_config/scopes/bot", "scope"),
    ("/oauth_config/scopes/bot_optional", "optional scope"),
    ("/oauth_config/redirect_urls", "redirect URL"),
    ("/settings/event_subscriptions/bot_events", "event"),
    ("/features/unfurl_domains", "unfurl domain"),
];

/// Lists of things with fields.
const THINGS: &[Things] = &[
    Things {
        place: "/features/slash_commands",
        what: "slash command",
        name: "command",
        fields: &["url", "should_escape"],
    },
    Things {
        place: "/features/shortcuts",
        what: "shortcut",
        name: "callback_id",
        fields: &["name", "type"],
    },
];

struct Things {
    place: &'static str,
    what: &'static str,
    name: &'static str,
    fields: &'static [&'static str],
}

/// How `found` differs from `expected`. Wording, colours and the name are people's own.
pub(super) fn between(expected: &Value, found: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (place, what) in NAMES {
        compare_names(
            what,
            &names(expected, place),
            &names(found, place),
            &mut differences,
        );
    }
    for things in THINGS {
        compare_things(things, expected, found, &mut differences);
    }
    for (place, what) in SETTINGS {
        let pair = (expected.pointer(place), found.pointer(place));
        differences.extend(compare((*what).to_owned(), pair));
    }
    differences
}

fn names<'a>(manifest: &'a Value, place: &str) -> BTreeSet<&'a str> {
    let list = manifest.pointer(place).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn compare_names(
    what: &str,
    expected: &BTreeSet<&str>,
    found: &BTreeSet<&str>,
    differences: &mut Vec<Difference>,
) {
    let missing = expected.difference(found).map(|name| missing(what, name));
    let unused = found.difference(expected).map(|name| unused(what, name));
    differences.extend(missing.chain(unused));
}

fn compare_things(
    things: &Things,
    expected: &Value,
    found: &Value,
    differences: &mut Vec<Difference>,
) {
    let list = |manifest: &'_ Value| -> Vec<Value> {
        let list = manifest.pointer(things.place).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let (expected, found) = (list(expected), list(found));
    let name_of = |thing: &Value| thing[things.name].as_str().unwrap_or_default().to_owned();
    for thing in &expected {
        let name = name_of(thing);
        let Some(other) = found.iter().find(|other| name_of(other) == name) else {
            differences.push(missing(things.what, &name));
            continue;
        };
        for field in things.fields {
            let setting = format!("{} {name}: {field}", things.what);
            differences.extend(compare(setting, (thing.get(field), other.get(field))));
        }
    }
    let is_unused = |name: &String| expected.iter().all(|thing| name_of(thing) != *name);
    let unused_names = found.iter().map(name_of).filter(is_unused);
    differences.extend(unused_names.map(|name| unused(things.what, &name)));
}

fn missing(what: &str, name: &str) -> Difference {
    Difference {
        setting: format!("{what} {name}"),
        kind: DifferenceKind::Missing {
            expected: String::new(),
        },
    }
}

fn unused(what: &str, name: &str) -> Difference {
    Difference {
        setting: format!("{what} {name}"),
        kind: DifferenceKind::Unused {
            found: String::new(),
        },
    }
}

/// What is off and what is not there are the same.
fn compare(
    setting: String,
    (expected, found): (Option<&Value>, Option<&Value>),
) -> Option<Difference> {
    let is_set = |value: &&Value| !matches!(value, Value::Null | Value::Bool(false));
    let is_switch = [expected, found].contains(&Some(&Value::Bool(true)));
    let kind = match (expected.filter(is_set), found.filter(is_set)) {
        (expected, found) if expected == found => return None,
        (expected, found) if is_switch => DifferenceKind::Other {
            expected: shown(expected.unwrap_or(&Value::Bool(false))),
            found: shown(found.unwrap_or(&Value::Bool(false))),
        },
        (Some(expected), None) => DifferenceKind::Missing {
            expected: shown(expected),
        },
        (None, Some(found)) => DifferenceKind::Unused {
            found: shown(found),
        },
        (expected, found) => DifferenceKind::Other {
            expected: expected.map(shown).unwrap_or_default(),
            found: found.map(shown).unwrap_or_default(),
        },
    };
    Some(Difference { setting, kind })
}

fn shown(value: &Value) -> String {
    const LONGEST: usize = 200;
    match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::String(text) => text.chars().take(LONGEST).collect(),
        other => other.to_string().chars().take(LONGEST).collect(),
    }
}
