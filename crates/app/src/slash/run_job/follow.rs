//! From a job that was started to its output in the channel.
//!
//! Slack takes answers to a command for half an hour. A job that is not done by then is told so,
//! and no stop of the service waits for it: its page has what it wrote.

use std::time::Duration;

use accounts::{AccountsError, Linked};
use commands::wording::{Name, prose};
use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{IdOrPath, Job, JobStatus, RestError};
use jiff::SignedDuration;

use super::output;
use crate::answer::{Answer, Stopped};
use crate::app::App;
use crate::context::Context;
use crate::telling;
use crate::who::Who;

/// How long a job is followed.
const LONGEST: SignedDuration = SignedDuration::from_mins(28);
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A job that somebody waits for.
struct Awaited {
    app: App,
    who: Who,
    linked: Linked,
    project: IdOrPath,
    job: Job,
}

/// How a job ended, for whoever waits.
enum End {
    /// It ended, and wrote this.
    Over(Job, String),
    /// It goes on for longer than Slack takes answers.
    Late,
    /// GitLab tells no more of it.
    Lost(String),
}

/// Follows a job in the background.
pub(super) fn begin(context: &Context<'_>, job: &Job) -> Result<(), Stopped> {
    let awaited = Awaited {
        app: context.app.clone(),
        who: Who {
            // What came with the command opens nothing by then.
            trigger: None,
            ..context.who.clone()
        },
        linked: context.account()?.linked.clone(),
        project: context.place()?,
        job: job.clone(),
    };
    tokio::spawn(async move {
        let end = awaited.end().await;
        let answer = Answer::in_channel(end.message(&awaited.job));
        telling::tell(&awaited.app, &awaited.who, &answer).await;
    });
    Ok(())
}

impl Awaited {
    async fn end(&self) -> End {
        let clock = &self.app.parts().clock;
        let last = clock.now().saturating_add(LONGEST);
        let mut pause = FIRST_PAUSE;
        loop {
            clock.sleep(pause).await;
            let wait = match self.look().await {
                Ok(Some(end)) => return end,
                Ok(None) => Duration::ZERO,
                Err(Trouble::Passing(wait)) => wait,
                Err(Trouble::Lasting(why)) => return End::Lost(why),
            };
            if last.is_ok_and(|last| last <= clock.now()) {
                return End::Late;
            }
            pause = (pause * 3 / 2).min(LONGEST_PAUSE).max(wait);
        }
    }

    /// How it ended, if it did. With the grant of whoever started it: when they take it back,
    /// nothing is told any more.
    async fn look(&self) -> Result<Option<End>, Trouble> {
        let gitlab = self.app.parts().accounts.client(&self.linked).await?;
        let job = gitlab.job(&self.project, self.job.id).await?;
        if !is_over(job.status) {
            return Ok(None);
        }
        let log = gitlab.job_log(&self.project, job.id).await?;
        Ok(Some(End::Over(job, output::of(&log.text))))
    }
}

fn is_over(status: JobStatus) -> bool {
    match status {
        JobStatus::Success | JobStatus::Failed | JobStatus::Canceled | JobStatus::Skipped => true,
        JobStatus::Created
        | JobStatus::WaitingForResource
        | JobStatus::WaitingForCallback
        | JobStatus::Preparing
        | JobStatus::Pending
        | JobStatus::Running
        | JobStatus::Canceling
        | JobStatus::Manual
        | JobStatus::Scheduled
        | JobStatus::Other => false,
    }
}

/// Why GitLab did not tell.
enum Trouble {
    /// It may tell after this pause.
    Passing(Duration),
    Lasting(String),
}

impl From<RestError> for Trouble {
    fn from(error: RestError) -> Self {
        match error {
            RestError::RateLimited { retry_after, .. } => Self::Passing(retry_after),
            RestError::Unreachable { .. }
            | RestError::TimedOut { .. }
            | RestError::Interrupted { .. }
            | RestError::ServerFailed { .. }
            | RestError::Malformed { .. }
            | RestError::NotGitLab { .. } => Self::Passing(Duration::ZERO),
            RestError::Unauthorized { .. }
            | RestError::Forbidden { .. }
            | RestError::NotFound { .. }
            | RestError::Refused { .. }
            | RestError::Redirected { .. }
            | RestError::TooLarge { .. } => Self::Lasting(error.to_string()),
        }
    }
}

impl From<AccountsError> for Trouble {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::GitLab(error) => error.into(),
            AccountsError::Store(_) => Self::Passing(Duration::ZERO),
            error => Self::Lasting(error.to_string()),
        }
    }
}

impl End {
    /// What the channel sees. `begun` is the job as it was at first.
    fn message(&self, begun: &Job) -> Message {
        match self {
            Self::Over(job, output) => over(job, output),
            Self::Late => told(
                begun,
                say!("is not done yet; what it writes from now on is on its page."),
                Tone::Warning,
            ),
            Self::Lost(why) => {
                let why = prose(why);
                let text = say!(
                    "cannot be followed any longer: {why}. What it writes is on its page."
                );
                told(begun, text, Tone::Warning)
            }
        }
    }
}

fn over(job: &Job, output: &str) -> Message {
    let (verb, tone) = match job.status {
        JobStatus::Success => ("is done", Tone::Good),
        JobStatus::Canceled => ("was canceled", Tone::Warning),
        JobStatus::Skipped => ("was skipped", Tone::Warning),
        _ => ("failed", Tone::Danger),
    };
    let block = output::block(output);
    let text = match job.duration {
        Some(seconds) => say!("{verb} after {}.", spoken(seconds)),
        None => say!("{verb}."),
    };
    let message = told(job, text, tone);
    if block.is_empty() {
        message.context(Mrkdwn::fixed("It wrote nothing."))
    } else {
        message.body(block)
    }
}

fn told(job: &Job, text: Mrkdwn, tone: Tone) -> Message {
    let name = match &job.web_url {
        Some(url) => mrkdwn::link(url, &job.name),
        None => prose(&Name(&job.name).to_string()),
    };
    let summary = say!("{} {}", mrkdwn::escape_line(&job.name), text);
    let message = Message::new(summary, say!("{} {}", name, text)).tone(tone);
    match &job.web_url {
        Some(url) => message.link("Whole output", url),
        None => message,
    }
}

/// `4 s`, `2 min 5 s`.
fn spoken(seconds: f64) -> Mrkdwn {
    let whole = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default();
    match (whole.as_secs() / 60, whole.as_secs() % 60) {
        (0, seconds) => say!("{seconds} s"),
        (minutes, seconds) => say!("{minutes} min {seconds} s"),
    }
}
