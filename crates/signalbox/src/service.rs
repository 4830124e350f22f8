//! The service: a database, the routes and the workers, started and stopped together.
//!
//! Everything comes as an argument, so that a test or the demo can run one beside another.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use clock::{Chance, Clock};
use domain::WorkspaceId;
use jiff::{SignedDuration, Timestamp};
use notify::Settings;
use store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::workers::lane::LaneWorker;
use crate::workers::lanes::Lanes;
use crate::workers::pace::Pace;
use crate::workers::{expiry, routing};

/// What a service is made of.
pub struct Setup {
    pub store: Store,
    pub hooks: Vec<web::Hook>,
    pub settings: Settings,
    /// The Slack client of each workspace that the app is installed in.
    pub workspaces: HashMap<WorkspaceId, slack::Client>,
    pub access: web::Access,
    pub metrics: web::operations::Metrics,
    pub pages: web::pages::Setup,
    pub public_url: String,
    pub pace: Pace,
    pub digest_from: u64,
    pub concurrent_channels: usize,
    pub create_channels: bool,
    pub keep_events: SignedDuration,
    pub clock: Clock,
    pub chance: Chance,
}

/// A running service.
pub struct Service {
    address: SocketAddr,
    store: Store,
    clock: Clock,
    router: routing::Router,
    lanes: Lanes,
    readiness: web::Readiness,
    stop: CancellationToken,
    stop_listening: CancellationToken,
    tasks: TaskTracker,
}

impl Service {
    /// Starts the workers and serves on `listener`. It is ready after [`Service::ready`].
    ///
    /// # Errors
    /// When the listener's address cannot be read.
    pub fn start(setup: Setup, listener: TcpListener) -> anyhow::Result<Self> {
        let address = listener
            .local_addr()
            .context("the listener has no address")?;
        let stop = CancellationToken::new();
        let stop_listening = CancellationToken::new();
        let tasks = TaskTracker::new();
        let readiness = web::Readiness::default();
        let store = setup.store.clone();
        let (clock, chance) = (setup.clock.clone(), setup.chance.clone());

        let router = routing::Router {
            store: store.clone(),
            settings: Arc::new(setup.settings),
            clock: clock.clone(),
            chance: chance.clone(),
        };
        let worker = LaneWorker {
            store: store.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            workspaces: Arc::new(setup.workspaces),
            pace: setup.pace,
            digest_from: setup.digest_from,
            create_channels: setup.create_channels,
            public_url: setup.public_url,
            owner: format!("node-{:016x}", chance.next_u64()),
        };
        let lanes = Lanes::new(worker, setup.concurrent_channels);
        tasks.spawn(router.clone().run(stop.clone()));
        tasks.spawn(lanes.clone().run(stop.clone()));
        tasks.spawn(expiry::run(
            store.clone(),
            clock.clone(),
            setup.keep_events,
            stop.clone(),
        ));

        let mut pages = setup.pages;
        pages.stop = stop_listening.clone();
        let routes = web::router(web::Parts {
            inbox: web::Inbox::new(store.clone(), clock.clone(), chance),
            hooks: web::Hooks::new(setup.hooks),
            access: setup.access,
            readiness: readiness.clone(),
            pages: web::pages::Pages::new(store.clone(), clock.clone(), pages),
            metrics: setup.metrics,
        });
        tasks.spawn(web::server::serve(listener, routes, stop_listening.clone()));
        Ok(Self {
            address,
            store,
            clock,
            router,
            lanes,
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

    /// Runs whatever is due now, and answers when nothing is: no event waits for its route, no
    /// lane that may go on is left, no message is on its way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(&self) -> anyhow::Result<()> {
        loop {
            self.router.route_all().await?;
            self.lanes.claim(&self.stop).await?;
            let busy = self.lanes.is_busy();
            let due = self
                .store
                .next_due()
                .await?
                .is_some_and(|due| due <= self.clock.now());
            if !busy && !due {
                return Ok(());
            }
            self.lanes.one_finished().await;
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
        self.tasks.close();
        self.tasks.wait().await;
        self.store.close().await;
    }
}
