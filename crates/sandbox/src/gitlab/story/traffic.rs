//! Many sample projects that go about their work, at a rate that scripts choose.
//!
//! A rollout's monitors compare projects with the feature and projects without it; a handful of
//! projects proves nothing to them. These are no records of the sandbox's world, which every act
//! copies: all there is of each is a number, from which its path and its id follow. What they
//! send are the real webhooks.

mod post;

use std::sync::Arc;

use clock::Chance;
use futures_util::StreamExt;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, watch};

use crate::gitlab::GitLabSandbox;

/// What happens within one is sent together.
const TICK: SignedDuration = SignedDuration::from_secs(TICK_SECONDS.cast_signed());
const TICK_SECONDS: u64 = 30;
/// One event, in events an hour times seconds.
const EVENT: u64 = 3_600;

/// Webhooks that are on their way at the same time.
const AT_ONCE: usize = 8;

const SEED: u64 = 2_000;
const FIRST_ID: u64 = 70_000_000;

/// So many projects unless somebody says otherwise.
pub const SAMPLE_PROJECTS: u64 = 2_000;
/// The most projects: more than any test needs, few enough for a page of channels.
pub const MOST_PROJECTS: u64 = 20_000;
/// The most events an hour.
pub const MOST_EVENTS: u64 = 200_000;

/// The teams whose projects these are, so that something can go wrong for one of them.
pub const TEAMS: [&str; 10] = [
    "amber", "beryl", "coral", "delta", "ember", "frost", "grove", "haven", "iris", "jade",
];

/// One of the sample projects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    pub id: u64,
    /// `samples-amber/app-0001`
    pub path: String,
    team: &'static str,
    name: String,
}

impl Sample {
    /// The project with this number, counted from 0.
    #[must_use]
    pub fn numbered(number: u64) -> Self {
        let at = usize::try_from(number % 10).unwrap_or(0);
        let team = TEAMS.get(at).copied().unwrap_or("amber");
        let name = format!("app-{number:04}");
        Self {
            id: FIRST_ID + number,
            path: format!("samples-{team}/{name}"),
            team,
            name,
        }
    }
}

/// How busy the sample projects are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    pub projects: u64,
    /// Of all of them together; nothing happens at 0.
    pub events_per_hour: u64,
}

/// What the sample projects do, and when next.
#[derive(Clone)]
pub(in crate::gitlab) struct Traffic {
    flow: Arc<Mutex<Flow>>,
    due: watch::Sender<Option<Timestamp>>,
}

struct Flow {
    busy: Busy,
    chance: Chance,
    /// Events of the hour that did not make a whole one yet, in events times seconds.
    rest: u64,
    /// Counts what was sent, for its words.
    sent: u64,
}

impl Traffic {
    pub(in crate::gitlab) fn new() -> Self {
        Self {
            flow: Arc::new(Mutex::new(Flow {
                busy: Busy::default(),
                chance: Chance::from_seed(SEED),
                rest: 0,
                sent: 0,
            })),
            due: watch::Sender::new(None),
        }
    }
}

impl Flow {
    /// The ticks up to the next one in which somebody sends something, itself counted.
    fn ticks_to_go(&self) -> Option<u64> {
        let a_tick = self.busy.events_per_hour * TICK_SECONDS;
        let missing = EVENT.saturating_sub(self.rest);
        (0 < a_tick).then(|| missing.div_ceil(a_tick).max(1))
    }

    /// When that is, counted from `at`.
    fn next_due(&self, at: Timestamp) -> Option<Timestamp> {
        let ticks = i32::try_from(self.ticks_to_go()?).ok()?;
        at.checked_add(TICK.checked_mul(ticks)?).ok()
    }

    /// Who sends something in the tick that is due.
    fn next_senders(&mut self) -> Vec<(Sample, u64)> {
        let ticks = self.ticks_to_go().unwrap_or(0);
        self.rest += self.busy.events_per_hour * TICK_SECONDS * ticks;
        let events = self.rest / EVENT;
        self.rest %= EVENT;
        let projects = self.busy.projects.max(1);
        let mut senders = Vec::new();
        for _ in 0..events {
            self.sent += 1;
            senders.push((Sample::numbered(self.chance.below(projects)), self.sent));
        }
        senders
    }
}

impl GitLabSandbox {
    /// Lets the sample projects be as busy as this, from now on.
    pub async fn set_traffic(&self, busy: Busy) {
        let mut flow = self.traffic.flow.lock().await;
        let is_more = flow.busy.projects < busy.projects;
        if is_more && let Some(prepare) = &self.options.before_traffic {
            let samples = (0..busy.projects).map(Sample::numbered);
            prepare(samples.collect()).await;
        }
        flow.busy = busy;
        let first = flow.next_due(self.options.clock.now());
        self.traffic.due.send_replace(first);
    }

    /// How busy the sample projects are.
    pub async fn traffic(&self) -> Busy {
        self.traffic.flow.lock().await.busy
    }

    /// When the sample projects send something next.
    #[must_use]
    pub fn traffic_due(&self) -> Option<Timestamp> {
        *self.traffic.due.borrow()
    }

    /// Sends what the sample projects have to send by now; answers when every webhook was
    /// answered.
    pub async fn catch_up_traffic(&self) {
        let mut flow = self.traffic.flow.lock().await;
        let now = self.options.clock.now();
        while let Some(due) = self.traffic_due().filter(|due| *due <= now) {
            let senders = flow.next_senders();
            stream::iter(senders)
                .map(|(sample, number)| async move { self.post_of_sample(&sample, number).await })
                .buffer_unordered(AT_ONCE)
                .collect::<()>()
                .await;
            self.traffic.due.send_replace(flow.next_due(due));
        }
    }

    /// Sends what is due whenever it is.
    pub(in crate::gitlab) async fn keep_traffic_up(self) {
        let mut due = self.traffic.due.subscribe();
        loop {
            let next = *due.borrow_and_update();
            let changed = match next {
                None => due.changed().await,
                Some(at) => tokio::select! {
                    changed = due.changed() => changed,
                    () = self.options.clock.sleep_until(at) => {
                        self.catch_up_traffic().await;
                        Ok(())
                    }
                },
            };
            if changed.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_events_are_due_when_they_are_sent_and_not_before() {
        for (events_per_hour, expected) in [
            (20, vec![(180, 1), (360, 1), (540, 1)]),
            (
                100,
                vec![(60, 1), (90, 1), (120, 1), (150, 1), (180, 1), (240, 1)],
            ),
            (6_000, vec![(30, 50), (60, 50)]),
            (0, vec![]),
        ] {
            let traffic = Traffic::new();
            let mut flow = traffic.flow.try_lock().unwrap();
            flow.busy = Busy {
                projects: 10,
                events_per_hour,
            };
            let mut at = Timestamp::UNIX_EPOCH;
            let mut sent = Vec::new();
            while sent.len() < expected.len()
                && let Some(due) = flow.next_due(at)
            {
                at = due;
                sent.push((at.as_second(), flow.next_senders().len()));
            }
            assert_eq!(sent, expected, "{events_per_hour} an hour");
            assert_eq!(flow.next_due(at).is_none(), events_per_hour == 0);
        }
    }
}
