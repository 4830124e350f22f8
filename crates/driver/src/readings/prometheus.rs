//! Prometheus: one value, or counts of both arms.

use std::time::Duration;

use jiff::SignedDuration;
use monitors::prometheus::{Client, InstantQuery, RangeQuery};
use rollouts::Wanted;
use rollouts::evidence::{Arm, Moments, Reading, Rule, Samples};
use rollouts::plan::{Query, Sums};

use super::arms::{Counts, baseline};
use super::{Answer, Asked, Unread, number, together};

pub(super) async fn read(client: &Client, query: &Query, asked: Asked<'_>) -> Answer {
    let asking = Asking { client, asked };
    if let Wanted::Baseline { step } = asked.wanted.what {
        return asking.before(query, step).await;
    }
    match query {
        Query::Value { value } => {
            let value = asking.at_the_end(value).await?;
            match &asked.monitor.rule {
                Rule::BeforeAfter(_) => Ok(Reading::Everybody(Arm::new(value, asked.seconds()))),
                Rule::HardLimit(_) => Ok(Reading::Value {
                    value,
                    requests: None,
                }),
                Rule::TwoArm(_) | Rule::SampleRatio(_) => {
                    Err(asked.cannot("what both arms did: one query is given, and four are needed"))
                }
                Rule::Mean(_) => Err(asked.cannot("how much it varies")),
                Rule::NewIssue(_) => Err(asked.cannot("which issues are new")),
            }
        }
        Query::Arms {
            errors,
            exposures,
            control_errors,
            control_exposures,
        } => {
            let numbers = tokio::join!(
                asking.at_the_end(errors),
                asking.at_the_end(exposures),
                asking.at_the_end(control_errors),
                asking.at_the_end(control_exposures),
            );
            let [errors, exposures, control_errors, control_exposures] =
                together(asked.monitor.empty, numbers.into())?;
            let counts = Counts {
                failed: [errors, control_errors],
                exposed: Some([exposures, control_exposures]),
            };
            counts.reading(asked)
        }
        Query::Means { treatment, control } => {
            let (treatment, control) =
                tokio::try_join!(asking.moments(treatment), asking.moments(control))?;
            Ok(Reading::Samples(Samples { treatment, control }))
        }
    }
}

struct Asking<'a> {
    client: &'a Client,
    asked: Asked<'a>,
}

impl Asking<'_> {
    /// The query with its placeholders filled.
    fn filled(&self, query: &str, window: SignedDuration) -> String {
        query
            .replace("$window", &format!("{}s", window.as_secs().max(1)))
            .replace("$flag", self.asked.rollout.plan.flag.as_str())
    }

    async fn at_the_end(&self, query: &str) -> Result<f64, Unread> {
        let wanted = self.asked.wanted;
        let query = self.filled(query, wanted.to.duration_since(wanted.from));
        let query = InstantQuery {
            query: &query,
            at: Some(wanted.to),
            timeout: None,
        };
        number(self.client.measure(query).await?)
    }

    async fn moments(&self, of: &Sums) -> Result<Moments, Unread> {
        let (samples, sum, squares) = tokio::try_join!(
            self.at_the_end(&of.samples),
            self.at_the_end(&of.sum),
            self.at_the_end(&of.squares),
        )?;
        Ok(Moments {
            samples,
            sum,
            squares,
        })
    }

    async fn before(&self, query: &Query, step: SignedDuration) -> Answer {
        let seconds = step.as_secs_f64();
        match query {
            Query::Value { value } => {
                let failed = self.over_time(value, step).await?;
                Ok(Reading::Baseline(baseline(&failed, seconds)))
            }
            Query::Arms {
                errors,
                exposures,
                control_errors,
                control_exposures,
            } => {
                // Before the change everybody was without the flag; both queries may have values.
                let (with, without) = (
                    format!("(({errors}) or vector(0)) + (({control_errors}) or vector(0))"),
                    format!("(({exposures}) or vector(0)) + (({control_exposures}) or vector(0))"),
                );
                let failed = self.over_time(&with, step).await?;
                let exposed = self.over_time(&without, step).await?;
                let windows = failed.iter().zip(&exposed);
                let windows = windows.map(|(failed, exposed)| Arm::new(*failed, *exposed));
                Ok(Reading::Baseline(windows.collect()))
            }
            Query::Means { .. } => Err(Unread::no_baseline()),
        }
    }

    async fn over_time(&self, query: &str, step: SignedDuration) -> Result<Vec<f64>, Unread> {
        let wanted = self.asked.wanted;
        let query = self.filled(query, step);
        let query = RangeQuery {
            query: &query,
            start: wanted.from + step,
            end: wanted.to,
            step: Duration::try_from(step).unwrap_or(Duration::from_secs(60)),
            timeout: None,
        };
        let points = self.client.series(query).await?;
        Ok(points.iter().map(|point| point.value).collect())
    }
}
