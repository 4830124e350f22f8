//! A believable day in the sandbox's projects, played on the sandbox's clock.
//!
//! [`day()`] writes it from a seed: people push, review, break and fix things while production has
//! an incident and a release goes out. [`Story::play`] makes it happen when it is due. What it
//! looks like elsewhere is the receiver's business.

mod day;
pub mod traffic;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{oneshot, watch};

use super::{Do, GitLabSandbox};

pub use day::day;

/// Something that happens some time after the story began.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub after: Duration,
    pub act: Do,
}

/// Steps in the order in which they happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    pub steps: Vec<Step>,
}

/// A story that is being played. It stops when this is dropped.
pub struct Playing {
    stop: Option<oneshot::Sender<()>>,
    /// When the next step is due; none when there is no next one.
    due: watch::Receiver<Option<Timestamp>>,
    sandbox: GitLabSandbox,
    task: tokio::task::JoinHandle<()>,
}

impl Story {
    /// Plays it `pace` times faster than it was written, from now on. A clock that is moved
    /// plays what has become due at once, in order.
    #[must_use]
    pub fn play(&self, sandbox: &GitLabSandbox, pace: u32) -> Playing {
        let start = sandbox.options().clock.now();
        let steps: Vec<(Timestamp, Do)> = self
            .steps
            .iter()
            .map(|step| (when(start, step.after / pace.max(1)), step.act.clone()))
            .collect();
        let (stop, stopped) = oneshot::channel();
        let (next, due) = watch::channel(steps.first().map(|(at, _)| *at));
        let task = tokio::spawn(play(sandbox.clone(), steps, next, stopped));
        Playing {
            stop: Some(stop),
            due,
            sandbox: sandbox.clone(),
            task,
        }
    }
}

fn when(start: Timestamp, after: Duration) -> Timestamp {
    let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX);
    start.saturating_add(after).unwrap_or(Timestamp::MAX)
}

async fn play(
    sandbox: GitLabSandbox,
    steps: Vec<(Timestamp, Do)>,
    next: watch::Sender<Option<Timestamp>>,
    mut stopped: oneshot::Receiver<()>,
) {
    let clock = sandbox.options().clock.clone();
    for (index, (at, act)) in steps.iter().enumerate() {
        tokio::select! {
            biased;
            _ = &mut stopped => break,
            () = clock.sleep_until(*at) => (),
        }
        if let Err(error) = sandbox.perform(act.clone()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                what = act.what,
                "step left out"
            );
        }
        next.send_replace(steps.get(index + 1).map(|(at, _)| *at));
    }
    next.send_replace(None);
}

impl Playing {
    /// Waits until everything has happened that is due by the sandbox's clock.
    pub async fn caught_up(&mut self) {
        let now = self.sandbox.options().clock.now();
        // An error means that the story is over.
        let _ = self
            .due
            .wait_for(|due| due.is_none_or(|due| due > now))
            .await;
    }

    /// When the next step is due; none when there is no next one.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        *self.due.borrow()
    }

    /// Waits until the last step has happened.
    pub async fn finished(&mut self) {
        let _ = self.due.wait_for(Option::is_none).await;
    }

    /// Stops it; a step under way is finished first.
    pub async fn cancel(mut self) {
        self.stop.take();
        let _ = self.task.await;
    }
}
