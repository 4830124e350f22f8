//! Jobs of pipelines.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;

use super::call::{Answer, Call, created, ok};
use super::pipelines;
use super::refused::Refused;
use crate::gitlab::acts::ci;
use crate::gitlab::world::{Access, Job, Pipeline, Project};

const STATUSES: [&str; 12] = [
    "created",
    "waiting_for_resource",
    "preparing",
    "pending",
    "running",
    "success",
    "failed",
    "canceling",
    "canceled",
    "skipped",
    "manual",
    "scheduled",
];

/// `GET /projects/:id/jobs`, the newest first.
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    let scope = scope(&call)?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let pipelines = project.pipelines.iter();
        let mut jobs: Vec<(&Pipeline, &Job)> = pipelines
            .flat_map(|pipeline| pipeline.jobs.iter().map(move |job| (pipeline, job)))
            .filter(|(_, job)| scope.is_empty() || scope.contains(&job.status))
            .collect();
        jobs.sort_by_key(|(_, job)| std::cmp::Reverse(job.id));
        call.page(&jobs, |(pipeline, job)| shape.job(project, pipeline, job))
    })
}

/// `GET /projects/:id/pipelines/:pipeline_id/jobs`, the newest first.
pub(super) async fn of_pipeline(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    let scope = scope(&call)?;
    let retried = call.params.yes_no("include_retried")? == Some(true);
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let pipeline = pipelines::find(project, number)?;
        let mut jobs: Vec<&Job> = pipeline.jobs.iter().collect();
        jobs.retain(|job| {
            (scope.is_empty() || scope.contains(&job.status)) && (retried || !job.retried)
        });
        jobs.sort_by_key(|job| std::cmp::Reverse(job.id));
        call.page(&jobs, |job| shape.job(project, pipeline, job))
    })
}

fn scope(call: &Call) -> Result<Vec<String>, Refused> {
    let scope = call.params.many("scope").unwrap_or_default();
    if scope
        .iter()
        .any(|status| !STATUSES.contains(&status.as_str()))
    {
        return Err(Refused::bad("Scope contains invalid value(s)"));
    }
    Ok(scope)
}

fn find(project: &Project, id: u64) -> Result<(&Pipeline, &Job), Refused> {
    let mut pipelines = project.pipelines.iter();
    let found = pipelines.find_map(|pipeline| {
        let job = pipeline.jobs.iter().find(|job| job.id == id)?;
        Some((pipeline, job))
    });
    found.ok_or_else(|| Refused::not_found("Job"))
}

/// `GET /projects/:id/jobs/:job_id`
pub(super) async fn one(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let (pipeline, job) = find(project, number)?;
        ok(shape.job(project, pipeline, job))
    })
}

/// `GET /projects/:id/jobs/:job_id/trace`
pub(super) async fn trace(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        let (pipeline, job) = find(project, number)?;
        let kind = [(header::CONTENT_TYPE, "text/plain")];
        Ok((kind, ci::trace(pipeline, job)).into_response())
    })
}

/// `POST /projects/:id/jobs/:job_id/play`: the job runs to its end, which takes a moment, so the
/// answer is that it is on its way.
pub(super) async fn play(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    let played = call.change(&id, |scene| {
        let (pipeline, job) = find(scene.project(), number)?;
        let (pipeline, waits) = (pipeline.clone(), job.status == "manual");
        call.needs(scene.world, scene.project(), Access::Developer)?;
        if !waits {
            return Err(Refused::bad("400 Bad request - Unplayable Job"));
        }
        ci::play(scene, pipeline, number);
        Ok(())
    });
    played.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let (pipeline, job) = find(project, number)?;
        let started = Job {
            status: "pending".to_owned(),
            started_at: None,
            finished_at: None,
            ..job.clone()
        };
        ok(shape.job(project, pipeline, &started))
    })
}

/// `POST /projects/:id/jobs/:job_id/retry`
pub(super) async fn retry(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    let new = call.change(&id, |scene| {
        let (pipeline, job) = find(scene.project(), number)?;
        let ended = matches!(job.status.as_str(), "success" | "failed" | "canceled");
        let (pipeline, ended) = (pipeline.clone(), ended && !job.retried);
        call.needs(scene.world, scene.project(), Access::Developer)?;
        let not_retryable = || Refused::forbidden_because("Job is not retryable");
        if !ended {
            return Err(not_retryable());
        }
        ci::retry_job(scene, pipeline, number).ok_or_else(not_retryable)
    });
    let new = new.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let (pipeline, job) = find(project, new.id)?;
        created(shape.job(project, pipeline, job))
    })
}

/// `POST /projects/:id/jobs/:job_id/cancel`; one that has ended stays as it is.
pub(super) async fn cancel(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    let canceled = call.change(&id, |scene| {
        let pipeline = find(scene.project(), number)?.0.clone();
        call.needs(scene.world, scene.project(), Access::Developer)?;
        ci::cancel_job(scene, pipeline, number);
        Ok(())
    });
    canceled.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let (pipeline, job) = find(project, number)?;
        created(shape.job(project, pipeline, job))
    })
}
