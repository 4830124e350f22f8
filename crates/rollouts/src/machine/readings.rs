//! Which readings are due, and what becomes of them.

use jiff::{SignedDuration, Timestamp};

use crate::evidence::{self, Arm, Rule, Silence, Window};
use crate::plan::{Empty, Monitor};
use crate::rollout::{Rollout, Watched};
use crate::status::State;
use crate::step::{Reading, Wanted, WantedReading};

/// How far a baseline reaches back.
const BASELINE: SignedDuration = SignedDuration::from_hours(24);

/// After an outage the gap is read in windows of at most this length.
const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// No plan waits longer for a reading.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Nobody is asked more often.
const SHORTEST_INTERVAL: SignedDuration = SignedDuration::from_secs(5);

const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(10);
const LAST_RETRY: SignedDuration = SignedDuration::from_mins(5);

/// How many numbers a chart in a message is made of.
const RECENT: usize = 24;

impl Rollout {
    /// What the monitors have to be asked now. A held rollout still watches.
    #[must_use]
    pub fn readings_wanted(&self, now: Timestamp) -> Vec<WantedReading> {
        match self.state {
            State::Running | State::Held => self
                .watching_monitors()
                .filter_map(|monitor| self.reading_wanted(monitor, now))
                .collect(),
            State::RollingBack | State::RolledBack | State::Completed | State::Cancelled => {
                Vec::new()
            }
        }
    }

    fn reading_wanted(&self, monitor: &Monitor, now: Timestamp) -> Option<WantedReading> {
        let watched = self.monitors.get(&monitor.name)?;
        if now < self.due_at(monitor, watched) {
            return None;
        }
        let (what, from, to) = if watched.has_baseline {
            let (from, to) = self.window(monitor, watched, now)?;
            (Wanted::Window, from, to)
        } else {
            let step = interval(monitor).clamp(SignedDuration::from_mins(1), LONGEST_WINDOW);
            let to = self.started_at;
            (Wanted::Baseline { step }, to - BASELINE, to)
        };
        Some(WantedReading {
            monitor: monitor.name.clone(),
            what,
            from,
            to,
            since: watched.since,
            stage: self.in_force?,
        })
    }

    /// When this monitor is to be asked next.
    pub(super) fn due_at(&self, monitor: &Monitor, watched: &Watched) -> Timestamp {
        if let Some((at, _)) = &watched.trouble {
            return *at + retry_after(watched.failures);
        }
        if !watched.has_baseline {
            return watched.since;
        }
        let from = watched.read_from();
        let regular = from + interval(monitor);
        let end = match self.soak_until() {
            Some(until) if from < until => regular.min(until),
            Some(_) | None => regular,
        };
        end + lag(monitor)
    }

    fn window(
        &self,
        monitor: &Monitor,
        watched: &Watched,
        now: Timestamp,
    ) -> Option<(Timestamp, Timestamp)> {
        let from = watched.read_from();
        let mut to = now - lag(monitor);
        // What could not be read may never have an answer: then a longer window has.
        if watched.failures == 0 {
            to = to.min(from + LONGEST_WINDOW);
            if let Some(until) = self.soak_until().filter(|until| from < *until) {
                to = to.min(until);
            }
        }
        (from < to).then_some((from, to))
    }

    /// Takes what a monitor said. No entry of the history: it is kept with the state, and what
    /// follows from it becomes entries by [`next_step`](crate::next_step).
    pub fn take(&mut self, reading: &Reading) {
        let Some(monitor) = self.plan.monitor(&reading.monitor) else {
            return;
        };
        if let Some(watched) = self.monitors.get_mut(&monitor.name) {
            watched.take(monitor, reading);
        }
    }
}

impl Watched {
    fn read_from(&self) -> Timestamp {
        self.read_to.unwrap_or(self.since)
    }

    fn take(&mut self, monitor: &Monitor, reading: &Reading) {
        let is_baseline = matches!(reading.got, evidence::Reading::Baseline(_));
        let is_nothing = matches!(reading.got, evidence::Reading::Nothing(_));
        // What was asked for before the last change, or has been taken already, and what would
        // leave a gap.
        let is_next = reading.from == self.read_from() && reading.from < reading.to;
        let is_wanted = if self.has_baseline {
            is_next
        } else {
            is_baseline || is_nothing
        };
        if !is_wanted {
            return;
        }
        let answer = answer(monitor, &reading.got);
        self.evidence.add(&answer);
        let judgement = self.evidence.judge();
        let silence = match &answer {
            evidence::Reading::Nothing(silence) => Some(*silence),
            _answered => judgement.silence,
        };
        match silence {
            Some(silence) => {
                self.failures = self.failures.saturating_add(1);
                let why = reading.why.clone().unwrap_or_else(|| silence.to_string());
                self.trouble = Some((reading.at, why));
            }
            None => self.learned(reading, is_baseline, judgement.e_bad),
        }
    }

    fn learned(&mut self, reading: &Reading, is_baseline: bool, harm: Option<f64>) {
        self.failures = 0;
        self.trouble = None;
        if is_baseline {
            self.has_baseline = true;
            return;
        }
        self.read_to = Some(reading.to);
        self.recent.extend(harm);
        let surplus = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..surplus);
    }
}

pub(super) fn needs_baseline(rule: &Rule) -> bool {
    match rule {
        Rule::BeforeAfter(_) => true,
        Rule::TwoArm(_)
        | Rule::Mean(_)
        | Rule::HardLimit(_)
        | Rule::NewIssue(_)
        | Rule::SampleRatio(_) => false,
    }
}

/// An answer without any value is what the plan says that it is.
fn answer(monitor: &Monitor, got: &evidence::Reading) -> evidence::Reading {
    match (got, monitor.empty) {
        (evidence::Reading::Nothing(Silence::Empty), Empty::Zero) => zero(&monitor.rule),
        (got, Empty::Zero | Empty::Hold) => got.clone(),
    }
}

fn zero(rule: &Rule) -> evidence::Reading {
    match rule {
        Rule::TwoArm(_) | Rule::SampleRatio(_) => evidence::Reading::Arms(Window::default()),
        Rule::BeforeAfter(_) => evidence::Reading::Everybody(Arm::default()),
        Rule::Mean(_) => evidence::Reading::Samples(evidence::Samples::default()),
        Rule::HardLimit(_) => evidence::Reading::Value {
            value: 0.0,
            requests: None,
        },
        Rule::NewIssue(_) => evidence::Reading::Issues(Vec::new()),
    }
}

fn interval(monitor: &Monitor) -> SignedDuration {
    monitor.interval.clamp(SHORTEST_INTERVAL, LONGEST_WAIT)
}

fn lag(monitor: &Monitor) -> SignedDuration {
    monitor.lag.clamp(SignedDuration::ZERO, LONGEST_WAIT)
}

fn retry_after(failures: u32) -> SignedDuration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_RETRY * (1 << doublings)).min(LAST_RETRY)
}
