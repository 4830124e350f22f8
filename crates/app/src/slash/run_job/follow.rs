//! From a job that was started to its output in the channel.
//!
//! Slack takes answers to a command for half an hour. A job that is not done by then is told so,
//! and no stop of the service waits for it: its page has what it wrote.

use std::time::Duration;

use accounts::{AccountsError, Linked};
use commands::wording::prose;
use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{IdOrPath, Job, JobStatus, RestError};
use jiff::{SignedDuration, Timestamp};

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

/// How a job stands when it is looked at.
enum Now {
    Going,
    /// It waits for somebody to start it.
    Manual,
    Ended(End),
}

/// How a job ended, for whoever waits.
enum End {
    Over(Box<Over>),
    /// It goes on for longer than Slack takes answers.
    Late,
    /// GitLab tells no more of it.
    Lost(String),
}

/// A job that ended, and what it wrote.
struct Over {
    job: Job,
    verdict: (&'static str, Tone),
    output: String,
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
        awaited.tell(end.message(&awaited.job)).await;
    });
    Ok(())
}

impl Awaited {
    async fn end(&self) -> End {
        let clock = &self.app.parts().clock;
        let last = clock.now().saturating_add(LONGEST);
        let last = last.unwrap_or(Timestamp::MAX);
        let mut pause = FIRST_PAUSE;
        let mut waits_are_told = false;
        loop {
            clock.sleep(pause).await;
            let mut at_least = Duration::ZERO;
            match self.look().await {
                Ok(Now::Ended(end)) => return end,
                Ok(Now::Going) => (),
                Ok(Now::Manual) if waits_are_told => (),
                Ok(Now::Manual) => {
                    self.tell(waits(&self.job)).await;
                    waits_are_told = true;
                }
                Err(Trouble::Passing(asked)) => at_least = asked,
                Err(Trouble::Lasting(why)) => return End::Lost(why),
            }
            if last <= clock.now() {
                return End::Late;
            }
            pause = (pause * 3 / 2).min(LONGEST_PAUSE).max(at_least);
        }
    }

    /// How it stands. With the grant of whoever started it: when they take it back, nothing is
    /// told any more.
    async fn look(&self) -> Result<Now, Trouble> {
        let gitlab = self.app.parts().accounts.client(&self.linked).await?;
        let job = gitlab.job(&self.project, self.job.id).await?;
        if job.status == JobStatus::Manual {
            return Ok(Now::Manual);
        }
        let Some(verdict) = verdict(job.status) else {
            return Ok(Now::Going);
        };
        let log = gitlab.job_log(&self.project, job.id).await?;
        Ok(Now::Ended(End::Over(Box::new(Over {
            output: output::of(&log.text),
            job,
            verdict,
        }))))
    }

    async fn tell(&self, message: Message) {
        let answer = Answer::in_channel(message);
        telling::tell(&self.app, &self.who, &answer).await;
    }
}

fn waits(job: &Job) -> Message {
    let text = Mrkdwn::fixed("waits for somebody to start it in GitLab.");
    told(job, &text, Tone::Warning)
}

/// What is said of a job that is over; `None` while it is not.
fn verdict(status: JobStatus) -> Option<(&'static str, Tone)> {
    match status {
        JobStatus::Success => Some(("is done", Tone::Good)),
        JobStatus::Failed => Some(("failed", Tone::Danger)),
        JobStatus::Canceled => Some(("was canceled", Tone::Warning)),
        JobStatus::Skipped => Some(("was skipped", Tone::Warning)),
        JobStatus::Created
        | JobStatus::WaitingForResource
        | JobStatus::WaitingForCallback
        | JobStatus::Preparing
        | JobStatus::Pending
        | JobStatus::Running
        | JobStatus::Canceling
        | JobStatus::Manual
        | JobStatus::Scheduled
        | JobStatus::Other => None,
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
            Self::Over(over) => over.message(),
            Self::Late => told(
                begun,
                &Mrkdwn::fixed("is not done yet; what it writes from now on is on its page."),
                Tone::Warning,
            ),
            Self::Lost(why) => {
                let why = prose(why);
                let text =
                    say!("cannot be followed any longer: {why}. What it writes is on its page.");
                told(begun, &text, Tone::Warning)
            }
        }
    }
}

impl Over {
    fn message(&self) -> Message {
        let (verb, tone) = self.verdict;
        let text = match self.job.duration {
            Some(seconds) => say!("{verb} after {}.", spoken(seconds)),
            None => say!("{verb}."),
        };
        let message = told(&self.job, &text, tone);
        let block = output::block(&self.output);
        if block.is_empty() {
            message.context(Mrkdwn::fixed("It wrote nothing."))
        } else {
            message.body(block)
        }
    }
}

fn told(job: &Job, text: &Mrkdwn, tone: Tone) -> Message {
    let name = match &job.web_url {
        Some(url) => mrkdwn::link(url, &job.name),
        None => mrkdwn::code(&job.name),
    };
    let summary = say!("{} {}", mrkdwn::escape_line(&job.name), text);
    let message = Message::new(summary, say!("{} {}", name, text)).tone(tone);
    match &job.web_url {
        Some(url) => message.link("Open the job", url),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(status: &str) -> Job {
        serde_json::from_value(json!({
            "id": 9, "name": "echo", "status": status, "duration": 125.4,
            "web_url": "https://gitlab.example/acme/ops/-/jobs/9",
        }))
        .unwrap()
    }

    #[test]
    fn the_channel_sees_how_a_job_ended_and_what_it_wrote() {
        for (status, output, expected) in [
            (
                "success",
                "hello",
                "<https://gitlab.example/acme/ops/-/jobs/9|echo> is done after 2 min 5 s.",
            ),
            (
                "failed",
                "",
                "<https://gitlab.example/acme/ops/-/jobs/9|echo> failed after 2 min 5 s.",
            ),
        ] {
            let job = job(status);
            let end = End::Over(Box::new(Over {
                verdict: verdict(job.status).unwrap(),
                job: job.clone(),
                output: output.to_owned(),
            }));
            let message = end.message(&job);
            assert_eq!(message.headline.as_str(), expected);
            assert_eq!(message.body.is_none(), output.is_empty());
        }
    }

    #[test]
    fn nobody_waits_for_what_has_ended_and_everybody_for_what_has_not() {
        for (status, is_over) in [
            ("running", false),
            ("manual", false),
            ("canceling", false),
            ("canceled", true),
            ("skipped", true),
        ] {
            assert_eq!(verdict(job(status).status).is_some(), is_over, "{status}");
        }
    }

    #[test]
    fn a_pause_that_gitlab_asks_for_is_kept_and_a_lost_right_ends_the_wait() {
        let limited = RestError::RateLimited {
            host: "gitlab.example".to_owned(),
            retry_after: Duration::from_secs(90),
        };
        assert!(matches!(
            Trouble::from(limited),
            Trouble::Passing(pause) if pause == Duration::from_secs(90)
        ));
        let gone = AccountsError::GrantOver;
        assert!(matches!(Trouble::from(gone), Trouble::Lasting(_)));
    }
}
