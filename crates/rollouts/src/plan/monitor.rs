//! What watches a rollout.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::evidence::Rule;

domain::text_id!(
    /// What a plan calls a monitor: `deliveries`, `sentry-new-issues`.
    MonitorName, "monitor", 64,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
);

/// A source of readings and the rule by which they are judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Monitor {
    /// Unique in its plan.
    pub name: MonitorName,
    pub source: Source,
    pub rule: Rule,
    /// What an answer without any value means.
    pub empty: Empty,
    /// Tells what it would have done, and does nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shadow: bool,
    /// The worst that it may do.
    #[serde(default)]
    pub on_bad: OnBad,
    /// How often it is asked; 60 s unless said.
    #[serde(default = "every_minute")]
    pub interval: SignedDuration,
    /// How late the source learns of things: windows end that long before now.
    #[serde(default)]
    pub lag: SignedDuration,
}

/// Where readings come from. Which server is the configuration's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Signalbox's own deliveries: projects with failed deliveries, by the state of the flag.
    Deliveries,
    Sentry {
        /// The project's slug; every project of the organisation when it is `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
        /// Sentry's search, added to the flag's term.
        #[serde(default)]
        query: String,
        #[serde(default)]
        flag_term: FlagTerm,
        #[serde(default)]
        counting: Counting,
    },
    /// `_count` and aggregations over what a `query_string` finds, as Kibana saves it.
    Elasticsearch {
        index: String,
        query: String,
        /// The field whose distinct values are counted; documents when it is `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        distinct: Option<String>,
        /// The field that has `name:1` or `name:0`.
        #[serde(default = "flag_states")]
        flag_field: String,
        /// What counts as exposure; without it the planned split is used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exposure: Option<String>,
    },
    Prometheus(Query),
    /// An endpoint of the configuration that answers JSON.
    Http {
        endpoint: String,
        path: String,
        /// JSON pointers. One alone: an absolute value.
        errors: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exposures: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        control_errors: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        control_exposures: Option<String>,
    },
}

/// PromQL. `$window` stands for the length of the window, `$flag` for the flag's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// One value, watched for itself.
    Value { value: String },
    /// Counts of errors and of exposures in both arms.
    Arms {
        errors: String,
        exposures: String,
        control_errors: String,
        control_exposures: String,
    },
    /// How large something was in both arms, such as a latency: how many samples there were,
    /// their sum and the sum of their squares.
    Means { treatment: Sums, control: Sums },
}

/// PromQL for the samples of one arm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    pub samples: String,
    pub sum: String,
    pub squares: String,
}

impl Source {
    /// What an answer without any value means unless the plan says otherwise: a search that finds
    /// nothing has counted none, a metric or a pointer that is not there may be mistyped.
    #[must_use]
    pub fn empty(&self) -> Empty {
        match self {
            Self::Deliveries | Self::Sentry { .. } | Self::Elasticsearch { .. } => Empty::Zero,
            Self::Prometheus(_) | Self::Http { .. } => Empty::Hold,
        }
    }

    /// Whether it says how many were exposed in each arm, and not only how many failed.
    #[must_use]
    pub fn counts_exposures(&self) -> bool {
        match self {
            Self::Deliveries | Self::Prometheus(Query::Arms { .. } | Query::Means { .. }) => true,
            Self::Sentry { .. } | Self::Prometheus(Query::Value { .. }) => false,
            Self::Elasticsearch { exposure, .. } => exposure.is_some(),
            Self::Http {
                exposures,
                control_exposures,
                ..
            } => exposures.is_some() && control_exposures.is_some(),
        }
    }
}

/// How a flag is written in Sentry's search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagTerm {
    /// `flags["name"]:true`, as Sentry's SDKs record evaluations.
    #[default]
    Flags,
    /// A tag that the application sets: `flag.name:on`.
    Tag,
}

/// What is counted of Sentry's events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Distinct users that met an error.
    #[default]
    Users,
    Events,
}

/// What an answer without any value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Empty {
    /// Nothing happened: right for counts of what is searched for.
    Zero,
    /// Nobody knows: right for values, which are always there.
    Hold,
}

/// The worst that a monitor may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBad {
    /// Hold the rollout; a person decides.
    Hold,
    /// Do what the plan says of a breach.
    #[default]
    RollBack,
}

fn every_minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

fn flag_states() -> String {
    "feature_flag_states".to_owned()
}
