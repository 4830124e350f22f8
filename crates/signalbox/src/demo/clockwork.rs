//! One clock for the service, both sandboxes and the story.
//!
//! Moving it is not a jump: it goes from one moment at which something is due to the next, and
//! lets all of it run before it goes on, so that an hour that is skipped leaves what an hour
//! that was lived would have left.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use sandbox::gitlab::story::Playing;
use tokio::sync::Mutex;

use crate::service::Service;

/// Moves the demo's clock.
#[derive(Clone)]
pub(super) struct Clockwork {
    clock: Clock,
    service: Arc<OnceLock<Arc<Service>>>,
    story: Arc<Mutex<Option<Playing>>>,
    /// One move at a time.
    moving: Arc<Mutex<()>>,
}

impl Clockwork {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, service: Arc::default(), story: Arc::default(), moving: Arc::default() }
    }

    /// Says whose work is done before the clock goes on.
    pub(super) fn drive(&self, service: Arc<Service>) {
        let _ = self.service.set(service);
    }

    /// Plays along with this story from now on.
    pub(super) async fn tell(&self, story: Playing) {
        *self.story.lock().await = Some(story);
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
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        let target = self.clock.now().saturating_add(by).unwrap_or(Timestamp::MAX);
        loop {
            match self.settle().await {
                Some(due) if due <= target => self.clock.advance_to(due),
                Some(_) | None => break,
            }
        }
        self.clock.advance_to(target);
        self.settle().await;
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
        let service = self.service.get()?;
        let next_delivery = match service.settle().await {
            Ok(()) => service.next_due().await,
            Err(error) => Err(error),
        };
        let next_delivery = next_delivery.unwrap_or_else(|error| {
            tracing::error!(%error, "the clock was moved, but what is due could not run");
            None
        });
        next_step.into_iter().chain(next_delivery).min()
    }
}
