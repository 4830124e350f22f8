//! What a subscription leaves out of the kinds that it wants.
//!
//! The rules are those of GitLab's chat integrations. Where a payload does not say what a filter
//! asks for, the event passes, or it is said here what is assumed.

use domain::event::{Event, Pipeline, PipelineStatus, RefKind, What};

use super::reason::{Refusal, place};
use crate::settings::{LabelMatch, Wants};

/// Whether an event passes the filters of a subscription.
pub(super) fn check(event: &Event, wants: &Wants) -> Result<(), Refusal> {
    if let Some((branch, protected)) = branch(event) {
        let is_default = is_default_branch(event, branch);
        if !branch.is_empty() && !wants.branches.tell_of(is_default, protected) {
            return Err(Refusal::Branch {
                branch: branch.to_owned(),
                place: place(event),
                wanted: wants.branches,
            });
        }
    }
    if let What::Pipeline(pipeline) = &event.what {
        check_pipeline(pipeline, wants)?;
    }
    match labels(event) {
        Some(labels) if !has_wanted_labels(labels, wants) => Err(Refusal::Labels {
            place: place(event),
            wanted: wants.labels.clone(),
            label_match: wants.label_match,
        }),
        Some(_) | None => Ok(()),
    }
}

/// The branch an event happened on, and whether the payload says that it is protected. Tags have
/// none: GitLab filters them by nothing.
fn branch(event: &Event) -> Option<(&str, Option<bool>)> {
    match &event.what {
        What::Push(push) => match push.ref_kind {
            RefKind::Branch => Some((&push.name, push.protected)),
            RefKind::Tag => None,
        },
        What::Pipeline(pipeline) => (!pipeline.tag).then_some((&pipeline.ref_name, None)),
        What::Job(job) => (!job.tag).then_some((&job.ref_name, None)),
        What::Deployment(deployment) => deployment.ref_name.as_deref().map(|name| (name, None)),
        What::Issue(_)
        | What::MergeRequest(_)
        | What::Note(_)
        | What::WikiPage(_)
        | What::Release(_)
        | What::FeatureFlag(_)
        | What::Milestone(_)
        | What::Emoji(_)
        | What::TokenExpiry(_)
        | What::Member(_)
        | What::Subgroup(_)
        | What::Project(_)
        | What::Alert(_)
        | What::Vulnerability(_)
        | What::GroupMention(_)
        | What::System(_)
        | What::Unknown(_) => None,
    }
}

/// Payloads of old versions do not name the default branch; there it has one of the usual names.
fn is_default_branch(event: &Event, branch: &str) -> bool {
    let project = event.project.as_ref();
    let default = project.and_then(|project| project.default_branch.as_deref());
    match default {
        Some(default) => default == branch,
        None => branch == "main" || branch == "master",
    }
}

fn check_pipeline(pipeline: &Pipeline, wants: &Wants) -> Result<(), Refusal> {
    let passed = pipeline.status == PipelineStatus::Success;
    if passed && wants.only_broken_pipelines {
        return Err(Refusal::PassedPipeline);
    }
    let change = match pipeline.status {
        PipelineStatus::Success => "fixed",
        PipelineStatus::Failed => "broken",
        _ => return Ok(()),
    };
    match pipeline.ref_status.as_deref() {
        // Versions of GitLab that do not tell it leave nothing to filter by.
        Some(status) if wants.only_pipeline_changes && status != change => {
            Err(Refusal::UnchangedPipeline { passed })
        }
        Some(_) | None => Ok(()),
    }
}

/// The labels of what an event is about, for the kinds that GitLab filters by labels.
fn labels(event: &Event) -> Option<&[String]> {
    match &event.what {
        What::Issue(issue) => Some(&issue.labels),
        What::MergeRequest(merge_request) => Some(&merge_request.labels),
        What::Note(note) => Some(&note.on.labels),
        What::Push(_)
        | What::Pipeline(_)
        | What::Job(_)
        | What::WikiPage(_)
        | What::Deployment(_)
        | What::Release(_)
        | What::FeatureFlag(_)
        | What::Milestone(_)
        | What::Emoji(_)
        | What::TokenExpiry(_)
        | What::Member(_)
        | What::Subgroup(_)
        | What::Project(_)
        | What::Alert(_)
        | What::Vulnerability(_)
        | What::GroupMention(_)
        | What::System(_)
        | What::Unknown(_) => None,
    }
}

fn has_wanted_labels(labels: &[String], wants: &Wants) -> bool {
    let mut wanted = wants.labels.iter();
    match wants.label_match {
        _ if wants.labels.is_empty() => true,
        LabelMatch::Any => wanted.any(|wanted| labels.contains(wanted)),
        LabelMatch::All => wanted.all(|wanted| labels.contains(wanted)),
    }
}
