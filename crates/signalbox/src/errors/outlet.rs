//! One place where errors are told, with its queue and its worker.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use clock::Clock;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use monitors::Retry;
use monitors::elasticsearch::{Client, DocumentId, IndexName, WriteError};
use monitors::sentry::{ReportError, Reporter};
use tokio_util::sync::CancellationToken;

use super::log_file::LogTo;
use super::queue::Queue;
use super::{Report, Reporting, ecs, tracker};

/// How many are told in one go: Sentry takes them one by one, the others all in one.
const OF_SENTRY: usize = 8;
const OF_LINES: usize = 500;

/// How long a place that fails is left alone: at first, and at most.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// Where errors are told.
pub(super) enum Place {
    Sentry(Reporter),
    Log(LogTo),
    Elasticsearch { client: Client, index: IndexName },
}

/// What became of a report; in words where it was not told.
#[derive(Clone)]
enum Told {
    /// It is there, or was there before.
    Yes,
    /// It is never taken.
    Refused(String),
    /// The place cannot take it now; it may have asked for a pause.
    Later(String, Option<Duration>),
}

pub(super) struct Outlet {
    place: Place,
    reporting: Arc<Reporting>,
    queue: Queue,
    clock: Clock,
    /// How many goes in a row have failed.
    failures: AtomicU32,
}

impl Outlet {
    pub(super) fn new(place: Place, reporting: Arc<Reporting>, clock: Clock) -> Self {
        Self {
            place,
            reporting,
            queue: Queue::default(),
            clock,
            failures: AtomicU32::new(0),
        }
    }

    pub(super) fn queue(&self, report: &Arc<Report>) {
        if !self.queue.push(Arc::clone(report)) {
            self.dropped(1);
        }
    }

    /// Tells what is queued, then waits for more, until `stop`.
    pub(super) async fn run(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if self.tell_some().await {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => (),
                () = self.queue.pushed() => (),
                () = self.rest_is_over() => (),
            }
        }
    }

    /// Tells what is left; drops what the place does not take now.
    pub(super) async fn empty(&self) {
        while self.tell_some().await {}
        let left = self.queue.clear();
        if 0 < left {
            tracing::warn!(reports = left, to = %self.place, "errors were not told before the stop");
            self.dropped(left);
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        self.queue.is_settled(self.clock.now())
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.queue.next_due()
    }

    async fn rest_is_over(&self) {
        match self.next_due() {
            Some(due) => self.clock.sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Tells as much as goes at once; `false` when there is nothing to tell now.
    async fn tell_some(&self) -> bool {
        let most = match &self.place {
            Place::Sentry(_) => OF_SENTRY,
            Place::Log(_) | Place::Elasticsearch { .. } => OF_LINES,
        };
        let reports = self.queue.take(most, self.clock.now());
        if reports.is_empty() {
            return false;
        }
        let taken = reports.len();
        let told = self.tell(&reports).await;
        let rests_until = self.after(&told);
        let left = reports.into_iter().zip(told);
        let left = left.filter(|(_, told)| matches!(told, Told::Later(..)));
        let left = left.map(|(report, _)| report).collect();
        self.queue.give_back(taken, left, rests_until);
        true
    }

    /// Counts what became of the reports; answers until when the place is left alone: as long as
    /// it asked for, else twice as long with each failure.
    fn after(&self, told: &[Told]) -> Option<Timestamp> {
        let (mut later, mut pause) = (None, None);
        for told in told {
            match told {
                Told::Yes => self.count("signalbox_error_reports_total", 1),
                Told::Refused(why) => {
                    tracing::error!(to = %self.place, %why, "an error was not taken");
                    self.dropped(1);
                }
                Told::Later(why, asked) => {
                    later = Some(why);
                    pause = pause.max(*asked);
                }
            }
        }
        let Some(why) = later else {
            self.failures.store(0, Ordering::Relaxed);
            return None;
        };
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).min(16);
        let pause = match pause {
            Some(asked) => SignedDuration::try_from(asked).unwrap_or(LONGEST),
            None => SHORTEST.saturating_mul(1 << failures).min(LONGEST),
        };
        let until = self.clock.now().saturating_add(pause);
        let until = until.unwrap_or(Timestamp::MAX);
        tracing::warn!(to = %self.place, %why, again = %until, "errors cannot be told now");
        Some(until)
    }

    async fn tell(&self, reports: &[Arc<Report>]) -> Vec<Told> {
        match &self.place {
            Place::Sentry(reporter) => {
                let (reporting, now) = (&self.reporting, self.clock.now());
                let sent = reports.iter().map(async |report| {
                    let sent = tracker::send(reporter, report, reporting, now).await;
                    sent.map_or_else(Told::from, |()| Told::Yes)
                });
                join_all(sent).await
            }
            Place::Log(log) => {
                let told = self.write(reports, log).await;
                vec![told; reports.len()]
            }
            Place::Elasticsearch { client, index } => {
                let told = self.index(reports, client, index).await;
                told.unwrap_or_else(|told| vec![told; reports.len()])
            }
        }
    }

    async fn write(&self, reports: &[Arc<Report>], log: &LogTo) -> Told {
        let lines = reports
            .iter()
            .map(|report| ecs::line(report, &self.reporting))
            .collect::<Result<Vec<_>, _>>();
        let lines = match lines {
            Ok(lines) => lines,
            Err(error) => return Told::Refused(error.to_string()),
        };
        let log = log.clone();
        match tokio::task::spawn_blocking(move || log.append(&lines)).await {
            Ok(Ok(())) => Told::Yes,
            Ok(Err(error)) => Told::Later(error.to_string(), None),
            Err(error) => Told::Later(error.to_string(), None),
        }
    }

    /// # Errors
    /// What became of all of them, when it is the same.
    async fn index(
        &self,
        reports: &[Arc<Report>],
        client: &Client,
        index: &IndexName,
    ) -> Result<Vec<Told>, Told> {
        let document = |report: &Arc<Report>| -> Result<_, Told> {
            let line = ecs::line(report, &self.reporting);
            let id = report.id.to_string().parse::<DocumentId>();
            match (id, line) {
                (Ok(id), Ok(line)) => Ok((id, line)),
                (Err(error), _) => Err(Told::Refused(error.to_string())),
                (_, Err(error)) => Err(Told::Refused(error.to_string())),
            }
        };
        let documents = reports.iter().map(document);
        let documents = documents.collect::<Result<Vec<_>, _>>()?;
        let written = client.create_all(index, &documents).await?;
        let told = written.into_iter();
        Ok(told
            .map(|written| written.map_or_else(Told::from, |_| Told::Yes))
            .collect())
    }

    fn dropped(&self, reports: usize) {
        self.count("signalbox_error_reports_dropped_total", reports);
    }

    fn count(&self, what: &'static str, reports: usize) {
        let reports = u64::try_from(reports).unwrap_or(u64::MAX);
        metrics::counter!(what, "to" => self.place.name()).increment(reports);
    }
}

impl Place {
    fn name(&self) -> &'static str {
        match self {
            Self::Sentry(_) => "sentry",
            Self::Log(_) => "log",
            Self::Elasticsearch { .. } => "elasticsearch",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<ReportError> for Told {
    fn from(error: ReportError) -> Self {
        match &error {
            ReportError::Invalid { .. } => Self::Refused(error.to_string()),
            ReportError::Call(call) => Self::Later(error.to_string(), pause(call.retry())),
        }
    }
}

impl From<WriteError> for Told {
    fn from(error: WriteError) -> Self {
        match &error {
            WriteError::InvalidDocument { .. } => Self::Refused(error.to_string()),
            WriteError::NoIndex { .. } | WriteError::Blocked { .. } | WriteError::Call(_) => {
                Self::Later(error.to_string(), pause(error.retry()))
            }
        }
    }
}

/// What only a person can mend is tried again as well: they may mend it there.
fn pause(retry: Retry) -> Option<Duration> {
    match retry {
        Retry::After(pause) => Some(pause),
        Retry::Never | Retry::Backoff => None,
    }
}
