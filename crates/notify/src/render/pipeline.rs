//! How a pipeline looks in a channel.
//!
//! Only where it ends (or waits for a person) is told. The notification names the branch in the
//! sentence, which on the screen is a fact below it. A job that failed and then succeeded was
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
    let Some((status, tone)) = end(pipeline) else {
        return Err(Nothing::PipelineNotOver(pipeline.status.clone()));
    };
    let failures = Failures::of(pipeline);
    let id = id(pipeline, &failures);
    let place = names::at_place(event, "of");
    let on = Sentence::in_summary(on_ref(pipeline));
    let by = match &event.actor {
        Some(_) => names::by_actor(event),
        None => tell!(" by API"),
    };
    let sentence = tell!("Pipeline {id}{place}{on}{by} {status}", id place on by status);
    let message = refs(event, pipeline, sentence.message().tone(tone));
    let message = message.fact("Commit", commit(event, pipeline));
    let titled = |text: &Option<String>| text.as_deref().map(text::title).unwrap_or_default();
    Ok(failures
        .facts(event, pipeline, message)
        .wide_fact("Invalid CI config YAML file", titled(&pipeline.yaml_errors))
        .wide_fact("Pipeline name", titled(&pipeline.name)))
}

/// How it ended, in words and as a colour; `None` while there is nothing to tell.
fn end(pipeline: &Pipeline) -> Option<(Mrkdwn, Tone)> {
    let took = duration::within(pipeline.seconds);
    Some(match &pipeline.status {
        PipelineStatus::Success if pipeline.with_warnings => {
            (say!("has passed with warnings{}", took), Tone::Warning)
        }
        PipelineStatus::Success => (say!("has passed{}", took), Tone::Good),
        PipelineStatus::Failed => (say!("has failed{}", took), Tone::Danger),
        PipelineStatus::Canceled => (say!("was canceled{}", took), Tone::Warning),
        PipelineStatus::Manual => (say!("waits for a manual job"), Tone::Neutral),
        PipelineStatus::Other(word) => (say!("is {}", text::words(word)), Tone::Neutral),
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Canceling
        | PipelineStatus::Skipped
        | PipelineStatus::Scheduled => return None,
    })
}

/// "#5" with a link to the pipeline, or straight to what failed in it.
fn id(pipeline: &Pipeline, failures: &Failures) -> Sentence {
    let label = say!("#{}", pipeline.id);
    if failures.is_empty() {
        Sentence::linked(&pipeline.url, label)
    } else {
        Sentence::linked(&failures::page(pipeline), label)
    }
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
