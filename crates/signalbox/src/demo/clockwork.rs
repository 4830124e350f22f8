//! One clock for the service, both sandboxes and the story.
//!
//! Moving it is not a jump: it goes from one moment at which something is due to the next, and
//! lets all of it run before it goes on, so that an hour that is skipped leaves what an hour
//! that was lived would have left.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use sandbox::gitlab::GitLabSandbox;
use sandbox::gitlab::story::{Playing, Story};
use tokio::sync::Mutex;

use crate::service::Service;

/// How much faster than written the sample day goes on: an hour in a minute.
const PACE: u32 = 60;

/// Moves `clock` by `by`, from one moment at which something is due to the next. `settle` lets
/// everything due run, and answers when something becomes due next.
pub async fn live_through<F>(clock: &Clock, by: Duration, mut settle: impl FnMut() -> F)
where
    F: Future<Output = Option<Timestamp>>,
{
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    let target = clock.now().saturating_add(by).unwrap_or(Timestamp::MAX);
    while let Some(due) = settle().await.filter(|due| *due <= target) {
        clock.advance_to(due);
    }
    clock.advance_to(target);
    settle().await;
}

/// Moves the demo's clock.
#[derive(Clone)]
pub(super) struct Clockwork {
    clock: Clock,
    /// The file that keeps the time over restarts.
    kept: PathBuf,
    service: Arc<OnceLock<Arc<Service>>>,
    /// Whose sample projects send what is due before the service settles.
    gitlab: Arc<OnceLock<GitLabSandbox>>,
    story: Arc<Mutex<Option<Playing>>>,
    /// One move at a time.
    moving: Arc<Mutex<()>>,
}

impl Clockwork {
    /// Goes on from the time in the file `kept`, if it is later than the clock's: were time to
    /// go back, lanes would wait for what they take to be the next second.
    pub(super) fn new(clock: Clock, kept: PathBuf) -> Self {
        let time = fs::read_to_string(&kept).ok();
        if let Some(time) = time.and_then(|text| text.trim().parse::<Timestamp>().ok()) {
            clock.advance_to(time);
        }
        Self {
            clock,
            kept,
            service: Arc::default(),
            gitlab: Arc::default(),
            story: Arc::default(),
            moving: Arc::default(),
        }
    }

    /// Writes the time down.
    pub(super) fn keep_time(&self) {
        if let Err(error) = fs::write(&self.kept, self.clock.now().to_string()) {
            tracing::warn!(%error, "the demo's time could not be kept");
        }
    }

    /// Says whose work is done before the clock goes on.
    pub(super) fn drive(&self, service: Arc<Service>, gitlab: Option<GitLabSandbox>) {
        let _ = self.service.set(service);
        if let Some(gitlab) = gitlab {
            let _ = self.gitlab.set(gitlab);
        }
    }

    /// Lets the day's `morning` pass at once, and plays the rest of it from then on.
    pub(super) async fn live_through(
        &self,
        day: &Story,
        morning: Duration,
        gitlab: &GitLabSandbox,
    ) {
        let over = day.steps.partition_point(|step| step.after < morning);
        let (before, after) = day.steps.split_at(over);
        if !morning.is_zero() {
            let before = Story {
                steps: before.to_vec(),
            };
            *self.story.lock().await = Some(before.play(gitlab, 1));
            self.advance_by(morning).await;
        }
        let mut after = Story {
            steps: after.to_vec(),
        };
        for step in &mut after.steps {
            step.after = step.after.saturating_sub(morning);
        }
        *self.story.lock().await = Some(after.play(gitlab, PACE));
    }

    /// Ends the story; a step under way is finished first.
    pub(super) async fn hush(&self) {
        if let Some(story) = self.story.lock().await.take() {
            story.cancel().await;
        }
    }

    /// What the sandboxes call when somebody moves the clock.
    pub(super) fn advance(&self) -> sandbox::slack::Advance {
        let clockwork = self.clone();
        Arc::new(move |by| {
            let clockwork = clockwork.clone();
            Box::pin(async move { clockwork.advance_by(by).await })
        })
    }

    async fn advance_by(&self, by: Duration) {
        let _moving = self.moving.lock().await;
        live_through(&self.clock, by, || self.settle()).await;
        self.keep_time();
    }

    /// Lets everything due run; answers when something becomes due next.
    async fn settle(&self) -> Option<Timestamp> {
        let next_step = match &mut *self.story.lock().await {
            Some(story) => {
                story.caught_up().await;
                story.next_due()
            }
            None => None,
        };
        let next_traffic = match self.gitlab.get() {
            Some(gitlab) => {
                gitlab.catch_up_traffic().await;
                gitlab.traffic_due()
            }
            None => None,
        };
        let service = self.service.get()?;
        let next_delivery = match service.settle().await {
            Ok(()) => service.next_due().await,
            Err(error) => Err(error),
        };
        let next_delivery = next_delivery.unwrap_or_else(|error| {
            tracing::error!(%error, "the clock was moved, but what is due could not run");
            None
        });
        let next = next_step.into_iter().chain(next_traffic);
        next.chain(next_delivery).min()
    }
}
