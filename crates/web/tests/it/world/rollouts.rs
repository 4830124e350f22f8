//! Rollouts whose history a test writes, as whoever carries them out would.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Role, RolloutId};
use flags::{Gates, Percentage};
use jiff::{SignedDuration, Timestamp};
use rollouts::evidence::{Arm, Reading as Got, Window};
use rollouts::plan::Plan;
use rollouts::{
    Asker, Author, Change, CheckOutcome, CheckResult, Entry, Event, Reading, Rollout, Through,
};
use steering::{KeptReading, written};
use store::{Followed, NewRolloutReading, RolloutWrite};

use super::World;

/// A rollout of `tidy_sidebar` in a world.
pub struct Played<'w> {
    pub world: &'w World,
    pub id: RolloutId,
}

/// Somebody with every role.
pub fn asker(name: &str) -> Asker {
    Asker {
        author: Author {
            name: name.to_owned(),
            through: Through::Shell,
        },
        known: true,
        roles: Role::ALL.into(),
    }
}

pub fn plan() -> Plan {
    let text = include_str!("tidy_sidebar.rollout.yml");
    let file = rollouts::plan::PlanFile::parse("tidy_sidebar.rollout.yml", text);
    file.expect("a plan").plan
}

impl<'w> Played<'w> {
    /// `mina` begins it.
    pub async fn begin(world: &'w World) -> Self {
        let reason = Some("ready <for> everybody".to_owned());
        let started = world.rollouts.start(plan(), &asker("mina"), reason).await;
        let id = started.expect("a rollout").id;
        Self { world, id }
    }

    /// Writes what happened, each at the world's moment.
    pub async fn happens(&self, events: Vec<Event>) {
        self.write(events, &[]).await;
    }

    /// The monitor `deliveries` says this of each minute from now on: failures with the flag and
    /// without, of 40 and 120 who were exposed.
    pub async fn reads(&self, failures: &[(f64, f64)]) {
        let first = self.world.clock.now();
        let minute = |place: usize| first + SignedDuration::from_mins(place as i64);
        let windows = failures.iter().enumerate();
        let readings = windows.map(|(place, (with, without))| Reading {
            monitor: "deliveries".parse().expect("a monitor"),
            from: minute(place),
            to: minute(place + 1),
            at: minute(place + 1),
            got: Got::Arms(Window::new(
                Arm::new(*with, 40.0),
                Arm::new(*without, 120.0),
            )),
            why: None,
        });
        let readings: Vec<Reading> = readings.collect();
        self.passes(readings.len());
        self.write(Vec::new(), &readings).await;
    }

    /// Non-production is over, and a quarter of production has the flag.
    pub async fn reaches_a_quarter(&self) {
        let gates = |gates: Gates, name: &str| {
            let name = name.parse().expect("an environment");
            BTreeMap::from([(name, Some(gates))])
        };
        let quarter = Gates {
            percentage_of_actors: Percentage::new(25.0).expect("a percentage"),
            ..Gates::default()
        };
        self.write(
            vec![
                intended("everyone on staging"),
                applied(gates(Gates::on(), "staging")),
            ],
            &[],
        )
        .await;
        self.passes(20);
        self.write(vec![Event::Advanced { to: 1 }], &[]).await;
        let change = intended("25 percent of actors on production");
        let made = applied(gates(quarter, "production"));
        self.write(vec![change, made], &[]).await;
    }

    fn passes(&self, minutes: usize) {
        let minutes = u64::try_from(minutes).expect("a few");
        self.world.clock.advance(Duration::from_secs(60 * minutes));
    }

    async fn write(&self, events: Vec<Event>, readings: &[Reading]) {
        let at = self.world.clock.now();
        let store = &self.world.store;
        let record = store.rollout(&self.id).await.expect("a store");
        let record = record.expect("a rollout");
        let mut rollout: Rollout = serde_json::from_str(&record.state).expect("a rollout");
        let mut entries = Vec::new();
        for event in events {
            let entry = Entry {
                number: rollout.version + 1,
                at,
                by: Author::itself(),
                event,
            };
            rollout.record(&entry);
            entries.push(written(&entry).expect("an entry"));
        }
        let mut kept = Vec::new();
        for reading in readings {
            rollout.take(reading);
            kept.push(keep(&rollout, reading));
        }
        let write = RolloutWrite {
            id: self.id.clone(),
            expected: record.revision,
            state: serde_json::to_string(&rollout).expect("JSON"),
            entries,
            readings: kept,
            next_at: rollout.next_look(at),
            open: !rollout.is_over(),
            followed: Followed::default(),
            cards: Vec::new(),
            token: None,
            at,
        };
        store.record_rollout(write).await.expect("a write");
    }
}

fn keep(rollout: &Rollout, reading: &Reading) -> NewRolloutReading {
    let watched = rollout.monitors.get(&reading.monitor);
    let kept = KeptReading {
        reading: reading.clone(),
        judgement: watched.map(|watched| watched.evidence.judge()),
    };
    NewRolloutReading {
        monitor: reading.monitor.to_string(),
        stage: "25-percent".to_owned(),
        from: reading.from,
        to: reading.to,
        at: reading.at,
        body: serde_json::to_string(&kept).expect("JSON"),
    }
}

fn intended(what: &str) -> Event {
    Event::Intended {
        change: Change {
            what: what.to_owned(),
            parts: Vec::new(),
            closes: false,
        },
    }
}

fn applied(gates: BTreeMap<domain::EnvironmentName, Option<Gates>>) -> Event {
    Event::Applied {
        entries: Vec::new(),
        gates,
    }
}

/// An answer of a check.
pub fn checked(id: &str, outcome: CheckOutcome, found: &str) -> Event {
    Event::Checked {
        results: vec![CheckResult {
            id: id.to_owned(),
            outcome,
            found: found.to_owned(),
            at: Timestamp::from_second(super::NOW).expect("a moment"),
        }],
    }
}
