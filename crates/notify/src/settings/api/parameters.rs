//! The parameters of a request: JSON or a form, by GitLab's names and their other spellings.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::Value as Json;

use crate::integration::Integration;
use crate::settings::keys::{EVENTS, OTHERS};
use crate::settings::value::{Value, truth};

/// What was sent, as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, Option<Value>)>);

/// A request's body that names no parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parameters are a JSON object")]
pub struct NotAnObject;

/// The parameters that an integration has, by the first of their names. `None` is sent empty.
pub(super) struct Given(BTreeMap<&'static str, Option<Value>>);

/// A parameter's text.
pub(super) enum Sent<'a> {
    Not,
    /// Empty, or no text.
    Blank,
    Text(&'a str),
}

/// Settings beside the toggles that are true or false.
const TRUTHS: [&str; 6] = [
    "active",
    "use_inherited_settings",
    "notify_only_default_branch",
    "notify_only_broken_pipelines",
    "notify_only_when_pipeline_status_changes",
    "confidential_events_use_normal_channels",
];
/// Settings that are not the API's to change.
const NOT_HERE: [&str; 3] = ["path", "workspace", "integration"];

impl Parameters {
    /// Reads a JSON object.
    ///
    /// # Errors
    /// When it is another kind of value.
    pub fn from_json(body: Json) -> Result<Self, NotAnObject> {
        let Json::Object(object) = body else {
            return Err(NotAnObject);
        };
        let read = |(key, value): (String, Json)| (key, read(value));
        Ok(Self(object.into_iter().map(read).collect()))
    }

    /// Reads the pairs of a form or a query.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let read = |(key, text)| (key, read(Json::String(text)));
        Self(pairs.into_iter().map(read).collect())
    }

    /// The parameters that `integration` knows; of two for one setting the later one.
    pub(super) fn of(&self, integration: Integration) -> Given {
        let mut given = BTreeMap::new();
        for (key, value) in &self.0 {
            let of_webhook = matches!(key.as_str(), "webhook" | "username");
            let foreign = of_webhook && integration == Integration::App;
            if let Some(key) = setting(key).filter(|_| !foreign) {
                given.insert(key, value.clone());
            }
        }
        stand_in_for_branches(&mut given);
        Given(given)
    }
}

/// The older setting of branches stands for the newer one, unless that is given too.
fn stand_in_for_branches(given: &mut BTreeMap<&'static str, Option<Value>>) {
    let (older, newer) = ("notify_only_default_branch", "branches_to_be_notified");
    let value = given.get(older).cloned().flatten();
    let branches = match value.map(|value| truth(older, &value)) {
        // Refused later, by its own name.
        Some(Err(_)) => return,
        Some(Ok(true)) => Some("default"),
        Some(Ok(false)) => Some("all"),
        None => None,
    };
    given.remove(older);
    if let Some(branches) = branches {
        let value = Some(Value::Text(branches.to_owned()));
        given.entry(newer).or_insert(value);
    }
}

/// A value; `None` for null and for the empty text, which GitLab takes for it.
fn read(value: Json) -> Option<Value> {
    match value {
        Json::Null => None,
        Json::String(text) if text.trim().is_empty() => None,
        // Whatever no setting can be is kept as such, and refused later.
        value => Some(serde_json::from_value(value).unwrap_or(Value::Other(IgnoredAny))),
    }
}

/// The setting that a parameter is called after.
fn setting(parameter: &str) -> Option<&'static str> {
    let mut names = EVENTS.iter().flat_map(|keys| [keys.toggles, keys.channels]);
    let of_event = names.find(|names| names.contains(&parameter));
    let other = || {
        let key = OTHERS.iter().copied().find(|key| *key == parameter)?;
        (!NOT_HERE.contains(&key)).then_some(key)
    };
    of_event
        .and_then(|names| names.first().copied())
        .or_else(other)
}

fn is_truth(key: &str) -> bool {
    TRUTHS.contains(&key) || EVENTS.iter().any(|keys| keys.toggles.contains(&key))
}

impl Given {
    /// What is neither what its setting needs nor empty, in GitLab's words.
    pub(super) fn of_wrong_kind(&self) -> Vec<String> {
        let is_wrong = |key: &str, value: &Value| match value {
            value if is_truth(key) => truth(key, value).is_err(),
            Value::Text(_) | Value::List(_) => false,
            Value::Bool(_) | Value::Number(_) | Value::Other(_) => true,
        };
        let given = self.0.iter();
        given
            .filter(|(key, value)| value.as_ref().is_some_and(|value| is_wrong(key, value)))
            .map(|(key, _)| format!("{key} is invalid"))
            .collect()
    }

    pub(super) fn truth(&self, key: &str) -> Option<bool> {
        truth(key, self.0.get(key)?.as_ref()?).ok()
    }

    /// A parameter that is one text.
    pub(super) fn text(&self, key: &str) -> Sent<'_> {
        match self.0.get(key) {
            None => Sent::Not,
            Some(Some(Value::Text(text))) => Sent::Text(text.trim()),
            Some(_) => Sent::Blank,
        }
    }

    /// What is stored, with what is given in its place; what is given empty is fresh again.
    pub(super) fn over(self, stored: Vec<(String, Value)>) -> Vec<(String, Value)> {
        let beside = ["active", "webhook"];
        let mut entries: BTreeMap<String, Value> = stored.into_iter().collect();
        entries.remove("use_inherited_settings");
        let given = self.0.into_iter();
        for (key, value) in given.filter(|(key, _)| !beside.contains(key)) {
            match value {
                Some(value) => entries.insert(key.to_owned(), value),
                None => entries.remove(key),
            };
        }
        entries.into_iter().collect()
    }
}
