//! Serves the lanes: claims those that are due and lets each be served by a task of its own.
//!
//! A lane that waits for Slack holds nothing but its own task; the others go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::lane::{LEASE, LaneWorker};

/// A missed poke costs no more than this.
const SAFETY_NET: Duration = Duration::from_secs(1);

/// The worker that hands lanes out.
#[derive(Clone)]
pub struct Lanes {
    worker: Arc<LaneWorker>,
    places: Arc<Semaphore>,
    concurrent: usize,
    serving: Arc<AtomicUsize>,
    finished: Arc<Notify>,
    tasks: TaskTracker,
}

impl Lanes {
    /// Serves at most `concurrent` lanes at a time.
    #[must_use]
    pub fn new(worker: LaneWorker, concurrent: usize) -> Self {
        Self {
            worker: Arc::new(worker),
            places: Arc::new(Semaphore::new(concurrent)),
            concurrent,
            serving: Arc::default(),
            finished: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Whether a lane is being claimed or served now.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        0 < self.serving.load(Ordering::Acquire)
    }

    /// Waits until a lane that is being served now is finished, or a moment has passed.
    pub async fn one_finished(&self) {
        let moment = Duration::from_millis(20);
        let _ = tokio::time::timeout(moment, self.finished.notified()).await;
    }

    /// Counts a claim or a served lane until it is dropped.
    fn begin(&self) -> Busy {
        self.serving.fetch_add(1, Ordering::AcqRel);
        Busy {
            serving: Arc::clone(&self.serving),
            finished: Arc::clone(&self.finished),
        }
    }

    /// Serves what is due, then waits for more, until `stop`; then lets every lane finish the
    /// message it is at.
    pub async fn run(self, stop: CancellationToken) {
        let store = self.worker.store.clone();
        let mut changes = store.changes();
        while !stop.is_cancelled() {
            if let Err(error) = self.claim(&stop).await {
                tracing::error!(%error, "lanes cannot be claimed now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                _ = changes.changed() => (),
                () = self.next_due() => (),
                () = tokio::time::sleep(SAFETY_NET) => (),
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
        if let Err(error) = store.release_all(&self.worker.owner).await {
            tracing::warn!(%error, "lanes could not be given back; their leases run out instead");
        }
    }

    /// Claims as many due lanes as there are free places; answers how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(&self, stop: &CancellationToken) -> Result<usize, store::StoreError> {
        let mut claimed = 0;
        while !stop.is_cancelled() && self.some_lane_is_due().await? {
            // At least one place: waiting for it here keeps claimed lanes from waiting for a task.
            let Ok(first) = Arc::clone(&self.places).acquire_owned().await else {
                return Ok(claimed);
            };
            let free = 1 + self.places.available_permits();
            let limit = u32::try_from(free).unwrap_or(u32::MAX);
            // What the database gives out counts from before it is asked.
            let _claiming = self.begin();
            let now = self.worker.clock.now();
            let lanes = self
                .worker
                .store
                .claim_lanes(now, LEASE, limit, &self.worker.owner)
                .await?;
            let found = lanes.len();
            let mut first = Some(first);
            for lane in lanes {
                let place = match first.take() {
                    Some(place) => place,
                    None => match Arc::clone(&self.places).acquire_owned().await {
                        Ok(place) => place,
                        Err(_) => return Ok(claimed),
                    },
                };
                claimed += 1;
                let (worker, stop) = (Arc::clone(&self.worker), stop.clone());
                let busy = self.begin();
                self.tasks.spawn(async move {
                    worker.serve(lane, &stop).await;
                    drop(place);
                    drop(busy);
                });
            }
            if found < free.min(self.concurrent) {
                break;
            }
        }
        Ok(claimed)
    }

    /// Claiming is a write: it is not tried for nothing.
    async fn some_lane_is_due(&self) -> Result<bool, store::StoreError> {
        let due = self.worker.store.next_lane_due().await?;
        Ok(due.is_some_and(|due| due <= self.worker.clock.now()))
    }

    async fn next_due(&self) {
        match self.worker.store.next_lane_due().await {
            Ok(Some(due)) => self.worker.clock.sleep_until(due).await,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

/// Something that has to be over before nothing is due any more.
struct Busy {
    serving: Arc<AtomicUsize>,
    finished: Arc<Notify>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.serving.fetch_sub(1, Ordering::AcqRel);
        self.finished.notify_waiters();
    }
}
