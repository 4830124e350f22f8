//! What the monitors say: one file a source, each of which answers in the terms of the rule that
//! judges the monitor.
//!
//! A provider that is down, slow, refuses or answers nonsense has said nothing, which is never a
//! value; why is kept in words. An answer without any value is told apart: the plan says what it
//! means.

mod arms;
mod deliveries;
mod elasticsearch;
mod http;
mod prometheus;
mod sentry;

use futures_util::future::BoxFuture;
use futures_util::stream;
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use monitors::Measured;
use rollouts::evidence::{self, Silence};
use rollouts::plan::{Empty, Monitor, Source, Stage, StageKind};
use rollouts::{Reading, Rollout, WantedReading};
use store::Store;

use crate::sources::Sources;

/// Questions of one rollout that are asked at the same time.
const AT_ONCE: usize = 5;

/// Why nothing came.
#[derive(Debug)]
struct Unread {
    silence: Silence,
    why: String,
}

type Answer = Result<evidence::Reading, Unread>;

/// A reading that is to be made.
#[derive(Clone, Copy)]
struct Asked<'a> {
    rollout: &'a Rollout,
    monitor: &'a Monitor,
    wanted: &'a WantedReading,
}

/// Asks for all of these, several at a time, each with the patience that the sources say.
pub(crate) async fn read_all(
    sources: &Sources,
    store: &Store,
    rollout: &Rollout,
    wanted: &[WantedReading],
    now: Timestamp,
) -> Vec<Reading> {
    let asked = wanted.iter().filter_map(|wanted| {
        let monitor = rollout.plan.monitor(&wanted.monitor)?;
        Some(Asked {
            rollout,
            monitor,
            wanted,
        })
    });
    // Boxed: the compiler cannot see that a stream of borrowing futures may be sent.
    let readings: Vec<BoxFuture<'_, Reading>> = asked
        .map(|asked| read(sources, store, asked, now).boxed())
        .collect();
    stream::iter(readings).buffered(AT_ONCE).collect().await
}

async fn read(sources: &Sources, store: &Store, asked: Asked<'_>, now: Timestamp) -> Reading {
    let answer = tokio::time::timeout(sources.patience, ask(sources, store, asked)).await;
    let answer = answer.unwrap_or_else(|_| {
        let seconds = sources.patience.as_secs();
        Err(Unread::unanswered(format!("no answer within {seconds} s")))
    });
    let (got, why) = match answer {
        Ok(got) => (got, None),
        Err(unread) => (evidence::Reading::Nothing(unread.silence), Some(unread.why)),
    };
    let WantedReading {
        monitor, from, to, ..
    } = asked.wanted.clone();
    Reading {
        monitor,
        from,
        to,
        at: now,
        got,
        why,
    }
}

async fn ask(sources: &Sources, store: &Store, asked: Asked<'_>) -> Answer {
    match &asked.monitor.source {
        Source::Deliveries => deliveries::read(store, asked).await,
        Source::Sentry {
            project,
            environment,
            query,
            flag_term,
            counting,
        } => {
            let client = sources.sentry.as_ref();
            let client = client.ok_or_else(|| Unread::not_configured("monitors.sentry"))?;
            let project: Vec<String> = project.iter().cloned().collect();
            let question = sentry::Question {
                scope: monitors::sentry::Scope {
                    projects: &project,
                    environment: environment.as_deref(),
                },
                query,
                flag_term: *flag_term,
                counting: *counting,
            };
            sentry::read(client, &question, asked).await
        }
        Source::Elasticsearch {
            index,
            query,
            distinct,
            flag_field,
            exposure,
        } => {
            let client = sources.elasticsearch.as_ref();
            let client = client.ok_or_else(|| Unread::not_configured("monitors.elasticsearch"))?;
            let question = elasticsearch::Question {
                index,
                query,
                distinct: distinct.as_deref(),
                flag_field,
                exposure: exposure.as_deref(),
            };
            elasticsearch::read(client, &question, asked).await
        }
        Source::Prometheus(query) => {
            let client = sources.prometheus.as_ref();
            let client = client.ok_or_else(|| Unread::not_configured("monitors.prometheus"))?;
            prometheus::read(client, query, asked).await
        }
        Source::Http {
            endpoint,
            path,
            errors,
            exposures,
            control_errors,
            control_exposures,
        } => {
            let client = sources.endpoints.get(endpoint);
            let client =
                client.ok_or_else(|| Unread::not_configured(&format!("endpoint {endpoint}")))?;
            let question = http::Question {
                path,
                pointers: [
                    Some(errors.as_str()),
                    exposures.as_deref(),
                    control_errors.as_deref(),
                    control_exposures.as_deref(),
                ],
            };
            http::read(client, &question, asked).await
        }
    }
}

impl Asked<'_> {
    fn window(&self) -> monitors::Window {
        monitors::Window {
            from: self.wanted.from,
            until: self.wanted.to,
        }
    }

    /// From the beginning of the stage, up to the beginning of the window and up to its end: who
    /// is in the second and not in the first is new.
    fn since(&self) -> [monitors::Window; 2] {
        [self.wanted.from, self.wanted.to].map(|until| monitors::Window {
            from: self.wanted.since,
            until,
        })
    }

    fn seconds(&self) -> f64 {
        let length = self.wanted.to.duration_since(self.wanted.from);
        length.as_secs_f64().max(0.0)
    }

    fn stage(&self) -> Option<&Stage> {
        self.rollout.plan.stage(self.wanted.stage)
    }

    /// The share that has the flag by chance, where it is drawn.
    fn share(&self) -> Option<f64> {
        let stage = self.stage().filter(|stage| stage.is_random())?;
        match &stage.kind {
            StageKind::Percentage(share) => Some(share.number() / 100.0),
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Global
            | StageKind::Verification
            | StageKind::CleanUp(_) => None,
        }
    }

    fn cannot(&self, what: &str) -> Unread {
        Unread {
            silence: Silence::Nonsense,
            why: format!(
                "this source cannot say {what}; choose another rule for `{}`",
                self.monitor.name
            ),
        }
    }
}

impl Unread {
    fn unanswered(why: impl Into<String>) -> Self {
        Self {
            silence: Silence::Unanswered,
            why: why.into(),
        }
    }

    fn nonsense(why: impl Into<String>) -> Self {
        Self {
            silence: Silence::Nonsense,
            why: why.into(),
        }
    }

    fn empty() -> Self {
        Self {
            silence: Silence::Empty,
            why: "the answer has no value".to_owned(),
        }
    }

    fn no_baseline() -> Self {
        Self {
            silence: Silence::NoBaseline,
            why: "this source cannot tell how it was before the change".to_owned(),
        }
    }

    fn not_configured(setting: &str) -> Self {
        Self::unanswered(format!("nothing to ask is configured; set `{setting}`"))
    }
}

impl From<monitors::AskError> for Unread {
    fn from(error: monitors::AskError) -> Self {
        Self::unanswered(error.to_string())
    }
}

impl From<monitors::prometheus::QueryError> for Unread {
    fn from(error: monitors::prometheus::QueryError) -> Self {
        Self::unanswered(error.to_string())
    }
}

impl From<store::StoreError> for Unread {
    fn from(error: store::StoreError) -> Self {
        Self::unanswered(error.to_string())
    }
}

/// Numbers that make one reading. Where some have a value and others have none, as an arm without
/// any error, those are what the plan says that nothing is; else harm in one arm would not count
/// because the other one is well.
fn together<const N: usize>(
    empty: Empty,
    numbers: [Result<f64, Unread>; N],
) -> Result<[f64; N], Unread> {
    let has_value = numbers.iter().any(Result::is_ok);
    let mut values = [0.0; N];
    for (value, number) in values.iter_mut().zip(numbers) {
        match number {
            Ok(number) => *value = number,
            Err(unread)
                if has_value && empty == Empty::Zero && unread.silence == Silence::Empty => {}
            Err(unread) => return Err(unread),
        }
    }
    Ok(values)
}

fn number(measured: Measured) -> Result<f64, Unread> {
    match measured {
        Measured::Number(number) => Ok(number),
        Measured::Silent => Err(Unread::empty()),
        Measured::Nonsense(what) => Err(Unread::nonsense(format!("the answer is {what}"))),
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_counts_though_the_other_arm_has_no_value() {
        let none = || Err(Unread::empty());
        let read = |empty, numbers| together(empty, numbers).map_err(|unread| unread.silence);
        let cases = [
            (Empty::Zero, [Ok(5.0), none()], Ok([5.0, 0.0])),
            (Empty::Zero, [none(), none()], Err(Silence::Empty)),
            (Empty::Hold, [Ok(5.0), none()], Err(Silence::Empty)),
            (
                Empty::Zero,
                [Ok(5.0), Err(Unread::unanswered("down"))],
                Err(Silence::Unanswered),
            ),
        ];
        for (empty, numbers, expected) in cases {
            assert_eq!(read(empty, numbers), expected);
        }
    }
}
