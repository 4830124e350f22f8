//! Which of a monitor's keys belong to which source and rule.

use super::MONITOR;

/// What a word for a source or a rule needs and allows beside itself.
#[derive(Debug)]
pub(in crate::plan) struct Variant {
    pub(in crate::plan) word: &'static str,
    pub(in crate::plan) needed: &'static [&'static str],
    pub(in crate::plan) allowed: &'static [&'static str],
}

const PROMETHEUS: &[&str] = &[
    "value",
    "errors",
    "exposures",
    "control_errors",
    "control_exposures",
    "samples",
    "sum",
    "squares",
    "control_samples",
    "control_sum",
    "control_squares",
];

pub(in crate::plan) static SOURCES: &[Variant] = &[
    Variant {
        word: "deliveries",
        needed: &[],
        allowed: &[],
    },
    Variant {
        word: "sentry",
        needed: &[],
        allowed: &["project", "environment", "query", "flag_term", "count"],
    },
    Variant {
        word: "elasticsearch",
        needed: &["index", "query"],
        allowed: &["index", "query", "distinct", "flag_field", "exposure"],
    },
    Variant {
        word: "prometheus",
        needed: &[],
        allowed: PROMETHEUS,
    },
    Variant {
        word: "http",
        needed: &["endpoint", "path", "errors"],
        allowed: &[
            "endpoint",
            "path",
            "errors",
            "exposures",
            "control_errors",
            "control_exposures",
        ],
    },
];

pub(in crate::plan) static RULES: &[Variant] = &[
    Variant {
        word: "arms",
        needed: &[],
        allowed: &["tolerated", "harm", "beta", "min_exposures", "fresh_starts"],
    },
    Variant {
        word: "before-after",
        needed: &[],
        allowed: &["min_exposures", "dispersion"],
    },
    Variant {
        word: "mean",
        needed: &[],
        allowed: &["tolerated", "worse", "min_samples"],
    },
    Variant {
        word: "limit",
        needed: &[],
        allowed: &["above", "below", "beyond", "of_last", "min_requests"],
    },
    Variant {
        word: "new-issues",
        needed: &[],
        allowed: &["min_events", "min_users"],
    },
    Variant {
        word: "sample-ratio",
        needed: &[],
        allowed: &["alpha", "min_exposures"],
    },
];

/// Those of a monitor's keys that belong to some source or rule, and not to this one.
pub(in crate::plan) fn foreign(
    variants: &'static [Variant],
    word: &str,
) -> impl Iterator<Item = &'static str> {
    let own = variants.iter().find(|variant| variant.word == word);
    let is_own = move |key: &&str| own.is_some_and(|own| own.allowed.contains(key));
    MONITOR.names().filter(move |key| {
        variants.iter().any(|variant| variant.allowed.contains(key)) && !is_own(key)
    })
}
