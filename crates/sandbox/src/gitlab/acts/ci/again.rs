//! Trying failed jobs again, and canceling single ones.
//!
//! A job that is tried again is a new job; the old one stays and counts no more. What is tried
//! again runs until somebody ends its pipeline, as a new pipeline does.

use super::steps::{keep, send_job, set_status, step_job};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Job, Pipeline};

/// Tries every job again that failed or was canceled.
pub(in crate::gitlab) fn retry(scene: &mut Scene<'_>, mut pipeline: Pipeline) {
    let ended = |job: &Job| matches!(job.status.as_str(), "failed" | "canceled" | "skipped");
    let jobs: Vec<u64> = pipeline
        .jobs
        .iter()
        .filter(|job| ended(job) && !job.retried)
        .map(|job| job.id)
        .collect();
    for job in &jobs {
        once_more(scene, &mut pipeline, *job);
    }
    if !jobs.is_empty() {
        run_again(scene, pipeline);
    }
}

/// Tries one job again and answers the new one.
pub(in crate::gitlab) fn retry_job(
    scene: &mut Scene<'_>,
    mut pipeline: Pipeline,
    job: u64,
) -> Option<Job> {
    let new = once_more(scene, &mut pipeline, job)?;
    run_again(scene, pipeline);
    Some(new)
}

/// Cancels one job; the rest of its pipeline goes on.
pub(in crate::gitlab) fn cancel_job(scene: &mut Scene<'_>, mut pipeline: Pipeline, job: u64) {
    let active = |known: &Job| known.id == job && known.is_active();
    if let Some(index) = pipeline.jobs.iter().position(active) {
        step_job(scene, &mut pipeline, index, "canceled");
        keep(scene, pipeline);
    }
}

fn once_more(scene: &mut Scene<'_>, pipeline: &mut Pipeline, job: u64) -> Option<Job> {
    let index = pipeline.jobs.iter().position(|known| known.id == job)?;
    let old = pipeline.jobs.get_mut(index)?;
    old.retried = true;
    let new = Job {
        id: scene.world.next_id(),
        status: "created".to_owned(),
        failure_reason: None,
        started_at: None,
        finished_at: None,
        retried: false,
        ..old.clone()
    };
    send_job(scene, pipeline, &new);
    pipeline.jobs.insert(index + 1, new.clone());
    Some(new)
}

fn run_again(scene: &mut Scene<'_>, mut pipeline: Pipeline) {
    pipeline.finished_at = None;
    scene.say("pipeline_id", pipeline.id);
    set_status(scene, &mut pipeline, "running");
    keep(scene, pipeline);
}
