//! The numbers of rules, and which readings a rule can judge.

use super::{Findings, of_monitor};
use crate::evidence::{HardLimit, Mean, Rule, SampleRatio, TwoArm};
use crate::plan::{Monitor, Query, Source};

pub(super) fn check(monitor: &Monitor, findings: &mut Findings) {
    match &monitor.rule {
        Rule::TwoArm(settings) => arms(monitor, settings, findings),
        Rule::BeforeAfter(settings) => {
            exposures(monitor, settings.min_exposures, findings);
        }
        Rule::Mean(settings) => mean(monitor, settings, findings),
        Rule::HardLimit(settings) => limit(monitor, settings, findings),
        Rule::SampleRatio(settings) => ratio(monitor, settings, findings),
        Rule::NewIssue(settings) => {
            for (key, count) in [
                ("min_events", settings.min_events),
                ("min_users", settings.min_users),
            ] {
                if count == 0 {
                    findings.refuse(of_monitor(monitor, key), "is 1 at least");
                }
            }
        }
    }
}

fn arms(monitor: &Monitor, settings: &TwoArm, findings: &mut Findings) {
    if !(1.0..=100.0).contains(&settings.tolerated) {
        findings.refuse(of_monitor(monitor, "tolerated"), "lies between 1 and 100");
    }
    if let Some(harm) = settings.harm
        && !(settings.tolerated < harm && harm <= 100.0)
    {
        let message = format!("lies between `tolerated` ({}) and 100", settings.tolerated);
        findings.refuse(of_monitor(monitor, "harm"), message);
    }
    if !(0.000_001..=0.5).contains(&settings.beta) {
        findings.refuse(of_monitor(monitor, "beta"), "is a probability up to 0.5");
    }
    exposures(monitor, settings.min_exposures, findings);
}

fn exposures(monitor: &Monitor, least: f64, findings: &mut Findings) {
    if !(0.0..=1e9).contains(&least) {
        findings.refuse(
            of_monitor(monitor, "min_exposures"),
            "is a count of exposures",
        );
    }
}

fn mean(monitor: &Monitor, settings: &Mean, findings: &mut Findings) {
    if !(1.0..=100.0).contains(&settings.tolerated) {
        findings.refuse(of_monitor(monitor, "tolerated"), "lies between 1 and 100");
    }
    if !(100.0..=1e9).contains(&settings.min_samples) {
        let message = "is 100 at least: the mean of fewer says nothing";
        findings.refuse(of_monitor(monitor, "min_samples"), message);
    }
}

fn limit(monitor: &Monitor, settings: &HardLimit, findings: &mut Findings) {
    if settings.beyond == 0 || settings.of_last < settings.beyond {
        let message = format!("lies between 1 and `of_last` ({})", settings.of_last);
        findings.refuse(of_monitor(monitor, "beyond"), message);
    }
    if !(0.0..=1e9).contains(&settings.min_requests) {
        findings.refuse(
            of_monitor(monitor, "min_requests"),
            "is a count of requests",
        );
    }
}

fn ratio(monitor: &Monitor, settings: &SampleRatio, findings: &mut Findings) {
    if !(0.000_001..=0.5).contains(&settings.alpha) {
        findings.refuse(of_monitor(monitor, "alpha"), "is a probability up to 0.5");
    }
    exposures(monitor, settings.min_exposures, findings);
}

/// The rules that can judge what a source gives.
pub(super) fn judged_by(source: &Source) -> &'static [&'static str] {
    match source {
        Source::Deliveries | Source::Prometheus(Query::Arms { .. }) => {
            &["arms", "before-after", "limit", "sample-ratio"]
        }
        Source::Elasticsearch { exposure, .. } => match exposure {
            Some(_) => &["arms", "before-after", "limit", "sample-ratio"],
            None => &["arms", "before-after", "limit"],
        },
        Source::Sentry { .. } => &["arms", "before-after", "limit", "new-issues"],
        Source::Prometheus(Query::Value { .. }) => &["before-after", "limit"],
        Source::Prometheus(Query::Means { .. }) => &["mean"],
        // An endpoint is not asked for what was before.
        Source::Http {
            control_errors,
            control_exposures,
            ..
        } => match (control_errors, control_exposures) {
            (Some(_), Some(_)) => &["arms", "limit", "sample-ratio"],
            (Some(_), None) => &["arms", "limit"],
            (None, _) => &["limit"],
        },
    }
}

/// A rule as a plan names it.
pub(in crate::plan) fn rule_word(rule: &Rule) -> &'static str {
    match rule {
        Rule::TwoArm(_) => "arms",
        Rule::BeforeAfter(_) => "before-after",
        Rule::Mean(_) => "mean",
        Rule::HardLimit(_) => "limit",
        Rule::NewIssue(_) => "new-issues",
        Rule::SampleRatio(_) => "sample-ratio",
    }
}

/// A source as a plan names it.
pub(in crate::plan) fn source_word(source: &Source) -> &'static str {
    match source {
        Source::Deliveries => "deliveries",
        Source::Sentry { .. } => "sentry",
        Source::Elasticsearch { .. } => "elasticsearch",
        Source::Prometheus(_) => "prometheus",
        Source::Http { .. } => "http",
    }
}
