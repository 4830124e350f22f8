//! GitLab's integrations API: what a `PUT` changes, and what an answer shows.
//!
//! Pure. Who may ask, where settings are kept and which place they are of is the caller's
//! business. The rules are those of GitLab's `API::Integrations` and of its integrations' models;
//! unknown parameters are ignored, as GitLab does.

mod parameters;
mod shown;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::config::SubscriptionConfig;
use super::keys::{self, EVENTS};
use super::properties::entries;
use super::value::{Problem, Value};
use super::webhook::WebhookUrl;
use crate::integration::Integration;

use parameters::{Given, Sent};

pub use parameters::{NotAnObject, Parameters};
pub use shown::{Record, detail, summary};

/// What is stored of an integration of a place.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    pub active: bool,
    /// As [`Saved::properties`] was; settings that cannot be read are taken for fresh ones, so
    /// that they can be mended.
    pub properties: &'a str,
    pub has_webhook: bool,
}

/// Who changes an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// A client of GitLab's API: `active` is ignored, and the old integration is switched on by
    /// every change.
    Api,
    /// A page of our own: `active` counts, and a blank webhook is the stored one.
    Page,
}

/// What is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub active: bool,
    /// A JSON object; reads back with [`SubscriptionConfig::stored`].
    pub properties: String,
    pub webhook: NewWebhook,
}

/// What becomes of the stored webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewWebhook {
    Kept,
    Set(WebhookUrl),
    Forgotten,
}

/// Why a change was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The app is installed in Slack first.
    #[error("You cannot create the {} integration from the API", Integration::App.title())]
    NotInstalled,
    /// Parameters that are missing or of the wrong kind, each in words.
    #[error("{}", .0.join(", "))]
    Parameters(Vec<String>),
    /// Values that cannot be used, by parameter.
    #[error("{}", in_words(.0))]
    Values(BTreeMap<String, Vec<String>>),
}

fn in_words(values: &BTreeMap<String, Vec<String>>) -> String {
    let words = values
        .iter()
        .map(|(key, problems)| format!("{key} {}", problems.join(", ")));
    words.collect::<Vec<_>>().join("; ")
}

impl Refused {
    /// The HTTP status that GitLab answers with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotInstalled => 422,
            Self::Parameters(_) | Self::Values(_) => 400,
        }
    }

    /// The body that GitLab answers with.
    #[must_use]
    pub fn body(&self) -> Json {
        match self {
            Self::NotInstalled => json!({"message": self.to_string()}),
            Self::Parameters(_) => json!({"error": self.to_string()}),
            Self::Values(values) => json!({"message": values}),
        }
    }
}

/// What a `PUT` makes of an integration: the parameters that are given, over what is stored.
/// Without `use_inherited_settings` the place has settings of its own afterwards.
///
/// `stored` is `None` for an integration that the place never had; for the app that is refused,
/// so a caller whose app is installed for every place gives a fresh one. `base` is the address of
/// the configured Slack when its webhooks need not be encrypted.
///
/// # Errors
/// With everything that is wrong with the parameters' kinds, else with their values.
pub fn put(
    integration: Integration,
    editor: Editor,
    stored: Option<&Stored<'_>>,
    parameters: &Parameters,
    base: Option<&str>,
) -> Result<Saved, Refused> {
    if stored.is_none() && integration == Integration::App && editor == Editor::Api {
        return Err(Refused::NotInstalled);
    }
    let given = parameters.of(integration);
    let active = active(integration, editor, stored, given.truth("active"));
    let webhook = Webhook {
        stored: stored.is_some_and(|stored| stored.has_webhook),
        needed: integration == Integration::Webhook
            && active
            && given.truth("use_inherited_settings") != Some(true),
        blank_keeps: editor == Editor::Page,
        base,
    };
    let mut wrong = given.of_wrong_kind();
    if webhook.is_missing(&given) {
        wrong.push("webhook is missing".to_owned());
    }
    if !wrong.is_empty() {
        return Err(Refused::Parameters(wrong));
    }
    let webhook = webhook.read(&given);
    let entries = given.over(stored_entries(stored));
    let config = SubscriptionConfig::silent(integration, None, entries);
    match (config, webhook) {
        (Ok(config), Ok(webhook)) => Ok(Saved {
            active,
            properties: config.properties(),
            webhook,
        }),
        (config, webhook) => {
            let problems = config.err().map(|invalid| invalid.problems);
            let webhook = webhook.err().map(|problem| ("webhook".to_owned(), problem));
            let values = problems.unwrap_or_default().into_iter().map(as_gitlab_says);
            Err(Refused::Values(by_key(values.chain(webhook))))
        }
    }
}

/// How the parameter `webhook` is read.
struct Webhook<'a> {
    /// One is stored.
    stored: bool,
    /// Without one the integration cannot speak.
    needed: bool,
    /// Left blank, it stays as it is stored.
    blank_keeps: bool,
    base: Option<&'a str>,
}

impl Webhook<'_> {
    fn is_missing(&self, given: &Given) -> bool {
        let given = given.text("webhook");
        self.needed && !self.stored && matches!(given, Sent::Not)
    }

    fn read(&self, given: &Given) -> Result<NewWebhook, String> {
        match given.text("webhook") {
            Sent::Not => Ok(NewWebhook::Kept),
            Sent::Blank if self.stored && self.blank_keeps => Ok(NewWebhook::Kept),
            Sent::Blank if self.needed => Err("can't be blank".to_owned()),
            Sent::Blank => Ok(NewWebhook::Forgotten),
            Sent::Text(WebhookUrl::MASK) if self.stored => Ok(NewWebhook::Kept),
            Sent::Text(text) => text
                .parse()
                .and_then(|url: WebhookUrl| url.check(self.base).map(|()| NewWebhook::Set(url)))
                .map_err(|error| error.to_string()),
        }
    }
}

/// What a `DELETE` leaves: switched off, and fresh again.
#[must_use]
pub fn deleted(integration: Integration) -> Saved {
    let fresh = SubscriptionConfig::silent(integration, None, Vec::new());
    Saved {
        active: false,
        properties: fresh.map_or_else(|_| "{}".to_owned(), |config| config.properties()),
        webhook: NewWebhook::Forgotten,
    }
}

fn active(
    integration: Integration,
    editor: Editor,
    stored: Option<&Stored<'_>>,
    given: Option<bool>,
) -> bool {
    let before = stored.is_none_or(|stored| stored.active);
    match (editor, integration) {
        (Editor::Page, _) => given.unwrap_or(before),
        (Editor::Api, Integration::App) => before,
        (Editor::Api, Integration::Webhook) => true,
    }
}

/// What is stored, without settings that nobody knows any more.
fn stored_entries(stored: Option<&Stored<'_>>) -> Vec<(String, Value)> {
    let properties = stored.map_or("{}", |stored| stored.properties);
    let mut entries = entries(properties).unwrap_or_default();
    entries.retain(|(key, _)| {
        let of_event = EVENTS
            .iter()
            .any(|keys| keys.toggles.contains(&&**key) || keys.channels.contains(&&**key));
        of_event || keys::OTHERS.contains(&&**key)
    });
    entries
}

fn by_key(values: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, problem) in values {
        by_key.entry(key).or_default().push(problem);
    }
    by_key
}

/// A problem as GitLab's models word it.
fn as_gitlab_says(problem: Problem) -> (String, String) {
    match problem {
        Problem::Value { key, must_be } if key.contains("_to_be_notified") => {
            (key, format!("is not included in the list: {must_be}"))
        }
        Problem::Value { key, must_be } => (key, format!("must be {must_be}")),
        Problem::TooManyChannels { key, .. } => {
            let most = SubscriptionConfig::MOST_CHANNELS;
            (key, format!("cannot have more than {most} channels"))
        }
        Problem::Id { key, error } => (key, format!("is invalid: {error}")),
        Problem::Webhook { key, error } => (key, error.to_string()),
        Problem::Unknown { key, .. } => (key, "is no setting".to_owned()),
        Problem::Twice { key } => (key, "is set twice".to_owned()),
        Problem::NoWebhook => ("webhook".to_owned(), "can't be blank".to_owned()),
        Problem::NotOfTheApp { key } => (key.to_owned(), "is no setting of the app".to_owned()),
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
