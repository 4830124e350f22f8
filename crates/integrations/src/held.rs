//! What is held in memory: the configuration's subscriptions, with the integrations that people
//! have set up laid over them.

use std::collections::HashMap;

use domain::ProjectPath;
use flags::ActorId;
use notify::settings::{SubscriptionConfig, WebhookUrl};
use notify::{Integration, Settings};
use store::Via;
use store::seal::{Keys, Sealed};

use crate::Fixed;

/// The integrations of one moment.
#[derive(Default)]
pub struct Held {
    pub settings: Settings,
    /// Every subscription that the settings are made of.
    pub subscriptions: Vec<SubscriptionConfig>,
    /// The old integrations' webhooks by their place: a lower-case path, empty for the instance.
    webhooks: HashMap<String, Webhook>,
    /// `Group:9` by the group's path in lower case.
    groups: HashMap<String, String>,
    pub(crate) revision: Revision,
}

/// How often what is held has changed in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Revision {
    pub(crate) integrations: u64,
    pub(crate) actors: u64,
}

impl Revision {
    pub(crate) fn of(revisions: &HashMap<String, u64>) -> Self {
        let of = |name: &str| revisions.get(name).copied().unwrap_or(0);
        Self {
            integrations: of("integrations"),
            actors: of("actors"),
        }
    }
}

/// An incoming webhook and the name that it posts under.
#[derive(Clone)]
pub struct Webhook {
    pub url: WebhookUrl,
    pub username: Option<String>,
}

impl Held {
    pub(crate) fn new(
        fixed: &Fixed,
        keys: Option<&Keys>,
        stored: &[store::Integration],
        groups: HashMap<ProjectPath, ActorId>,
        revision: Revision,
    ) -> Self {
        let set_up = stored.iter().filter_map(|one| subscription(one, keys));
        let subscriptions = laid_over(&fixed.subscriptions, set_up.collect());
        let mut webhooks: HashMap<_, _> = subscriptions.iter().filter_map(webhook).collect();
        if let Some(url) = &fixed.webhook_of_unsubscribed {
            webhooks.entry(String::new()).or_insert_with(|| Webhook {
                url: url.clone(),
                username: None,
            });
        }
        let settings = Settings::build(fixed.workspace.as_ref(), subscriptions.clone());
        let settings = settings.unwrap_or_else(|error| {
            tracing::error!(%error, "the integrations that were set up cannot be used beside the configuration's; the configuration's hold alone");
            let alone = Settings::build(fixed.workspace.as_ref(), fixed.subscriptions.clone());
            alone.unwrap_or_default()
        });
        let groups = groups
            .into_iter()
            .map(|(path, actor)| (path.as_str().to_lowercase(), actor.into()));
        Self {
            settings: settings.unsubscribed(fixed.unsubscribed.clone()),
            subscriptions,
            webhooks,
            groups: groups.collect(),
            revision,
        }
    }

    /// The webhook that carries what the old integration of `place` says.
    #[must_use]
    pub fn webhook(&self, place: &str) -> Option<&Webhook> {
        self.webhooks.get(place)
    }

    /// The actor of the group at a path in lower case, when somebody has named it.
    #[must_use]
    pub fn group(&self, path: &str) -> Option<&str> {
        self.groups.get(path).map(String::as_str)
    }
}

/// What was set up, as a subscription; what cannot be read is told of and left out.
fn subscription(stored: &store::Integration, keys: Option<&Keys>) -> Option<SubscriptionConfig> {
    let place = stored.place.path();
    let path: Option<ProjectPath> = (!place.is_empty()).then(|| place.parse().ok()).flatten();
    let row = stored.place.seal_row(stored.via);
    let webhook = match &stored.webhook {
        Some(sealed) => match unsealed(sealed, keys, &row) {
            Ok(url) => Some(url),
            Err(reason) => {
                tracing::error!(%place, reason, "an integration's webhook cannot be read, so it is off");
                return None;
            }
        },
        None => None,
    };
    let integration = integration(stored.via);
    let (active, properties) = (stored.active, &stored.properties);
    let read = SubscriptionConfig::stored(integration, path, active, properties, webhook);
    read.inspect_err(|error| {
        tracing::error!(%place, %error, "an integration's settings cannot be used, so it is off");
    })
    .ok()
}

pub(crate) fn integration(via: Via) -> Integration {
    match via {
        Via::App => Integration::App,
        Via::Webhook => Integration::Webhook,
    }
}

pub(crate) fn via(integration: Integration) -> Via {
    match integration {
        Integration::App => Via::App,
        Integration::Webhook => Via::Webhook,
    }
}

fn unsealed(sealed: &Sealed, keys: Option<&Keys>, row: &str) -> Result<WebhookUrl, String> {
    let keys = keys.ok_or("the setting secret_key is missing")?;
    let url = keys.open(sealed, row).map_err(|error| error.to_string())?;
    url.parse().map_err(|error| format!("its address {error}"))
}

fn webhook(subscription: &SubscriptionConfig) -> Option<(String, Webhook)> {
    let place = subscription.path.as_ref();
    let place = place.map_or_else(String::new, |path| path.as_str().to_lowercase());
    let webhook = Webhook {
        url: subscription.webhook()?.clone(),
        username: subscription.username().map(str::to_owned),
    };
    Some((place, webhook))
}

/// What was set up, and beside it what the configuration says of other places and integrations.
fn laid_over(
    fixed: &[SubscriptionConfig],
    set_up: Vec<SubscriptionConfig>,
) -> Vec<SubscriptionConfig> {
    let place = |one: &SubscriptionConfig| one.place().to_lowercase();
    let is_replaced = |one: &&SubscriptionConfig| {
        set_up
            .iter()
            .any(|other| other.integration == one.integration && place(other) == place(one))
    };
    let kept = fixed.iter().filter(|one| !is_replaced(one)).cloned();
    let mut all: Vec<_> = kept.collect();
    all.extend(set_up);
    all
}
