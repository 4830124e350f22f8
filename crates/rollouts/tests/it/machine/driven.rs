//! A rollout with everything around it, stepped by hand and written down.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::{AuditId, EnvironmentName, Role};
use flags::Gates;
use flags::request::{Plan as Requested, plan as requested};
use jiff::{SignedDuration, Timestamp};
use rollouts::evidence::{self, Arm, Silence, Window};
use rollouts::plan::{Plan, Precondition};
use rollouts::{
    Act, ActRefused, Asker, Author, CheckOutcome, CheckResult, Entry, Event, FlagAct, Reading,
    Rollout, Situation, Standing, State, Step, Through, WantedReading, ask, next_step,
};

use super::told::told;

type Says = Box<dyn Fn(&WantedReading, &Rollout) -> evidence::Reading>;

pub(crate) struct Driven {
    pub rollout: Rollout,
    pub entries: Vec<Entry>,
    pub now: Timestamp,
    pub gates: BTreeMap<EnvironmentName, Option<Gates>>,
    /// Checks that do not hold, and how.
    pub checks: BTreeMap<&'static str, CheckOutcome>,
    pub says: Says,
    /// Why the environments refuse, if they do.
    pub refusal: Option<String>,
    pub asked: Vec<String>,
    pub log: String,
    minted: u32,
}

impl Driven {
    /// Started, and looked at for the first time.
    pub(crate) fn start(plan: Plan) -> Self {
        let mut driven = Self::begin(plan);
        driven.pass();
        driven
    }

    /// Started just now.
    pub(crate) fn begin(plan: Plan) -> Self {
        let now: Timestamp = "2026-11-30T09:00:00Z".parse().unwrap();
        let environments = plan.stages.iter().flat_map(|stage| &stage.environments);
        let origin: BTreeMap<_, _> = environments.map(|of| (of.clone(), None)).collect();
        let entry = Entry {
            number: 1,
            at: now,
            by: author("ana"),
            event: Event::Started {
                plan: Box::new(plan),
                origin: origin.clone(),
                reason: None,
            },
        };
        let rollout = Rollout::begin("rlt_1".parse().unwrap(), &entry).unwrap();
        Self {
            rollout,
            entries: vec![entry],
            now,
            gates: origin,
            checks: BTreeMap::new(),
            says: Box::new(nothing_fails),
            refusal: None,
            asked: Vec::new(),
            log: String::new(),
            minted: 0,
        }
    }

    /// What a driver does when it looks: readings, then steps until there is nothing to do.
    pub(crate) fn pass(&mut self) {
        self.rollout = stored(&self.rollout, |rollout| {
            let monitors = rollout.monitors.values_mut();
            monitors.for_each(|watched| watched.recent.clear());
        });
        for _round in 0..100 {
            let wanted = self.rollout.readings_wanted(self.now);
            if wanted.is_empty() {
                break;
            }
            for wanted in wanted {
                let got = (self.says)(&wanted, &self.rollout);
                self.rollout.take(&reading(&wanted, got, self.now));
            }
        }
        let mut checks = None;
        for _step in 0..24 {
            let situation = self.situation(checks.clone());
            let step = next_step(&self.rollout, &situation, self.now);
            match step {
                Step::Wait { .. } | Step::Over => return,
                Step::Check(wanted) => checks = Some(self.answer(&wanted)),
                Step::Record(events) => self.record(&Author::itself(), &events),
                Step::Apply(change) => {
                    let event = self.apply(&change);
                    self.record(&Author::itself(), &[event]);
                }
            }
        }
        panic!("no end: {}", self.log);
    }

    fn situation(&mut self, checks: Option<Vec<CheckResult>>) -> Situation {
        let gates = self.gates.iter().map(|(environment, gates)| {
            let standing = Standing {
                gates: gates.clone(),
                by: None,
            };
            (environment.clone(), standing)
        });
        let gates = gates.collect();
        self.minted += 10;
        let ids = (0..10).map(|number| format!("aud_{}", self.minted + number));
        let fresh_ids: Vec<AuditId> = ids.map(|id| id.parse().unwrap()).collect();
        Situation {
            gates,
            checks,
            fresh_ids,
        }
    }

    fn answer(&mut self, wanted: &[Precondition]) -> Vec<CheckResult> {
        let answer = |precondition: &Precondition| CheckResult {
            id: precondition.id().to_owned(),
            outcome: *self
                .checks
                .get(precondition.id())
                .unwrap_or(&CheckOutcome::Holds),
            found: "as found".to_owned(),
            at: self.now,
        };
        let results: Vec<CheckResult> = wanted.iter().map(answer).collect();
        self.asked
            .extend(wanted.iter().map(|of| of.id().to_owned()));
        self.rollout.asked(&results, self.now);
        results
    }

    fn apply(&mut self, change: &rollouts::Change) -> Event {
        if let Some(reason) = self.refusal.clone() {
            return Event::NotApplied { reason };
        }
        let mut gates = BTreeMap::new();
        for part in &change.parts {
            let before = self.gates.get(&part.environment).cloned().flatten();
            let after = match &part.act {
                FlagAct::Restore(gates) => gates.clone(),
                FlagAct::Delete => None,
                FlagAct::Set(request) => {
                    let changes = match requested(request).unwrap() {
                        Requested::Everyone(change) => vec![change],
                        Requested::Each(verb) => vec![verb.actor("Project:1".parse().unwrap())],
                    };
                    flags::apply(before.as_ref(), &changes).unwrap()
                }
            };
            self.gates.insert(part.environment.clone(), after.clone());
            gates.insert(part.environment.clone(), after);
        }
        Event::Applied {
            entries: change.parts.iter().map(|part| part.entry.clone()).collect(),
            gates,
        }
    }

    fn record(&mut self, by: &Author, events: &[Event]) {
        for event in events {
            let entry = Entry {
                number: self.rollout.version + 1,
                at: self.now,
                by: by.clone(),
                event: event.clone(),
            };
            self.rollout.record(&stored(&entry, |entry| {
                if matches!(entry.event, Event::Judged { .. }) {
                    entry.event = Event::Entered;
                }
            }));
            self.write_down(&entry);
            self.entries.push(entry);
        }
    }

    /// Somebody asks, and the driver looks at once.
    pub(crate) fn ask(&mut self, who: &str, act: &Act) -> Result<(), ActRefused> {
        let asker = Asker {
            author: author(who),
            known: true,
            roles: [Role::Operator, Role::Approver].into(),
        };
        let events = ask(&self.rollout, act, &asker, self.now)?;
        self.record(&asker.author, &events);
        self.pass();
        Ok(())
    }

    /// Looks every minute, for so long.
    pub(crate) fn wait(&mut self, minutes: i64) {
        for _minute in 0..minutes {
            self.now += SignedDuration::from_mins(1);
            self.pass();
        }
    }

    /// Nobody looks for so long.
    pub(crate) fn outage(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    pub(crate) fn stage(&self) -> &str {
        self.rollout.plan.stages[self.rollout.stage].name.as_str()
    }

    pub(crate) fn production(&self) -> Option<&Gates> {
        let production: EnvironmentName = "production".parse().unwrap();
        self.gates[&production].as_ref()
    }

    pub(crate) fn held(&self) -> Option<rollouts::HoldReason> {
        self.rollout.hold.as_ref().map(|hold| hold.reason)
    }

    pub(crate) fn is_over_as(&self, state: State) -> bool {
        self.rollout.state == state
    }

    fn write_down(&mut self, entry: &Entry) {
        let told = told(&entry.event);
        if told.is_empty() {
            return;
        }
        let status = self.rollout.status(self.now);
        let at = entry.at.strftime("%d %H:%M");
        let stage = self.stage().to_owned();
        writeln!(
            self.log,
            "{at}  {:<10} {:<16} {:>4} %  {}: {told}",
            status.state.name(),
            stage,
            status.percentage.number(),
            entry.by.name
        )
        .unwrap();
    }
}

/// What the database gives back: the same, but for the last digit of what is only shown.
fn stored<T>(value: &T, forget_what_is_shown: impl Fn(&mut T)) -> T
where
    T: serde::Serialize + serde::de::DeserializeOwned + Clone + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&json).unwrap();
    let (mut before, mut after) = (value.clone(), read.clone());
    forget_what_is_shown(&mut before);
    forget_what_is_shown(&mut after);
    assert_eq!(before, after);
    read
}

pub(crate) fn author(name: &str) -> Author {
    Author {
        name: name.to_owned(),
        through: Through::Slack,
    }
}

pub(crate) fn reading(wanted: &WantedReading, got: evidence::Reading, at: Timestamp) -> Reading {
    let is_nothing = matches!(got, evidence::Reading::Nothing(_));
    Reading {
        monitor: wanted.monitor.clone(),
        from: wanted.from,
        to: wanted.to,
        at,
        got,
        why: is_nothing.then(|| "503 Service Unavailable".to_owned()),
    }
}

/// Two thousand deliveries a minute, split as the stage says, of which so many fail.
pub(crate) fn deliveries(
    wanted: &WantedReading,
    rollout: &Rollout,
    failed: f64,
) -> evidence::Reading {
    let minutes = wanted.to.duration_since(wanted.from).as_secs_f64() / 60.0;
    let share = rollout.status(wanted.to).percentage.number() / 100.0;
    let all = 2_000.0 * minutes;
    evidence::Reading::Arms(Window::new(
        Arm::new(failed, (all * share).round()),
        Arm::new(0.0, (all * (1.0 - share)).round()),
    ))
}

pub(crate) fn nothing_fails(wanted: &WantedReading, rollout: &Rollout) -> evidence::Reading {
    deliveries(wanted, rollout, 0.0)
}

pub(crate) fn nothing_comes(_: &WantedReading, _: &Rollout) -> evidence::Reading {
    evidence::Reading::Nothing(Silence::Unanswered)
}
