//! What routes and workers share, loaded before anything runs.

use std::sync::Arc;

use accounts::Accounts;
use anyhow::Context;
use app::App;
use clock::{Chance, Clock};
use commands::ChatOps;
use driver::Driver;
use installations::Installations;
use integrations::Integrations;
use store::Store;
use store::seal::Keys;
use tokio_util::task::TaskTracker;

use super::flags::{self, FlagsSetup, Shared};
use super::rollouts::{self, Needs, RolloutsSetup};
use super::slack::{InstallationsNeed, Reach, SlackSetup};
use super::{AccountsSetup, ChatOpsSetup};
use crate::workers::effects::Effects;
use crate::workers::projects::Projects;

/// What is loaded before anything runs.
pub(super) struct Loading<'a> {
    pub(super) subscriptions: integrations::Fixed,
    pub(super) keys: Option<Arc<Keys>>,
    pub(super) flags: FlagsSetup,
    pub(super) chatops: ChatOpsSetup,
    pub(super) rollouts: RolloutsSetup,
    pub(super) accounts: AccountsSetup,
    pub(super) slack: &'a SlackSetup,
    pub(super) reach: &'a Reach,
    pub(super) public_url: &'a str,
    /// Hold a stop up until they are done.
    pub(super) tasks: &'a TaskTracker,
}

/// The flags, the integrations, the people and the app: what routes and workers share.
pub(super) struct Core {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) chance: Chance,
    pub(super) hosting: web::Hosting,
    pub(super) integrations: Integrations,
    pub(super) installations: Installations,
    pub(super) gitlab: Option<gitlab::rest::Client>,
    pub(super) app: App,
    pub(super) effects: Effects,
    pub(super) projects: Projects,
    pub(super) driver: Driver,
}

impl Core {
    pub(super) async fn load(
        store: &Store,
        clock: &Clock,
        chance: &Chance,
        loading: Loading<'_>,
    ) -> anyhow::Result<Self> {
        let (store, clock, chance) = (store.clone(), clock.clone(), chance.clone());
        let gitlab = loading.flags.gitlab.clone();
        let plans = loading.flags.plans.clone();
        let chatops = loading.chatops;
        let rules = Arc::new(chatops.rules.clone());
        let shared = Shared {
            store: store.clone(),
            rules: Arc::clone(&rules),
            clock: clock.clone(),
            chance: chance.clone(),
        };
        let hosting = web::Hosting {
            environments: flags::load(loading.flags, shared).await?,
            clock: clock.clone(),
            chance: chance.clone(),
        };
        let (_, own) = hosting
            .own()
            .context("no environment is kept here; leave `url` out of one of them")?;
        let integrations = Integrations::load(integrations::Parts {
            fixed: loading.subscriptions,
            store: store.clone(),
            keys: loading.keys.clone(),
            flags: own.live().clone(),
            instance: instance_of(gitlab.as_ref(), loading.public_url),
            slack_url: Some(loading.slack.base_url.clone()),
            clock: clock.clone(),
            chance: chance.clone(),
        })
        .await?;
        let clients = commands::effects::Clients {
            gitlab: gitlab.clone(),
            grafana: chatops.grafana,
            elasticsearch: chatops.elasticsearch,
        };
        let projects = Projects::default();
        let seen = projects.clone();
        let people = chatops.people.clone();
        let workspace = rules.announcements.workspace.clone();
        let chatops = ChatOps::new(commands::Parts {
            environments: hosting.environments.clone(),
            store: store.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            gitlab: gitlab.clone(),
            prometheus: chatops.prometheus,
            people: chatops.people,
            rules: chatops.rules,
            seen: Arc::new(move || seen.actors()),
        });
        let (driver, sinks) = rollouts::load(
            loading.rollouts,
            &Needs {
                store: &store,
                environments: &hosting.environments,
                integrations: &integrations,
                chatops: &chatops,
                rules: &rules,
                gitlab: gitlab.as_ref(),
                plans,
                people: &people,
                workspace,
                public_url: loading.public_url,
                clock: &clock,
                chance: &chance,
            },
        );
        let effects = Effects::new(
            store.clone(),
            clients,
            rules,
            driver.clone(),
            sinks,
            clock.clone(),
            chance.clone(),
        );
        let need = InstallationsNeed {
            store: &store,
            keys: loading.keys.clone(),
            public_url: loading.public_url,
            clock: &clock,
            chance: &chance,
        };
        let installations = super::slack::installations(loading.slack, loading.reach, need).await?;
        let accounts = Accounts::new(accounts::Parts {
            store: store.clone(),
            keys: loading.keys,
            gitlab: loading.accounts.gitlab,
            service: gitlab.clone(),
            rules: loading.accounts.rules,
            public_url: loading.public_url.to_owned(),
            clock: clock.clone(),
            chance: chance.clone(),
        });
        let app = App::new(app::Parts {
            accounts,
            installations: installations.clone(),
            integrations: integrations.clone(),
            environments: hosting.environments.clone(),
            chatops,
            store: store.clone(),
            gitlab: gitlab.clone(),
            names: loading.slack.names.clone(),
            public_url: loading.public_url.to_owned(),
            host: loading.reach.hooks.clone(),
            http: loading.reach.http.clone(),
            patience: Arc::clone(&loading.slack.patience),
            tasks: loading.tasks.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
        });
        Ok(Self {
            store,
            clock,
            chance,
            hosting,
            integrations,
            installations,
            gitlab,
            app,
            effects,
            projects,
            driver,
        })
    }

    pub(super) fn integrations_api(&self) -> web::IntegrationsApi {
        web::IntegrationsApi {
            integrations: self.integrations.clone(),
            gitlab: self.gitlab.clone(),
            chance: self.chance.clone(),
        }
    }

    pub(super) fn slack_app(&self, reach: &Reach, setup: &SlackSetup) -> web::SlackApp {
        web::SlackApp {
            app: self.app.clone(),
            signing_secrets: setup.signing_secrets.iter().cloned().collect(),
            host: reach.hooks.clone(),
            clock: self.clock.clone(),
        }
    }
}

/// The actor that stands for the whole GitLab.
fn instance_of(gitlab: Option<&gitlab::rest::Client>, public_url: &str) -> String {
    let host = match gitlab {
        Some(gitlab) => gitlab.base_url().host().to_owned(),
        None => flags::host_of(public_url),
    };
    ::flags::ActorId::instance(&host).to_string()
}
