//! How a pipeline looks in a channel.
//!
//! Only where it ends (or waits for a person) is told. A job that failed and then succeeded was
//! healed by a retry and is not named.

mod failures;

use domain::event::{Event, Pipeline, PipelineStatus};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{Nothing, address, duration, names, target, text};
use failures::Failures;

pub(super) fn render(event: &Event, pipeline: &Pipeline) -> Result<Message, Nothing> {
    if !is_told(&pipeline.status) {
        return Err(Nothing::PipelineNotOver(pipeline.status.clone()));
    }
    let failures = Failures::of(pipeline);
    let message = sentence(event, pipeline, &failures)
        .message()
        .tone(tone(pipeline));
    let message = refs(event, pipeline, message).fact("Commit", commit(event, pipeline));
    let titled = |text: &Option<String>| text.as_deref().map(text::title).unwrap_or_default();
    Ok(failures
        .facts(event, pipeline, message)
        .wide_fact("Invalid CI config YAML file", titled(&pipeline.yaml_errors))
        .wide_fact("Pipeline name", titled(&pipeline.name)))
}

fn is_told(status: &PipelineStatus) -> bool {
    match status {
        PipelineStatus::Success
        | PipelineStatus::Failed
        | PipelineStatus::Canceled
        | PipelineStatus::Manual
        | PipelineStatus::Other(_) => true,
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Canceling
        | PipelineStatus::Skipped
        | PipelineStatus::Scheduled => false,
    }
}

/// "Pipeline #5 of acme/shop by Ada Byron (ada) has passed in 02:00:10"; the notification names
/// the branch as well, which on the screen is a fact.
fn sentence(event: &Event, pipeline: &Pipeline, failures: &Failures) -> Sentence {
    let url = if failures.is_empty() {
        pipeline.url.clone()
    } else {
        failures::page(pipeline)
    };
    let id = Sentence::linked(&url, say!("#{}", pipeline.id));
    let place = names::at_place(event, "of");
    let on = Sentence::in_summary(on_ref(pipeline));
    let by = match &event.actor {
        Some(_) => names::by_actor(event),
        None => tell!(" by API"),
    };
    let status = status(pipeline);
    let duration = match &pipeline.status {
        PipelineStatus::Success | PipelineStatus::Failed | PipelineStatus::Canceled => {
            duration::within(pipeline.seconds)
        }
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Canceling
        | PipelineStatus::Skipped
        | PipelineStatus::Manual
        | PipelineStatus::Scheduled
        | PipelineStatus::Other(_) => Mrkdwn::empty(),
    };
    tell!(
        "Pipeline {id}{place}{on}{by} {status}{duration}",
        id,
        place,
        on,
        by,
        status,
        duration
    )
}

/// ` for branch main`.
fn on_ref(pipeline: &Pipeline) -> Mrkdwn {
    match (merge_request_iid(pipeline), pipeline.tag) {
        (Some(iid), _) => say!(" for merge request !{}", text::name(iid)),
        (None, true) => say!(" for tag {}", text::name(&pipeline.ref_name)),
        (None, false) if pipeline.ref_name.trim().is_empty() => Mrkdwn::empty(),
        (None, false) => say!(" for branch {}", text::name(&pipeline.ref_name)),
    }
}

/// The `7` of `refs/merge-requests/7/head`, which no person reads as a branch.
fn merge_request_iid(pipeline: &Pipeline) -> Option<&str> {
    let (iid, _) = pipeline
        .ref_name
        .strip_prefix("refs/merge-requests/")?
        .split_once('/')?;
    Some(iid)
}

fn status(pipeline: &Pipeline) -> Mrkdwn {
    match &pipeline.status {
        PipelineStatus::Success if pipeline.with_warnings => say!("has passed with warnings"),
        PipelineStatus::Success => say!("has passed"),
        PipelineStatus::Failed => say!("has failed"),
        PipelineStatus::Canceled => say!("was canceled"),
        PipelineStatus::Manual => say!("waits for a manual job"),
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Canceling
        | PipelineStatus::Skipped
        | PipelineStatus::Scheduled
        | PipelineStatus::Other(_) => say!("is {}", text::words(status_word(&pipeline.status))),
    }
}

/// A status as people read it, for pipelines and jobs.
pub(super) fn status_word(status: &PipelineStatus) -> &str {
    match status {
        PipelineStatus::Created => "created",
        PipelineStatus::WaitingForResource => "waiting for a resource",
        PipelineStatus::Preparing => "preparing",
        PipelineStatus::Pending => "pending",
        PipelineStatus::Running => "running",
        PipelineStatus::Success => "passed",
        PipelineStatus::Failed => "failed",
        PipelineStatus::Canceling => "being canceled",
        PipelineStatus::Canceled => "canceled",
        PipelineStatus::Skipped => "skipped",
        PipelineStatus::Manual => "waiting for a person to start it",
        PipelineStatus::Scheduled => "scheduled",
        PipelineStatus::Other(word) => word,
    }
}

fn tone(pipeline: &Pipeline) -> Tone {
    match &pipeline.status {
        PipelineStatus::Success if pipeline.with_warnings => Tone::Warning,
        PipelineStatus::Success => Tone::Good,
        PipelineStatus::Failed => Tone::Danger,
        PipelineStatus::Canceled => Tone::Warning,
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Canceling
        | PipelineStatus::Skipped
        | PipelineStatus::Manual
        | PipelineStatus::Scheduled
        | PipelineStatus::Other(_) => Tone::Neutral,
    }
}

/// What it ran for: branch, tag or merge request.
fn refs(event: &Event, pipeline: &Pipeline, message: Message) -> Message {
    let iid = merge_request_iid(pipeline);
    let message = match (iid, pipeline.tag) {
        (Some(_), _) => message,
        (None, true) => message.fact("Tag", names::tag(event, &pipeline.ref_name)),
        (None, false) => message.fact("Branch", names::branch(event, &pipeline.ref_name)),
    };
    match (&pipeline.merge_request, iid) {
        (Some(merge_request), _) => {
            let label = text::title(&format!("!{} {}", merge_request.id, merge_request.title));
            message.fact(
                "Merge request",
                address::link(&target::page(event, merge_request), &label),
            )
        }
        (None, Some(iid)) => {
            let label = say!("!{}", text::name(iid));
            let url = event
                .project
                .as_ref()
                .map(|project| address::merge_request(project, iid));
            message.fact(
                "Merge request",
                address::link(url.as_deref().unwrap_or(""), &label),
            )
        }
        (None, None) => message,
    }
}

fn commit(event: &Event, pipeline: &Pipeline) -> Mrkdwn {
    let told = pipeline
        .merge_request
        .as_ref()
        .map_or("", |merge_request| &merge_request.title);
    match &pipeline.commit {
        Some(commit) => names::commit_title(event, &names::untold(commit, told)),
        None => Mrkdwn::empty(),
    }
}
