//! A rule together with what it has learned: which readings it takes.

use serde::{Deserialize, Serialize};

use super::reading::Learned;
use super::{
    Arm, BeforeAfter, Budget, HardLimit, Issue, Judgement, Mean, NewIssue, Reading, Rule,
    SampleRatio, Samples, Severity, Silence, Stage, TwoArm, Window,
};
use super::{before_after, hard_limit, mean, new_issue, sample_ratio, two_arm};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    TwoArm(TwoArm, Box<two_arm::State>),
    BeforeAfter(BeforeAfter, before_after::State),
    Mean(Mean, mean::State),
    HardLimit(HardLimit, hard_limit::State),
    NewIssue(NewIssue, new_issue::State),
    SampleRatio(SampleRatio, sample_ratio::State),
}

impl Method {
    pub(super) fn new(rule: &Rule) -> Self {
        match rule.clone() {
            Rule::TwoArm(settings) => {
                let state = Box::new(two_arm::State::new(&settings));
                Self::TwoArm(settings, state)
            }
            Rule::BeforeAfter(settings) => Self::BeforeAfter(settings, Default::default()),
            Rule::Mean(settings) => Self::Mean(settings, Default::default()),
            Rule::HardLimit(settings) => Self::HardLimit(settings, Default::default()),
            Rule::NewIssue(settings) => Self::NewIssue(settings, Default::default()),
            Rule::SampleRatio(settings) => Self::SampleRatio(settings, Default::default()),
        }
    }

    pub(super) fn rule(&self) -> Rule {
        match self {
            Self::TwoArm(settings, _) => Rule::TwoArm(settings.clone()),
            Self::BeforeAfter(settings, _) => Rule::BeforeAfter(settings.clone()),
            Self::Mean(settings, _) => Rule::Mean(settings.clone()),
            Self::HardLimit(settings, _) => Rule::HardLimit(settings.clone()),
            Self::NewIssue(settings, _) => Rule::NewIssue(settings.clone()),
            Self::SampleRatio(settings, _) => Rule::SampleRatio(settings.clone()),
        }
    }

    pub(super) fn begin(&mut self, stage: &Stage) {
        match self {
            Self::TwoArm(settings, state) => state.begin(settings, stage),
            Self::BeforeAfter(_, state) => state.begin(),
            Self::Mean(_, state) => state.begin(),
            Self::HardLimit(_, state) => state.begin(),
            Self::NewIssue(_, state) => state.begin(stage.since),
            Self::SampleRatio(_, state) => state.begin(stage),
        }
    }

    /// What the reading taught. A reading of another kind than the rule judges teaches nothing
    /// and is no pass either: it makes no sense here.
    pub(super) fn add(&mut self, budget: &Budget, reading: &Reading) -> Learned {
        if let Reading::Nothing(silence) = reading {
            return Err(*silence);
        }
        match self {
            Self::TwoArm(settings, state) => state.add(settings, arms(reading)?),
            Self::BeforeAfter(settings, state) => {
                if let Reading::Baseline(windows) = reading {
                    state.compare_with(settings, budget, windows)
                } else {
                    state.add(everybody(reading)?)
                }
            }
            Self::Mean(settings, state) => state.add(settings, budget, samples(reading)?),
            Self::HardLimit(settings, state) => {
                let (value, requests) = value(reading)?;
                state.add(settings, value, requests)
            }
            Self::NewIssue(settings, state) => state.add(settings, issues(reading)?),
            Self::SampleRatio(_, state) => state.add(arms(reading)?),
        }
    }

    pub(super) fn severity(&self, budget: &Budget) -> Option<Severity> {
        match self {
            Self::TwoArm(_, state) => state.severity(budget),
            Self::BeforeAfter(_, state) => state.severity(budget),
            Self::Mean(_, state) => state.severity(budget),
            Self::HardLimit(settings, state) => state.severity(settings),
            Self::NewIssue(_, state) => state.severity(),
            Self::SampleRatio(settings, state) => state.severity(settings, budget),
        }
    }

    pub(super) fn judge(&self, budget: &Budget) -> Judgement {
        match self {
            Self::TwoArm(settings, state) => state.judge(settings, budget),
            Self::BeforeAfter(settings, state) => state.judge(settings, budget),
            Self::Mean(settings, state) => state.judge(settings, budget),
            Self::HardLimit(settings, state) => state.judge(settings),
            Self::NewIssue(_, state) => state.judge(),
            Self::SampleRatio(settings, state) => state.judge(settings, budget),
        }
    }
}

fn arms(reading: &Reading) -> Result<&Window, Silence> {
    let Reading::Arms(window) = reading else {
        return Err(Silence::Nonsense);
    };
    Ok(window)
}

/// Both arms together are everybody, too.
fn everybody(reading: &Reading) -> Result<Arm, Silence> {
    match reading {
        Reading::Everybody(arm) => Ok(*arm),
        Reading::Arms(window) => Ok(Arm::new(
            window.treatment.failed + window.control.failed,
            window.treatment.exposed + window.control.exposed,
        )),
        Reading::Nothing(silence) => Err(*silence),
        Reading::Baseline(_) | Reading::Samples(_) | Reading::Value { .. } | Reading::Issues(_) => {
            Err(Silence::Nonsense)
        }
    }
}

fn samples(reading: &Reading) -> Result<&Samples, Silence> {
    let Reading::Samples(samples) = reading else {
        return Err(Silence::Nonsense);
    };
    Ok(samples)
}

/// A value and its requests. Where failures are counted, the value is their rate: of those with
/// the flag, where that is known.
fn value(reading: &Reading) -> Result<(f64, Option<f64>), Silence> {
    let rate = |arm: &Arm| {
        let rate = if arm.exposed == 0.0 {
            0.0
        } else {
            arm.failed / arm.exposed
        };
        (rate, Some(arm.exposed))
    };
    match reading {
        Reading::Value { value, requests } => Ok((*value, *requests)),
        Reading::Everybody(arm) => Ok(rate(arm)),
        Reading::Arms(window) => Ok(rate(&window.treatment)),
        Reading::Nothing(silence) => Err(*silence),
        Reading::Baseline(_) | Reading::Samples(_) | Reading::Issues(_) => Err(Silence::Nonsense),
    }
}

fn issues(reading: &Reading) -> Result<&[Issue], Silence> {
    let Reading::Issues(issues) = reading else {
        return Err(Silence::Nonsense);
    };
    Ok(issues)
}
