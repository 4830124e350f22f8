//! How a job looks in a channel. Only its end is told.

use domain::event::{Event, Job, JobStatus};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{Nothing, address, duration, names, text};

pub(super) fn render(event: &Event, job: &Job) -> Result<Message, Nothing> {
    let (status, tone) = end(job).ok_or_else(|| Nothing::JobNotOver(job.status.clone()))?;
    let name = Sentence::linked(&job.url, text::title(&job.name));
    let place = names::at_place(event, "of");
    let by = names::by_actor(event);
    let duration = duration::within(job.seconds.map(whole));
    let allowed = if may_fail(job) { ", as it may" } else { "" };
    let sentence = tell!(
        "Job {name}{place}{by} {status}{duration}{allowed}",
        name place by status duration allowed
    );
    Ok(details(event, job, sentence.message().tone(tone)))
}

/// How it ended; `None` while it has not.
fn end(job: &Job) -> Option<(Mrkdwn, Tone)> {
    Some(match &job.status {
        JobStatus::Success => (say!("has passed"), Tone::Good),
        JobStatus::Failed if job.allow_failure => (say!("has failed"), Tone::Warning),
        JobStatus::Failed => (say!("has failed"), Tone::Danger),
        JobStatus::Canceled => (say!("was canceled"), Tone::Warning),
        JobStatus::Other(word) => (say!("is {}", text::words(word)), Tone::Neutral),
        JobStatus::Created
        | JobStatus::WaitingForResource
        | JobStatus::Preparing
        | JobStatus::Pending
        | JobStatus::Running
        | JobStatus::Canceling
        | JobStatus::Skipped
        | JobStatus::Manual
        | JobStatus::Scheduled => return None,
    })
}

fn may_fail(job: &Job) -> bool {
    job.allow_failure && job.status == JobStatus::Failed
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest whole number in range, and a job takes less than 500 billion years"
)]
fn whole(seconds: f64) -> u64 {
    seconds as u64
}

fn details(event: &Event, job: &Job, message: Message) -> Message {
    let name_of_ref = if job.tag {
        names::tag(event, &job.ref_name)
    } else {
        names::branch(event, &job.ref_name)
    };
    let commit = job
        .commit
        .as_ref()
        .map(|commit| names::commit_title(event, commit));
    message
        .fact(if job.tag { "Tag" } else { "Branch" }, name_of_ref)
        .fact("Commit", commit.unwrap_or_default())
        .fact("Stage", text::name(&job.stage))
        .fact(
            "Environment",
            job.environment
                .as_deref()
                .map(text::name)
                .unwrap_or_default(),
        )
        .fact("Reason", reason(job))
        .fact("Pipeline", pipeline(event, job))
}

/// Why it failed, in GitLab's words; "unknown failure" is what it says of every other job.
fn reason(job: &Job) -> Mrkdwn {
    match job.failure_reason.as_deref() {
        Some(reason) if job.status == JobStatus::Failed && reason != "unknown_failure" => {
            text::capitalized(reason)
        }
        Some(_) | None => Mrkdwn::empty(),
    }
}

fn pipeline(event: &Event, job: &Job) -> Mrkdwn {
    let Some(id) = job.pipeline_id else {
        return Mrkdwn::empty();
    };
    let url = event
        .project
        .as_ref()
        .map(|project| address::pipeline(project, id));
    address::link(url.as_deref().unwrap_or(""), &say!("#{}", id))
}
