//! What goes wrong with deliveries, told to those who watch: to a project of Sentry's, as lines
//! of a log in the Elastic Common Schema, and to an Elasticsearch of one's own.
//!
//! It is what a rollout's monitors ask for: each report has the project, the delivery, and the
//! state of the flag that chose who speaks. No report has a message's body, nor a secret.
//!
//! Whoever reports never waits. Each place has a queue of its own and a worker that empties it,
//! so that a slow Sentry holds up neither a lane nor the log; what does not fit is dropped and
//! counted.

mod ecs;
mod failure;
mod log_file;
mod outlet;
mod queue;
mod tracker;

use std::sync::Arc;
use std::time::Duration;

use clock::{Chance, Clock};
use jiff::Timestamp;
use monitors::elasticsearch::IndexName;
use monitors::sentry::{EventId, Reporter};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use failure::{Failure, Outcome};
pub use log_file::LogTo;

use outlet::{Outlet, Place};

/// What noticed the errors, as the classes of GitLab's background jobs are called: there it is
/// the job that delivers for integrations, and what people search for.
pub const WORKER: &str = "Integrations::ExecuteWorker";

/// How long one call with reports may take: less than anywhere else, as more are waiting.
pub const TIMEOUTS: monitors::Timeouts = monitors::Timeouts {
    connect: Duration::from_secs(2),
    total: Duration::from_secs(5),
};

/// How long a stop waits for reports to leave.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// How often a settling service looks whether reports have left.
const MOMENT: Duration = Duration::from_millis(20);

/// Where errors are told.
pub struct ErrorsSetup {
    pub sentry: Option<Reporter>,
    pub log: Option<LogTo>,
    pub elasticsearch: Option<(monitors::elasticsearch::Client, IndexName)>,
    /// What this installation is called there: `production`.
    pub environment: String,
}

impl Default for ErrorsSetup {
    /// Nowhere.
    fn default() -> Self {
        Self {
            sentry: None,
            log: None,
            elasticsearch: None,
            environment: "production".to_owned(),
        }
    }
}

/// Who reports.
#[derive(Debug)]
struct Reporting {
    environment: String,
    /// This process.
    node: String,
}

/// Something to be told: under its id it is told once, however often it is sent.
#[derive(Debug)]
struct Report {
    id: EventId,
    at: Timestamp,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Errors will be told here: from now on no error is good news, and not silence.
    Started,
    Failed(Failure),
}

/// Takes errors and sees that they are told. Clones share the queues.
#[derive(Clone)]
pub struct Errors {
    outlets: Arc<[Arc<Outlet>]>,
    clock: Clock,
    chance: Chance,
}

impl Errors {
    /// Tells of errors wherever `setup` says; `node` is this process.
    #[must_use]
    pub fn new(setup: ErrorsSetup, node: &str, clock: Clock, chance: Chance) -> Self {
        let reporting = Arc::new(Reporting {
            environment: setup.environment,
            node: node.to_owned(),
        });
        let elasticsearch = setup.elasticsearch;
        let places = [
            setup.sentry.map(Place::Sentry),
            setup.log.map(Place::Log),
            elasticsearch.map(|(client, index)| Place::Elasticsearch { client, index }),
        ];
        let outlets = places.into_iter().flatten().map(|place| {
            let outlet = Outlet::new(place, Arc::clone(&reporting), clock.clone());
            Arc::new(outlet)
        });
        let errors = Self {
            outlets: outlets.collect(),
            clock,
            chance,
        };
        errors.queue(What::Started);
        errors
    }

    /// Tells of a try that failed; never waits.
    pub fn tell(&self, failure: Failure) {
        if !self.outlets.is_empty() {
            self.queue(What::Failed(failure));
        }
    }

    fn queue(&self, what: What) {
        let report = Arc::new(Report {
            id: EventId(self.chance.next_u128()),
            at: self.clock.now(),
            what,
        });
        for outlet in &*self.outlets {
            outlet.queue(&report);
        }
    }

    /// Starts a worker for each place.
    pub fn spawn(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        for outlet in &*self.outlets {
            tasks.spawn(Arc::clone(outlet).run(stop.clone()));
        }
    }

    /// Waits until everything is told that can be told now.
    pub async fn settle(&self) {
        while !self.outlets.iter().all(|outlet| outlet.is_settled()) {
            tokio::time::sleep(MOMENT).await;
        }
    }

    /// When a place that did not take reports is tried again next.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let due = self.outlets.iter().filter_map(|outlet| outlet.next_due());
        due.min()
    }

    /// Tells what is left when everything else has stopped. What a place does not take now is
    /// dropped.
    pub async fn finish(&self) {
        let outlets = self.outlets.iter().map(|outlet| outlet.empty());
        let emptied = futures_util::future::join_all(outlets);
        if tokio::time::timeout(FINISH_WITHIN, emptied).await.is_err() {
            tracing::warn!("some errors were not told in time for the stop");
        }
    }
}
