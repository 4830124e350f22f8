//! Reading what a script or a page says was entered.

use jiff::civil::{Date, Time};
use serde_json::{Value, json};

use super::Around;
use super::kinds::{Kind, Sort};
use crate::slack::workspace::ChannelKind;

/// A value as a script gives it: a text, an option's value, a list of these, yes or no.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Nothing,
    Text(String),
    List(Vec<String>),
    Switch(bool),
}

impl Given {
    /// From JSON.
    ///
    /// # Errors
    /// For an object, or a list of something else than texts.
    pub fn from_json(value: &Value) -> Result<Self, String> {
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                Err("must be a text, a list of texts, true or false".to_owned())
            }
        };
        match value {
            Value::Null => Ok(Self::Nothing),
            Value::Bool(switch) => Ok(Self::Switch(*switch)),
            Value::Array(items) => items
                .iter()
                .map(text)
                .collect::<Result<_, _>>()
                .map(Self::List),
            one => text(one).map(Self::Text),
        }
    }

    /// Whether it is exactly this text.
    #[must_use]
    pub fn is_text(&self, text: &Value) -> bool {
        matches!(self, Self::Text(given) if text == given)
    }

    fn one(&self) -> Result<Option<&str>, String> {
        match self {
            Self::Nothing => Ok(None),
            Self::Text(text) if text.is_empty() => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            Self::List(items) => match items.as_slice() {
                [] => Ok(None),
                [one] => Ok(Some(one)),
                _ => Err("takes one value, not several".to_owned()),
            },
            Self::Switch(_) => Err("takes a value, not yes or no".to_owned()),
        }
    }

    fn many(&self) -> Result<Vec<&str>, String> {
        match self {
            Self::List(items) => Ok(items.iter().map(String::as_str).collect()),
            other => Ok(other.one()?.into_iter().collect()),
        }
    }
}

/// The value that an entry holds when this is entered.
pub fn read(
    kind: Kind,
    element: &Value,
    given: &Given,
    around: Around<'_>,
) -> Result<Value, String> {
    let value = match kind.sort {
        Sort::Text => json!(given.one()?),
        Sort::RichText => given.one()?.map_or(Value::Null, rich_text),
        Sort::Choice => match given.one()? {
            None => Value::Null,
            Some(one) => choice(element, one, around)?,
        },
        Sort::Choices => choices(element, given, around)?,
        Sort::Person => json!(given.one()?.map(|one| person(one, around)).transpose()?),
        Sort::People => json!(each(given, |one| person(one, around))?),
        Sort::Channel => json!(
            given
                .one()?
                .map(|one| channel(one, element, around))
                .transpose()?
        ),
        Sort::Channels => json!(each(given, |one| channel(one, element, around))?),
        Sort::Date => json!(given.one()?.map(date).transpose()?),
        Sort::Time => json!(given.one()?.map(time).transpose()?),
        Sort::Moment => json!(given.one()?.map(moment).transpose()?),
        Sort::Files if given.many()?.is_empty() => json!([]),
        Sort::Files => return Err("this sandbox takes no files".to_owned()),
    };
    check_count(element, &value)?;
    Ok(value)
}

/// The option that was chosen from a menu.
pub fn option(element: &Value, given: &Given, around: Around<'_>) -> Result<Value, String> {
    match given.one()? {
        None => Err("wants the value of one of its options".to_owned()),
        Some(one) => choice(element, one, around),
    }
}

fn each(
    given: &Given,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    given.many()?.into_iter().map(read).collect()
}

/// The option with this value, or else with these words on it.
fn choice(element: &Value, wanted: &str, around: Around<'_>) -> Result<Value, String> {
    let all = options(element, around);
    let by_value = all.iter().find(|option| option["value"] == wanted);
    let found = by_value.or_else(|| all.iter().find(|option| option["text"]["text"] == wanted));
    let found = found.map(|option| (*option).clone());
    found.ok_or_else(|| {
        let known: Vec<&str> = all
            .iter()
            .filter_map(|option| option["value"].as_str())
            .collect();
        let known = known.join(", ");
        if is_external(element) {
            return format!(
                "the app offered no {wanted:?}: ask it with /sandbox/suggest first; it offered \
                 {known:?}"
            );
        }
        format!("has no option {wanted:?}; it has {known}")
    })
}

fn choices(element: &Value, given: &Given, around: Around<'_>) -> Result<Value, String> {
    match given {
        Given::Switch(true) => Ok(options(element, around).into_iter().cloned().collect()),
        Given::Switch(false) => Ok(json!([])),
        Given::Nothing | Given::Text(_) | Given::List(_) => {
            let wanted = given.many()?.into_iter();
            wanted.map(|one| choice(element, one, around)).collect()
        }
    }
}

fn options<'v>(element: &'v Value, around: Around<'v>) -> Vec<&'v Value> {
    let items = |value: &'v Value| value.as_array().map_or(&[][..], Vec::as_slice);
    let grouped = items(&element["option_groups"]).iter();
    let grouped = grouped.flat_map(|group| items(&group["options"]));
    let own = items(&element["options"]).iter().chain(grouped);
    own.chain(around.offered).collect()
}

/// Whether the app is asked for the options.
#[must_use]
pub fn is_external(element: &Value) -> bool {
    let kind = element["type"].as_str().unwrap_or_default();
    matches!(kind, "external_select" | "multi_external_select")
}

fn person(called: &str, around: Around<'_>) -> Result<String, String> {
    let person = around.workspace.person_called(called);
    person
        .map(|person| person.id.clone())
        .ok_or_else(|| format!("nobody is called {called:?}"))
}

/// A channel that the person sees; `channels_select` shows public ones alone.
fn channel(called: &str, element: &Value, around: Around<'_>) -> Result<String, String> {
    let public_only = element["type"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("channels_select"));
    let (workspace, me) = (around.workspace, around.person);
    let direct = || {
        let other = workspace.person_called(called)?;
        workspace.conversation_of(&[other.id.clone(), me.to_owned()].into())
    };
    let found = workspace.channel_called(called).or_else(direct);
    found
        .filter(|channel| workspace.sees(me, channel))
        .filter(|channel| !public_only || channel.kind == ChannelKind::Public)
        .map(|channel| channel.id.clone())
        .ok_or_else(|| format!("offers no channel {called:?}"))
}

fn date(text: &str) -> Result<String, String> {
    let date: Result<Date, _> = text.parse();
    date.map(|date| date.to_string())
        .map_err(|_| format!("{text:?} is no date such as 2026-11-20"))
}

fn time(text: &str) -> Result<String, String> {
    let time = Time::strptime("%H:%M", text);
    time.map(|time| time.strftime("%H:%M").to_string())
        .map_err(|_| format!("{text:?} is no time such as 09:30"))
}

/// Ten digits of Unix seconds.
fn moment(text: &str) -> Result<i64, String> {
    let seconds: Option<i64> = text.parse().ok();
    seconds
        .filter(|seconds| (1_000_000_000..=9_999_999_999).contains(seconds))
        .ok_or_else(|| format!("{text:?} is no time in Unix seconds"))
}

fn rich_text(text: &str) -> Value {
    json!({ "type": "rich_text", "elements": [{ "type": "rich_text_section",
        "elements": [{ "type": "text", "text": text }] }] })
}

fn check_count(element: &Value, value: &Value) -> Result<(), String> {
    let most = element["max_selected_items"].as_u64();
    let count = value.as_array().map_or(0, Vec::len);
    match most {
        Some(most) if most < u64::try_from(count).unwrap_or(u64::MAX) => {
            Err(format!("takes at most {most} items"))
        }
        Some(_) | None => Ok(()),
    }
}
