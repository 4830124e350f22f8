//! The service: a database, the routes and the workers, started and stopped together.
//!
//! Everything comes as an argument, so that a test or the demo can run one beside another.

pub mod flags;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clock::{Chance, Clock};
use commands::ChatOps;
use domain::WorkspaceId;
use integrations::Integrations;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use store::Store;
use store::seal::Keys;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::workers::effects::Effects;
use crate::workers::expiry;
use crate::workers::lane::LaneWorker;
use crate::workers::lanes::Lanes;
use crate::workers::pace::Pace;
use crate::workers::projects::Projects;
use crate::workers::reloading::Reloading;
use crate::workers::routing::Router;
use crate::workers::schedules::Schedules;
use crate::workers::voices::Voices;
use flags::{FlagsSetup, Shared};

/// What a service is made of.
pub struct Setup {
    pub store: Store,
    pub hooks: Vec<web::Hook>,
    /// Who hears of what, as the configuration says.
    pub subscriptions: integrations::Fixed,
    /// Seals the secrets that people enter.
    pub keys: Option<Arc<Keys>>,
    pub flags: FlagsSetup,
    pub chatops: ChatOpsSetup,
    pub slack: SlackSetup,
    pub access: web::Access,
    pub metrics: web::operations::Metrics,
    pub pages: web::pages::Setup,
    pub public_url: String,
    pub keep_events: SignedDuration,
    pub clock: Clock,
    pub chance: Chance,
}

/// Slack, and how it is spoken to.
pub struct SlackSetup {
    /// Its Web API.
    pub base_url: String,
    /// What it signs its requests with; two while one replaces the other.
    pub signing_secrets: Vec<SecretString>,
    /// The client of each workspace that the app is installed in.
    pub workspaces: HashMap<WorkspaceId, slack::Client>,
    pub pace: Pace,
    pub digest_from: u64,
    pub concurrent_channels: usize,
    pub create_channels: bool,
}

/// Who may change flags, what is checked before, and what happens after.
#[derive(Default)]
pub struct ChatOpsSetup {
    pub people: commands::People,
    pub rules: commands::rules::Rules,
    pub prometheus: Option<monitors::prometheus::Client>,
    pub grafana: Option<monitors::grafana::Client>,
    pub elasticsearch: Option<monitors::elasticsearch::Client>,
}

/// How long a command may take before its answer is put off: Slack waits for three seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a stop waits for what is being done. Longer than any single request that is made; a
/// command's checks may take minutes, and change nothing before they are over.
const FINISH_WITHIN: Duration = Duration::from_secs(60);

/// A running service.
pub struct Service {
    address: SocketAddr,
    store: Store,
    clock: Clock,
    workers: Workers,
    readiness: web::Readiness,
    stop: CancellationToken,
    stop_listening: CancellationToken,
    tasks: TaskTracker,
}

impl Service {
    /// Starts the workers and serves on `listener`. It is ready after [`Service::ready`].
    ///
    /// # Errors
    /// When the database does not answer, or settings contradict each other.
    pub async fn start(setup: Setup, listener: TcpListener) -> anyhow::Result<Self> {
        let address = listener
            .local_addr()
            .context("the listener has no address")?;
        let (stop, stop_listening) = (CancellationToken::new(), CancellationToken::new());
        let (tasks, readiness) = (TaskTracker::new(), web::Readiness::default());
        let core = Core::load(
            &setup.store,
            &setup.clock,
            &setup.chance,
            Loading {
                subscriptions: setup.subscriptions,
                keys: setup.keys,
                flags: setup.flags,
                chatops: setup.chatops,
                slack_url: &setup.slack.base_url,
                public_url: &setup.public_url,
            },
        )
        .await?;
        let reach = Reach::of(&setup.slack)?;
        let workers = Workers::new(&core, &reach, &setup.slack, &setup.public_url);
        workers.spawn(&tasks, &stop);
        let (store, clock) = (setup.store, setup.clock);
        tasks.spawn(expiry::run(
            store.clone(),
            clock.clone(),
            setup.keep_events,
            stop.clone(),
        ));

        let mut pages = setup.pages;
        pages.stop = stop_listening.clone();
        let routes = web::router(web::Parts {
            inbox: web::Inbox::new(store.clone(), clock.clone(), setup.chance),
            hooks: web::Hooks::new(setup.hooks),
            access: setup.access,
            readiness: readiness.clone(),
            pages: web::pages::Pages::new(store.clone(), clock.clone(), pages),
            integrations: core.integrations_api(),
            slack: core.slack_app(&reach, setup.slack, tasks.clone()),
            hosting: core.hosting,
            stop: stop_listening.clone(),
            metrics: setup.metrics,
        });
        tasks.spawn(web::server::serve(listener, routes, stop_listening.clone()));
        Ok(Self {
            address,
            store,
            clock,
            workers,
            readiness,
            stop,
            stop_listening,
            tasks,
        })
    }

    /// Says that the start state is loaded: `/readyz` may answer 200 now.
    pub fn ready(&self) {
        self.readiness.started();
    }

    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Runs a command as an administrator does in a shell.
    pub async fn command(&self, user: &str, line: &str) -> commands::Answer {
        let caller = commands::Caller::Shell {
            user: user.to_owned(),
        };
        let chatops = &self.workers.schedules.chatops;
        chatops
            .run(&caller, line, &commands::Progress::silent())
            .await
    }

    /// Runs whatever is due now, and answers when nothing is: no change is put off until now, no
    /// effect is left, no event waits for its route, no lane that may go on is left, no message
    /// is on its way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let Workers {
            schedules,
            effects,
            router,
            lanes,
            ..
        } = &self.workers;
        loop {
            schedules.run_due().await?;
            effects.run_due(&self.stop).await?;
            router.route_all().await?;
            lanes.claim(&self.stop).await?;
            let busy = lanes.is_busy();
            let due = self
                .store
                .next_due()
                .await?
                .is_some_and(|due| due <= self.clock.now());
            if !busy && !due {
                return Ok(());
            }
            lanes.one_finished().await;
        }
    }

    /// When something becomes due next.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_due(&self) -> anyhow::Result<Option<Timestamp>> {
        Ok(self.store.next_due().await?)
    }

    /// Stops: listens no more, lets what is being sent finish, gives the lanes back and closes
    /// the database.
    pub async fn stop(&self) {
        self.readiness.stopping();
        self.stop_listening.cancel();
        self.stop.cancel();
        if !end(&self.tasks, FINISH_WITHIN).await {
            tracing::warn!("some work was not finished in time for the stop");
        }
        self.store.close().await;
    }
}

/// Waits until every task is over, or `within` has passed; answers whether they are.
async fn end(tasks: &TaskTracker, within: Duration) -> bool {
    tasks.close();
    tokio::time::timeout(within, tasks.wait()).await.is_ok()
}

/// What is loaded before anything runs.
struct Loading<'a> {
    subscriptions: integrations::Fixed,
    keys: Option<Arc<Keys>>,
    flags: FlagsSetup,
    chatops: ChatOpsSetup,
    slack_url: &'a str,
    public_url: &'a str,
}

/// The flags, the integrations and the commands: what routes and workers share.
struct Core {
    store: Store,
    clock: Clock,
    chance: Chance,
    hosting: web::Hosting,
    integrations: Integrations,
    gitlab: Option<gitlab::rest::Client>,
    chatops: ChatOps,
    effects: Effects,
    projects: Projects,
}

impl Core {
    async fn load(
        store: &Store,
        clock: &Clock,
        chance: &Chance,
        loading: Loading<'_>,
    ) -> anyhow::Result<Self> {
        let (store, clock, chance) = (store.clone(), clock.clone(), chance.clone());
        let gitlab = loading.flags.gitlab.clone();
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
            keys: loading.keys,
            flags: own.live().clone(),
            instance: instance_of(gitlab.as_ref(), loading.public_url),
            slack_url: Some(loading.slack_url.to_owned()),
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
        let effects = Effects::new(store.clone(), clients, rules, clock.clone(), chance.clone());
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
        Ok(Self {
            store,
            clock,
            chance,
            hosting,
            integrations,
            gitlab,
            chatops,
            effects,
            projects,
        })
    }

    fn integrations_api(&self) -> web::IntegrationsApi {
        web::IntegrationsApi {
            integrations: self.integrations.clone(),
            gitlab: self.gitlab.clone(),
            chance: self.chance.clone(),
        }
    }

    fn slack_app(&self, reach: &Reach, setup: SlackSetup, tasks: TaskTracker) -> web::SlackApp {
        web::SlackApp {
            signing_secrets: setup.signing_secrets.into(),
            host: reach.hooks.clone(),
            http: reach.http.clone(),
            workspaces: Arc::new(setup.workspaces),
            names: web::slack::CommandNames::default(),
            patience: Arc::new(|| Box::pin(tokio::time::sleep(PATIENCE))),
            tasks,
            chatops: self.chatops.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
        }
    }
}

/// Where Slack takes messages without a token, and what carries them there.
struct Reach {
    hooks: slack::HookHost,
    http: reqwest::Client,
}

impl Reach {
    fn of(setup: &SlackSetup) -> anyhow::Result<Self> {
        Ok(Self {
            hooks: slack::HookHost::of_slack(&setup.base_url)?,
            http: slack::http_client(&setup.base_url, slack::Timeouts::default())?,
        })
    }
}

/// What runs in the background.
struct Workers {
    reloading: Reloading,
    router: Router,
    lanes: Lanes,
    effects: Effects,
    schedules: Schedules,
}

impl Workers {
    fn new(core: &Core, reach: &Reach, slack: &SlackSetup, public_url: &str) -> Self {
        let voices = Voices {
            workspaces: slack.workspaces.clone(),
            integrations: core.integrations.clone(),
            hooks: reach.hooks.clone(),
            http: reach.http.clone(),
        };
        let worker = LaneWorker {
            store: core.store.clone(),
            clock: core.clock.clone(),
            chance: core.chance.clone(),
            voices: Arc::new(voices),
            pace: slack.pace,
            digest_from: slack.digest_from,
            create_channels: slack.create_channels,
            public_url: public_url.to_owned(),
            owner: format!("node-{:016x}", core.chance.next_u64()),
        };
        Self {
            reloading: Reloading {
                store: core.store.clone(),
                environments: core.hosting.environments.clone(),
                integrations: core.integrations.clone(),
            },
            router: Router {
                store: core.store.clone(),
                integrations: core.integrations.clone(),
                projects: core.projects.clone(),
                clock: core.clock.clone(),
                chance: core.chance.clone(),
            },
            lanes: Lanes::new(worker, slack.concurrent_channels),
            effects: core.effects.clone(),
            schedules: Schedules {
                store: core.store.clone(),
                chatops: core.chatops.clone(),
                clock: core.clock.clone(),
            },
        }
    }

    fn spawn(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        tasks.spawn(self.reloading.clone().run(stop.clone()));
        tasks.spawn(self.router.clone().run(stop.clone()));
        tasks.spawn(self.lanes.clone().run(stop.clone()));
        tasks.spawn(self.effects.clone().run(stop.clone()));
        tasks.spawn(self.schedules.clone().run(stop.clone()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stop_waits_for_what_is_done_and_not_for_ever() {
        let tasks = TaskTracker::new();
        tasks.spawn(async {});
        assert!(end(&tasks, FINISH_WITHIN).await);
        tasks.spawn(std::future::pending::<()>());
        assert!(!end(&tasks, Duration::ZERO).await);
    }
}
