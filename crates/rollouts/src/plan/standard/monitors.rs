//! The usual monitors.

use jiff::SignedDuration;

use super::{Basics, Logs};
use crate::evidence::{BeforeAfter, NewIssue, Rule, TwoArm};
use crate::plan::{By, Counting, FlagTerm, Monitor, OnBad, Source};

/// How late Sentry and a log store learn of an error.
const SENTRY_LAG: SignedDuration = SignedDuration::from_secs(30);
const LOGS_LAG: SignedDuration = SignedDuration::from_secs(90);

pub(super) fn all(basics: &Basics) -> Vec<Monitor> {
    let watched = &basics.watched;
    let rule = || match basics.by {
        By::Actors => Rule::TwoArm(TwoArm::default()),
        By::Time => Rule::BeforeAfter(BeforeAfter::default()),
    };
    let mut monitors = Vec::new();
    if watched.deliveries {
        monitors.extend(monitor(
            "deliveries",
            Source::Deliveries,
            rule(),
            SignedDuration::ZERO,
        ));
    }
    if watched.sentry {
        let new = Rule::NewIssue(NewIssue::default());
        monitors.extend(monitor(
            "sentry-new-issues",
            sentry(basics),
            new,
            SENTRY_LAG,
        ));
        monitors.extend(monitor("sentry-errors", sentry(basics), rule(), SENTRY_LAG));
    }
    if let Some(logs) = &watched.elasticsearch {
        monitors.extend(monitor("log-errors", source(logs), rule(), LOGS_LAG));
    }
    monitors
}

fn monitor(name: &str, source: Source, rule: Rule, lag: SignedDuration) -> Option<Monitor> {
    Some(Monitor {
        name: name.parse().ok()?,
        empty: source.empty(),
        source,
        rule,
        shadow: false,
        on_bad: OnBad::RollBack,
        interval: SignedDuration::from_mins(1),
        lag,
    })
}

fn sentry(basics: &Basics) -> Source {
    Source::Sentry {
        project: basics.watched.sentry_project.clone(),
        environment: None,
        query: String::new(),
        flag_term: FlagTerm::Flags,
        counting: Counting::Users,
    }
}

fn source(logs: &Logs) -> Source {
    Source::Elasticsearch {
        index: logs.index.clone(),
        query: logs.query.clone(),
        distinct: logs.distinct.clone(),
        flag_field: logs.flag_field.clone(),
        exposure: None,
    }
}
