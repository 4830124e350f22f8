//! The service: a database, the routes and the workers, started and stopped together.
//!
//! Everything comes as an argument, so that a test or the demo can run one beside another.

mod background;
mod core;
pub mod flags;
mod rollouts;
pub mod slack;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clock::{Chance, Clock};
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::seal::Keys;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::errors::ErrorsSetup;
use crate::workers::expiry;
use background::Workers;
use core::{Core, Loading};
use flags::FlagsSetup;
pub use rollouts::RolloutsSetup;
use slack::Reach;
pub use slack::{AppCredentials, SlackSetup};

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
    pub rollouts: RolloutsSetup,
    pub accounts: AccountsSetup,
    pub slack: SlackSetup,
    /// Where it is told what goes wrong.
    pub errors: ErrorsSetup,
    pub access: web::Access,
    pub metrics: web::operations::Metrics,
    pub pages: web::pages::Setup,
    pub public_url: String,
    pub keep_events: SignedDuration,
    pub clock: Clock,
    pub chance: Chance,
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

/// How people sign in, and which roles GitLab's groups give.
#[derive(Default)]
pub struct AccountsSetup {
    pub gitlab: Option<accounts::GitLab>,
    pub rules: accounts::RoleRules,
}

/// How long a stop waits for what is being done. Longer than any single request that is made; a
/// command's checks may take minutes, and change nothing before they are over.
const FINISH_WITHIN: Duration = Duration::from_secs(60);

/// How long a settling service waits for what people have asked for.
const ASKED_WITHIN: Duration = Duration::from_secs(5);

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
    /// What people have asked for and is being done.
    asked: TaskTracker,
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
        let (tasks, asked) = (TaskTracker::new(), TaskTracker::new());
        let readiness = web::Readiness::default();
        let reach = Reach::of(&setup.slack)?;
        let core = Core::load(
            &setup.store,
            &setup.clock,
            &setup.chance,
            Loading {
                subscriptions: setup.subscriptions,
                keys: setup.keys,
                flags: setup.flags,
                chatops: setup.chatops,
                rollouts: setup.rollouts,
                accounts: setup.accounts,
                slack: &setup.slack,
                reach: &reach,
                public_url: &setup.public_url,
                tasks: &asked,
            },
        )
        .await?;
        let workers = Workers::new(&core, &reach, &setup.slack, setup.errors, &setup.public_url)?;
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
            inbox: web::Inbox::new(store.clone(), clock.clone(), setup.chance)
                .telling(rollouts::on_edit(core.driver.clone(), asked.clone())),
            hooks: web::Hooks::new(setup.hooks),
            access: setup
                .access
                .with_accounts(core.app.parts().accounts.clone(), &setup.public_url),
            readiness: readiness.clone(),
            pages: web::pages::Pages::new(store.clone(), clock.clone(), pages),
            integrations: core.integrations_api(),
            slack: core.slack_app(&reach, &setup.slack),
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
            asked,
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
            approves: true,
        };
        let chatops = &self.workers.schedules.chatops;
        chatops
            .run(&caller, line, &commands::Progress::silent())
            .await
    }

    /// Runs whatever is due now, and answers when nothing is: no change is put off until now, no
    /// effect is left, no event waits for its route, no lane that may go on is left, no message
    /// is on its way, no failure is untold.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let Workers {
            schedules,
            effects,
            router,
            lanes,
            errors,
            renewing,
            homes,
            cards,
            rollouts,
            ..
        } = &self.workers;
        renewing.renew_due().await?;
        self.finish_what_was_asked().await;
        loop {
            schedules.run_due().await?;
            effects.run_due(&self.stop).await?;
            router.route_all().await?;
            lanes.claim(&self.stop).await?;
            let busy = lanes.is_busy();
            if !busy {
                // What is on its way is over: readings of now know it.
                errors.settle().await;
                rollouts.run_due(&self.stop).await?;
            }
            let due = self.is_any_due().await?;
            if !busy && !due {
                cards.run_due(&self.stop).await?;
                if lanes.is_busy() || self.is_any_due().await? {
                    continue;
                }
                errors.settle().await;
                homes.app.refresh_homes().await?;
                return Ok(());
            }
            lanes.one_finished().await;
        }
    }

    async fn is_any_due(&self) -> anyhow::Result<bool> {
        let due = self.store.next_due().await?;
        Ok(due.is_some_and(|due| due <= self.clock.now()))
    }

    /// Waits for what people have asked for, but for no command that takes long.
    async fn finish_what_was_asked(&self) {
        self.asked.close();
        let finished = tokio::time::timeout(ASKED_WITHIN, self.asked.wait()).await;
        self.asked.reopen();
        if finished.is_err() {
            tracing::debug!("a command goes on while the clock moves");
        }
    }

    /// When something becomes due next.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_due(&self) -> anyhow::Result<Option<Timestamp>> {
        let due = self.store.next_due().await?;
        Ok(due.into_iter().chain(self.workers.errors.next_due()).min())
    }

    /// Stops: listens no more, lets what is being sent finish, gives the lanes back and closes
    /// the database.
    pub async fn stop(&self) {
        self.readiness.stopping();
        self.stop_listening.cancel();
        self.stop.cancel();
        let ended = end(&self.tasks, FINISH_WITHIN).await & end(&self.asked, FINISH_WITHIN).await;
        if !ended {
            tracing::warn!("some work was not finished in time for the stop");
        }
        self.workers.errors.finish().await;
        self.store.close().await;
    }
}

/// Waits until every task is over, or `within` has passed; answers whether they are.
async fn end(tasks: &TaskTracker, within: Duration) -> bool {
    tasks.close();
    tokio::time::timeout(within, tasks.wait()).await.is_ok()
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
