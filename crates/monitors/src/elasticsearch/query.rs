//! The query part of a search, and what may be wrong with any search's answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Client, IndexPattern, Refusal};
use crate::endpoint::Answer;
use crate::error::{AskError, Reason};
use crate::window::Window;

/// What people write in Kibana's search bar with the Lucene syntax, and nothing that is dear:
/// leading wildcards read every term there is, and a lenient search hides its mistakes.
#[derive(Clone, Copy, Serialize)]
pub(super) struct QueryString<'a> {
    query_string: QueryStringOptions<'a>,
}

#[derive(Clone, Copy, Serialize)]
struct QueryStringOptions<'a> {
    query: &'a str,
    default_operator: &'static str,
    analyze_wildcard: bool,
    allow_leading_wildcard: bool,
    lenient: bool,
    time_zone: &'static str,
}

impl<'a> QueryString<'a> {
    /// `text` may be empty, for everything.
    pub(super) fn new(text: &'a str) -> Self {
        let text = text.trim();
        Self {
            query_string: QueryStringOptions {
                query: if text.is_empty() { "*:*" } else { text },
                default_operator: "AND",
                analyze_wildcard: false,
                allow_leading_wildcard: false,
                lenient: false,
                time_zone: "UTC",
            },
        }
    }
}

/// What is within a window and matches a text.
#[derive(Serialize)]
pub(super) struct Query<'a> {
    bool: Filter<'a>,
}

#[derive(Serialize)]
struct Filter<'a> {
    filter: (Range<'a>, QueryString<'a>),
}

#[derive(Serialize)]
struct Range<'a> {
    range: OneField<'a>,
}

/// An object whose only key is the field's name.
struct OneField<'a> {
    field: &'a str,
    span: Span,
}

#[derive(Serialize)]
struct Span {
    gte: Timestamp,
    lt: Timestamp,
    format: &'static str,
}

impl Serialize for OneField<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.field, &self.span)])
    }
}

impl<'a> Query<'a> {
    pub(super) fn new(text: &'a str, time_field: &'a str, window: Window) -> Self {
        let span = Span {
            gte: window.from,
            lt: window.until,
            format: "strict_date_optional_time_nanos",
        };
        let range = Range {
            range: OneField {
                field: time_field,
                span,
            },
        };
        Self {
            bool: Filter {
                filter: (range, QueryString::new(text)),
            },
        }
    }
}

/// What an answer says of its own completeness.
#[derive(Deserialize)]
pub(super) struct Completeness {
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: Shards,
    /// Only in searches over several clusters.
    #[serde(default, rename = "_clusters")]
    clusters: Option<Clusters>,
}

#[derive(Deserialize)]
struct Shards {
    total: u64,
    failed: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Clusters {
    skipped: u64,
    partial: u64,
    failed: u64,
}

impl Completeness {
    fn lack(&self) -> Option<String> {
        let clusters = self.clusters.as_ref();
        let missing = clusters.map_or(0, |all| all.skipped + all.partial + all.failed);
        let Shards { total, failed } = self.shards;
        if self.timed_out {
            Some("the search took too long".to_owned())
        } else if failed != 0 {
            Some(format!("{failed} of {total} shards failed"))
        } else if missing != 0 {
            Some(format!("{missing} clusters were not searched as a whole"))
        } else {
            None
        }
    }
}

impl Client {
    pub(super) async fn search<T: serde::de::DeserializeOwned>(
        &self,
        index: &IndexPattern,
        what: &str,
        body: &impl Serialize,
    ) -> Result<T, AskError> {
        let request = self
            .0
            .request(reqwest::Method::POST, &[index.as_str(), what])
            // A pattern that nothing matches is a mistake, not a zero.
            .query(&[
                ("allow_no_indices", "false"),
                ("ignore_unavailable", "false"),
            ])
            .json(body);
        let answer = self.0.send(request).await?;
        if !answer.status.is_success() {
            return Err(self.unanswered(&answer));
        }
        let completeness = answer.object::<Completeness>();
        match (completeness, answer.object::<T>()) {
            (Some(completeness), Some(found)) => match completeness.lack() {
                None => Ok(found),
                Some(lack) => Err(AskError::Incomplete {
                    host: self.0.host(),
                    reason: Reason::new(&lack),
                }),
            },
            _ => Err(self.0.unexpected(&answer, None).into()),
        }
    }

    fn unanswered(&self, answer: &Answer) -> AskError {
        let cause = answer.object::<Refusal>().map(|refusal| refusal.error);
        let reason = cause.as_ref().map(|cause| cause.detail());
        self.0.refused(answer, reason)
    }

    pub(super) fn bad_query(&self, reason: &str) -> AskError {
        AskError::BadQuery {
            host: self.0.host(),
            reason: Reason::new(reason),
        }
    }
}
