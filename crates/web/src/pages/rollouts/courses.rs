//! What a monitor said over time, as pictures: both arms, and the evidence against its limits.

mod kind;

use jiff::Timestamp;
use rollouts::MonitorStatus;
use rollouts::evidence::{Arm, Interval, Moments, Reading, Rule, Window, Worse};
use rollouts::plan::Monitor;
use steering::ReadingAt;

use crate::pages::chart::{Axis, Chart, Extreme, Limit, Line, Mark, Plot, Sample, Value};
use kind::Kind;

/// From when to when pictures are drawn, and what was changed meanwhile.
pub(super) struct Span<'a> {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) marks: &'a [Mark],
}

/// What is drawn of one monitor; nothing before it was read for the first time.
pub(super) fn charts(
    monitor: &Monitor,
    status: &MonitorStatus,
    readings: &[ReadingAt],
    span: &Span<'_>,
) -> Vec<Chart> {
    if readings.is_empty() {
        return Vec::new();
    }
    let mut courses = Courses::default();
    for reading in readings {
        courses.take(reading);
    }
    let id = format!("chart-{}", monitor.name.as_str().replace('.', "-"));
    let plots = [
        courses.values(monitor, id.clone()),
        courses.evidence(status, format!("{id}-harm")),
    ];
    let plots = plots.into_iter().flatten();
    plots
        .map(|plot| {
            Plot {
                from: span.from,
                to: span.to,
                marks: span.marks.to_vec(),
                ..plot
            }
            .draw()
        })
        .collect()
}

#[derive(Default)]
struct Courses {
    treatment: Vec<Sample>,
    control: Vec<Sample>,
    everybody: Vec<Sample>,
    value: Vec<Sample>,
    harm: Vec<Sample>,
    /// Failures by exposure before the change.
    before: Option<f64>,
    kind: Kind,
}

impl Courses {
    fn take(&mut self, reading: &ReadingAt) {
        let at = reading.kept.reading.to;
        let sample = |value| Sample { at, value };
        match &reading.kept.reading.got {
            Reading::Arms(window) => self.arms(at, window),
            Reading::Everybody(arm) => self.everybody.push(sample(rate(arm))),
            Reading::Baseline(windows) => self.before = before(windows).or(self.before),
            Reading::Samples(samples) => {
                self.kind = Kind::Mean;
                self.treatment.push(sample(mean(&samples.treatment)));
                self.control.push(sample(mean(&samples.control)));
            }
            Reading::Value { value, .. } => {
                self.kind = Kind::Value;
                self.value.push(sample(Value::Plain(*value)));
            }
            Reading::Issues(issues) => {
                self.kind = Kind::Issues;
                self.value.push(sample(Value::Plain(issues.len() as f64)));
            }
            Reading::Nothing(_) => self.silence(at),
        }
        let judgement = reading.kept.judgement.as_ref();
        if let Some(harm) = judgement.and_then(|judgement| judgement.e_bad) {
            self.harm.push(sample(Value::Plain(harm)));
        }
    }

    fn arms(&mut self, at: Timestamp, window: &Window) {
        let of = |arm: &Arm| match window.share {
            Some(_) => Value::Part {
                part: arm.failed,
                whole: 1.0,
            },
            None => rate(arm),
        };
        if window.share.is_some() {
            self.kind = Kind::Count;
        }
        let (treatment, control) = (of(&window.treatment), of(&window.control));
        self.treatment.push(Sample {
            at,
            value: treatment,
        });
        self.control.push(Sample { at, value: control });
    }

    fn silence(&mut self, at: Timestamp) {
        let silent = Sample {
            at,
            value: Value::Silent,
        };
        let lines = [
            &mut self.treatment,
            &mut self.control,
            &mut self.everybody,
            &mut self.value,
            &mut self.harm,
        ];
        for line in lines {
            line.push(silent);
        }
    }

    fn values(&self, monitor: &Monitor, id: String) -> Option<Plot> {
        let keeps = match &monitor.rule {
            Rule::HardLimit(limit) if limit.worse == Worse::Lower => Extreme::Smallest,
            Rule::HardLimit(_)
            | Rule::TwoArm(_)
            | Rule::BeforeAfter(_)
            | Rule::Mean(_)
            | Rule::NewIssue(_)
            | Rule::SampleRatio(_) => Extreme::Largest,
        };
        let lines = [
            ("with the flag", "treatment", &self.treatment),
            ("without", "control", &self.control),
            ("everybody", "treatment", &self.everybody),
            (self.kind.value_name(), "treatment", &self.value),
        ];
        let lines = lines
            .into_iter()
            .filter(|(.., samples)| has_numbers(samples));
        let lines: Vec<Line> = lines
            .map(|(name, class, samples)| Line {
                name,
                class,
                samples: samples.clone(),
                keeps,
            })
            .collect();
        (!lines.is_empty()).then(|| Plot {
            id,
            title: self.kind.title().to_owned(),
            axis: self.kind.axis(),
            lines,
            limits: self.limits(monitor),
            ..Plot::default()
        })
    }

    fn limits(&self, monitor: &Monitor) -> Vec<Limit> {
        let hard = match &monitor.rule {
            Rule::HardLimit(limit) => Some(Limit {
                value: limit.limit,
                name: "limit",
                class: "roll-back",
            }),
            Rule::TwoArm(_)
            | Rule::BeforeAfter(_)
            | Rule::Mean(_)
            | Rule::NewIssue(_)
            | Rule::SampleRatio(_) => None,
        };
        let before = self.before.map(|value| Limit {
            value,
            name: "before",
            class: "before",
        });
        hard.into_iter().chain(before).collect()
    }

    fn evidence(&self, status: &MonitorStatus, id: String) -> Option<Plot> {
        if !has_numbers(&self.harm) {
            return None;
        }
        let limits = &status.judgement.limits;
        let marks = [
            (limits.hold, "hold", "hold"),
            (limits.roll_back, "roll back", "roll-back"),
        ];
        let limits = marks
            .into_iter()
            .filter_map(|(value, name, class)| value.map(|value| Limit { value, name, class }));
        Some(Plot {
            id,
            title: "Evidence of harm".to_owned(),
            axis: Axis::Evidence,
            lines: vec![Line {
                name: "evidence",
                class: "harm",
                samples: self.harm.clone(),
                keeps: Extreme::Largest,
            }],
            limits: limits.collect(),
            ..Plot::default()
        })
    }
}

fn has_numbers(samples: &[Sample]) -> bool {
    samples.iter().any(|sample| sample.value != Value::Silent)
}

fn rate(arm: &Arm) -> Value {
    Value::Part {
        part: arm.failed,
        whole: arm.exposed,
    }
}

fn mean(moments: &Moments) -> Value {
    Value::Part {
        part: moments.sum,
        whole: moments.samples,
    }
}

fn before(windows: &[Arm]) -> Option<f64> {
    let failed: f64 = windows.iter().map(|arm| arm.failed).sum();
    let exposed: f64 = windows.iter().map(|arm| arm.exposed).sum();
    (0.0 < exposed).then(|| failed / exposed)
}

/// Whether anything is known of the ratio.
pub(super) fn is_known(ratio: Interval) -> bool {
    ratio.lower.is_some() || ratio.upper.is_some()
}
