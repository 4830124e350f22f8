//! What is held in memory: the configuration's subscriptions, with the integrations that people
//! have set up laid over them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use domain::ProjectPath;
use flags::ActorId;
use notify::settings::{SubscriptionConfig, WebhookUrl};
use notify::{Integration, Settings};
use store::Via;
use store::seal::{Keys, Sealed};

use crate::Fixed;
use crate::moved::at_configured_slack;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
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

/// What opens the webhooks that people set up, and where they are now.
#[derive(Clone, Copy)]
pub(crate) struct Opening<'a> {
    pub(crate) keys: Option<&'a Keys>,
    /// The configured Slack.
    pub(crate) slack_url: Option<&'a str>,
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
        opening: Opening<'_>,
        stored: &[store::Integration],
        groups: HashMap<ProjectPath, ActorId>,
        revision: Revision,
    ) -> Self {
        let set_up = usable(fixed, latest(stored), opening);
        let subscriptions = laid_over(&fixed.subscriptions, set_up);
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
        self.webhooks.get(&*lower_case(place))
    }

    /// The actor of the group at a path in lower case, when somebody has named it.
    #[must_use]
    pub fn group(&self, path: &str) -> Option<&str> {
        self.groups.get(&*lower_case(path)).map(String::as_str)
    }
}

/// Paths are asked for with their ASCII letters in lower case; those of old groups have others.
fn lower_case(path: &str) -> Cow<'_, str> {
    if path.is_ascii() {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(path.to_lowercase())
    }
}

/// What was set up, without what another has taken the path of: a group that is called as a
/// project was, for one. Two of a kind at one path could not be told apart.
fn latest(stored: &[store::Integration]) -> Vec<&store::Integration> {
    let mut latest: BTreeMap<(String, &str), &store::Integration> = BTreeMap::new();
    for one in stored {
        let key = (one.place.path().to_lowercase(), one.via.name());
        let kept = latest.entry(key).or_insert(one);
        if (kept.updated_at, &kept.id) < (one.updated_at, &one.id) {
            *kept = one;
        }
    }
    latest.into_values().collect()
}

/// What was set up, as subscriptions. What cannot be used is told of; it is silent, and keeps its
/// place from speaking through what is above it or in the configuration.
fn usable(
    fixed: &Fixed,
    stored: Vec<&store::Integration>,
    opening: Opening<'_>,
) -> Vec<SubscriptionConfig> {
    let mut usable = Vec::new();
    for one in stored {
        let (place, via) = (one.place.path(), one.via);
        let read = subscription(one, opening).and_then(|subscription| {
            let alone = [subscription.clone()];
            let built = Settings::build(fixed.workspace.as_ref(), alone);
            built.map_err(|error| error.to_string())?;
            Ok(subscription)
        });
        let read = read.or_else(|reason| {
            tracing::error!(%place, %via, reason, "an integration that was set up cannot be used, so it is off");
            silent(one)
        });
        usable.extend(read.ok());
    }
    usable
}

fn subscription(
    stored: &store::Integration,
    opening: Opening<'_>,
) -> Result<SubscriptionConfig, String> {
    let row = stored.place.seal_row(stored.via);
    let sealed = stored.webhook.as_ref();
    let webhook = sealed.map(|sealed| unsealed(sealed, opening, &row));
    let webhook = webhook.transpose();
    let unreadable = webhook.as_ref().err().cloned();
    let path = path(&stored.place);
    let read = SubscriptionConfig::stored(
        integration(stored.via),
        path,
        stored.active,
        &stored.properties,
        webhook.unwrap_or_default(),
    );
    // One that is off, or inherits, needs no webhook.
    let read = read.map_err(|error| unreadable.unwrap_or_else(|| chain(&error)))?;
    Ok(speaking_in(read, stored))
}

/// The app of the workspace that was chosen speaks; a webhook names its own.
fn speaking_in(config: SubscriptionConfig, stored: &store::Integration) -> SubscriptionConfig {
    match (stored.via, &stored.workspace) {
        (Via::App, Some(workspace)) => config.in_workspace(Some(workspace.clone())),
        (Via::App, None) | (Via::Webhook, _) => config,
    }
}

/// An error with its causes, for one line of the log.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

/// An integration that is switched off.
fn silent(stored: &store::Integration) -> Result<SubscriptionConfig, ()> {
    let path = path(&stored.place);
    let of = integration(stored.via);
    let config = SubscriptionConfig::stored(of, path, false, "{}", None).map_err(drop)?;
    Ok(speaking_in(config, stored))
}

fn path(place: &store::Place) -> Option<ProjectPath> {
    match place {
        store::Place::Project { path, .. } | store::Place::Group { path, .. } => Some(path.clone()),
        store::Place::Instance => None,
    }
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

fn unsealed(sealed: &Sealed, opening: Opening<'_>, row: &str) -> Result<WebhookUrl, String> {
    let keys = opening
        .keys
        .ok_or("its webhook is sealed, and the setting secret_key is missing")?;
    let url = keys.open(sealed, row).map_err(|error| error.to_string())?;
    let url = at_configured_slack(&url, opening.slack_url).unwrap_or(url);
    url.parse()
        .map_err(|error| format!("its webhook's address {error}"))
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
