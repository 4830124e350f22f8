//! Sentry: new issues since the stage began, and errors by the state of the flag.

use std::time::Duration;

use monitors::sentry::{
    Client, EventCounts, EventQuery, FlagState, IssueQuery, Measure, Scope, SeriesQuery, both,
};
use rollouts::Wanted;
use rollouts::evidence::{Issue, Reading, Rule};
use rollouts::plan::{Counting, FlagTerm};

use super::arms::{Counts, baseline};
use super::{Answer, Asked, Unread, float};

/// What a plan asks of Sentry.
pub(super) struct Question<'a> {
    pub scope: Scope<'a>,
    pub query: &'a str,
    pub flag_term: FlagTerm,
    pub counting: Counting,
}

pub(super) async fn read(client: &Client, question: &Question<'_>, asked: Asked<'_>) -> Answer {
    if let Wanted::Baseline { step } = asked.wanted.what {
        let step = Duration::try_from(step).unwrap_or(Duration::from_secs(60));
        return before(client, question, asked, step).await;
    }
    if let Rule::NewIssue(_) = asked.monitor.rule {
        return new_issues(client, question, asked).await;
    }
    let with = failed(client, question, asked, FlagState::On).await?;
    let without = failed(client, question, asked, FlagState::Off).await?;
    let counts = Counts {
        failed: [with, without],
        exposed: None,
    };
    counts.reading(asked)
}

impl Question<'_> {
    fn search(&self, asked: Asked<'_>, state: FlagState) -> Result<String, Unread> {
        let term = match self.flag_term {
            FlagTerm::Flags => monitors::sentry::FlagTerm::Evaluation,
            FlagTerm::Tag => monitors::sentry::FlagTerm::Tag,
        };
        let term = term.search(asked.rollout.plan.flag.as_str(), state);
        let term = term.map_err(|error| Unread::nonsense(error.to_string()))?;
        Ok(both(self.query, &term))
    }
}

/// Failures of one arm. People are counted when they first meet an error: those up to the
/// window's end, less those up to its beginning.
async fn failed(
    client: &Client,
    question: &Question<'_>,
    asked: Asked<'_>,
    state: FlagState,
) -> Result<f64, Unread> {
    let search = question.search(asked, state)?;
    let count = async |window: monitors::Window| {
        if window.is_empty() {
            return Ok(0);
        }
        let query = EventQuery {
            search: &search,
            scope: question.scope,
            window,
        };
        match client.event_counts(query).await? {
            EventCounts::Counted { events, users } => Ok(match question.counting {
                Counting::Users => users,
                Counting::Events => events,
            }),
            // It counts to zero where there is something to look at: nobody was asked.
            EventCounts::Silent => Err(Unread::unanswered(
                "Sentry has none of the projects that are asked for",
            )),
        }
    };
    match question.counting {
        Counting::Events => count(asked.window()).await.map(float),
        Counting::Users => {
            let [before, until_now] = asked.since();
            let (before, until_now) = (count(before).await?, count(until_now).await?);
            Ok(float(until_now.saturating_sub(before)))
        }
    }
}

async fn new_issues(client: &Client, question: &Question<'_>, asked: Asked<'_>) -> Answer {
    let search = question.search(asked, FlagState::On)?;
    let query = IssueQuery {
        search: &search,
        scope: question.scope,
        window: monitors::Window {
            from: asked.wanted.since,
            until: asked.wanted.to,
        },
        first_seen_after: Some(asked.wanted.since),
    };
    let found = client.issues(query).await?;
    let issues = found.issues.into_iter().map(|issue| Issue {
        id: issue.short_id,
        title: issue.title,
        url: Some(issue.permalink).filter(|url| !url.is_empty()),
        first_seen: issue.first_seen,
        // Asked for with the flag's term.
        with_flag: true,
        events: issue.events,
        users: issue.users,
    });
    Ok(Reading::Issues(issues.collect()))
}

async fn before(
    client: &Client,
    question: &Question<'_>,
    asked: Asked<'_>,
    step: Duration,
) -> Answer {
    let query = SeriesQuery {
        events: EventQuery {
            search: question.query,
            scope: question.scope,
            window: asked.window(),
        },
        measure: match question.counting {
            Counting::Users => Measure::Users,
            Counting::Events => Measure::Events,
        },
        interval: step,
    };
    let points = client.timeseries(query).await?;
    let failed: Vec<f64> = points.iter().map(|point| point.value).collect();
    Ok(Reading::Baseline(baseline(&failed, step.as_secs_f64())))
}
