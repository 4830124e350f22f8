//! Which jobs of a pipeline really failed.

use std::collections::HashSet;

use domain::Message;
use domain::event::{Event, Pipeline, PipelineJob};
use domain::mrkdwn::Mrkdwn;

use crate::render::{address, text};

/// The failed jobs that no retry healed, each name once, newest first.
pub(super) struct Failures<'a>(Vec<&'a PipelineJob>);

impl<'a> Failures<'a> {
    /// Of all runs of a job that failed, the one that stands first in the payload.
    pub(super) fn of(pipeline: &'a Pipeline) -> Self {
        let mut settled: HashSet<&str> = pipeline
            .jobs
            .iter()
            .filter(|job| !job.failed)
            .map(|job| job.name.as_str())
            .collect();
        let mut failed: Vec<_> = pipeline
            .jobs
            .iter()
            .filter(|job| job.failed && settled.insert(&job.name))
            .collect();
        failed.reverse();
        Self(failed)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the failed stages and jobs.
    pub(super) fn facts(&self, event: &Event, pipeline: &Pipeline, message: Message) -> Message {
        let page = page(pipeline);
        let mut seen = HashSet::new();
        let stages: Vec<_> = self
            .0
            .iter()
            .map(|job| job.stage.as_str())
            .filter(|stage| !stage.trim().is_empty() && seen.insert(*stage))
            .map(|stage| address::link(&page, &text::name(stage)))
            .collect();
        let stage_heading = if stages.len() == 1 {
            "Failed stage"
        } else {
            "Failed stages"
        };
        let job_heading = if self.0.len() == 1 {
            "Failed job"
        } else {
            "Failed jobs"
        };
        let jobs = self.0.iter().map(|job| linked_job(event, job));
        message
            .fact(stage_heading, text::listed(stages, &page))
            .fact(job_heading, text::listed(jobs, &page))
    }
}

/// The pipeline's tab of failed jobs.
pub(super) fn page(pipeline: &Pipeline) -> String {
    address::under(&pipeline.url, "failures")
}

fn linked_job(event: &Event, job: &PipelineJob) -> Mrkdwn {
    let url = event
        .project
        .as_ref()
        .map(|project| address::job(project, job.id));
    address::link(url.as_deref().unwrap_or(""), &text::name(&job.name))
}
