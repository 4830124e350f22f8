//! Elasticsearch: what a query finds, by the field that has the state of the flag.

use std::time::Duration;

use monitors::elasticsearch::{Arms, ArmsQuery, Client, IndexPattern};
use rollouts::Wanted;
use rollouts::evidence::Reading;

use super::arms::{Counts, baseline};
use super::{Answer, Asked, Unread, float};

/// Where a document's time is.
const TIME: &str = "@timestamp";

/// More points than that are not asked for at once.
const MOST_POINTS: u64 = 1_440;

/// What a plan asks of Elasticsearch.
pub(super) struct Question<'a> {
    pub index: &'a str,
    pub query: &'a str,
    pub distinct: Option<&'a str>,
    pub flag_field: &'a str,
    pub exposure: Option<&'a str>,
}

pub(super) async fn read(client: &Client, question: &Question<'_>, asked: Asked<'_>) -> Answer {
    let index = question.index.parse::<IndexPattern>();
    let index = index.map_err(|error| Unread::nonsense(error.to_string()))?;
    let asking = Asking {
        client,
        index: &index,
        question,
        asked,
    };
    if let Wanted::Baseline { step } = asked.wanted.what {
        let step = Duration::try_from(step).unwrap_or(Duration::from_secs(60));
        return asking.before(step).await;
    }
    let exposed = match question.exposure {
        Some(exposure) => Some(asking.counted(exposure, asked.window()).await?),
        None => None,
    };
    let counts = Counts {
        failed: asking.failed().await?,
        exposed,
    };
    counts.reading(asked)
}

struct Asking<'a> {
    client: &'a Client,
    index: &'a IndexPattern,
    question: &'a Question<'a>,
    asked: Asked<'a>,
}

impl Asking<'_> {
    /// Distinct actors are counted when they first fail: those up to the window's end, less
    /// those up to its beginning.
    async fn failed(&self) -> Result<[f64; 2], Unread> {
        let query = self.question.query;
        if self.question.distinct.is_none() {
            return self.counted(query, self.asked.window()).await;
        }
        let [before, until_now] = self.asked.since();
        let [with, without] = self.counted(query, until_now).await?;
        if before.is_empty() {
            return Ok([with, without]);
        }
        let [with_before, without_before] = self.counted(query, before).await?;
        Ok([
            (with - with_before).max(0.0),
            (without - without_before).max(0.0),
        ])
    }

    async fn counted(&self, query: &str, window: monitors::Window) -> Result<[f64; 2], Unread> {
        let flag = &self.asked.rollout.plan.flag;
        let field = self.question.flag_field;
        let (on, off) = (
            format!("{field}:\"{flag}:1\""),
            format!("{field}:\"{flag}:0\""),
        );
        let arms = self.arms(query, [&on, &off], window, None).await?;
        Ok([&arms.on, &arms.off].map(|arm| float(arm.actors.unwrap_or(arm.documents))))
    }

    async fn arms(
        &self,
        query: &str,
        [on, off]: [&str; 2],
        window: monitors::Window,
        interval: Option<Duration>,
    ) -> Result<Arms, Unread> {
        let query = ArmsQuery {
            index: self.index,
            query,
            on,
            off,
            time_field: TIME,
            window,
            actor_field: self.question.distinct,
            interval,
        };
        Ok(self.client.arms(query).await?)
    }

    /// How it was before: documents, whatever the flag's state, over time.
    async fn before(&self, step: Duration) -> Answer {
        let window = self.asked.window();
        let shortest = window.length().as_secs() / MOST_POINTS;
        let step = step.max(Duration::from_secs(shortest));
        let query = self.question.query;
        let arms = self.arms(query, ["*", "*"], window, Some(step)).await?;
        let failed: Vec<f64> = arms.on.series.iter().map(|point| point.value).collect();
        Ok(Reading::Baseline(baseline(&failed, step.as_secs_f64())))
    }
}
