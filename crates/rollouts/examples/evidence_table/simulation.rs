//! A rollout's traffic, and what a rule makes of it.
//!
//! 270 checks in stages of 1 % (30 checks), 5 % (60), 25 % (60) and 50 % (120), 20,000 requests a
//! check, of which one in a thousand fails.

use clock::Chance;
use jiff::Timestamp;
use rollouts::evidence::{Arm, Entry, Reading, Stage, Window};

use crate::draws::Draws;

const STAGES: [(f64, u32); 4] = [(0.01, 30), (0.05, 60), (0.25, 60), (0.5, 120)];

#[derive(Clone)]
pub struct Traffic {
    /// How many times as often those with the flag fail …
    pub ratio: f64,
    /// … from this stage on; before it, the flag is harmless.
    pub from_stage: usize,
    pub requests: f64,
    pub failure_rate: f64,
    /// The shape of the Gamma distribution by which all traffic varies from check to check.
    pub noise: Option<f64>,
    /// Events of an actor who fails, on average. Where absent, actors are counted.
    pub events_by_actor: Option<f64>,
}

impl Traffic {
    pub fn at(ratio: f64) -> Self {
        Self {
            ratio,
            from_stage: 0,
            requests: 20_000.0,
            failure_rate: 0.001,
            noise: None,
            events_by_actor: None,
        }
    }

    /// All that one monitor reads in one rollout.
    pub fn entries(&self, draws: &Draws) -> Vec<Entry> {
        self.entries_of(draws, &[self.ratio]).remove(0)
    }

    /// What several monitors read that see the same traffic, each with its own ratio.
    pub fn entries_of(&self, draws: &Draws, ratios: &[f64]) -> Vec<Vec<Entry>> {
        let mut monitors = vec![Vec::new(); ratios.len()];
        for (index, (share, checks)) in STAGES.into_iter().enumerate() {
            for entries in &mut monitors {
                entries.push(Entry::Stage(stage(share)));
            }
            for _ in 0..checks {
                let noise = self.noise.map_or(1.0, |shape| draws.gamma(shape));
                for (entries, ratio) in monitors.iter_mut().zip(ratios) {
                    let ratio = if self.from_stage <= index {
                        *ratio
                    } else {
                        1.0
                    };
                    let window = self.window(draws, share, noise, ratio);
                    entries.push(Entry::Reading(Reading::Arms(window)));
                }
            }
        }
        monitors
    }

    fn window(&self, draws: &Draws, share: f64, noise: f64, ratio: f64) -> Window {
        let arm = |share: f64, ratio: f64| {
            let exposed = self.requests * noise * share;
            let actors = draws.poisson(exposed * self.failure_rate * ratio);
            Arm::new(self.events(draws, actors), exposed)
        };
        Window::new(arm(share, ratio), arm(1.0 - share, 1.0))
    }

    fn events(&self, draws: &Draws, actors: f64) -> f64 {
        let Some(mean) = self.events_by_actor else {
            return actors;
        };
        let (mut left, mut events) = (actors, 0.0);
        while 0.5 < left {
            events += draws.geometric(mean);
            left -= 1.0;
        }
        events
    }
}

pub fn stage(share: f64) -> Stage {
    Stage {
        share: Some(share),
        since: Timestamp::UNIX_EPOCH,
    }
}

/// Something that raises an alarm.
pub trait Detector {
    fn begin(&mut self, stage: &Stage);

    /// Adds a window; says whether the alarm is raised now.
    fn sees(&mut self, reading: &Reading) -> bool;
}

/// When the alarm was raised in one run.
#[derive(Clone, Copy, Default)]
pub struct Alarm {
    pub checks: u32,
    pub treatment_failures: f64,
    pub failures: f64,
}

/// What came of many runs.
pub struct Outcome {
    pub runs: u32,
    pub alarms: Vec<Alarm>,
}

impl Outcome {
    /// Runs the rule that `detector` makes on so many rollouts.
    pub fn of<D: Detector>(traffic: &Traffic, runs: u32, detector: impl Fn() -> D) -> Self {
        Self::of_runs(runs, |draws| {
            first_alarm(&traffic.entries(draws), detector())
        })
    }

    /// Plays one run after the other, each with its own numbers.
    pub fn of_runs(runs: u32, run: impl Fn(&Draws) -> Option<Alarm>) -> Self {
        let alarms = (0..runs).filter_map(|number| run(&Draws::from_seed(seed(number))));
        Self {
            runs,
            alarms: alarms.collect(),
        }
    }

    pub fn share(&self) -> f64 {
        self.alarms.len() as f64 / f64::from(self.runs)
    }

    /// Of those that were raised.
    pub fn median(&self, of: impl Fn(&Alarm) -> f64) -> f64 {
        let mut values: Vec<f64> = self.alarms.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }

    pub fn median_checks(&self) -> f64 {
        self.median(|alarm| f64::from(alarm.checks))
    }

    pub fn median_treatment_failures(&self) -> f64 {
        self.median(|alarm| alarm.treatment_failures)
    }
}

fn seed(run: u32) -> u64 {
    Chance::from_seed(u64::from(run)).next_u64()
}

/// The first alarm in one run.
pub fn first_alarm(entries: &[Entry], mut detector: impl Detector) -> Option<Alarm> {
    let mut seen = Alarm::default();
    for entry in entries {
        match entry {
            Entry::Stage(stage) => detector.begin(stage),
            Entry::Reading(reading) => {
                seen.checks += 1;
                if let Reading::Arms(window) = reading {
                    seen.treatment_failures += window.treatment.failed;
                    seen.failures += window.treatment.failed + window.control.failed;
                }
                if detector.sees(reading) {
                    return Some(seen);
                }
            }
        }
    }
    None
}
