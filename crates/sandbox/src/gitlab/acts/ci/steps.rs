//! The steps of a pipeline on its way: each sends the webhook of it.

use domain::EventKind;
use jiff::{SignedDuration, Timestamp};

use super::End;
use crate::gitlab::acts::merge_requests;
use crate::gitlab::payload;
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Job, Pipeline};

pub(super) fn finish(scene: &mut Scene<'_>, mut pipeline: Pipeline, end: &End) {
    for (index, fate) in fates(&mut pipeline, end) {
        if fate != "skipped" && pipeline.jobs[index].started_at.is_none() {
            step_job(scene, &mut pipeline, index, "pending");
            step_job(scene, &mut pipeline, index, "running");
        }
        step_job(scene, &mut pipeline, index, fate);
    }
    let since = scene.now.duration_since(pipeline.created_at).as_secs();
    pipeline.finished_at = Some(scene.now);
    pipeline.duration = Some(
        u64::try_from(since)
            .unwrap_or(0)
            .saturating_sub(pipeline.queued),
    );
    let status = match end {
        End::Success | End::Warnings => "success",
        End::Failed { .. } => "failed",
        End::Canceled => "canceled",
        End::Running => "running",
    };
    set_status(scene, &mut pipeline, status);
    keep(scene, pipeline);
}

/// What becomes of each job that has not ended; of those that are tried again the first fails,
/// of a new pipeline's the ones after its build.
fn fates(pipeline: &mut Pipeline, end: &End) -> Vec<(usize, &'static str)> {
    let again = pipeline.jobs.iter().any(|job| job.retried);
    let (job, jobs) = match end {
        End::Failed { job, jobs } => (job.as_ref(), usize::try_from(*jobs).unwrap_or(1)),
        End::Success | End::Warnings | End::Canceled | End::Running => (None, 0),
    };
    if let Some((name, job)) = job.filter(|_| !again).zip(pipeline.jobs.get_mut(1)) {
        name.clone_into(&mut job.name);
    }
    let jobs_left = pipeline.jobs.iter().enumerate();
    let left: Vec<usize> = jobs_left
        .filter(|(_, job)| job.is_active() && !job.retried)
        .map(|(index, _)| index)
        .collect();
    let first = usize::from(!again);
    let fate = |place: usize| match end {
        End::Canceled if place <= 1 => "canceled",
        End::Canceled => "skipped",
        End::Warnings if place + 1 == left.len() => "failed",
        _ if (first..first + jobs).contains(&place) => "failed",
        _ => "success",
    };
    let places = left.iter().enumerate();
    places.map(|(place, index)| (*index, fate(place))).collect()
}

pub(super) fn step_job(scene: &mut Scene<'_>, pipeline: &mut Pipeline, index: usize, status: &str) {
    let begun = seconds_before(&pipeline.jobs, Some(&pipeline.jobs[index].stage));
    let begins = at_most(pipeline.created_at, pipeline.queued + begun, scene.now);
    let job = &mut pipeline.jobs[index];
    status.clone_into(&mut job.status);
    match status {
        "running" => job.started_at = Some(begins),
        "success" | "failed" | "canceled" => {
            job.finished_at = Some(at_most(begins, job.duration, scene.now));
        }
        _ => (),
    }
    if status == "failed" {
        job.failure_reason = Some("script_failure".to_owned());
    }
    let job = job.clone();
    send_job(scene, pipeline, &job);
}

/// How long the stages before `stage` take, or all of them: the jobs of a stage run side by side.
pub(super) fn seconds_before(jobs: &[Job], stage: Option<&str>) -> u64 {
    let mut total = 0;
    for jobs in jobs.chunk_by(|one, next| one.stage == next.stage) {
        if jobs.first().map(|job| job.stage.as_str()) == stage {
            break;
        }
        total += jobs.iter().map(|job| job.duration).max().unwrap_or(0);
    }
    total
}

fn at_most(from: Timestamp, seconds: u64, limit: Timestamp) -> Timestamp {
    let pause = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    from.saturating_add(pause).unwrap_or(limit).min(limit)
}

pub(super) fn send_job(scene: &mut Scene<'_>, pipeline: &Pipeline, job: &Job) {
    let body = payload::job(scene.source(), pipeline, job);
    scene.send(EventKind::Job, body);
}

pub(super) fn set_status(scene: &mut Scene<'_>, pipeline: &mut Pipeline, status: &str) {
    status.clone_into(&mut pipeline.status);
    let body = payload::pipeline(scene.source(), pipeline);
    scene.send(EventKind::Pipeline, body);
}

pub(super) fn keep(scene: &mut Scene<'_>, pipeline: Pipeline) {
    let project = scene.project_mut();
    if let Some(iid) = pipeline.merge_request_iid
        && let Some(mr) = project.merge_requests.iter_mut().find(|mr| mr.iid == iid)
    {
        mr.head_pipeline_id = Some(pipeline.id);
    }
    let passed = (pipeline.status == "success").then_some(pipeline.merge_request_iid);
    project.pipelines.retain(|kept| kept.id != pipeline.id);
    project.pipelines.push(pipeline);
    if let Some(iid) = passed.flatten() {
        merge_requests::merge_after_pipeline(scene, iid);
    }
}
