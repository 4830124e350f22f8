//! Builds the environments that the configuration names.

use std::sync::Arc;

use anyhow::Context;
use clock::{Chance, Clock};
use commands::aftermath::{EnvironmentFacts, after_change};
use commands::rules::Rules;
use domain::{ChannelName, EnvironmentName};
use environments::{
    Directory, Environment, Environments, Hosted, HostedParts, Place, Remote, RemoteParts, Stage,
    Tier,
};
use flags::{Catalogue, FeatureGroups};
use rollouts::plan::Plans;
use store::Store;

/// Flags, and where they are evaluated.
pub struct FlagsSetup {
    pub catalogue: Catalogue,
    /// The plans of their rollouts.
    pub plans: Plans,
    pub groups: FeatureGroups,
    pub environments: Vec<EnvironmentSetup>,
    /// Where projects, groups and people are looked up.
    pub gitlab: Option<gitlab::rest::Client>,
}

/// One environment.
pub struct EnvironmentSetup {
    pub name: EnvironmentName,
    pub short: String,
    pub tier: Tier,
    pub qa_channel: Option<ChannelName>,
    pub host: String,
    pub stages: Vec<Stage>,
    /// The GitLab or Signalbox that keeps the flags, if it is not this service.
    pub remote: Option<gitlab::rest::Client>,
}

impl FlagsSetup {
    /// Flags of production alone, kept by this service at `host`, and nothing defined.
    ///
    /// # Errors
    /// Never: the name is one.
    pub fn production(host: &str) -> anyhow::Result<Self> {
        Ok(Self {
            catalogue: Catalogue::default(),
            plans: Plans::default(),
            groups: FeatureGroups::new(),
            environments: vec![EnvironmentSetup::production(host)?],
            gitlab: None,
        })
    }
}

impl EnvironmentSetup {
    /// Production, whose flags this service keeps, at `host`.
    ///
    /// # Errors
    /// Never: the name is one.
    pub fn production(host: &str) -> anyhow::Result<Self> {
        let name = "production";
        Ok(Self {
            name: name.parse()?,
            short: "gprd".to_owned(),
            tier: Tier::Production,
            qa_channel: None,
            host: host.to_owned(),
            stages: vec![Stage {
                name: name.to_owned(),
                short: "gprd".to_owned(),
                deployed_as: name.to_owned(),
            }],
            remote: None,
        })
    }
}

/// What every environment is built with.
pub(super) struct Shared {
    pub store: Store,
    pub rules: Arc<Rules>,
    pub clock: Clock,
    pub chance: Chance,
}

/// Loads every environment.
pub(super) async fn load(setup: FlagsSetup, shared: Shared) -> anyhow::Result<Environments> {
    let catalogue = Arc::new(setup.catalogue);
    let groups = Arc::new(setup.groups);
    let directory = setup
        .gitlab
        .map_or_else(Directory::without_gitlab, Directory::of);
    let mut environments = Vec::with_capacity(setup.environments.len());
    for environment in setup.environments {
        let Shared {
            store,
            rules,
            clock,
            chance,
        } = &shared;
        let facts = EnvironmentFacts {
            name: environment.name.clone(),
            short: environment.short.clone(),
            tier: environment.tier,
            host: environment.host.clone(),
            qa_channel: environment.qa_channel.clone(),
        };
        let after_change = after_change(Arc::clone(rules), facts, chance.clone());
        let name = environment.name.clone();
        let place = match environment.remote {
            None => {
                let parts = HostedParts {
                    name: name.clone(),
                    store: store.clone(),
                    catalogue: Arc::clone(&catalogue),
                    groups: Arc::clone(&groups),
                    directory: directory.clone(),
                    after_change,
                    clock: clock.clone(),
                    chance: chance.clone(),
                };
                let hosted = Hosted::load(parts).await;
                Place::Hosted(
                    hosted.with_context(|| format!("the flags of {name} cannot be read"))?,
                )
            }
            Some(client) => Place::Remote(Remote::new(RemoteParts {
                name: name.clone(),
                client,
                catalogue: Arc::clone(&catalogue),
                store: store.clone(),
                after_change,
                clock: clock.clone(),
                chance: chance.clone(),
            })),
        };
        environments.push(Environment {
            name,
            short: environment.short,
            tier: environment.tier,
            qa_channel: environment.qa_channel,
            host: environment.host,
            stages: environment.stages,
            place,
        });
    }
    Environments::new(environments).context("the environments cannot stand beside each other")
}

/// What an address is called for short: its host, and its port where it is an unusual one.
#[must_use]
pub fn host_of(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else {
        return String::new();
    };
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
