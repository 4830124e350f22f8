//! The monitors of a plan, written. What is as usual is left out.

use jiff::SignedDuration;

use super::lines::Lines;
use crate::evidence::{BeforeAfter, HardLimit, Mean, NewIssue, Rule, SampleRatio, TwoArm, Worse};
use crate::plan::lint::{rule_word, source_word};
use crate::plan::{Counting, Empty, FlagTerm, Monitor, OnBad, Query, Source, write_duration};

pub(super) fn write(monitors: &[Monitor], lines: &mut Lines) {
    lines.gap();
    if monitors.is_empty() {
        lines.raw("monitors", "[]");
        return;
    }
    lines.open("monitors");
    for monitor in monitors {
        lines.item();
        lines.text("name", monitor.name.as_str());
        write_source(&monitor.source, lines);
        write_rule(&monitor.rule, lines);
        write_rest(monitor, lines);
        lines.close();
    }
    lines.close();
}

fn write_rest(monitor: &Monitor, lines: &mut Lines) {
    if monitor.empty != monitor.source.empty() {
        let empty = match monitor.empty {
            Empty::Zero => "zero",
            Empty::Hold => "hold",
        };
        lines.text("empty", empty);
    }
    if monitor.on_bad == OnBad::Hold {
        lines.text("on_bad", "hold");
    }
    if monitor.shadow {
        lines.raw("shadow", "true");
    }
    if monitor.interval != SignedDuration::from_mins(1) {
        lines.text("interval", &write_duration(monitor.interval));
    }
    if !monitor.lag.is_zero() {
        lines.text("lag", &write_duration(monitor.lag));
    }
}

fn write_source(source: &Source, lines: &mut Lines) {
    lines.text("source", source_word(source));
    match source {
        Source::Deliveries => (),
        Source::Sentry {
            project,
            environment,
            query,
            flag_term,
            counting,
        } => {
            lines.maybe("project", project.as_deref());
            lines.maybe("environment", environment.as_deref());
            lines.maybe("query", (!query.is_empty()).then_some(query.as_str()));
            if *flag_term == FlagTerm::Tag {
                lines.text("flag_term", "tag");
            }
            if *counting == Counting::Events {
                lines.text("count", "events");
            }
        }
        Source::Elasticsearch {
            index,
            query,
            distinct,
            flag_field,
            exposure,
        } => {
            lines.text("index", index);
            lines.text("query", query);
            lines.maybe("distinct", distinct.as_deref());
            lines.text("flag_field", flag_field);
            lines.maybe("exposure", exposure.as_deref());
        }
        Source::Prometheus(Query::Value { value }) => lines.text("value", value),
        Source::Prometheus(Query::Arms {
            errors,
            exposures,
            control_errors,
            control_exposures,
        }) => {
            lines.text("errors", errors);
            lines.text("exposures", exposures);
            lines.text("control_errors", control_errors);
            lines.text("control_exposures", control_exposures);
        }
        Source::Prometheus(Query::Means { treatment, control }) => {
            lines.text("samples", &treatment.samples);
            lines.text("sum", &treatment.sum);
            lines.text("squares", &treatment.squares);
            lines.text("control_samples", &control.samples);
            lines.text("control_sum", &control.sum);
            lines.text("control_squares", &control.squares);
        }
        Source::Http {
            endpoint,
            path,
            errors,
            exposures,
            control_errors,
            control_exposures,
        } => {
            lines.text("endpoint", endpoint);
            lines.text("path", path);
            lines.text("errors", errors);
            lines.maybe("exposures", exposures.as_deref());
            lines.maybe("control_errors", control_errors.as_deref());
            lines.maybe("control_exposures", control_exposures.as_deref());
        }
    }
}

fn write_rule(rule: &Rule, lines: &mut Lines) {
    lines.text("rule", rule_word(rule));
    match rule {
        Rule::TwoArm(settings) => write_arms(settings, lines),
        Rule::BeforeAfter(settings) => {
            let usual = BeforeAfter::default();
            number(
                lines,
                "min_exposures",
                settings.min_exposures,
                usual.min_exposures,
            );
            bool(lines, "dispersion", settings.dispersion, usual.dispersion);
        }
        Rule::Mean(settings) => {
            let usual = Mean::default();
            number(lines, "tolerated", settings.tolerated, usual.tolerated);
            if settings.worse == Worse::Lower {
                lines.text("worse", "lower");
            }
            number(
                lines,
                "min_samples",
                settings.min_samples,
                usual.min_samples,
            );
        }
        Rule::HardLimit(settings) => write_limit(settings, lines),
        Rule::NewIssue(settings) => {
            let usual = NewIssue::default();
            if settings.min_events != usual.min_events {
                lines.raw("min_events", &settings.min_events.to_string());
            }
            if settings.min_users != usual.min_users {
                lines.raw("min_users", &settings.min_users.to_string());
            }
        }
        Rule::SampleRatio(settings) => {
            let usual = SampleRatio::default();
            number(lines, "alpha", settings.alpha, usual.alpha);
            number(
                lines,
                "min_exposures",
                settings.min_exposures,
                usual.min_exposures,
            );
        }
    }
}

fn write_arms(settings: &TwoArm, lines: &mut Lines) {
    let usual = TwoArm::default();
    number(lines, "tolerated", settings.tolerated, usual.tolerated);
    if let Some(harm) = settings.harm {
        lines.raw("harm", &harm.to_string());
    }
    number(lines, "beta", settings.beta, usual.beta);
    number(
        lines,
        "min_exposures",
        settings.min_exposures,
        usual.min_exposures,
    );
    bool(
        lines,
        "fresh_starts",
        settings.fresh_starts,
        usual.fresh_starts,
    );
}

fn write_limit(settings: &HardLimit, lines: &mut Lines) {
    let key = match settings.worse {
        Worse::Higher => "above",
        Worse::Lower => "below",
    };
    lines.raw(key, &settings.limit.to_string());
    let usual = HardLimit::new(settings.limit, settings.worse);
    for (key, count, usual) in [
        ("beyond", settings.beyond, usual.beyond),
        ("of_last", settings.of_last, usual.of_last),
    ] {
        if count != usual {
            lines.raw(key, &count.to_string());
        }
    }
    number(
        lines,
        "min_requests",
        settings.min_requests,
        usual.min_requests,
    );
}

fn number(lines: &mut Lines, key: &str, number: f64, usual: f64) {
    if number.to_bits() != usual.to_bits() {
        lines.raw(key, &number.to_string());
    }
}

fn bool(lines: &mut Lines, key: &str, bool: bool, usual: bool) {
    if bool != usual {
        lines.raw(key, &bool.to_string());
    }
}
