//! Pipelines, jobs and deployments.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Source, utc, zulu};
use crate::gitlab::world::{Deployment, Job, MergeRequest, Pipeline};

/// A pipeline in the state that it is in.
pub(in crate::gitlab) fn pipeline(source: Source<'_>, pipeline: &Pipeline) -> Value {
    let merge_request = pipeline.merge_request_iid.and_then(|iid| {
        source
            .project
            .merge_requests
            .iter()
            .find(|mr| mr.iid == iid)
    });
    let mut stages: Vec<&str> = pipeline.jobs.iter().map(|job| job.stage.as_str()).collect();
    stages.dedup();
    json!({
        "object_kind": "pipeline",
        "object_attributes": {
            "id": pipeline.id,
            "iid": pipeline.iid,
            "name": pipeline.name,
            "ref": pipeline.git_ref,
            "tag": pipeline.tag,
            "sha": pipeline.commit.sha,
            "before_sha": pipeline.before_sha,
            "source": pipeline.source,
            "status": pipeline.status,
            "detailed_status": detailed_status(pipeline),
            "stages": stages,
            "created_at": utc(pipeline.created_at),
            "finished_at": pipeline.finished_at.map(utc),
            "duration": pipeline.duration,
            "queued_duration": pipeline.queued,
            "variables": [],
            "url": source.page(&format!("pipelines/{}", pipeline.id)),
        },
        "merge_request": merge_request.map(|mr| short_merge_request(source, mr)),
        "user": source.actor(),
        "project": source.project(),
        "commit": source.commit(&pipeline.commit),
        // GitLab lists the newest job first.
        "builds": pipeline.jobs.iter().rev().filter(|job| !job.retried).map(|job| build(source, pipeline, job)).collect::<Vec<_>>(),
    })
}

fn detailed_status(pipeline: &Pipeline) -> &str {
    match pipeline.status.as_str() {
        "success" if pipeline.jobs.iter().any(|job| job.status == "failed") => {
            "passed with warnings"
        }
        "success" => "passed",
        other => other,
    }
}

fn short_merge_request(source: Source<'_>, merge_request: &MergeRequest) -> Value {
    json!({
        "id": merge_request.id,
        "iid": merge_request.iid,
        "title": merge_request.shown_title(),
        "source_branch": merge_request.source_branch,
        "source_project_id": source.project.id,
        "target_branch": merge_request.target_branch,
        "target_project_id": source.project.id,
        "state": merge_request.state.name().0,
        "merge_status": "can_be_merged",
        "detailed_merge_status": "mergeable",
        "url": source.page(&format!("merge_requests/{}", merge_request.iid)),
    })
}

fn build(source: Source<'_>, pipeline: &Pipeline, job: &Job) -> Value {
    json!({
        "id": job.id,
        "stage": job.stage,
        "name": job.name,
        "status": job.status,
        "created_at": utc(pipeline.created_at),
        "started_at": job.started_at.map(utc),
        "finished_at": job.finished_at.map(utc),
        "duration": job.finished_at.map(|_| job.duration as f64),
        "queued_duration": job.started_at.map(|_| job.queued as f64),
        "failure_reason": job.failure_reason,
        "when": if job.manual { "manual" } else { "on_success" },
        "manual": job.manual,
        "allow_failure": job.allow_failure,
        "user": source.actor(),
        "runner": job.started_at.map(|_| runner()),
        "artifacts_file": { "filename": null, "size": null },
        "environment": environment(source, job),
    })
}

fn runner() -> Value {
    json!({
        "id": 7,
        "description": "shared-runner-blue-3",
        "runner_type": "instance_type",
        "active": true,
        "is_shared": true,
        "tags": ["linux", "docker"],
    })
}

/// A job whose state changed.
pub(in crate::gitlab) fn job(source: Source<'_>, pipeline: &Pipeline, job: &Job) -> Value {
    let author = source
        .world
        .user(pipeline.commit.author_id)
        .unwrap_or(source.user);
    json!({
        "object_kind": "build",
        "ref": pipeline.git_ref,
        "tag": pipeline.tag,
        "before_sha": pipeline.before_sha,
        "sha": pipeline.commit.sha,
        "retries_count": 0,
        "build_id": job.id,
        "build_name": job.name,
        "build_stage": job.stage,
        "build_status": job.status,
        "build_created_at": millis(pipeline.created_at),
        "build_started_at": job.started_at.map(millis),
        "build_finished_at": job.finished_at.map(millis),
        "build_created_at_iso": zulu(pipeline.created_at),
        "build_started_at_iso": job.started_at.map(zulu),
        "build_finished_at_iso": job.finished_at.map(zulu),
        "build_duration": job.finished_at.map(|_| job.duration as f64),
        "build_queued_duration": job.started_at.map(|_| job.queued as f64),
        "build_allow_failure": job.allow_failure,
        "build_failure_reason": job.failure_reason.as_deref().unwrap_or("unknown_failure"),
        "pipeline_id": pipeline.id,
        "runner": job.started_at.map(|_| runner()),
        "project_id": source.project.id,
        "project_name": source.project.path_with_namespace,
        "user": source.actor(),
        "commit": {
            "id": pipeline.id,
            "name": pipeline.name,
            "sha": pipeline.commit.sha,
            "message": pipeline.commit.message,
            "author_name": author.name,
            "author_email": author.email,
            "author_url": format!("{}/{}", source.base, author.username),
            "status": pipeline.status,
            "duration": pipeline.duration,
            "started_at": zulu(pipeline.created_at),
            "finished_at": pipeline.finished_at.map(zulu),
            "started_at_iso": zulu(pipeline.created_at),
            "finished_at_iso": pipeline.finished_at.map(zulu),
        },
        "repository": source.repository_with_urls(),
        "project": source.project(),
        "environment": environment(source, job),
    })
}

fn environment(source: Source<'_>, job: &Job) -> Value {
    let mut environments = source.project.environments.iter();
    let found = environments.find(|known| Some(&known.name) == job.environment.as_ref());
    found.map_or(Value::Null, |environment| {
        json!({
            "name": environment.name,
            "action": "start",
            "deployment_tier": environment.tier,
        })
    })
}

fn millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// A deployment in the state that it is in.
pub(in crate::gitlab) fn deployment(
    source: Source<'_>,
    deployment: &Deployment,
    tier: &str,
) -> Value {
    let slug = crate::gitlab::words::slug(&deployment.environment);
    json!({
        "object_kind": "deployment",
        "status": deployment.status,
        "status_changed_at": deployment.at.strftime("%Y-%m-%d %H:%M:%S +0000").to_string(),
        "deployment_id": deployment.id,
        "deployable_id": deployment.job_id,
        "deployable_url": source.page(&format!("jobs/{}", deployment.job_id)),
        "environment": deployment.environment,
        "environment_tier": tier,
        "environment_slug": slug,
        "environment_external_url": format!("https://{slug}.example.com"),
        "project": source.project_with_old_names(),
        "ref": deployment.git_ref,
        "short_sha": deployment.commit.short(),
        "user": source.actor(),
        "user_url": format!("{}/{}", source.base, source.user.username),
        "commit_url": source.page(&format!("commit/{}", deployment.commit.sha)),
        "commit_title": deployment.commit.title(),
    })
}
