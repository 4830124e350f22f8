//! The monitors as they are written.

use jiff::SignedDuration;

use super::reader::{Fields, Reader};
use super::stages::named;
use crate::evidence::{BeforeAfter, HardLimit, Mean, NewIssue, Rule, SampleRatio, TwoArm, Worse};
use crate::plan::keys::{MONITOR, MOST_MONITORS, RULES, SOURCES, Variant, foreign};
use crate::plan::{Counting, Empty, FlagTerm, Monitor, OnBad, Query, Source, Sums};

/// How often a monitor is asked unless the plan says otherwise.
const INTERVAL: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn read(reader: &mut Reader<'_>, plan: &Fields<'_>) -> Vec<Monitor> {
    let items = reader
        .items(plan, "monitors", MOST_MONITORS)
        .unwrap_or_default();
    let mut monitors = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let at = named(plan, "monitors", place, item);
        reader.place(at.clone(), item.line);
        if let Some(fields) = reader.fields(&MONITOR, &at, item.line, &item.value) {
            monitors.extend(monitor(reader, &fields));
        }
    }
    monitors
}

fn monitor(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Monitor> {
    let name = reader.parsed(fields, "name");
    let source = source(reader, fields);
    let rule = rule(reader, fields);
    let empty = reader.word(
        fields,
        "empty",
        &[("zero", Empty::Zero), ("hold", Empty::Hold)],
    );
    let on_bad = [("hold", OnBad::Hold), ("roll-back", OnBad::RollBack)];
    let on_bad = reader.word(fields, "on_bad", &on_bad);
    let shadow = reader.bool(fields, "shadow").unwrap_or(false);
    let interval = reader.duration(fields, "interval").unwrap_or(INTERVAL);
    let lag = reader
        .duration(fields, "lag")
        .unwrap_or(SignedDuration::ZERO);
    let source = source?;
    Some(Monitor {
        name: name?,
        empty: empty.unwrap_or_else(|| source.empty()),
        source,
        rule: rule?,
        shadow,
        on_bad: on_bad.unwrap_or_default(),
        interval,
        lag,
    })
}

/// Refuses what does not belong to the variant that a key names, and asks for what it needs.
fn belonging(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &str,
    variants: &'static [Variant],
) -> Option<&'static Variant> {
    let words: Vec<_> = variants
        .iter()
        .map(|variant| (variant.word, variant))
        .collect();
    let variant = reader.word(fields, key, &words)?;
    for other in foreign(variants, variant.word).filter(|other| fields.has(other)) {
        // `project` is of a source, `tolerated` of a rule: none is of both.
        let message = format!("has no meaning with `{key}: {}`", variant.word);
        reader.refuse_key(fields, other, message);
    }
    for needed in variant.needed.iter().filter(|needed| !fields.has(needed)) {
        let message = format!("is missing: `{key}: {}` needs it", variant.word);
        reader.refuse_key(fields, needed, message);
    }
    Some(variant)
}

fn source(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Source> {
    match belonging(reader, fields, "source", SOURCES)?.word {
        "sentry" => Some(sentry(reader, fields)),
        "elasticsearch" => elasticsearch(reader, fields),
        "prometheus" => query(reader, fields).map(Source::Prometheus),
        "http" => http(reader, fields),
        _ => Some(Source::Deliveries),
    }
}

fn sentry(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Source {
    let terms = [("flags", FlagTerm::Flags), ("tag", FlagTerm::Tag)];
    let countings = [("users", Counting::Users), ("events", Counting::Events)];
    Source::Sentry {
        project: reader.text(fields, "project"),
        environment: reader.text(fields, "environment"),
        query: reader.text(fields, "query").unwrap_or_default(),
        flag_term: reader.word(fields, "flag_term", &terms).unwrap_or_default(),
        counting: reader.word(fields, "count", &countings).unwrap_or_default(),
    }
}

fn elasticsearch(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Source> {
    let distinct = reader.text(fields, "distinct");
    let flag_field = reader.text(fields, "flag_field");
    let exposure = reader.text(fields, "exposure");
    let query = reader.text(fields, "query");
    Some(Source::Elasticsearch {
        index: reader.text(fields, "index")?,
        query: query?,
        distinct,
        flag_field: flag_field.unwrap_or_else(|| "feature_flag_states".to_owned()),
        exposure,
    })
}

const ARMS: [&str; 4] = ["errors", "exposures", "control_errors", "control_exposures"];
const MEANS: [&str; 6] = [
    "samples",
    "sum",
    "squares",
    "control_samples",
    "control_sum",
    "control_squares",
];

/// One value, or all four counts of both arms, or all six sums.
fn query(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Query> {
    let given = |keys: &[&str]| keys.iter().filter(|key| fields.has(key)).count();
    match (fields.has("value"), given(&ARMS), given(&MEANS)) {
        (true, 0, 0) => Some(Query::Value {
            value: reader.text(fields, "value")?,
        }),
        (false, 4, 0) => {
            let [errors, exposures, control_errors, control_exposures] =
                ARMS.map(|key| reader.text(fields, key));
            Some(Query::Arms {
                errors: errors?,
                exposures: exposures?,
                control_errors: control_errors?,
                control_exposures: control_exposures?,
            })
        }
        (false, 0, 6) => {
            let [samples, sum, squares, control @ ..] = MEANS.map(|key| reader.text(fields, key));
            let treatment = [samples, sum, squares];
            Some(Query::Means {
                treatment: sums(treatment)?,
                control: sums(control)?,
            })
        }
        _ => {
            let message = format!(
                "asks for `value`, or for all of {}, or for all of {}",
                ARMS.join(", "),
                MEANS.join(", ")
            );
            reader.refuse(&fields.at, fields.line, message);
            None
        }
    }
}

fn sums([samples, sum, squares]: [Option<String>; 3]) -> Option<Sums> {
    Some(Sums {
        samples: samples?,
        sum: sum?,
        squares: squares?,
    })
}

fn http(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Source> {
    let exposures = reader.text(fields, "exposures");
    let control_errors = reader.text(fields, "control_errors");
    let control_exposures = reader.text(fields, "control_exposures");
    if control_exposures.is_some() && (exposures.is_none() || control_errors.is_none()) {
        let message = "has `control_exposures`, which needs `exposures` and `control_errors`";
        reader.refuse(&fields.at, fields.line, message);
    }
    let path = reader.text(fields, "path");
    let errors = reader.text(fields, "errors");
    Some(Source::Http {
        endpoint: reader.text(fields, "endpoint")?,
        path: path?,
        errors: errors?,
        exposures,
        control_errors,
        control_exposures,
    })
}

fn rule(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Rule> {
    match belonging(reader, fields, "rule", RULES)?.word {
        "before-after" => {
            let usual = BeforeAfter::default();
            Some(Rule::BeforeAfter(BeforeAfter {
                min_exposures: number(reader, fields, "min_exposures", usual.min_exposures),
                dispersion: reader
                    .bool(fields, "dispersion")
                    .unwrap_or(usual.dispersion),
            }))
        }
        "mean" => Some(Rule::Mean(mean(reader, fields))),
        "limit" => limit(reader, fields).map(Rule::HardLimit),
        "new-issues" => {
            let usual = NewIssue::default();
            Some(Rule::NewIssue(NewIssue {
                min_events: count(reader, fields, "min_events").map_or(usual.min_events, u64::from),
                min_users: count(reader, fields, "min_users").map_or(usual.min_users, u64::from),
            }))
        }
        "sample-ratio" => {
            let usual = SampleRatio::default();
            Some(Rule::SampleRatio(SampleRatio {
                alpha: number(reader, fields, "alpha", usual.alpha),
                min_exposures: number(reader, fields, "min_exposures", usual.min_exposures),
            }))
        }
        _ => Some(Rule::TwoArm(arms(reader, fields))),
    }
}

fn arms(reader: &mut Reader<'_>, fields: &Fields<'_>) -> TwoArm {
    let usual = TwoArm::default();
    TwoArm {
        tolerated: number(reader, fields, "tolerated", usual.tolerated),
        harm: reader.number(fields, "harm"),
        beta: number(reader, fields, "beta", usual.beta),
        min_exposures: number(reader, fields, "min_exposures", usual.min_exposures),
        fresh_starts: reader
            .bool(fields, "fresh_starts")
            .unwrap_or(usual.fresh_starts),
    }
}

fn mean(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Mean {
    let usual = Mean::default();
    let ways = [("higher", Worse::Higher), ("lower", Worse::Lower)];
    Mean {
        tolerated: number(reader, fields, "tolerated", usual.tolerated),
        worse: reader.word(fields, "worse", &ways).unwrap_or(usual.worse),
        min_samples: number(reader, fields, "min_samples", usual.min_samples),
    }
}

fn limit(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<HardLimit> {
    let above = reader.number(fields, "above");
    let below = reader.number(fields, "below");
    let beyond = count(reader, fields, "beyond");
    let of_last = count(reader, fields, "of_last");
    let min_requests = reader.number(fields, "min_requests");
    let usual = match (fields.has("above"), fields.has("below")) {
        (true, false) => HardLimit::new(above?, Worse::Higher),
        (false, true) => HardLimit::new(below?, Worse::Lower),
        (true, true) | (false, false) => {
            let message = "has a limit: either `above` or `below` which a value is bad";
            reader.refuse(&fields.at, fields.line, message);
            return None;
        }
    };
    Some(HardLimit {
        beyond: beyond.unwrap_or(usual.beyond),
        of_last: of_last.unwrap_or(usual.of_last),
        min_requests: min_requests.unwrap_or(usual.min_requests),
        ..usual
    })
}

fn number(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str, usual: f64) -> f64 {
    reader.number(fields, key).unwrap_or(usual)
}

fn count(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<u32> {
    MONITOR.get(key).and_then(|key| reader.count(fields, key))
}
