//! One setting's value, and what may be wrong with it.

use domain::ChannelName;
use domain::ids::InvalidId;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::webhook::{InvalidWebhook, WebhookUrl};

/// Channels that one event may go to; GitLab allows no more either.
pub(super) const MOST_CHANNELS: usize = 10;
/// Characters of the name that a webhook posts under.
const MOST_NAME_CHARACTERS: usize = 255;

/// A setting's value.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
    Other(IgnoredAny),
}

/// One thing that is wrong with a subscription.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("{key} is no setting{}", did_you_mean(*.nearest))]
    Unknown {
        key: String,
        nearest: Option<&'static str>,
    },
    #[error("{key} is set twice")]
    Twice { key: String },
    #[error("{key} must be {must_be}")]
    Value { key: String, must_be: &'static str },
    #[error("{key} names {count} channels, at most 10 are allowed")]
    TooManyChannels { key: String, count: usize },
    #[error("{key}: {error}")]
    Id { key: String, error: InvalidId },
    #[error("{key} {error}")]
    Webhook { key: String, error: InvalidWebhook },
    #[error("webhook is missing; set it to the URL of Slack's incoming webhook")]
    NoWebhook,
    #[error(
        "{key} is a setting of the old integration only; remove it, or set integration = \"slack\""
    )]
    NotOfTheApp { key: &'static str },
}

fn did_you_mean(nearest: Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

fn wrong(key: &str, must_be: &'static str) -> Problem {
    let key = key.to_owned();
    Problem::Value { key, must_be }
}

/// A boolean, also as forms send it.
pub(super) fn truth(key: &str, value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::Number(1) => Ok(true),
        Value::Number(0) => Ok(false),
        Value::Text(text) if text == "true" || text == "1" => Ok(true),
        Value::Text(text) if text == "false" || text == "0" => Ok(false),
        Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Other(_) => {
            Err(wrong(key, "true or false"))
        }
    }
}

fn text<'v>(key: &str, value: &'v Value) -> Result<&'v str, Problem> {
    match value {
        Value::Text(text) => Ok(text.trim()),
        Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Other(_) => {
            Err(wrong(key, "a text"))
        }
    }
}

pub(super) fn id<T: std::str::FromStr<Err = InvalidId>>(
    key: &str,
    value: &Value,
) -> Result<T, Problem> {
    text(key, value)?.parse().map_err(|error| {
        let key = key.to_owned();
        Problem::Id { key, error }
    })
}

pub(super) fn webhook(key: &str, value: &Value) -> Result<WebhookUrl, Problem> {
    text(key, value)?.parse().map_err(|error| {
        let key = key.to_owned();
        Problem::Webhook { key, error }
    })
}

/// The name that a webhook posts under; empty is none.
pub(super) fn name(key: &str, value: &Value) -> Result<Option<String>, Problem> {
    let name = text(key, value)?;
    if MOST_NAME_CHARACTERS < name.chars().count() || name.chars().any(char::is_control) {
        return Err(wrong(key, "one line of at most 255 characters"));
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

pub(super) fn choice<T: Copy>(
    key: &str,
    value: &Value,
    choices: &[(&str, T)],
    must_be: &'static str,
) -> Result<T, Problem> {
    let Value::Text(text) = value else {
        return Err(wrong(key, must_be));
    };
    let found = choices.iter().find(|(name, _)| name == text);
    found
        .map(|(_, choice)| *choice)
        .ok_or_else(|| wrong(key, must_be))
}

/// A comma list, or a list, without its empty items.
fn items(key: &str, value: Value) -> Result<Vec<String>, Problem> {
    let items = match value {
        Value::Text(text) => text.split(',').map(str::to_owned).collect(),
        Value::List(items) => items,
        Value::Bool(_) | Value::Number(_) | Value::Other(_) => {
            return Err(wrong(key, "a text with commas, or a list of texts"));
        }
    };
    let items = items.iter().map(|item| item.trim().to_owned());
    Ok(items.filter(|item| !item.is_empty()).collect())
}

pub(super) fn channels(key: &str, value: &Value) -> Result<Vec<ChannelName>, Problem> {
    let mut channels: Vec<ChannelName> = Vec::new();
    for item in items(key, value.clone())? {
        let channel: ChannelName = item.parse().map_err(|error| {
            let key = key.to_owned();
            Problem::Id { key, error }
        })?;
        if !channels.iter().any(|known| same_channel(known, &channel)) {
            channels.push(channel);
        }
    }
    let count = channels.len();
    if MOST_CHANNELS < count {
        let key = key.to_owned();
        return Err(Problem::TooManyChannels { key, count });
    }
    Ok(channels)
}

/// `general` and `#general` are one channel.
pub(crate) fn same_channel(one: &ChannelName, other: &ChannelName) -> bool {
    one.as_str().trim_start_matches('#') == other.as_str().trim_start_matches('#')
}

/// Titles of labels; the tilde that people write before them is none of it.
pub(super) fn labels(key: &str, value: Value) -> Result<Vec<String>, Problem> {
    let labels = items(key, value)?;
    let labels = labels
        .iter()
        .map(|label| label.replace('~', "").trim().to_owned());
    Ok(labels.filter(|label| !label.is_empty()).collect())
}
