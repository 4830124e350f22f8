//! Which monitors guard a rollout now, and what they say.

use jiff::Timestamp;

use crate::event::Overridden;
use crate::evidence::{Judgement, Rule, Severity, Verdict};
use crate::plan::{Monitor, OnBad};
use crate::rollout::{Rollout, Watched};

/// Tries without an answer after which a monitor is silent.
const TRIES: u32 = 4;

/// A monitor that watches the change in force.
pub(super) struct Guard<'a> {
    pub monitor: &'a Monitor,
    pub watched: &'a Watched,
    pub judgement: Judgement,
    heed: Heed,
}

/// What of a monitor is heeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heed {
    Nothing,
    /// Somebody decided not to heed what it said until then, nor its silence.
    Harm,
    Everything,
}

impl Rollout {
    /// The monitors that are read now.
    pub(super) fn watching_monitors(&self) -> impl Iterator<Item = &Monitor> {
        let monitors = self.plan.monitors.iter();
        monitors.filter(|monitor| self.is_read(monitor))
    }

    pub(super) fn is_read(&self, monitor: &Monitor) -> bool {
        let stage = self.in_force.and_then(|number| self.plan.stage(number));
        stage.is_some_and(|stage| {
            let named = stage.monitors.as_ref();
            named.is_none_or(|names| names.contains(&monitor.name))
                && (self.share(stage).is_some() || !compares_arms(&monitor.rule))
        })
    }

    pub(super) fn guards(&self) -> Vec<Guard<'_>> {
        self.watching_monitors()
            .filter_map(|monitor| self.guard(monitor))
            .collect()
    }

    fn guard<'a>(&'a self, monitor: &'a Monitor) -> Option<Guard<'a>> {
        let watched = self.monitors.get(&monitor.name)?;
        Some(Guard {
            monitor,
            watched,
            judgement: watched.evidence.judge(),
            heed: self.heed(monitor),
        })
    }

    fn heed(&self, monitor: &Monitor) -> Heed {
        let overridden = self.is_overridden(&Overridden::Monitor(monitor.name.clone()));
        match (overridden, &monitor.rule) {
            _ if monitor.shadow => Heed::Nothing,
            (false, _) => Heed::Everything,
            // It would say the same after three more checks: there is no budget to halve.
            (true, Rule::HardLimit(_)) => Heed::Nothing,
            (true, _) => Heed::Harm,
        }
    }

    pub(crate) fn is_overridden(&self, what: &Overridden) -> bool {
        self.overridden.iter().any(|record| record.what == *what)
    }
}

impl Guard<'_> {
    pub(super) fn severity(&self) -> Option<Severity> {
        let severity = self.judgement.severity?;
        match (self.heed, self.monitor.on_bad) {
            (Heed::Nothing, _) => None,
            (Heed::Harm | Heed::Everything, OnBad::RollBack) => Some(severity),
            (Heed::Harm | Heed::Everything, OnBad::Hold) => Some(Severity::Hold),
        }
    }

    pub(super) fn is_about_split(&self) -> bool {
        matches!(self.monitor.rule, Rule::SampleRatio(_))
    }

    /// So many tries brought nothing that it has to be said.
    pub(super) fn is_out(&self) -> bool {
        TRIES <= self.watched.failures
    }

    /// Nothing goes on while this lasts.
    pub(super) fn silences(&self) -> bool {
        self.heed == Heed::Everything && self.is_out()
    }

    /// It has seen enough in both arms, and counted how many there were.
    pub(super) fn has_counted(&self) -> bool {
        self.judgement.verdict == Verdict::Healthy
            && compares_arms(&self.monitor.rule)
            && self.monitor.source.counts_exposures()
    }

    /// It has not seen enough to let the rollout go on. Who counts failures only never knows how
    /// many were exposed: if `counted`, another one does.
    pub(super) fn is_weak(&self, counted: bool) -> bool {
        let counts_for_it = counted
            && self.judgement.is_unsuspicious()
            && matches!(self.monitor.rule, Rule::TwoArm(_))
            && !self.monitor.source.counts_exposures();
        let is_healthy = self.judgement.verdict == Verdict::Healthy;
        self.heed == Heed::Everything && !is_healthy && !counts_for_it
    }

    /// It has read what happened until then and still answers, or need not.
    pub(super) fn covers(&self, until: Timestamp) -> bool {
        let has_read = self.watched.read_to.is_some_and(|read_to| until <= read_to);
        match self.heed {
            Heed::Nothing | Heed::Harm => true,
            Heed::Everything => has_read && self.watched.failures == 0,
        }
    }

    /// It knows all that can be known now.
    pub(super) fn is_up_to_date(&self, rollout: &Rollout, now: Timestamp) -> bool {
        match self.heed {
            Heed::Nothing | Heed::Harm => true,
            Heed::Everything => {
                self.watched.failures == 0 && now < rollout.due_at(self.monitor, self.watched)
            }
        }
    }
}

/// Without chance deciding who has the flag, there is nothing to compare.
fn compares_arms(rule: &Rule) -> bool {
    match rule {
        Rule::TwoArm(_) | Rule::Mean(_) | Rule::SampleRatio(_) => true,
        Rule::BeforeAfter(_) | Rule::HardLimit(_) | Rule::NewIssue(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Guard, Heed};
    use crate::evidence::{
        Arm, Budget, Evidence, HardLimit, Reading, Rule, SampleRatio, Stage, TwoArm, Verdict,
        Window, Worse,
    };
    use crate::plan::{Counting, Empty, FlagTerm, Monitor, OnBad, Source};
    use crate::rollout::Watched;

    fn sentry() -> Source {
        Source::Sentry {
            project: None,
            environment: None,
            query: String::new(),
            flag_term: FlagTerm::Flags,
            counting: Counting::Users,
        }
    }

    /// Whether the monitor is weak after this reading at 25 %, while another counts or not.
    fn weak(source: Source, rule: Rule, got: &Reading) -> (Verdict, bool, bool) {
        let mut evidence = Evidence::new(&rule, Budget::new(2));
        let since = Timestamp::UNIX_EPOCH;
        evidence.begin(&Stage {
            share: Some(0.25),
            since,
        });
        evidence.add(got);
        let monitor = Monitor {
            name: "errors".parse().unwrap(),
            source,
            rule,
            empty: Empty::Zero,
            shadow: false,
            on_bad: OnBad::RollBack,
            interval: SignedDuration::from_mins(1),
            lag: SignedDuration::ZERO,
        };
        let watched = Watched {
            evidence,
            recent: Vec::new(),
            since,
            has_baseline: true,
            read_to: None,
            failures: 0,
            trouble: None,
            silent: None,
            said: None,
        };
        let guard = Guard {
            monitor: &monitor,
            watched: &watched,
            judgement: watched.evidence.judge(),
            heed: Heed::Everything,
        };
        let verdict = guard.judgement.verdict;
        (verdict, guard.is_weak(false), guard.is_weak(true))
    }

    #[test]
    fn who_counts_failures_only_relies_on_one_that_counts_exposures() {
        let two_arm = || Rule::TwoArm(TwoArm::default());
        let quiet = Reading::Arms(Window::at_share(0.25, 0.0, 2.0));
        let suspicious = Reading::Arms(Window::at_share(0.25, 4.0, 1.0));
        let few = Reading::Arms(Window::new(Arm::new(0.0, 10.0), Arm::new(0.0, 30.0)));
        let many = Reading::Arms(Window::new(Arm::new(0.0, 600.0), Arm::new(1.0, 1_800.0)));
        let limit = || Rule::HardLimit(HardLimit::new(1.0, Worse::Higher));
        let split = || Rule::SampleRatio(SampleRatio::default());
        for (source, rule, got, expected) in [
            (
                sentry(),
                two_arm(),
                &quiet,
                (Verdict::Watching, true, false),
            ),
            (
                sentry(),
                two_arm(),
                &suspicious,
                (Verdict::Watching, true, true),
            ),
            (
                Source::Deliveries,
                two_arm(),
                &few,
                (Verdict::Watching, true, true),
            ),
            (
                Source::Deliveries,
                two_arm(),
                &many,
                (Verdict::Healthy, false, false),
            ),
            (
                Source::Deliveries,
                split(),
                &few,
                (Verdict::Watching, true, true),
            ),
            (sentry(), limit(), &quiet, (Verdict::Watching, true, true)),
        ] {
            let rule_name = format!("{rule:?}");
            assert_eq!(weak(source, rule, got), expected, "{rule_name} {got:?}");
        }
    }
}
