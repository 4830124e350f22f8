//! The keys of monitors: those of all, and those that belong to a source or a rule.

use super::{Keys, Shape, key, needed};

/// The most checks that a hard limit looks back on.
const MOST_CHECKS: u32 = 60;
/// More events or users than that are no new issue's first ones.
const MOST_SEEN: u32 = 1_000_000;

pub(in crate::plan) static MONITOR: Keys = Keys {
    what: "a monitor",
    keys: &[
        needed(
            "name",
            Shape::Text,
            "Unique in its plan: sentry-new-issues.",
        ),
        needed(
            "source",
            Shape::Word(&[
                "deliveries",
                "sentry",
                "elasticsearch",
                "prometheus",
                "http",
            ]),
            "Where its readings come from; which server is the configuration's.",
        ),
        key(
            "project",
            Shape::Text,
            "Sentry: the project's slug; all of them unless said.",
        ),
        key(
            "environment",
            Shape::Text,
            "Sentry: only this environment's errors.",
        ),
        key(
            "index",
            Shape::Text,
            "Elasticsearch: the index, or a pattern of several.",
        ),
        key(
            "query",
            Shape::Text,
            "Sentry's search beside the flag; or Elasticsearch's query_string, as Kibana saves it.",
        ),
        key(
            "flag_term",
            Shape::Word(&["flags", "tag"]),
            "Sentry: how the flag is searched, flags[\"name\"]:true or the tag flag.name:on.",
        ),
        key(
            "count",
            Shape::Word(&["users", "events"]),
            "Sentry: what is counted; users unless said, because one who fails often is one.",
        ),
        key(
            "distinct",
            Shape::Text,
            "Elasticsearch: the field whose distinct values are counted; documents unless said.",
        ),
        key(
            "flag_field",
            Shape::Text,
            "Elasticsearch: the field that has name:1 or name:0.",
        ),
        key(
            "exposure",
            Shape::Text,
            "Elasticsearch: a query_string for what counts as exposed; the planned split unless said.",
        ),
        key(
            "value",
            Shape::Text,
            "Prometheus: PromQL for one value. $window and $flag are replaced.",
        ),
        key(
            "samples",
            Shape::Text,
            "Prometheus, for a mean: PromQL for the number of samples with the flag.",
        ),
        key("sum", Shape::Text, "… for their sum."),
        key("squares", Shape::Text, "… for the sum of their squares."),
        key(
            "control_samples",
            Shape::Text,
            "… for the number of samples without the flag.",
        ),
        key("control_sum", Shape::Text, "… for their sum."),
        key(
            "control_squares",
            Shape::Text,
            "… for the sum of their squares.",
        ),
        key(
            "endpoint",
            Shape::Text,
            "HTTP: an endpoint of the configuration that answers JSON.",
        ),
        key("path", Shape::Text, "HTTP: below the endpoint's address."),
        key(
            "errors",
            Shape::Text,
            "Prometheus: PromQL; HTTP: a JSON pointer. Errors with the flag, or HTTP's one value.",
        ),
        key("exposures", Shape::Text, "… exposures with the flag."),
        key("control_errors", Shape::Text, "… errors without the flag."),
        key(
            "control_exposures",
            Shape::Text,
            "… exposures without the flag.",
        ),
        needed(
            "rule",
            Shape::Word(&[
                "arms",
                "before-after",
                "mean",
                "limit",
                "new-issues",
                "sample-ratio",
            ]),
            "How it is judged; see docs/evidence.md.",
        ),
        key(
            "tolerated",
            Shape::Number,
            "Arms, mean: so many times as much with the flag is tolerated; 1.1 unless said.",
        ),
        key(
            "harm",
            Shape::Number,
            "Arms: the ratio that must be excluded; 2 up to a tenth of the traffic and 1.5 above unless said.",
        ),
        key(
            "beta",
            Shape::Number,
            "Arms: the probability of calling a harmful flag clear; 0.05 unless said.",
        ),
        key(
            "fresh_starts",
            Shape::Bool,
            "Arms: whether later stages have evidence of their own, too; true unless said.",
        ),
        key(
            "min_exposures",
            Shape::Number,
            "Arms, before-after, sample-ratio: exposures of each arm that are enough to advance after the soak; 500 unless said.",
        ),
        key(
            "dispersion",
            Shape::Bool,
            "Before-after: whether good and bad hours are allowed for; true unless said.",
        ),
        key(
            "min_samples",
            Shape::Number,
            "Mean: samples of each arm that are enough; 500 unless said.",
        ),
        key(
            "worse",
            Shape::Word(&["higher", "lower"]),
            "Mean: which way is bad; higher unless said.",
        ),
        key("above", Shape::Number, "Limit: higher values are bad."),
        key("below", Shape::Number, "Limit: lower values are bad."),
        key(
            "beyond",
            Shape::Count(MOST_CHECKS),
            "Limit: so many checks beyond it …; 3 unless said.",
        ),
        key(
            "of_last",
            Shape::Count(MOST_CHECKS),
            "Limit: … of the last so many are a breach; 4 unless said.",
        ),
        key(
            "min_requests",
            Shape::Number,
            "Limit: fewer requests than that in a window say nothing; 20 unless said.",
        ),
        key(
            "min_events",
            Shape::Count(MOST_SEEN),
            "New issues: events of an issue that hold the rollout; 3 unless said.",
        ),
        key(
            "min_users",
            Shape::Count(MOST_SEEN),
            "New issues: … by so many users; 2 unless said.",
        ),
        key(
            "alpha",
            Shape::Number,
            "Sample ratio: the probability of a false alarm; 0.001 unless said.",
        ),
        key(
            "empty",
            Shape::Word(&["zero", "hold"]),
            "What an answer without any value means. Unless said: zero for deliveries, Sentry and Elasticsearch, where nothing found is none; hold for Prometheus and HTTP, where a value that is not there may be mistyped.",
        ),
        key(
            "on_bad",
            Shape::Word(&["hold", "roll-back"]),
            "The worst that it may do; roll-back unless said.",
        ),
        key(
            "shadow",
            Shape::Bool,
            "Whether it only tells what it would have done.",
        ),
        key(
            "interval",
            Shape::Duration,
            "How often it is asked; 1m unless said.",
        ),
        key(
            "lag",
            Shape::Duration,
            "How late the source learns of things; 0s unless said.",
        ),
    ],
};
